"""Exports that stream: CSV, JSON and GeoJSON row by row, XLSX through a temporary file; no formula ever leaves in a cell."""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

BLOCK = 32_768  # characters written at a time
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """`text` without the control characters that XML, and so a workbook, cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def safe_cell(value: Any) -> Any:
    """`value` as a cell that no spreadsheet runs: a text that starts like a formula gets an apostrophe (OWASP, CSV injection)."""
    if value is None:
        return ""
    if not isinstance(value, str) or not value or value.isalnum():  # most cells: a number, nothing, a code
        return value
    if not value.isprintable():
        value = printable(value)
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


class _Echo:
    """A file that hands back what is written to it, so that csv.writer feeds a generator."""

    def write(self, value: str) -> str:
        return value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Stream `rows` under `header` as RFC 4180 CSV in UTF-8; codes stay text, so leading zeros are kept."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield writer.writerow([safe_cell(label) for label in header])
        for row in rows:
            # Numbers and empty cells, the most part of a wide table, are told apart without a call.
            yield writer.writerow([value if not value or type(value) is int else safe_cell(value) for value in row])

    return _attached(lines(), name, "csv", "text/csv; charset=utf-8")


def xlsx_response(name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """Write `rows` to a workbook on disk, one row at a time, then stream the file. A text stays text, codes with zeros too."""
    return workbook_response(name, [(title, header, rows)])


def workbook_response(name: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> FileResponse:
    """The same with several sheets, each (title, header, rows)."""
    workbook = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet = workbook.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}1"
        sheet.append([safe_cell(label) for label in header])
        for row in rows:
            sheet.append([safe_cell(value) for value in row])
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - FileResponse closes it
    workbook.save(file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{timezone.localdate():%Y-%m-%d}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def in_blocks(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in fewer, larger pieces (a row a write is slow), the first one at once."""
    waiting: list[str] = []
    size = BLOCK
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield "".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield "".join(waiting)


def _listed(rows: Iterable[dict[str, Any]], before: str, after: str) -> Iterator[str]:
    yield before
    for position, row in enumerate(rows):
        yield ("," if position else "") + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    yield after


def _attached(pieces: Iterator[str], name: str, ending: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(in_blocks(pieces), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{ending}"'
    return response


def json_response(name: str, records: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """Stream `records` as one JSON array of objects."""
    return _attached(_listed(records, "[", "]"), name, "json", "application/json; charset=utf-8")


def geojson_response(name: str, features: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """Stream `features` as one RFC 7946 FeatureCollection (WGS 84, longitude first)."""
    pieces = _listed(features, '{"type":"FeatureCollection","features":[', "]}")
    return _attached(pieces, name, "geojson", "application/geo+json; charset=utf-8")
