"""A file of jumelages, line by line: which column is which, what each cell says, and what cannot be read. No database here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.enums import COLLECTIVITE_NATURES, JumelageKind, Nature
from directory.matching import Designation, Point, fold

FIRST_YEAR, LAST_YEAR = 1900, 2100  # those of Jumelage
HEADER_WITHIN = 20  # lines: above the titles, a sheet often has its own
NAME_LENGTH = 200
SHOWN = 60

# Titles by which each column is known, the preferred one first; folded, so that accents, case and punctuation do not count.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": (
        "code_insee", "insee", "code_commune", "code", "codgeo", "code_insee_commune", "insee_com", "siren", "code_siren",
    ),
    "name": (
        "commune", "collectivite", "nom_commune", "ville", "commune_francaise", "ville_francaise", "collectivite_francaise",
        "nom_collectivite", "libelle_commune", "nom",
    ),
    "former": ("ancienne_commune", "commune_deleguee", "commune_associee", "ancien_nom"),
    "departement": (
        "departement", "code_departement", "dep", "dept", "dpt", "code_dep", "numero_departement", "nom_departement",
    ),
    "nature": ("nature", "niveau", "nature_collectivite"),
    "partner": (
        "partenaire", "ville_jumelee", "ville_jumelle", "commune_jumelee", "ville_partenaire", "nom_partenaire", "jumelee_avec",
        "jumelle", "collectivite_partenaire", "collectivite_etrangere", "ville_etrangere", "partner", "jumelage_avec",
    ),
    "partner_other": ("autre_nom", "partenaire_autre_nom", "autre_nom_partenaire", "nom_local"),
    "partner_code": ("partenaire_code", "code_partenaire", "partenaire_code_insee", "code_insee_partenaire"),
    "iso": ("pays_iso2", "iso2", "code_pays", "pays_code", "pays_iso3", "iso3", "pays_iso", "iso"),
    "country": ("pays", "pays_fr", "nom_pays", "pays_partenaire", "country", "pays_en", "etat"),
    "year_signed": (
        "annee_signature", "annee", "annee_de_signature", "signature", "date_signature", "date_de_signature", "annee_jumelage",
        "date_jumelage", "depuis", "date",
    ),
    "year_started": ("annee_debut", "annee_de_debut", "debut", "date_debut", "annee_de_debut_du_partenariat"),
    "kind": ("type", "type_de_lien", "type_lien", "nature_du_lien", "type_de_partenariat", "forme"),
    "latitude": ("partenaire_lat", "partenaire_latitude", "latitude_partenaire", "latitude", "lat"),
    "longitude": ("partenaire_lon", "partenaire_longitude", "longitude_partenaire", "longitude", "lon", "lng"),
}  # fmt: skip
KIND_WORDS = {
    "pacte d amitie": JumelageKind.PACTE,
    "charte d amitie": JumelageKind.PACTE,
    "charte": JumelageKind.PACTE,
    "amitie": JumelageKind.PACTE,
    "cooperation decentralisee": JumelageKind.COOPERATION,
    "convention": JumelageKind.COOPERATION,
    "partenariat": JumelageKind.COOPERATION,
    "transfrontaliere": JumelageKind.TRANSFRONTALIER,
    "action ponctuelle": JumelageKind.PONCTUELLE,
    "aide d urgence": JumelageKind.URGENCE,
    "1": JumelageKind.UN_POUR_CENT,
}


class UnreadableHeader(ValueError):
    """No line of titles is found; the message, in French, says what is missing."""


@dataclass(frozen=True, slots=True)
class JumelageLine:
    """What one line says, cell by cell; `kind` is empty and a year None when the file does not tell them."""

    number: int
    collectivite: Designation
    partner: str
    partner_other: str
    partner_code: str
    iso: str
    country: str
    year_signed: int | None
    year_started: int | None
    kind: str
    point: Point | None

    @property
    def read(self) -> str:
        """The line, short, for a report."""
        who = self.collectivite
        where = [who.code, who.name, who.former and f"({who.former})", who.departement]
        return " · ".join(filter(None, [" ".join(filter(None, where)), self.partner, self.country or self.iso]))[:200]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not imported: its number in the sheet, what was read, why, who may have been meant."""

    line: int
    read: str
    why: str
    candidates: tuple[str, ...] = ()


REFUSAL_TITLES = ("ligne", "lu", "raison", "candidats")


def refusal_cells(refusal: Refusal) -> tuple[int, str, str, str]:
    """A refused line as a row of a table, under REFUSAL_TITLES."""
    return refusal.line, refusal.read, refusal.why, " | ".join(refusal.candidates)


class _Wrong(ValueError):
    pass


@dataclass(slots=True)
class Header:
    """Where each known column is, and the titles that are left aside."""

    places: dict[str, int]
    ignored: list[str]

    @property
    def missing(self) -> list[str]:
        """What a line of titles must have and this one has not."""
        needed = {
            _("la commune (« code_insee », ou « commune » et « departement »)"): ("code", "name"),
            _("le partenaire (« partenaire »)"): ("partner",),
            _("le pays (« pays » ou « pays_iso2 »)"): ("iso", "country"),
        }
        return [words for words, columns in needed.items() if not any(column in self.places for column in columns)]


