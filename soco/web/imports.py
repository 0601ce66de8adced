"""Uploaded tables, CSV or XLSX, read as rows of texts; what is wrong with a file is said in one French sentence."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from .exports import FORMULA_STARTS

MAX_BYTES = 20_000_000
MAX_UNZIPPED_BYTES = 200_000_000  # a workbook is a zip: a small one may hide a huge one
MAX_LINES = 40_000  # the whole of France, and some
MAX_COLUMNS = 200
MOST_LETTERS_OF_A_CELL = 131_072  # the csv module's own limit

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


class UnreadableTable(ValueError):
    """The file cannot be read as a table; the message, in French, says why and what to do."""


@dataclass
class Table:
    """The header; the rows, each as long as the header, row i being line i + 2 of the sheet; what was guessed."""

    header: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)


def read_table(data: bytes) -> Table:
    """Read a CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252) or the first sheet of an XLSX workbook.

    Raises UnreadableTable.
    """
    if not data.strip():
        raise UnreadableTable(_("Ce fichier est vide."))
    if len(data) > MAX_BYTES:
        raise UnreadableTable(_("Ce fichier dépasse %(limit)d Mo : découpez-le.") % {"limit": MAX_BYTES // 1_000_000})
    if data.startswith(OLD_EXCEL):
        raise UnreadableTable(old_workbook())
    if data.startswith(ZIP):
        return _table(_xlsx_lines(data))
    text, notes = _decoded(data)
    return _table(_csv_lines(text), notes)


def unescaped(text: str) -> str:
    """`text` without the apostrophe that our exports put before what a spreadsheet would run as a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _decoded(data: bytes) -> tuple[str, list[str]]:
    notes: list[str] = []
    utf = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(utf)
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise UnreadableTable(not_a_table()) from None
        notes.append(read_in_windows_1252())
    if CONTROLS.search(text):
        raise UnreadableTable(not_a_table())
    return text, notes


def old_workbook() -> str:
    return _("Ce fichier est un ancien classeur Excel (.xls) : enregistrez-le en .xlsx ou en .csv, puis recommencez.")


def broken_workbook() -> str:
    return _("Ce classeur XLSX est illisible ou protégé : rouvrez-le, enregistrez-le de nouveau, puis recommencez.")


def read_in_windows_1252() -> str:
    return _("Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252 (Latin-1). Vérifiez les accents ci-dessous.")


def not_a_table() -> str:
    return _(
        "Ce fichier n’est ni un CSV ni un classeur XLSX lisible : enregistrez-le en « CSV UTF-8 », puis recommencez."
    )


def _csv_lines(text: str) -> Iterable[list[str]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(MOST_LETTERS_OF_A_CELL)  # the whole process shares it, and a library may have lifted it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableTable(
            _("Le CSV est mal formé à la ligne %(line)d (guillemets non fermés ?).") % {"line": reader.line_num}
        ) from error


def _xlsx_lines(data: bytes) -> Iterable[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED_BYTES:
                raise UnreadableTable(_("Ce classeur est trop gros une fois décompressé : découpez-le."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that we do not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                if not book.worksheets:
                    raise UnreadableTable(_("Ce classeur n’a pas de feuille de calcul."))
                for row in book.worksheets[0].iter_rows(values_only=True):
                    yield [cell_text(value) for value in row]
            finally:
                book.close()
    except UnreadableTable:
        raise
    except Exception as error:  # openpyxl lets through whatever its zip and XML readers raise
        raise UnreadableTable(broken_workbook()) from error


def cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return CONTROLS.sub("", str(value))


def _table(lines: Iterable[Sequence[str]], notes: list[str] | None = None) -> Table:
    header: list[str] | None = None
    rows: list[list[str]] = []
    for number, line in enumerate(lines, 1):
        if number > MAX_LINES + 1:
            raise UnreadableTable(_("Ce fichier dépasse %(limit)d lignes : découpez-le.") % {"limit": MAX_LINES})
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if header is None:
            if not cells:
                raise UnreadableTable(_("La première ligne est vide : elle doit porter les noms des colonnes."))
            if len(cells) > MAX_COLUMNS:
                raise UnreadableTable(_("Ce fichier a plus de %(limit)d colonnes.") % {"limit": MAX_COLUMNS})
            header = cells
        elif len(cells) > len(header):
            raise UnreadableTable(
                _("Ligne %(line)d : %(cells)d cases pour %(columns)d colonnes. Vérifiez séparateur et guillemets.")
                % {"line": number, "cells": len(cells), "columns": len(header)}
            )
        else:
            rows.append(cells + [""] * (len(header) - len(cells)))
    if header is None:
        raise UnreadableTable(_("Ce fichier est vide."))
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableTable(_("Ce fichier n’a pas de données sous la ligne des titres."))
    return Table(header, rows, notes or [])
