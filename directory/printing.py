"""Printed sheets: a Typst template with its words, as a tagged PDF, whatever letters the words are written in."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

UNKNOWN = "□"
MOST_SCRIPTS = 8  # tried one after the other, each of them a whole compilation
# Scripts that the embedded fonts lack as a whole, as Unicode names begin; of any other, one letter at most is lacking.
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


def compiled(template: Path, said: Mapping[str, Any], *, now: datetime) -> bytes:
    """`template` with its words, as a tagged PDF (PDF/UA-1). Reads no file but those beside the template, nothing on the network.

    Letters that the embedded fonts do not have (Chinese, for one) become « □ », and `said["note"]` says so: PDF/UA refuses a
    letter that is not drawn. What still cannot be drawn makes a plain PDF rather than none.
    """
    for _attempt in range(MOST_SCRIPTS):
        try:
            return _compiled(template, said, now=now, standards=["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
            is_lacking = _lacking(str(error))
        if is_lacking is None:
            break
        note = _(
            "«\u00a0%(box)s\u00a0»\u00a0: une lettre que cette fiche ne sait pas imprimer\u00a0; la page la montre."
        )
        said = _boxed(said, is_lacking) | {"note": note % {"box": UNKNOWN}}
    return _compiled(template, said, now=now, standards=[])


def _compiled(template: Path, said: Mapping[str, Any], *, now: datetime, standards: list[str]) -> bytes:
    made: Any = typst.compile(
        str(template),
        root=str(template.parent),
        sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(now.timestamp()),
        pdf_standards=standards,
    )
    return bytes(made)


def _lacking(error: str) -> Callable[[str], bool] | None:
    """Whether a letter is lacking, as far as Typst's error tells: that letter, or its script. None if it tells nothing."""
    told = _LACKING.search(error)
    text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), told[1]) if told else ""
    letters = {letter for letter in text if letter != UNKNOWN and _script(letter) != "LATIN"}
    if not letters:
        return None
    scripts = {_script(letter) for letter in letters} & WHOLE
    return lambda letter: letter in letters or (ord(letter) > 0x7F and _script(letter) in scripts)


def _script(letter: str) -> str:
    """« CJK » for « CJK UNIFIED IDEOGRAPH-5317 »; « » for a letter that has no name."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _boxed(value: Any, is_lacking: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return "".join(UNKNOWN if is_lacking(letter) else letter for letter in value)
    if isinstance(value, Mapping):
        return {name: _boxed(each, is_lacking) for name, each in value.items()}
    return [_boxed(each, is_lacking) for each in value] if isinstance(value, list) else value
