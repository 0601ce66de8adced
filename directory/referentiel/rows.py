"""One typed row per line of each file. `line` is its number in the file, for the checks between files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .datasets import Dataset, dataset_of
from .lines import POSTAL_CODE, TERRITORY_CODE, Line, read_lines

Register = dict[str, Dataset]

ZONES = ("metro", "drom", "com")
LEGAL_FORMS = ("CC", "CA", "CU", "ME")
FORMER_KINDS = ("commune-deleguee", "commune-associee", "arrondissement-municipal")
ISO2, ISO3 = re.compile(r"[A-Z]{2}", re.ASCII), re.compile(r"[A-Z]{3}", re.ASCII)
THEME_CODE = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
SERVICE_CODE = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)
PORTAL_PAGE = re.compile(r"/(?!/)\S{0,199}", re.ASCII)
DAC_CODE = re.compile(r"\d{5}", re.ASCII)
SDG = re.compile(r"[1-9]|1[0-7]", re.ASCII)
PHONE = re.compile(r"(\+\d{1,3} ?)?\d[\d .]{5,20}", re.ASCII)
SUCCESSION_CODE = re.compile(r"\d{5}|2[AB]\d{3}|\d{9}", re.ASCII)

TERRITORY_CODES = gettext_lazy("des codes à deux ou trois caractères séparés par « | », comme 32|40")
POSTAL_CODES = gettext_lazy("des codes postaux à cinq chiffres séparés par « | »")
COMMUNE_OR_EPCI = gettext_lazy("le code INSEE d’une commune ou le SIREN d’une intercommunalité")
A_PHONE = gettext_lazy("un numéro de téléphone, comme 05 56 00 00 00")
AN_ISO2 = gettext_lazy("un code ISO de deux lettres capitales")
AN_ISO3 = gettext_lazy("un code ISO de trois lettres capitales")
A_THEME_CODE = gettext_lazy("un code en minuscules sans accent, comme eau-assainissement")
A_SERVICE_CODE = gettext_lazy("un code en minuscules sans accent, comme groupes_pays")
A_PORTAL_PAGE = gettext_lazy("une adresse du portail, qui commence par « / »")
DAC_CODES = gettext_lazy("des codes à cinq chiffres séparés par « | »")
SDGS = gettext_lazy("des nombres de 1 à 17 séparés par « | »")
_check_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A région, or (zone « com ») a territory overseas that has no région."""

    line: int
    code: str
    name: str
    zone: str
    seat: str
    member_count: int | None
    population: int | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class DepartementRow:
    line: int
    code: str
    name: str
    region: str
    zone: str
    seat: str
    member_count: int | None
    population: int | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class EpciRow:
    line: int
    siren: str
    name: str
    short_name: str
    legal_form: str
    member_count: int | None
    population: int | None
    regions: tuple[str, ...]
    departements: tuple[str, ...]
    seat: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class CommuneRow:
    line: int
    code: str
    name: str
    departement: str
    region: str
    epci: str
    population: int | None
    siren: str
    latitude: float | None
    longitude: float | None
    postal_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormerCommuneRow:
    """A commune déléguée or associée, or a municipal arrondissement, and the commune it is part of today."""

    line: int
    code: str
    name: str
    kind: str
    commune: str


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """A collectivité that ended, the one that took over, and the day it did. Codes of the same level."""

    line: int
    predecessor: str
    successor: str
    on: date


@dataclass(frozen=True, slots=True)
class ContactRow:
    """The town hall's generic address, never a person's; empty where the source has none."""

    line: int
    code: str
    address: str
    email: str
    phone: str
    website: str


@dataclass(frozen=True, slots=True)
class CountryRow:
    line: int
    iso2: str
    iso3: str
    name: str
    name_en: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class ThemeRow:
    line: int
    code: str
    name: str
    dac_codes: tuple[str, ...]
    sdgs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    line: int
    code: str
    name: str
    summary: str
    audience: str
    how_to_ask: str
    url: str


