"""Files of jumelages for the tests: written on disk in any encoding or as a workbook, then imported."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from directory.jumelage_lines import Refusal
from directory.models import Jumelage
from directory.services import JumelageReport, import_jumelage_file

HEADER = "code_insee;commune;ancienne_commune;departement;partenaire;pays"


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "essai.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, *rows: list[Any], merged: str = "") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    path = folder / "essai.xlsx"
    book.save(path)
    return path


def imported(path: Path, **options: Any) -> JumelageReport:
    return import_jumelage_file(path, **{"name": path.name, "by": "lea@exemple.fr", **options})


def refusals(report: JumelageReport) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(told.line, told.why, told.candidates) for told in report.refusals]


def pairs() -> list[tuple[str, str, str]]:
    """(INSEE code, partner, country) of every jumelage, in order."""
    rows = Jumelage.objects.values_list("collectivite__code", "partner__name", "partner__country")
    return sorted(rows)


def all_refusals(path: Path) -> list[Refusal]:
    kept: list[Refusal] = []
    imported(path, dry_run=True, on_refusal=kept.append)
    return kept
