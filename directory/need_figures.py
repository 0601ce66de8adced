"""The figures of what actors ask for: how many, how fast they are answered, by service, département, source and month."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.enums import Nature, Source
from directory.models import Actor, NeedQuerySet, Service


@dataclass(frozen=True)
class Line:
    """One line of a table. `late`: open beyond its day; `waiting`: open for longer than 60 days; `days`: the median, None without
    any answer; `query`: of the list of these needs, « » if no filter says them."""

    name: str
    total: int
    open: int
    late: int
    waiting: int
    answered: int
    dropped: int
    days: float | None
    query: str = ""

    @property
    def unanswered(self) -> int:
        """Those that never got an answer: still open, or dropped."""
        return self.total - self.answered


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    column: str
    lines: list[Line]


@dataclass(frozen=True)
class Figures:
    """`whole`: all the needs; `tables`: the same needs by service, département, source and month."""

    whole: Line
    tables: list[Table]

    @property
    def never_answered(self) -> list[Line]:
        """The services that were asked for and never gave an answer, the most asked for first."""
        lines = [line for line in self.tables[0].lines if not line.answered]
        return sorted(lines, key=lambda line: -line.total)


def figures_of(needs: NeedQuerySet, today: date) -> Figures:
    """The figures of some needs. Seven queries, whatever their number."""
    services = dict(Service.objects.values_list("code", "name"))
    places = dict(Actor.objects.of_nature([Nature.DEPARTEMENT]).values_list("code", "name"))

    def table(code: str, title: str, column: str, name: Callable[[Any], str], query: Callable[[Any], str]) -> Table:
        rows = needs.figures_by(code, today)
        lines = [_line(name(row["group"]), row, query(row["group"])) for row in rows]
        return Table(code, title, column, lines if code == "month" else sorted(lines, key=lambda line: -line.total))

    tables = [
        table(
            "service", _("Par service"), _("Service"),
            lambda code: services.get(code, _("aucun encore")), lambda code: f"service={code or 'aucun'}",
        ),
        table(
            "departement", _("Par département"), _("Département"),
            lambda code: places.get(code, code) or _("hors d’un département"),
            lambda code: f"departement={code}" if code in places else "",
        ),
        table("source", _("Par source"), _("Source"), lambda code: str(Source(code).label), lambda code: ""),
        table("month", _("Par mois"), _("Mois"), lambda day: date_format(day, "F Y"), lambda day: ""),
    ]  # fmt: skip
    return Figures(_line(_("Ensemble"), needs.figures(today)), tables)


def _line(name: str, row: dict[str, Any], query: str = "") -> Line:
    counts = {key: row[key] for key in ("total", "open", "late", "waiting", "answered", "dropped")}
    days = None if row["median"] is None else round(row["median"] / timedelta(days=1), 1)
    return Line(name=name, days=days, query=query, **counts)


def labels() -> list[str]:
    return [
        *(_("regroupement"), _("valeur"), _("exprimés"), _("à traiter"), _("en retard"), _("à traiter depuis plus de 60 jours")),
        *(_("répondus"), _("sans suite"), _("jamais répondus"), _("délai médian en jours"), _("délai calculé sur")),
    ]  # fmt: skip


def rows(figures: Figures) -> Iterator[list[Any]]:
    """Every table, one under the other, as cells under `labels`."""
    yield _cells("", figures.whole)
    for table in figures.tables:
        for line in table.lines:
            yield _cells(table.title, line)


def _cells(title: str, line: Line) -> list[Any]:
    return [
        *(title, line.name, line.total, line.open, line.late, line.waiting, line.answered, line.dropped),
        *(line.unanswered, "" if line.days is None else line.days, line.answered),
    ]