def read_regions(folder: Path, datasets: Register) -> dict[str, RegionRow]:
    rows = {}
    columns = ("code", "nom", "zone", "chef_lieu", "nb_communes", "population", "lat", "lon")
    for line in _unique_lines(folder, datasets, "regions", "code", columns):
        latitude, longitude = line.point()
        row = RegionRow(
            line=line.number,
            code=line.territory_code("code"),
            name=line.text("nom", 200),
            zone=line.among("zone", ZONES),
            seat=line.commune_code("chef_lieu", optional=True),
            member_count=line.integer("nb_communes"),
            population=line.integer("population"),
            latitude=latitude,
            longitude=longitude,
        )
        rows[row.code] = row
    return rows


def read_departements(folder: Path, datasets: Register) -> dict[str, DepartementRow]:
    rows = {}
    columns = ("code", "nom", "region", "zone", "chef_lieu", "nb_communes", "population", "lat", "lon")
    for line in _unique_lines(folder, datasets, "departements", "code", columns):
        latitude, longitude = line.point()
        row = DepartementRow(
            line=line.number,
            code=line.territory_code("code"),
            name=line.text("nom", 200),
            region=line.territory_code("region"),
            zone=line.among("zone", ZONES),
            seat=line.commune_code("chef_lieu", optional=True),
            member_count=line.integer("nb_communes"),
            population=line.integer("population"),
            latitude=latitude,
            longitude=longitude,
        )
        rows[row.code] = row
    return rows


def read_epcis(folder: Path, datasets: Register) -> dict[str, EpciRow]:
    rows = {}
    columns = (
        "siren", "nom", "nom_court", "type", "nb_communes", "population", "regions", "departements",
        "commune_principale", "lat", "lon",
    )  # fmt: skip
    for line in _unique_lines(folder, datasets, "epci", "siren", columns):
        latitude, longitude = line.point()
        row = EpciRow(
            line=line.number,
            siren=line.siren("siren"),
            name=line.text("nom", 200),
            short_name=line.text("nom_court", 120, optional=True),
            legal_form=line.among("type", LEGAL_FORMS),
            member_count=line.integer("nb_communes"),
            population=line.integer("population"),
            regions=line.several("regions", TERRITORY_CODE, TERRITORY_CODES),
            departements=line.several("departements", TERRITORY_CODE, TERRITORY_CODES),
            seat=line.commune_code("commune_principale", optional=True),
            latitude=latitude,
            longitude=longitude,
        )
        if not row.regions or not row.departements:
            raise line.error("departements" if row.regions else "regions", TERRITORY_CODES)
        rows[row.siren] = row
    return rows


def read_communes(folder: Path, datasets: Register) -> dict[str, CommuneRow]:
    rows = {}
    sirens: dict[str, int] = {}
    columns = (
        "code", "nom", "departement", "region", "epci", "population", "siren", "lat", "lon", "codes_postaux",
    )  # fmt: skip
    for line in _unique_lines(folder, datasets, "communes", "code", columns):
        latitude, longitude = line.point()
        row = CommuneRow(
            line=line.number,
            code=line.commune_code("code"),
            name=line.text("nom", 200),
            departement=line.territory_code("departement"),
            region=line.territory_code("region"),
            epci=line.siren("epci", optional=True),
            population=line.integer("population"),
            siren=line.siren("siren", optional=True),
            latitude=latitude,
            longitude=longitude,
            postal_codes=line.several("codes_postaux", POSTAL_CODE, POSTAL_CODES),
        )
        if row.siren:
            if row.siren in sirens:
                raise line.error("siren", _("un SIREN absent des lignes précédentes (déjà lu ligne %(line)s)")
                                 % {"line": sirens[row.siren]})  # fmt: skip
            sirens[row.siren] = line.number
        rows[row.code] = row
    return rows


def read_former_communes(folder: Path, datasets: Register) -> list[FormerCommuneRow]:
    """A code may be that of today's commune too: the commune déléguée where the new town hall sits keeps it."""
    return [
        FormerCommuneRow(
            line=line.number,
            code=line.commune_code("code"),
            name=line.text("nom", 100),
            kind=line.among("type", FORMER_KINDS),
            commune=line.commune_code("chef_lieu"),
        )
        for line in _unique_lines(folder, datasets, "communes_deleguees", "code", ("code", "nom", "type", "chef_lieu"))
    ]


