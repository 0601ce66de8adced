"""Uploaded tables: what is read as it is, what is guessed and told, what is refused in one sentence."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from soco.web import imports
from soco.web.exports import FORMULA_STARTS, safe_cell
from soco.web.imports import UnreadableTable, read_table, unescaped

# A spreadsheet's moments have no time zone.
HALF_PAST_EIGHT, MIDNIGHT = datetime(2026, 1, 31, 8, 30), datetime(2026, 1, 31)  # noqa: DTZ001


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [("nom,code\nÉaunes,01001\n", ","), ("nom;code\nÉaunes;01001\n", ";"), ("nom\tcode\nÉaunes\t01001\n", "\t")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_its_delimiter_and_unicode(data: str, delimiter: str, encoding: str) -> None:
    table = read_table(data.encode(encoding))

    assert (table.header, table.rows, table.notes) == (["nom", "code"], [["Éaunes", "01001"]], [])


def test_a_latin_1_csv_is_read_and_told() -> None:
    table = read_table("nom;code\nÉlan-sur-l’Œuf;1\n".encode("cp1252"))

    assert table.rows == [["Élan-sur-l’Œuf", "1"]]
    assert table.notes == [
        "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252 (Latin-1). Vérifiez les accents ci-dessous."
    ]


def test_a_workbook_is_read_as_texts() -> None:
    table = read_table(
        xlsx(
            ["code", "population", "jour", "heure", "publie", "latitude", None],
            [1001, 860.0, date(2026, 1, 31), HALF_PAST_EIGHT, True, 46.15, None],
            ["01001", None, MIDNIGHT, None, False, -4.5, None],
            [None, None, None, None, None, None, None],
        )
    )

    assert table.header == ["code", "population", "jour", "heure", "publie", "latitude"]
    assert table.rows == [
        ["1001", "860", "2026-01-31", "2026-01-31T08:30:00", "oui", "46.15"],
        ["01001", "", "2026-01-31", "", "non", "-4.5"],
    ]


def test_short_lines_are_completed_and_blank_ones_keep_their_place() -> None:
    table = read_table(b"a,b,c\n1\n\n,2\n\n")

    assert table.rows == [["1", "", ""], ["", "", ""], ["", "2", ""]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (b" \n ", "Ce fichier est vide."),
        (b"\xff\xfe", "Ce fichier est vide."),
        (b"nom,code\n", "Ce fichier n’a pas de données sous la ligne des titres."),
        (b",,\n1,2\n", "La première ligne est vide : elle doit porter les noms des colonnes."),
        (b"a,b\n1,2\n1,2,3\n", "Ligne 3 : 3 cases pour 2 colonnes. Vérifiez séparateur et guillemets."),
        (
            bytes(range(256)) * 4,
            "Ce fichier n’est ni un CSV ni un classeur XLSX lisible : enregistrez-le en « CSV UTF-8 », puis recommencez.",
        ),
        (
            b"a,b\x00\n1,2\n",
            "Ce fichier n’est ni un CSV ni un classeur XLSX lisible : enregistrez-le en « CSV UTF-8 », puis recommencez.",
        ),
        (
            b"PK\x03\x04 nothing like a zip",
            "Ce classeur XLSX est illisible ou protégé : rouvrez-le, enregistrez-le de nouveau, puis recommencez.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
            "Ce fichier est un ancien classeur Excel (.xls) : enregistrez-le en .xlsx ou en .csv, puis recommencez.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read_table(data)

    assert str(refusal.value) == sentence


def test_a_huge_cell_is_refused() -> None:
    with pytest.raises(UnreadableTable, match="mal formé à la ligne 2"):
        read_table(b'a,b\n"' + b"x" * 200_000 + b'",1\n')


def test_a_workbook_without_its_sheet_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")

    with pytest.raises(UnreadableTable, match="illisible ou protégé"):
        read_table(file.getvalue())


def test_a_small_file_that_hides_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_UNZIPPED_BYTES", 1000)

    with pytest.raises(UnreadableTable, match="trop gros une fois décompressé"):
        read_table(xlsx(["a"], ["1"]))


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_LINES", 3)
    monkeypatch.setattr(imports, "MAX_COLUMNS", 2)
    monkeypatch.setattr(imports, "MAX_BYTES", 40)

    assert len(read_table(b"a\n1\n2\n3\n").rows) == 3
    with pytest.raises(UnreadableTable, match="dépasse 3 lignes"):
        read_table(b"a\n1\n2\n3\n4\n")
    with pytest.raises(UnreadableTable, match="plus de 2 colonnes"):
        read_table(b"a,b,c\n1\n")
    with pytest.raises(UnreadableTable, match="découpez-le"):
        read_table(b"a\n" * 30)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_an_export_escapes_an_import_reads_back(start: str) -> None:
    assert unescaped(safe_cell(f"{start}33 5 56")) == f"{start}33 5 56"


def test_an_apostrophe_that_belongs_to_the_text_stays() -> None:
    assert unescaped("'s-Hertogenbosch") == "'s-Hertogenbosch"
