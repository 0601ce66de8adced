"""A workbook, .xlsx or .xls, as rows of texts named by the columns of XLSForm; what is wrong with it is said in French. Pure."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import openpyxl
import xlrd
from django.utils.translation import gettext as _
from pyxform import aliases

from soco.web.imports import CONTROLS, OLD_EXCEL, ZIP, broken_workbook

from .container import workbook_stream
from .words import CHOICES, OWN, SETTINGS, SURVEY

MAX_BYTES = 5_000_000
MAX_UNZIPPED_BYTES = 50_000_000  # a workbook is a zip: a small one may hide a huge one
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MOST_PROBLEMS = 100
# Columns are written « bind:relevant », « bind::relevant » or « relevant »: the same.
HOLDERS = ("bind", "control", "body", "instance", "media")


@dataclass(frozen=True)
class Problem:
    """What keeps a file from being read; `row` as the spreadsheet numbers it, None for the whole sheet."""

    sheet: str
    row: int | None
    sentence: str

    def __str__(self) -> str:
        if not self.sheet:
            return self.sentence
        place = _("feuille %(sheet)s") % {"sheet": self.sheet}
        if self.row is not None:
            place = _("%(sheet)s, ligne %(row)d") % {"sheet": place, "row": self.row}
        return f"{place[0].upper()}{place[1:]}\u00a0: {self.sentence}"


class XlsformError(ValueError):
    """A file that is not imported, with everything that was found wrong."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = problems[:MOST_PROBLEMS]


@dataclass(frozen=True)
class Row:
    """`cells`: by column, then by language (« » for none), what is not empty."""

    sheet: str
    number: int
    cells: dict[str, dict[str, str]]

    def get(self, column: str) -> str:
        """A cell whose blanks around do not count."""
        return next((text.strip() for text in self.cells.get(column, {}).values()), "")

    def text(self, column: str, languages: Iterable[str]) -> str:
        """A text for people, in the first of these languages in which it is written, else in any; as it is."""
        said = self.cells.get(column, {})
        return next((said[language] for language in languages if language in said), next(iter(said.values()), ""))

    def own(self, column: str) -> str:
        """A text for people that has no language, as it is."""
        return next(iter(self.cells.get(column, {}).values()), "")

    def problem(self, sentence: str) -> Problem:
        return Problem(self.sheet, self.number, sentence)


