"""What a person typed in the search box, understood: codes recognised, a moved article put back. No database here."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 200

_FOLDABLE = re.compile(r"[a-z0-9œæøßłđ]")  # what the database's folding leaves something of
_CODE = re.compile(r"\d{2,5}|2[AB]\d{0,3}|\d{9}|\d{14}", re.IGNORECASE)
# « mairie de Limoges », « Région Nouvelle-Aquitaine », « SIREN 213300635 »: what the thing is, said before its name.
_OF = r"(?:de\s+la\s+|de\s+l['’]\s*|des\s+|du\s+|de\s+|d['’]\s*)"
_SAID_FIRST = re.compile(
    rf"(?:(?:la\s+)?mairie\s+{_OF}?|(?:la\s+)?(?:ville|commune)\s+{_OF}"
    rf"|(?:le\s+|la\s+)?(?:conseil\s+)?(?:d[ée]partement(?:al)?|r[ée]gion(?:al)?)\s+{_OF}?"
    r"|(?:code\s+)?(?:postal|insee|siren|siret)\s*:?\s+)(?=\S)",
    re.IGNORECASE,
)
_MOVED_ARTICLE = re.compile(
    r"(?P<name>\S.*?)(?:\s*\(\s*(?P<a>la|le|les|l['’]?)\s*\)|\s*,\s*(?P<b>la|le|les|l['’]?))", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Lower case without accents: « École » → « ecole »."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


@dataclass(frozen=True)
class SearchText:
    """The text as typed, the words to look for, and the code it may be (INSEE, postal code, SIREN), else ''."""

    typed: str
    words: str
    code: str = ""

    @property
    def swaps(self) -> list[str]:
        """The words with two neighbouring letters swapped, at each place: the commonest slip of a fast typist."""
        text = self.words
        return [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)]

    def __bool__(self) -> bool:
        return bool(self.words)


def understand(typed: str) -> SearchText:
    """Read what was typed.

    « Rochelle (La) » → words « La Rochelle »; « mairie de Limoges » → « Limoges »; « 33 000 » → code 33000; « 1001 », a zero
    eaten by a spreadsheet → 01001; a SIRET → its SIREN. A text without a Latin letter or a digit gives no words. Texts
    longer than MAX_LENGTH are cut.
    """
    text = " ".join(typed.replace("\x00", " ").split())[:MAX_LENGTH]
    if not _FOLDABLE.search(folded(text)):
        return SearchText(typed=text, words="")
    typed_text = text
    text = _SAID_FIRST.sub("", text, count=1) if _SAID_FIRST.match(text) else text
    compact = text.replace(" ", "").upper()
    if compact.isascii() and _CODE.fullmatch(compact):
        if len(compact) == 4 and compact.isdigit():
            compact = compact.zfill(5)
        return SearchText(typed=typed_text, words=compact[:9], code=compact[:9])
    moved = _MOVED_ARTICLE.fullmatch(text)
    if moved:
        article = (moved["a"] or moved["b"]).rstrip("'’")
        return SearchText(typed=typed_text, words=f"{article} {moved['name']}")
    return SearchText(typed=typed_text, words=text)