def understood(titles: Sequence[str]) -> Header:
    """The columns of a line of titles; of two that mean the same, the preferred title wins."""
    folded = [fold(title).replace(" ", "_") for title in titles]
    places = {}
    for column, names in COLUMNS.items():
        found = [folded.index(name) for name in names if name in folded]
        if found:
            places[column] = found[0]
    return Header(places, [title for rank, title in enumerate(titles) if title and rank not in places.values()])


def read_header(rows: Iterator[tuple[int, list[str]]]) -> Header:
    """Advance to the line of titles, within the first twenty, and understand it. Raises UnreadableHeader."""
    best: Header | None = None
    for _rank, (_number, cells) in zip(range(HEADER_WITHIN), rows, strict=False):
        header = understood(cells)
        if not header.missing:
            return header
        if best is None or len(header.places) > len(best.places):
            best = header
    if best is None:
        raise UnreadableHeader(_("Ce fichier est vide."))
    raise UnreadableHeader(
        _("La ligne des titres n’est pas reconnue. Il y manque\u00a0: %(missing)s.")
        % {"missing": "\u00a0; ".join(best.missing)}
    )


def read_lines(header: Header, rows: Iterable[tuple[int, list[str]]]) -> Iterator[JumelageLine | Refusal]:
    """Each line that holds something in a known column, read; or why it cannot be."""
    for number, cells in rows:
        told = {column: cells[place] if place < len(cells) else "" for column, place in header.places.items()}
        if not any(told.values()):
            continue
        try:
            yield _line(number, told)
        except _Wrong as error:
            yield Refusal(number, " · ".join(filter(None, told.values()))[:200], str(error))


def _line(number: int, told: dict[str, str]) -> JumelageLine:
    def cell(column: str) -> str:
        return " ".join(told.get(column, "").split())

    partner = cell("partner")
    if not partner:
        raise _Wrong(_("Le nom du partenaire manque."))
    if len(partner) > NAME_LENGTH:
        raise _Wrong(_("Le nom du partenaire dépasse %(most)d caractères.") % {"most": NAME_LENGTH})
    return JumelageLine(
        number=number,
        collectivite=Designation(
            code=cell("code")[:SHOWN],
            name=cell("name")[:NAME_LENGTH],
            former=cell("former")[:NAME_LENGTH],
            departement=cell("departement")[:SHOWN],
            nature=_nature(cell("nature")),
        ),
        partner=partner,
        partner_other=cell("partner_other")[:NAME_LENGTH],
        partner_code=cell("partner_code")[:SHOWN],
        iso=cell("iso")[:SHOWN],
        country=cell("country")[:NAME_LENGTH],
        year_signed=_year(cell("year_signed")),
        year_started=_year(cell("year_started")),
        kind=_kind(cell("kind")),
        point=_point(cell("latitude"), cell("longitude")),
    )


def _nature(text: str) -> str:
    if not text:
        return Nature.COMMUNE
    known = {fold(word): nature for nature in COLLECTIVITE_NATURES for word in (nature.value, str(nature.label))}
    if fold(text) not in known:
        raise _Wrong(_("La nature « %(text)s » n’est pas celle d’une collectivité.") % {"text": text[:SHOWN]})
    return known[fold(text)]


def _kind(text: str) -> str:
    if not text:
        return ""
    known = {fold(word): kind for kind in JumelageKind for word in (kind.value, str(kind.label))} | KIND_WORDS
    if fold(text) not in known:
        raise _Wrong(
            _("Le type de lien « %(text)s » n’est pas connu\u00a0: %(known)s.")
            % {"text": text[:SHOWN], "known": ", ".join(JumelageKind.values)}
        )
    return known[fold(text)].value


def _year(text: str) -> int | None:
    """The year of « 1988 », « 1988.0 », « 12/05/1988 » or « 1988-05-12 »; None if nothing is written."""
    if not text:
        return None
    told = re.fullmatch(r"(\d{4})(?:\.0+)?|(\d{4})-\d{2}-\d{2}(?:T.*)?|\d{1,2}[/.]\d{1,2}[/.](\d{4})", text, re.ASCII)
    year = int(next(filter(None, told.groups()))) if told else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _Wrong(
            _("L’année « %(text)s » ne se lit pas\u00a0: écrivez quatre chiffres, de %(first)d à %(last)d.")
            % {"text": text[:SHOWN], "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return year


def _point(latitude: str, longitude: str) -> Point | None:
    if not latitude and not longitude:
        return None
    try:
        point = float(latitude.replace(",", ".")), float(longitude.replace(",", "."))
    except ValueError:
        point = (float("nan"), float("nan"))
    if not (abs(point[0]) <= 90 and abs(point[1]) <= 180):
        raise _Wrong(
            _("Les coordonnées du partenaire (« %(point)s ») ne sont pas en degrés décimaux.")
            % {"point": " ".join(filter(None, [latitude[:20], longitude[:20]]))}
        )
    return point
