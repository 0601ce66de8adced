"""What an actor is called where people look for it: its address in the site, and the other words that find it."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.text import slugify

_APART = str.maketrans({"'": " ", "’": " ", "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss"})
SLUG_LENGTH = 240


def spelled_apart(name: str) -> str:
    """`name` as addresses and lists spell it: no apostrophe, no ligature."""
    return name.translate(_APART)


def actor_slug(name: str, code: str) -> str:
    """`<nom>-<code>` in lower case: « L'Île-d'Yeu », 85113 → l-ile-d-yeu-85113. Never empty, unique as the code is."""
    ending = code.lower()
    words = slugify(spelled_apart(name))[: SLUG_LENGTH - len(ending) - 1].strip("-")
    return f"{words}-{ending}" if words else ending


def search_terms(
    *,
    code: str,
    siren: str = "",
    postal_codes: Iterable[str] = (),
    former_codes: Iterable[str] = (),
    names: Iterable[str] = (),
) -> str:
    """The words that find an actor besides its own name: codes, postal codes, codes of former communes, then one name a
    line (former communes, EPCI, département, région, short name)."""
    own = dict.fromkeys(text for text in (code, siren) if text)
    lines = [" ".join(own), " ".join(postal_codes), " ".join(former_codes)]
    seen: set[str] = set()
    for name in names:
        key = unicodedata.normalize("NFC", re.sub(r"\s+", " ", name).strip())
        if key and key not in seen:
            seen.add(key)
            lines.append(key)
    return "\n".join(lines)
