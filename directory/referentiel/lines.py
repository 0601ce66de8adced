"""A CSV file as checked lines: every cell is read through a method that says what was expected when it is not that."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Expected = str | Promise  # lazy where the phrase is ready before any error: translating it for each cell costs seconds

SHOWN_LENGTH = 60
DECIMAL = re.compile(r"-?\d{1,3}(\.\d+)?(e-\d{1,2})?", re.ASCII)
DIGITS = re.compile(r"\d{1,9}", re.ASCII)
COMMUNE_CODE = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)
TERRITORY_CODE = re.compile(r"\d{2,3}|2[AB]", re.ASCII)
SIREN = re.compile(r"\d{9}", re.ASCII)
POSTAL_CODE = re.compile(r"\d{5}", re.ASCII)

A_COMMUNE_CODE = gettext_lazy("un code INSEE de commune à cinq caractères, comme 01004 ou 2A004")
A_TERRITORY_CODE = gettext_lazy("un code à deux ou trois caractères, comme 01, 2A ou 974")
A_SIREN = gettext_lazy("un SIREN à neuf chiffres")
AN_INTEGER = gettext_lazy("un nombre entier positif, sans espace")


class ReferentielError(Exception):
    """A file that cannot be loaded: file, line (1 is the header), column, the value read and what was expected.

    Its text is a French sentence for the person who launched the load.
    """

    def __init__(
        self, file: str, expected: Expected, *, line: int | None = None, column: str = "", value: str | None = None
    ) -> None:
        self.file, self.line, self.column, self.value, self.expected = file, line, column, value, str(expected)
        place = file
        if line is not None:
            place += _(", ligne %(line)s") % {"line": line}
        if column:
            place += _(", colonne « %(column)s »") % {"column": column}
        if value is None:
            what = self.expected
        elif value:
            shown = value if len(value) <= SHOWN_LENGTH else value[:SHOWN_LENGTH] + "…"
            what = _("on y lit « %(value)s », il faut %(expected)s") % {"value": shown, "expected": self.expected}
        else:
            what = _("elle est vide, il faut %(expected)s") % {"expected": self.expected}
        super().__init__(
            _("%(place)s : %(what)s. Rien n’a été enregistré ; corrigez le fichier, puis relancez.")
            % {"place": place, "what": what}
        )


class Line:
    """One line of a file, its cells without surrounding spaces."""

    __slots__ = ("cells", "file", "number")

    def __init__(self, file: str, number: int, cells: dict[str, str]) -> None:
        self.file, self.number, self.cells = file, number, cells

    def error(self, column: str, expected: Expected) -> ReferentielError:
        return ReferentielError(self.file, expected, line=self.number, column=column, value=self.cells[column])

    def text(self, column: str, longest: int, *, optional: bool = False) -> str:
        value = self.cells[column]
        if not (value or optional) or len(value) > longest:
            raise self.error(column, _("un texte de 1 à %(longest)s caractères") % {"longest": longest})
        return value

    def matching(self, column: str, pattern: re.Pattern[str], expected: Expected, *, optional: bool = False) -> str:
        value = self.cells[column]
        if not (pattern.fullmatch(value) or (optional and not value)):
            raise self.error(column, expected)
        return value

    def among(self, column: str, values: tuple[str, ...]) -> str:
        value = self.cells[column]
        if value not in values:
            raise self.error(column, _("une de ces valeurs : %(values)s") % {"values": ", ".join(values)})
        return value

    def commune_code(self, column: str, *, optional: bool = False) -> str:
        return self.matching(column, COMMUNE_CODE, A_COMMUNE_CODE, optional=optional)

    def territory_code(self, column: str) -> str:
        return self.matching(column, TERRITORY_CODE, A_TERRITORY_CODE)

    def siren(self, column: str, *, optional: bool = False) -> str:
        return self.matching(column, SIREN, A_SIREN, optional=optional)

    def integer(self, column: str) -> int | None:
        """A number of inhabitants or communes; an empty cell is None."""
        value = self.matching(column, DIGITS, AN_INTEGER, optional=True)
        return int(value) if value else None

    def point(self) -> tuple[float, float] | tuple[None, None]:
        """Latitude and longitude in degrees, both or neither, in the columns `lat` and `lon`."""
        if not self.cells["lat"] and not self.cells["lon"]:
            return None, None
        return self._degrees("lat", 90), self._degrees("lon", 180)

    def _degrees(self, column: str, limit: int) -> float:
        value = self.cells[column]
        if not DECIMAL.fullmatch(value) or abs(float(value)) > limit:
            raise self.error(
                column, _("un nombre de degrés entre −%(limit)s et %(limit)s, avec un point décimal") % {"limit": limit}
            )
        return float(value)

    def several(self, column: str, pattern: re.Pattern[str], expected: Expected) -> tuple[str, ...]:
        """The values of a cell that separates them by « | »; an empty cell has none."""
        values = tuple(self.cells[column].split("|")) if self.cells[column] else ()
        if not all(pattern.fullmatch(value) for value in values):
            raise self.error(column, expected)
        return values

    def day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            raise self.error(column, _("une date comme 2026-01-01")) from None


def find_file(folder: Path, filename: str) -> Path:
    """The file in the folder, compressed or not: `communes.csv.gz` or `communes.csv`."""
    plain = folder / filename.removesuffix(".gz")
    for path in (folder / filename, plain, plain.with_name(plain.name + ".gz")):
        if path.is_file():
            return path
    raise ReferentielError(filename, _("ce fichier manque dans le dossier %(folder)s") % {"folder": folder})


def read_text(path: Path) -> str:
    """The whole file as text. Raises ReferentielError if it is truncated or not UTF-8."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ReferentielError(
                path.name, _("le fichier compressé est incomplet ou abîmé, il faut le reprendre à sa source")
            ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        end = data.find(b"\n", error.start)
        read = data[start : end if end >= 0 else len(data)].decode("utf-8", "replace")
        raise ReferentielError(
            path.name,
            _("un texte en UTF-8"),
            line=data.count(b"\n", 0, error.start) + 1,
            value=read,
        ) from None


def read_lines(folder: Path, filename: str, columns: tuple[str, ...]) -> Iterator[Line]:
    """The lines of a file that has at least these columns; other columns are left out."""
    path = find_file(folder, filename)
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in header]
        if missing:
            raise ReferentielError(
                path.name,
                _("les colonnes %(columns)s") % {"columns": ", ".join(columns)},
                line=1,
                column=missing[0],
                value=",".join(header),
            )
        before = reader.line_num
        for cells in reader:
            number, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise ReferentielError(
                    path.name,
                    _("une ligne de %(count)s cellules (%(columns)s)")
                    % {"count": len(header), "columns": ", ".join(header)},
                    line=number,
                    value=",".join(cells),
                )
            yield Line(path.name, number, dict(zip(header, map(str.strip, cells), strict=True)))
    except csv.Error:
        raise ReferentielError(
            path.name, _("la ligne n’est pas du CSV (guillemet ouvert, caractère nul)"), line=reader.line_num
        ) from None
