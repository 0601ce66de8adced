"""The official files, read and checked: which they are, their lines as typed rows, the whole. No database here."""

from .datasets import DATA_FOLDER, DATASETS, Dataset, read_datasets
from .french_names import read_french_names
from .lines import ReferentielError
from .rows import (
    CommuneRow,
    ContactRow,
    CountryRow,
    DepartementRow,
    EpciRow,
    FormerCommuneRow,
    RegionRow,
    SuccessionRow,
    ThemeRow,
    read_communes,
    read_contacts,
    read_countries,
    read_departements,
    read_epcis,
    read_former_communes,
    read_oda_recipients,
    read_regions,
    read_successions,
    read_themes,
)
from .whole import Referentiel, read_referentiel

__all__ = [
    "DATASETS",
    "DATA_FOLDER",
    "CommuneRow",
    "ContactRow",
    "CountryRow",
    "Dataset",
    "DepartementRow",
    "EpciRow",
    "FormerCommuneRow",
    "Referentiel",
    "ReferentielError",
    "RegionRow",
    "SuccessionRow",
    "ThemeRow",
    "read_communes",
    "read_contacts",
    "read_countries",
    "read_datasets",
    "read_departements",
    "read_epcis",
    "read_former_communes",
    "read_french_names",
    "read_oda_recipients",
    "read_referentiel",
    "read_regions",
    "read_successions",
    "read_themes",
]
