"""PDF files, set by Typst from strings that it never reads as markup."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.translation import gettext as _

UNKNOWN = "□"
MOST_SCRIPTS = 8  # that a sheet may lack, each of them a whole compilation
# Scripts that a font holds as a whole or not at all, as Unicode names begin; of any other, one letter is told lacking at a time.
WHOLE = {
    "CJK",
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
    "BOPOMOFO",
    "THAI",
    "ETHIOPIC",
    "KHMER",
    "TIBETAN",
    "MYANMAR",
    "SINHALA",
}
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def pdf(template: Path, words: Mapping[str, Any], *, now: datetime) -> bytes:
    """`words`, set by `template`, as a tagged PDF (PDF/UA-1). Reads no file but those of the template's folder, and nothing on the
    network.

    The fonts that Typst carries hold Latin, Greek, Cyrillic, Arabic and Hebrew letters. Where a name needs others (Chinese), those
    of the machine are used. A letter that no font holds becomes « □ », never an error, and the template is told so in the word
    `note`: PDF/UA refuses a letter that is not drawn. What still cannot be drawn makes a plain PDF.
    """
    uses_system_fonts = False
    for _attempt in range(MOST_SCRIPTS):
        try:
            return _compiled(template, words, now, ignore_system_fonts=not uses_system_fonts, pdf_standards=["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed with font" not in str(error):
                raise
            is_lacking = _lacking(str(error))
        if is_lacking is None:
            break
        if uses_system_fonts:
            note = _(
                "«\u00a0%(box)s\u00a0»\u00a0: une lettre que ce document ne sait pas imprimer\u00a0; le site la montre."
            )
            words = _boxed(words, is_lacking) | {"note": note % {"box": UNKNOWN}}
        uses_system_fonts = True
    return _compiled(template, words, now)


def _lacking(error: str) -> Callable[[str], bool] | None:
    """Whether a letter is lacking, as far as Typst's error tells: that letter, or its script. None if it tells nothing."""
    told = _LACKING.search(error)
    text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), told[1]) if told else ""
    letters = {letter for letter in text if letter != UNKNOWN and _script(letter) != "LATIN"}
    if not letters:
        return None
    scripts = {_script(letter) for letter in letters} & WHOLE
    return lambda letter: letter in letters or _script(letter) in scripts


def _script(letter: str) -> str:
    """« CJK » for « CJK UNIFIED IDEOGRAPH-5317 »; « » for a letter that has no name."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _boxed(value: Any, is_lacking: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return "".join(UNKNOWN if is_lacking(letter) else letter for letter in value)
    if isinstance(value, Mapping):
        return {name: _boxed(each, is_lacking) for name, each in value.items()}
    return [_boxed(each, is_lacking) for each in value] if isinstance(value, list | tuple) else value


def _compiled(template: Path, words: Mapping[str, Any], now: datetime, **options: Any) -> bytes:
    made: Any = typst.compile(
        str(template),
        root=str(template.parent),
        sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
        format="pdf",
        timestamp=int(now.timestamp()),
        **options,
    )
    return bytes(made)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF as an answer, shown by the browser and kept from search engines; `name` without its ending."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response