@dataclass
class Sheet:
    """A sheet of an XLSForm; `languages` in the order of its columns."""

    name: str
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def read_sheets(data: bytes) -> dict[str, Sheet]:
    """The sheets survey, choices and settings, those that the file has. Raises XlsformError."""
    if not data:
        raise _refused(_("Ce fichier est vide."))
    if len(data) > MAX_BYTES:
        raise _refused(
            _("Ce fichier dépasse %(limit)d Mo\u00a0: un questionnaire en fait bien moins.")
            % {"limit": MAX_BYTES // 1_000_000}
        )
    if data.startswith(ZIP):
        tables = _xlsx(data)
    elif data.startswith(OLD_EXCEL):
        tables = _xls(data)
    else:
        raise _refused(_("Ce fichier n’est pas un classeur Excel\u00a0: donnez un XLSForm en .xlsx ou en .xls."))
    return _named(tables)


def _refused(sentence: str) -> XlsformError:
    return XlsformError(Problem("", None, sentence))


Tables = dict[str, list[list[str]]]


def _xlsx(data: bytes) -> Tables:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED_BYTES:
                raise _refused(_("Ce classeur est trop gros une fois décompressé."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that we do not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                tables: Tables = {}
                for sheet in _chosen([sheet.title for sheet in book.worksheets]):
                    rows = book[sheet].iter_rows(values_only=True)
                    tables[sheet] = _bounded(sheet, ([_text(value) for value in row] for row in rows))
                return tables
            finally:
                book.close()
    except XlsformError:
        raise
    except Exception as error:  # openpyxl lets through whatever its zip and XML readers raise
        raise _refused(broken_workbook()) from error


def _xls(data: bytes) -> Tables:
    try:
        stream = workbook_stream(data)
        book = xlrd.open_workbook(file_contents=stream, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
        try:
            return {
                name: _bounded(name, _xls_rows(book, book.sheet_by_name(name))) for name in _chosen(book.sheet_names())
            }
        finally:
            book.release_resources()
    except XlsformError:
        raise
    except Exception as error:  # xlrd reads a binary format: a broken file makes it raise anything
        raise _refused(
            _("Ce classeur XLS est illisible ou protégé\u00a0: rouvrez-le, enregistrez-le en .xlsx, puis recommencez.")
        ) from error


def _xls_rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[list[str]]:
    for row in islice(sheet.get_rows(), MAX_ROWS + 2):
        yield [_xls_text(book, cell) for cell in row]


def _xls_text(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _text(xlrd.xldate_as_datetime(cell.value, book.datemode))
    return _text(cell.value)


def _chosen(names: list[str]) -> list[str]:
    """The sheets to read; the only one of a workbook is its survey, whatever its name."""
    if len(names) == 1:
        return names
    return [name for name in names if name.strip().lower() in (SURVEY, CHOICES, SETTINGS)]


def _bounded(sheet: str, rows: Iterable[list[str]]) -> list[list[str]]:
    found = []
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise XlsformError(
                Problem(sheet, None, _("elle dépasse %(limit)d lignes.") % {"limit": MAX_ROWS}),
            )
        while row and not row[-1].strip():
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise XlsformError(
                Problem(sheet, number + 1, _("elle dépasse %(limit)d colonnes.") % {"limit": MAX_COLUMNS})
            )
        found.append(row)
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return CONTROLS.sub("", str(value))


def _named(tables: Tables) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for title, table in tables.items():
        name = title.strip().lower() if len(tables) > 1 or title.strip().lower() == SURVEY else SURVEY
        if name in sheets:
            problems.append(Problem(title, None, _("deux feuilles portent ce nom.")))
        sheets[name] = _sheet(title, name, table, problems)
    if SURVEY not in sheets:
        problems.append(
            Problem("", None, _("Ce classeur n’a pas de feuille «\u00a0survey\u00a0»\u00a0: est-ce un XLSForm\u00a0?"))
        )
    if problems:
        raise XlsformError(*problems)
    return sheets


def _sheet(title: str, name: str, table: list[list[str]], problems: list[Problem]) -> Sheet:
    sheet = Sheet(title)
    heads = [column_of(head, name) for head in (table[0] if table else [])]
    for column, language in dict.fromkeys(head for head in heads if head[0] and heads.count(head) > 1):
        told = f"{column}::{language}" if language else column
        problems.append(
            Problem(title, 1, _("deux colonnes disent la même chose\u00a0: «\u00a0%(name)s\u00a0».") % {"name": told})
        )
    sheet.columns = list(dict.fromkeys(column for column, _language in heads if column))
    sheet.languages = list(dict.fromkeys(language for _column, language in heads if language))
    for number, line in enumerate(table[1:], start=2):
        cells: dict[str, dict[str, str]] = {}
        for (column, language), text in zip(heads, line, strict=False):
            if column and text.strip():
                cells.setdefault(column, {})[language] = text
        if cells:
            sheet.rows.append(Row(title, number, cells))
    return sheet


def column_of(head: str, sheet: str) -> tuple[str, str]:
    """The column and the language that a header says: « label::English (en) » → label, english (en). Old spellings are those that
    pyxform knows."""
    parts = [part.strip().lower() for part in re.split(r"::?", head.replace("jr:", ""))]
    if parts[0] in HOLDERS and len(parts) > 1:
        parts = parts[1:] if parts[0] != "instance" else [f"{parts[0]}::{parts[1]}", *parts[2:]]
    column = re.sub(r"\s+", "_", parts[0])
    known = {SETTINGS: aliases.settings_header, CHOICES: aliases.list_header}.get(sheet, aliases.survey_header)
    target = known.get(column, column)
    if not column.startswith(OWN) and "::" not in column:
        column = (target if isinstance(target, str) else target[-1]).removeprefix("jr:").replace(" ", "_").lower()
    return column, parts[1] if len(parts) > 1 else ""
