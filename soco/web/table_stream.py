"""Tables read row by row, CSV or XLSX: the memory stays flat whatever the length of the file.

`imports.read_table` holds a whole upload; this reader is for files of any length. Same formats, same French sentences.
"""

import codecs
import csv
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import openpyxl
from django.utils.translation import gettext as _

from .imports import (
    CONTROLS,
    MAX_COLUMNS,
    MAX_UNZIPPED_BYTES,
    MOST_LETTERS_OF_A_CELL,
    OLD_EXCEL,
    ZIP,
    UnreadableTable,
    broken_workbook,
    cell_text,
    not_a_table,
    old_workbook,
    read_in_windows_1252,
    unescaped,
)

CHUNK = 1_000_000
LONGEST_LINE = 200_000  # characters
_SEPARATOR_TOLD = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # the first line by which some programs tell Excel
_QUOTED = re.compile(r'"[^"]*"')

Row = tuple[int, list[str]]


@dataclass
class TableStream:
    """The rows of a file, each with its line in the sheet (1 is the first); blank ones are left out. `notes`: what was guessed."""

    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_table(path: Path) -> Iterator[TableStream]:
    """Open a CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252) or the first sheet of an XLSX workbook.

    Raises UnreadableTable, at once or while the rows are read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UnreadableTable(_("Le fichier %(path)s ne peut pas être ouvert.") % {"path": path}) from error
    if not start:
        raise UnreadableTable(_("Ce fichier est vide."))
    if start.startswith(OLD_EXCEL):
        raise UnreadableTable(old_workbook())
    if start.startswith(ZIP):
        yield TableStream(_told_apart(_workbook_rows(path)))
        return
    encoding, notes = _encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        yield TableStream(_told_apart(_csv_rows(text)), notes)


def _told_apart(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows that hold something, their cells stripped, without empty cells at the end."""
    for line, cells in rows:
        stripped = [unescaped(cell.replace("\u00a0", " ").strip()) for cell in cells]
        while stripped and not stripped[-1]:
            stripped.pop()
        if len(stripped) > MAX_COLUMNS:
            raise UnreadableTable(
                _("Ligne %(line)d : plus de %(limit)d colonnes. Vérifiez le séparateur et les guillemets.")
                % {"line": line, "limit": MAX_COLUMNS}
            )
        if stripped:
            yield line, stripped


def _encoding(path: Path) -> tuple[str, list[str]]:
    """The encoding that reads the whole file, found by reading it once; a file that is no text is refused."""
    with path.open("rb") as file:
        start = file.read(4)
    is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]:
        try:
            with path.open(encoding=encoding, newline="") as text:
                while chunk := text.read(CHUNK):
                    if CONTROLS.search(chunk):
                        raise UnreadableTable(not_a_table())
        except UnicodeError:
            continue
        return encoding, [read_in_windows_1252()] if encoding == "cp1252" else []
    raise UnreadableTable(not_a_table())


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableTable(not_a_table())
        yield line


def _csv_rows(text: TextIO) -> Iterator[Row]:
    delimiter, skipped = "", 0
    for line in _lines(text):  # the first line that holds something says how cells are parted
        if told := _SEPARATOR_TOLD.fullmatch(line):
            delimiter, skipped = told[1], skipped + 1
            break
        if line.strip():
            bare = _QUOTED.sub("", line)
            delimiter = max(";,\t", key=bare.count)
            break
    text.seek(0)
    lines = _lines(text)
    for _number in range(skipped):
        next(lines)
    csv.field_size_limit(MOST_LETTERS_OF_A_CELL)  # the whole process shares it, and a library may have lifted it
    reader = csv.reader(lines, delimiter=delimiter or ",")
    before = skipped
    try:
        for cells in reader:
            yield before + 1, cells
            before = skipped + reader.line_num
    except csv.Error as error:
        raise UnreadableTable(
            _("Le CSV est mal formé à la ligne %(line)d (guillemets non fermés ?).") % {"line": before + 1}
        ) from error


def _workbook_rows(path: Path) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED_BYTES:
                raise UnreadableTable(_("Ce classeur est trop gros une fois décompressé : découpez-le."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that we do not read
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if not book.worksheets:
                raise UnreadableTable(_("Ce classeur n’a pas de feuille de calcul."))
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # those that a file declares may lie
            for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
                yield line, [cell_text(value) for value in row]
        finally:
            book.close()
    except UnreadableTable:
        raise
    except Exception as error:  # openpyxl lets through whatever its zip and XML readers raise
        raise UnreadableTable(broken_workbook()) from error
