"""The register of the official files: who produces each, under which licence, of which vintage, and what it feeds.

The register travels with the files (`jeux.csv`), so that a folder of another year brings its own vintages.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from .lines import ReferentielError, find_file, read_lines

DATA_FOLDER = Path(__file__).resolve().parents[1] / "data"
REGISTER = "jeux.csv"
COLUMNS = (
    "code",
    "fichier",
    "titre",
    "producteur",
    "licence",
    "licence_url",
    "millesime",
    "millesime_libelle",
    "alimente",
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file. `vintage` is the day its facts are true at, None if the source does not say; `vintage_label` says it in
    French in all cases; `feeds` names what it fills in the portal."""

    code: str
    title: str
    producer: str
    licence: str
    licence_url: str
    vintage: date | None
    vintage_label: str
    filename: str
    feeds: str


def read_datasets(folder: Path = DATA_FOLDER) -> dict[str, Dataset]:
    """The register of a folder, by code, in its order. Raises ReferentielError."""
    datasets: dict[str, Dataset] = {}
    for line in read_lines(folder, REGISTER, COLUMNS):
        code = line.text("code", 40)
        if code in datasets:
            raise line.error("code", _("un code qui ne figure pas déjà plus haut"))
        datasets[code] = Dataset(
            code=code,
            title=line.text("titre", 200),
            producer=line.text("producteur", 200),
            licence=line.text("licence", 100),
            licence_url=line.text("licence_url", 200, optional=True),
            vintage=line.day("millesime") if line.cells["millesime"] else None,
            vintage_label=line.text("millesime_libelle", 200),
            filename=line.text("fichier", 100),
            feeds=line.text("alimente", 200),
        )
    return datasets


def dataset_of(datasets: dict[str, Dataset], code: str) -> Dataset:
    if code not in datasets:
        raise ReferentielError(REGISTER, _("il manque la ligne du jeu « %(code)s »") % {"code": code})
    return datasets[code]


def path_of(folder: Path, dataset: Dataset) -> Path:
    return find_file(folder, dataset.filename)


DATASETS: tuple[Dataset, ...] = tuple(read_datasets().values())
