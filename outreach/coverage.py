"""The coverage board: how far the network has come with the collectivités of the région, in a fixed number of queries.

Each figure is a count of collectivités; its definition and its denominator are in DEFINITIONS, printed under the tables.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import COLLECTIVITE_NATURES, ContactState, Nature, PopulationBand
from directory.models import Actor
from outreach.models import CoverageTarget
from outreach.models.coverage_words import CoverageQuerySet, by_month, collectivites, first_meetings, met_when_set
from outreach.months import months_back
from outreach.pace import Pace

MONTHS = 24
BLANK_SHOWN = 12
STATES = tuple(ContactState)
NAME, TOTAL, MET, SHARE, PEOPLE = "nom", "total", "rencontrees", "part", "population"
LEVELS = {
    Nature.COMMUNE: gettext_lazy("Communes"),
    Nature.EPCI: gettext_lazy("Intercommunalités (EPCI)"),
    Nature.DEPARTEMENT: gettext_lazy("Départements"),
    Nature.REGION: gettext_lazy("Région"),
}
DEFINITIONS = (
    (
        gettext_lazy("Collectivités"),
        gettext_lazy(
            "Communes, intercommunalités à fiscalité propre (EPCI), départements et région du répertoire qui existent "
            "aujourd’hui. C’est le dénominateur de toutes les parts de cette page\u00a0: celles de la ligne où la part se trouve."
        ),
    ),
    (
        gettext_lazy("États du contact"),
        gettext_lazy(
            "Chaque collectivité a un seul état, tiré de faits\u00a0: touchée (courriel remis, échange noté, réponse écrite), "
            "rencontrée (visite, événement, entretien), engagée (service utilisé, groupe), adhérente (adhésion en cours). "
            "Un refus ou une pause passe avant. Un courriel ouvert ne compte pas."
        ),
    ),
    (
        gettext_lazy("Déjà rencontrées"),
        gettext_lazy(
            "Collectivités rencontrées au moins une fois, quel que soit leur état aujourd’hui (une adhérente qui n’a jamais "
            "reçu de visite n’en est pas\u00a0; une collectivité en pause qui en a reçu une en est). Part\u00a0: sur toutes les "
            "collectivités de la ligne."
        ),
    ),
    (
        gettext_lazy("Département et intercommunalité"),
        gettext_lazy(
            "Une collectivité compte une fois, dans le département de son siège\u00a0; le département compte avec les siennes. "
            "Une intercommunalité compte avec toutes ses communes."
        ),
    ),
    (
        gettext_lazy("Zone blanche"),
        gettext_lazy(
            "Intercommunalité ou département dont ni lui ni aucune de ses collectivités n’a jamais été rencontré."
        ),
    ),
    (
        gettext_lazy("Premières rencontres"),
        gettext_lazy(
            "Collectivités dont la première rencontre a eu lieu dans le mois\u00a0; chacune ne compte qu’une fois, pour toujours."
        ),
    ),
    (
        gettext_lazy("Objectif"),
        gettext_lazy(
            "Part des collectivités du territoire déjà rencontrées à une date. Le rythme attendu est la ligne droite entre le "
            "nombre de rencontrées le jour où l’objectif a été fixé et le nombre visé le dernier jour."
        ),
    ),
)


@dataclass
class Row:
    """One line of a table: how many collectivités in each state, of how many; `query`: the list of those it counts."""

    label: str
    query: dict[str, str]
    code: str = ""
    people: int | None = None
    url: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    met: int = 0
    place: tuple[float, float] | None = None

    def add(self, cell: dict[str, Any]) -> None:
        self.counts[cell["contact_state"]] += cell["count"]
        self.met += cell["count"] if cell["met"] else 0

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def share(self) -> float:
        """Met, in % of the line."""
        return 100 * self.met / self.total if self.total else 0.0

    @property
    def cells(self) -> list[tuple[ContactState, int, str]]:
        """Each state, how many, and the query of their list."""
        return [(state, self.counts[state], self.asked(etat=state.value)) for state in STATES]

    @property
    def all_query(self) -> str:
        return self.asked()

    @property
    def met_query(self) -> str:
        return self.asked(rencontre="oui")

    def asked(self, **more: str) -> str:
        return urlencode(self.query | more)

    def value(self, key: str) -> Any:
        """What the line is sorted by."""
        known = {TOTAL: self.total, MET: self.met, SHARE: self.share, PEOPLE: self.people or 0}
        return known[key] if key in known else self.counts[key]


@dataclass(frozen=True)
class Month:
    first: date
    count: int


@dataclass(frozen=True)
class Aim:
    """A target and where it stands."""

    target: CoverageTarget
    label: str
    pace: Pace


@dataclass
class Board:
    """All that a page of the board says. `place`: the département, None for the région."""

    whole: Row
    levels: list[Row]
    bands: list[Row]
    areas: list[Row]
    blank: list[Any]
    blank_count: int
    months: list[Month]
    aims: list[Aim]
    place: Actor | None = None


def sort_keys() -> list[str]:
    return [NAME, *STATES, TOTAL, MET, SHARE, PEOPLE]


def sorted_rows(rows: Sequence[Row], asked: str) -> tuple[list[Row], str]:
    """The lines in the order asked for (« part », « -part »: the largest first), and that order; their own if not understood."""
    key = asked.removeprefix("-")
    if key not in sort_keys() or asked in ("", NAME):
        return list(rows), NAME
    if key == NAME:
        return list(reversed(rows)), asked
    return sorted(rows, key=lambda row: row.value(key), reverse=asked.startswith("-")), asked


def board_of_region(region: str, *, today: date) -> Board:
    """The board of the whole région, by département."""
    rows = collectivites(region)
    departements = list(rows.departements().values("code", "name", "population"))
    areas = {
        found["code"]: Row(found["name"], {"departement": found["code"]}, found["code"], found["population"])
        for found in departements
    }
    cells = rows.cells()
    for cell in cells:
        if cell["where"] in areas:
            areas[cell["where"]].add(cell)
    whole, levels, bands = _summed(cells, {})
    whole.people = sum(cell["people"] or 0 for cell in cells if cell["nature"] == Nature.COMMUNE)
    meetings = first_meetings(today, rows)
    totals = {"": whole} | areas
    return Board(
        whole=whole,
        levels=levels,
        bands=bands,
        areas=list(areas.values()),
        months=_months(by_month(meetings, months_back(today, MONTHS)[0]), today),
        aims=_aims(list(CoverageTarget.objects.order_by("departement")), totals, meetings, today),
        **_blank(rows),
    )


def board_of_departement(region: str, departement: Actor, *, today: date) -> Board:
    """The board of one département, by intercommunalité."""
    code = departement.code
    rows = collectivites(region)
    inside = rows.counted_in(code)
    whole, levels, bands = _summed(inside.cells(), {"departement": code})
    whole.people = departement.population
    epcis = {
        found["pk"]: Row(
            found["name"],
            {"epci": found["code"]},
            found["code"],
            found["population"],
            place=None if found["latitude"] is None else (found["latitude"], found["longitude"]),
        )
        for found in rows.epcis_of(code).values("pk", "code", "name", "population", "latitude", "longitude")
    }
    for cell in rows.in_epci([row.code for row in epcis.values()]).cells_by_epci():
        if cell["group"] in epcis:
            epcis[cell["group"]].add(cell)
    meetings = first_meetings(today, inside)
    targets = list(CoverageTarget.objects.filter(departement=code))
    return Board(
        whole=whole,
        levels=levels,
        bands=bands,
        areas=list(epcis.values()),
        months=_months(by_month(meetings, months_back(today, MONTHS)[0]), today),
        aims=_aims(targets, {code: whole}, meetings, today, label=departement.name),
        place=departement,
        **_blank(rows.counted_in(code)),
    )


def _months(counts: dict[date, int], today: date) -> list[Month]:
    return [Month(first, counts.get(first, 0)) for first in months_back(today, MONTHS)]


def _summed(cells: Iterable[dict[str, Any]], scope: dict[str, str]) -> tuple[Row, list[Row], list[Row]]:
    """The whole, its levels that have any, and its communes by population."""
    whole = Row(_("Toutes les collectivités"), dict(scope))
    levels = {nature: Row(str(LEVELS[nature]), scope | {"niveau": nature.value}) for nature in LEVELS}
    bands = {
        band: Row(str(band.label), scope | {"niveau": Nature.COMMUNE.value, "tranche": band.value})
        for band in PopulationBand
    }
    for cell in cells:
        whole.add(cell)
        levels[Nature(cell["nature"])].add(cell)
        if cell["nature"] == Nature.COMMUNE and cell["band"]:
            bands[PopulationBand(cell["band"])].add(cell)
    shown = [levels[nature] for nature in reversed(COLLECTIVITE_NATURES) if levels[nature].total]
    return whole, shown, [row for row in bands.values() if row.total]


def _blank(rows: CoverageQuerySet) -> dict[str, Any]:
    """The largest of the areas where nobody was met, and how many there are."""
    blank = rows.blank()
    return {"blank": list(blank.largest_first().for_line()[:BLANK_SHOWN]), "blank_count": blank.count()}


def _aims(
    targets: list[CoverageTarget], totals: dict[str, Row], meetings: Any, today: date, label: str = ""
) -> list[Aim]:
    """Each target of an area that is counted. `label`: the area's name, if it is one alone."""
    known = [target for target in targets if target.departement in totals]
    before = met_when_set(meetings, known)
    return [
        Aim(
            target,
            label or (totals[target.departement].label if target.departement else _("La région")),
            Pace(
                total=totals[target.departement].total,
                percent=target.percent,
                met=totals[target.departement].met,
                met_then=before[target.pk],
                set_on=timezone.localdate(target.set_at),
                reach_by=target.reach_by,
                today=today,
            ),
        )
        for target in known
    ]
