"""PDF files, set by Typst from strings that it never reads as markup."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse


def pdf(template: Path, words: Mapping[str, Any], *, now: datetime) -> bytes:
    """`words`, set by `template`, as a tagged PDF (PDF/UA-1). Reads no file but those of the template's folder, and nothing on the
    network.

    The fonts that Typst carries hold Latin, Greek, Cyrillic, Arabic and Hebrew letters. Where a name needs others (Chinese), those
    of the machine are used, and the file does not claim PDF/UA: a letter that no font holds is a box, never an error.
    """
    told = json.dumps(words, ensure_ascii=False)
    try:
        return _compiled(template, told, now, ignore_system_fonts=True, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
        return _compiled(template, told, now)


def _compiled(template: Path, told: str, now: datetime, **options: Any) -> bytes:
    made: Any = typst.compile(
        str(template),
        root=str(template.parent),
        sys_inputs={"data": told},
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
