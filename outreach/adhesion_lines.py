"""A file of memberships, line by line: which column is which, what each cell says, and what cannot be read. No database here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from directory.matching import fold

HEADER_WITHIN = 20  # lines: above the titles, a sheet often has its own
FIRST_YEAR, LAST_YEAR = 1990, 2100  # those of Adhesion
NOTE_LENGTH = 250
SHOWN = 60

# Titles by which each column is known, the preferred one first; folded, so that accents, case and punctuation do not count.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "code_insee", "insee", "siren", "siret", "rna", "identifiant"),
    "name": ("nom", "collectivite", "commune", "adherent", "structure", "acteur"),
    "departement": ("departement", "code_departement", "dep", "dept"),
    "year": ("annee", "annee_d_adhesion", "annee_adhesion", "exercice", "year"),
    "starts_on": ("du", "debut", "date_de_debut", "date_debut", "date_d_adhesion", "date_adhesion", "depuis_le"),
    "ends_on": ("au", "fin", "date_de_fin", "date_fin", "jusqu_au", "echeance"),
    "note": ("note", "notes", "remarque", "commentaire", "observation"),
}
_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%dT%H:%M:%S")


class UnreadableHeader(ValueError):
    """No line of titles is found; the message, in French, says what is missing."""


class UnreadableLine(ValueError):
    """What a line says cannot be read; the message, in French, says which cell and why."""


@dataclass(frozen=True, slots=True)
class AdhesionLine:
    """What one line says; days are None where the file does not tell them, and the note « » likewise."""

    number: int
    code: str
    name: str
    departement: str
    year: int
    starts_on: date | None
    ends_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column is, and the titles that are left aside."""

    places: dict[str, int]
    ignored: list[str]


def read_header(rows: Iterator[tuple[int, list[str]]]) -> Header:
    """The line of titles, within the first ones. Raises UnreadableHeader."""
    for rank, (_number, cells) in enumerate(rows):
        header = _understood(cells)
        if "year" in header.places and header.places.keys() & {"code", "name"}:
            return header
        if rank >= HEADER_WITHIN:
            break
    raise UnreadableHeader(
        _(
            "Ce fichier n’a pas de ligne de titres comprise\u00a0: il faut une colonne «\u00a0année\u00a0», et une colonne "
            "«\u00a0code\u00a0» ou «\u00a0nom\u00a0»."
        )
    )


def read_lines(
    header: Header, rows: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[int, str, AdhesionLine | UnreadableLine]]:
    """Each line: its number, what was read in short, what it says or why it cannot be read."""
    for number, cells in rows:
        said = {column: cells[place].strip() if place < len(cells) else "" for column, place in header.places.items()}
        read = " · ".join(filter(None, (said.get(name, "") for name in ("code", "name", "departement", "year"))))[:200]
        try:
            yield number, read, _line(number, said)
        except UnreadableLine as error:
            yield number, read, error


def _understood(titles: Sequence[str]) -> Header:
    folded = [fold(title).replace(" ", "_") for title in titles]
    places = {}
    for column, names in COLUMNS.items():
        found = [folded.index(name) for name in names if name in folded]
        if found:
            places[column] = found[0]
    return Header(places, [title for rank, title in enumerate(titles) if title and rank not in places.values()])


def _line(number: int, said: dict[str, str]) -> AdhesionLine:
    if not said.get("code") and not said.get("name"):
        raise UnreadableLine(_("Ni code ni nom\u00a0: qui adhère\u00a0?"))
    starts_on, ends_on = (_day(said.get(name, "")) for name in ("starts_on", "ends_on"))
    if starts_on and ends_on and ends_on < starts_on:
        raise UnreadableLine(_("Le dernier jour («\u00a0au\u00a0») vient avant le premier («\u00a0du\u00a0»)."))
    return AdhesionLine(
        number=number,
        code=re.sub(r"[\s.]", "", said.get("code", "")).upper(),
        name=said.get("name", ""),
        departement=said.get("departement", ""),
        year=_year(said.get("year", "")),
        starts_on=starts_on,
        ends_on=ends_on,
        note=said.get("note", "")[:NOTE_LENGTH],
    )


def _year(text: str) -> int:
    if not text:
        raise UnreadableLine(_("L’année manque."))
    if not re.fullmatch(r"\d{4}(\.0+)?", text, re.ASCII) or not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise UnreadableLine(
            _("L’année «\u00a0%(text)s\u00a0» n’est pas comprise\u00a0: quatre chiffres, entre 1990 et 2100.")
            % {"text": text[:SHOWN]}
        )
    return int(text[:4])


def _day(text: str) -> date | None:
    if not text:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no hour
        except ValueError:
            continue
    raise UnreadableLine(
        _("La date «\u00a0%(text)s\u00a0» n’est pas comprise\u00a0: écrivez 31/12/2026.") % {"text": text[:SHOWN]}
    )