def read_successions(folder: Path, datasets: Register) -> dict[str, SuccessionRow]:
    rows = {}
    for line in _unique_lines(folder, datasets, "successions", "predecesseur", ("predecesseur", "successeur", "date")):
        row = SuccessionRow(
            line=line.number,
            predecessor=line.matching("predecesseur", SUCCESSION_CODE, COMMUNE_OR_EPCI),
            successor=line.matching("successeur", SUCCESSION_CODE, COMMUNE_OR_EPCI),
            on=line.day("date"),
        )
        if len(row.predecessor) != len(row.successor) or row.predecessor == row.successor:
            raise line.error("successeur", _("le code d’une autre collectivité de même nature que le prédécesseur"))
        rows[row.predecessor] = row
    return rows


def read_contacts(folder: Path, datasets: Register) -> dict[str, ContactRow]:
    rows = {}
    for line in _unique_lines(folder, datasets, "contacts", "code", ("code", "adresse", "email", "telephone", "site")):
        row = ContactRow(
            line=line.number,
            code=line.commune_code("code"),
            address=line.text("adresse", 300, optional=True),
            email=_email(line),
            phone=line.matching("telephone", PHONE, A_PHONE, optional=True),
            website=_website(line),
        )
        rows[row.code] = row
    return rows


def read_countries(folder: Path, datasets: Register) -> dict[str, CountryRow]:
    rows = {}
    for line in _unique_lines(folder, datasets, "pays", "iso2", ("iso2", "iso3", "nom", "nom_en", "lat", "lon")):
        latitude, longitude = line.point()
        row = CountryRow(
            line=line.number,
            iso2=line.matching("iso2", ISO2, AN_ISO2),
            iso3=line.matching("iso3", ISO3, AN_ISO3),
            name=line.text("nom", 100),
            name_en=line.text("nom_en", 100),
            latitude=latitude,
            longitude=longitude,
        )
        rows[row.iso2] = row
    return rows


def read_oda_recipients(folder: Path, datasets: Register) -> dict[str, int]:
    """The countries eligible to official development assistance: ISO code to line number."""
    return {
        line.matching("iso2", ISO2, AN_ISO2): line.number
        for line in _unique_lines(folder, datasets, "beneficiaires_apd", "iso2", ("iso2",))
    }


def read_themes(folder: Path, datasets: Register) -> dict[str, ThemeRow]:
    rows = {}
    for line in _unique_lines(folder, datasets, "themes", "code", ("code", "nom", "cad", "odd")):
        row = ThemeRow(
            line=line.number,
            code=line.matching("code", THEME_CODE, A_THEME_CODE),
            name=line.text("nom", 100),
            dac_codes=line.several("cad", DAC_CODE, DAC_CODES),
            sdgs=tuple(int(sdg) for sdg in line.several("odd", SDG, SDGS)),
        )
        rows[row.code] = row
    return rows


def read_services(folder: Path, datasets: Register) -> dict[str, ServiceRow]:
    """What the network offers, in the order of the file."""
    rows = {}
    columns = ("code", "nom", "resume", "pour_qui", "comment", "page")
    for line in _unique_lines(folder, datasets, "services", "code", columns):
        row = ServiceRow(
            line=line.number,
            code=line.matching("code", SERVICE_CODE, A_SERVICE_CODE),
            name=line.text("nom", 100),
            summary=line.text("resume", 300),
            audience=line.text("pour_qui", 300),
            how_to_ask=line.text("comment", 1000),
            url=line.matching("page", PORTAL_PAGE, A_PORTAL_PAGE, optional=True),
        )
        rows[row.code] = row
    return rows


def _unique_lines(folder: Path, datasets: Register, dataset: str, key: str, columns: tuple[str, ...]) -> Iterator[Line]:
    """The lines of a dataset's file; the column `key` never has the same value twice."""
    seen: dict[str, int] = {}
    for line in read_lines(folder, dataset_of(datasets, dataset).filename, columns):
        value = line.cells[key]
        if value in seen:
            raise line.error(key, _("un code absent des lignes précédentes (déjà lu ligne %(line)s)")
                             % {"line": seen[value]})  # fmt: skip
        seen[value] = line.number
        yield line


def _email(line: Line) -> str:
    value = line.text("email", 254, optional=True)
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise line.error("email", _("une adresse électronique, comme mairie@exemple.fr")) from None
    return value


def _website(line: Line) -> str:
    value = line.text("site", 300, optional=True)
    if value:
        try:
            _check_url(value)
        except ValidationError:
            raise line.error("site", _("une adresse qui commence par http:// ou https://")) from None
    return value
