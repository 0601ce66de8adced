"""The official files together: every reference from one file to another is checked, and rows are cut by région."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from .datasets import DATA_FOLDER, Dataset, dataset_of, path_of, read_datasets
from .lines import ReferentielError
from .rows import (
    CommuneRow,
    CountryRow,
    DepartementRow,
    EpciRow,
    FormerCommuneRow,
    RegionRow,
    ServiceRow,
    SuccessionRow,
    ThemeRow,
    read_communes,
    read_countries,
    read_departements,
    read_epcis,
    read_former_communes,
    read_oda_recipients,
    read_regions,
    read_services,
    read_successions,
    read_themes,
)

WHOLE_OF_FRANCE = "all"
PARTS = (
    "regions", "departements", "epci", "communes", "communes_deleguees", "successions",
    "pays", "beneficiaires_apd", "themes", "services",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Referentiel:
    """Everything `load_referentiel` writes, checked.

    `former` and `former_of` hold the former communes, by today's commune and by their own code.
    """

    datasets: dict[str, Dataset]
    regions: dict[str, RegionRow]
    departements: dict[str, DepartementRow]
    epcis: dict[str, EpciRow]
    communes: dict[str, CommuneRow]
    former: dict[str, list[FormerCommuneRow]]
    former_of: dict[str, str]
    successions: dict[str, SuccessionRow]
    countries: dict[str, CountryRow]
    oda_recipients: frozenset[str]
    themes: dict[str, ThemeRow]
    services: dict[str, ServiceRow]

    def vintage(self, dataset: str) -> date | None:
        return self.datasets[dataset].vintage

    def knows_scope(self, scope: str) -> bool:
        """Is `scope` « all » or the code of a région of the file?"""
        return scope == WHOLE_OF_FRANCE or scope in self.regions


def read_referentiel(folder: Path = DATA_FOLDER) -> Referentiel:
    """Reads and checks all the files of a folder. Raises ReferentielError at the first line that does not hold."""
    datasets = read_datasets(folder)
    former = read_former_communes(folder, datasets)
    by_commune: dict[str, list[FormerCommuneRow]] = defaultdict(list)
    for row in former:
        by_commune[row.commune].append(row)
    oda = read_oda_recipients(folder, datasets)
    referentiel = Referentiel(
        datasets=datasets,
        regions=read_regions(folder, datasets),
        departements=read_departements(folder, datasets),
        epcis=read_epcis(folder, datasets),
        communes=read_communes(folder, datasets),
        former=dict(by_commune),
        former_of={row.code: row.commune for row in former},
        successions=read_successions(folder, datasets),
        countries=read_countries(folder, datasets),
        oda_recipients=frozenset(oda),
        themes=read_themes(folder, datasets),
        services=read_services(folder, datasets),
    )
    _check_references(referentiel, former, oda)
    return referentiel


def checksums(folder: Path, codes: tuple[str, ...], datasets: dict[str, Dataset]) -> dict[str, str]:
    """The SHA-256 of each dataset's file, as it lies in the folder."""
    return {
        code: hashlib.sha256(path_of(folder, dataset_of(datasets, code)).read_bytes()).hexdigest() for code in codes
    }


def _check_references(whole: Referentiel, former: list[FormerCommuneRow], oda: dict[str, int]) -> None:
    def refuse(dataset: str, line: int, column: str, value: str, expected: str) -> ReferentielError:
        filename = whole.datasets[dataset].filename
        return ReferentielError(filename, expected, line=line, column=column, value=value)

    region_wanted = _("un code présent dans le fichier des régions")
    departement_wanted = _("un code présent dans le fichier des départements")
    epci_wanted = _("un SIREN présent dans le fichier des intercommunalités")
    commune_wanted = _("un code présent dans le fichier des communes")

    for region in whole.regions.values():
        if region.seat and region.seat not in whole.communes:
            raise refuse("regions", region.line, "chef_lieu", region.seat, commune_wanted)
    for departement in whole.departements.values():
        if departement.region not in whole.regions:
            raise refuse("departements", departement.line, "region", departement.region, region_wanted)
        if departement.seat and departement.seat not in whole.communes:
            raise refuse("departements", departement.line, "chef_lieu", departement.seat, commune_wanted)
    for epci in whole.epcis.values():
        for code in epci.regions:
            if code not in whole.regions:
                raise refuse("epci", epci.line, "regions", code, region_wanted)
        for code in epci.departements:
            if code not in whole.departements:
                raise refuse("epci", epci.line, "departements", code, departement_wanted)
            if whole.departements[code].region not in epci.regions:
                expected = _("un département d’une des régions de la ligne")
                raise refuse("epci", epci.line, "departements", code, expected)
        if epci.seat and epci.seat not in whole.communes:
            raise refuse("epci", epci.line, "commune_principale", epci.seat, commune_wanted)
    for commune in whole.communes.values():
        if commune.departement not in whole.departements:
            raise refuse("communes", commune.line, "departement", commune.departement, departement_wanted)
        region_code = whole.departements[commune.departement].region
        if commune.region != region_code:
            expected = _("%(code)s, la région du département %(departement)s") % {
                "code": region_code,
                "departement": commune.departement,
            }
            raise refuse("communes", commune.line, "region", commune.region, expected)
        if commune.epci and commune.epci not in whole.epcis:
            raise refuse("communes", commune.line, "epci", commune.epci, epci_wanted)
        if commune.epci and commune.region not in whole.epcis[commune.epci].regions:
            expected = _("une intercommunalité de la région de la commune")
            raise refuse("communes", commune.line, "epci", commune.epci, expected)
    for row in former:
        if row.commune not in whole.communes:
            raise refuse("communes_deleguees", row.line, "chef_lieu", row.commune, commune_wanted)
    for succession in whole.successions.values():
        known = whole.communes if len(succession.successor) == 5 else whole.epcis
        if succession.successor not in known and succession.successor not in whole.successions:
            expected = _("le code d’une collectivité présente dans les fichiers, ou d’un prédécesseur de celui-ci")
            raise refuse("successions", succession.line, "successeur", succession.successor, expected)
        if succession.predecessor in known:
            expected = _("le code d’une collectivité absente des fichiers")
            raise refuse("successions", succession.line, "predecesseur", succession.predecessor, expected)
    for iso2, number in oda.items():
        if iso2 not in whole.countries:
            expected = _("un code présent dans le fichier des pays")
            raise refuse("beneficiaires_apd", number, "iso2", iso2, expected)
