"""What the lines of a file are matched against: the collectivités, the foreign towns and the jumelages of the répertoire."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.jumelage_lines import JumelageLine
from directory.matching import Collectivites, NotMatched, Place, Point, Town
from directory.models import Actor, Jumelage

YEARS = ("year_signed", "year_started")
PLACE_FIELDS = (
    *(
        "pk",
        "nature",
        "code",
        "name",
        "siren",
        "departement_codes",
        "former_names",
        "former_codes",
        "latitude",
        "longitude",
    ),
    *("successor_id", "valid_until"),
)
TOWN_FIELDS = ("pk", "name", "short_name", "country_id", "latitude", "longitude", "successor_id", "valid_until")
Row = dict[str, Any]


@dataclass(slots=True, eq=False)
class KnownLink:
    """A jumelage, of the répertoire or to be added (`pk` 0), and the years that the file adds to it."""

    pk: int
    kind: str
    year_signed: int | None
    year_started: int | None
    last_year: int | None = None  # of one that ended
    is_merged: bool = False
    pair: tuple[Any, Any] | None = None  # of a new one
    adds: dict[str, int] = field(default_factory=dict)

    def agrees(self, line: JumelageLine) -> bool:
        return all(getattr(line, name) in (None, getattr(self, name)) or getattr(self, name) is None for name in YEARS)

    def take(self, line: JumelageLine) -> dict[str, int]:
        """Complete the years that are empty; returns those."""
        if self.is_merged:
            return {}
        new = {
            name: value for name in YEARS if getattr(self, name) is None and (value := getattr(line, name)) is not None
        }
        if self.last_year is not None and any(year > self.last_year for year in new.values()):
            raise NotMatched(
                _("Ce jumelage est clos depuis %(year)d, avant l’année du fichier.") % {"year": self.last_year}
            )
        for name, value in new.items():
            setattr(self, name, value)
        self.adds |= new
        return new


def known_collectivites() -> Collectivites:
    rows = {row["pk"]: row for row in Actor.objects.collectivites().order_by("pk").values(*PLACE_FIELDS)}
    gone: dict[int, list[Row]] = defaultdict(list)
    for row in rows.values():
        if row["valid_until"] and (today := _today(row, rows)):
            gone[today["pk"]].append(row)
    departements = {row["code"]: row["name"] for row in rows.values() if row["nature"] == Nature.DEPARTEMENT}
    return Collectivites(
        (_place(row, gone[row["pk"]]) for row in rows.values() if not row["valid_until"]), departements
    )


def _today(row: Row, rows: dict[int, Row]) -> Row | None:
    """Who stands for a collectivité that ended; None if nobody does."""
    seen: set[int] = set()
    while row["valid_until"]:
        if row["pk"] in seen or row["successor_id"] not in rows:
            return None
        seen.add(row["pk"])
        row = rows[row["successor_id"]]
    return row


def _place(row: Row, gone: list[Row]) -> Place:
    return Place(
        pk=row["pk"],
        nature=row["nature"],
        code=row["code"],
        name=row["name"],
        departements=tuple(row["departement_codes"]),
        siren=row["siren"],
        former_names=(*row["former_names"], *(ended["name"] for ended in gone)),
        former_codes=(*row["former_codes"], *(ended["code"] for ended in gone)),
        point=_point(row),
    )


def known_towns(countries: set[str]) -> Iterator[Town]:
    """The foreign authorities of these countries, also by the names of those that became one with them.

    Those of the demonstration are none.
    """
    found = Actor.objects.foreign_authorities_of(countries).real().order_by("pk")
    rows = {row["pk"]: row for row in found.values(*TOWN_FIELDS)}
    towns = {
        row["pk"]: Town(row["pk"], row["country_id"], row["name"], row["short_name"], _point(row))
        for row in rows.values()
        if not row["valid_until"]
    }
    for row in rows.values():
        if row["valid_until"] and (today := _today(row, rows)):
            towns[today["pk"]].aliases += (row["name"], row["short_name"])
    yield from towns.values()


def known_links(collectivites: set[int]) -> dict[Any, list[KnownLink]]:
    """The jumelages in which one of these takes part, by pair, whichever leads."""
    known: dict[Any, list[KnownLink]] = defaultdict(list)
    for pk, one, other, kind, signed, started, ended_on, successor in Jumelage.objects.of_any(
        collectivites
    ).values_list("pk", "collectivite", "partner", "kind", *YEARS, "ended_on", "successor"):
        known[frozenset((one, other))].append(
            KnownLink(pk, kind, signed, started, ended_on and ended_on.year, successor is not None)
        )
    return known


def _point(row: Row) -> Point | None:
    return None if row["latitude"] is None else (row["latitude"], row["longitude"])
