"""Tables read row by row: whatever their encoding, delimiter or format, and refused in one sentence when they are none."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from soco.web import table_stream
from soco.web.imports import UnreadableTable
from soco.web.table_stream import Row, open_table

WINDOWS_NOTE = "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252 (Latin-1). Vérifiez les accents ci-dessous."


def written(folder: Path, data: bytes) -> Path:
    path = folder / "essai.csv"
    path.write_bytes(data)
    return path


def read(path: Path) -> tuple[list[Row], list[str]]:
    with open_table(path) as table:
        return list(table.rows), table.notes


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "essai.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_its_form(tmp_path: Path, delimiter: str, encoding: str, ending: str) -> None:
    text = ending.join([f'"nom, prénom"{delimiter}code', "", f"Éaunes {delimiter}'-1", ""])

    rows, notes = read(written(tmp_path, text.encode(encoding)))

    assert rows == [(1, ["nom, prénom", "code"]), (3, ["Éaunes", "-1"])]
    assert notes == []


def test_a_latin_1_csv_is_read_and_told(tmp_path: Path) -> None:
    assert read(written(tmp_path, "nom;code\nÉlan-sur-l’Œuf;1\n".encode("cp1252"))) == (
        [(1, ["nom", "code"]), (2, ["Élan-sur-l’Œuf", "1"])],
        [WINDOWS_NOTE],
    )


def test_the_line_that_tells_excel_its_separator_is_obeyed(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"sep=;\nnom, complet;code\na;b\n"))[0] == [
        (2, ["nom, complet", "code"]),
        (3, ["a", "b"]),
    ]


def test_a_quoted_cell_may_hold_lines_and_each_row_knows_its_own(tmp_path: Path) -> None:
    rows, _notes = read(written(tmp_path, b'a;b\n"deux\nlignes";x\nc;d\n'))

    assert rows == [(1, ["a", "b"]), (2, ["deux\nlignes", "x"]), (4, ["c", "d"])]


def test_a_workbook_is_read_as_texts(tmp_path: Path) -> None:
    path = workbook(
        tmp_path, ["code", "an"], [], [1004, 1988.0], [None, "=1+1"]
    )  # a formula without a saved value is empty

    assert read(path)[0] == [(1, ["code", "an"]), (3, ["1004", "1988"])]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (bytes(range(256)) * 8, "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien classeur Excel"),
        (b"PK\x03\x04 mais pas un classeur", "illisible ou prot"),
        (b"a;b\n" + b"x" * 300_000, "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
        (b'a;b\n"' + b"x\n" * 80_000, "mal form"),
        (b";".join([b"x"] * 300), "plus de 200 colonnes"),
        (b"\xff\xfea\x00;", "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableTable, match=sentence):
        read(written(tmp_path, data))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="ne peut pas être ouvert"):
        read(tmp_path / "absent.csv")


def test_a_workbook_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, ["a"], ["x" * 5000])
    monkeypatch.setattr(table_stream, "MAX_UNZIPPED_BYTES", 3000)

    with pytest.raises(UnreadableTable, match="trop gros une fois décompressé"):
        read(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "essai.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "bonjour")

    with pytest.raises(UnreadableTable, match="illisible ou protégé"):
        read(path)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for lines in (2_000, 60_000):
        path = written(tmp_path, b"code;nom\n" + b"16015;Angoulme et autres mots\n" * lines)
        tracemalloc.start()
        with open_table(path) as table:
            assert sum(1 for _row in table.rows) == lines + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 5_000_000  # the chunks of one million characters that look for the encoding


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_rows_or_one_sentence(tmp_path: Path, data: bytes) -> None:
    try:
        rows, _notes = read(written(tmp_path, data))
    except UnreadableTable as error:
        assert str(error)
    else:
        assert all(cells and line > 0 for line, cells in rows)
