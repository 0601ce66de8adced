"""Names and codes as files write them, made comparable; points, and how far they are."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from directory.geography import EARTH_RADIUS_KM

MOST_CANDIDATES = 5
CLOSE_SEARCHES = 500  # resembling names cost milliseconds: a file of nonsense gets them for its first lines

# What PostgreSQL's unaccent writes with other letters, and NFKD leaves as one.
_LETTERS = str.maketrans({
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
    "ĸ": "q", "ŀ": "l", "ə": "e",
})  # fmt: skip
_SAINT = re.compile(r"\bst\b")
_SAINTE = re.compile(r"\bste\b")
_ARTICLE = re.compile(r"^(?:la|le|les|l) (?=.)")

Point = tuple[float, float]  # latitude and longitude, in degrees


class NotMatched(Exception):
    """Nobody, or several, answer to that; the text, in French, says why; `candidates` says who it may be."""

    def __init__(self, why: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why, self.candidates = why, tuple(candidates)


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """The key of a name, as the database's search_key: « Ste-Foy-l’Argentière » → sainte foy l argentiere."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return _SAINTE.sub("sainte", _SAINT.sub("saint", re.sub(r"[^a-z0-9]+", " ", plain))).strip()


def bare(key: str) -> str:
    """A key without its leading article, as the database's bare_key."""
    return _ARTICLE.sub("", key)


def spelled(text: str) -> str:
    """A name with its accents, whatever its case, its hyphens and its apostrophes."""
    return " ".join(re.sub(r"[-‐‑–’'ʼ]", " ", unicodedata.normalize("NFC", text).casefold()).split())


def code_of(text: str) -> str:
    """A code as the registers write it: « 16 015.0 » → 16015, « 2a004 » → 2A004, and « 1004 », which lost its zero, → 01004."""
    code = re.sub(r"\.0+$", "", re.sub(r"\s", "", text)).upper()
    return code.zfill(5) if len(code) == 4 and code.isascii() and code.isdigit() else code


def distance_km(one: Point, other: Point) -> float:
    """Great-circle kilometres between two points in degrees (haversine)."""
    lat, lon = radians(other[0] - one[0]) / 2, radians(other[1] - one[1]) / 2
    chord = sin(lat) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
