"""The month of a voltigeur, or of all together, beside the month before: visits, first meetings, needs, promises.

Free texts (reports, notes, the details of a need) are never in it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Need
from outreach.enums import NoteKind, VisitKind, VisitState
from outreach.models import Commitment, ContactFact, QuickNote, Visit, report_words
from outreach.months import last_day, month_words, shifted
from soco.accounts.models import User

SHOWN_STATES = (
    VisitState.DONE,
    VisitState.POSTPONED,
    VisitState.ABSENT,
    VisitState.REFUSED,
    VisitState.CANCELLED,
    VisitState.PLANNED,
)
DEFINITIONS = (
    (
        gettext_lazy("Visites"),
        gettext_lazy(
            "Celles dont le jour est dans le mois, par type et par résultat\u00a0; les heures sont celles des réalisées."
        ),
    ),
    (
        gettext_lazy("Kilomètres"),
        gettext_lazy("Ceux notés dans les comptes rendus du mois, que la visite ait abouti ou non."),
    ),
    (
        gettext_lazy("Premières rencontres"),
        gettext_lazy(
            "Collectivités que le réseau n’avait jamais rencontrées, et dont la première rencontre est une de ces visites."
        ),
    ),
    (
        gettext_lazy("Besoins"),
        gettext_lazy(
            "Notés dans le mois à partir d’une de ces visites ou d’un échange\u00a0; clos dans le mois par cette personne, ou "
            "nés d’une de ses visites."
        ),
    ),
    (
        gettext_lazy("Engagements"),
        gettext_lazy(
            "Tenus\u00a0: faits dans le mois. En retard\u00a0: échus et non tenus à la fin du mois (aujourd’hui, s’il dure encore)."
        ),
    ),
)


@dataclass(frozen=True)
class Figure:
    """One figure of the month, and what it was the month before."""

    label: str
    value: float
    before: float

    @property
    def change(self) -> float:
        return self.value - self.before


@dataclass
class Month:
    """What happened in one month."""

    first: date
    visits: list[Visit] = field(default_factory=list)
    meetings: list[ContactFact] = field(default_factory=list)
    notes: list[QuickNote] = field(default_factory=list)
    opened: list[Need] = field(default_factory=list)
    closed: list[Need] = field(default_factory=list)
    kept: list[Commitment] = field(default_factory=list)
    late: list[Commitment] = field(default_factory=list)

    @cached_property
    def done(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.is_done]

    @property
    def hours(self) -> float:
        return round(sum(visit.minutes or 0 for visit in self.done) / 60, 1)

    @property
    def km(self) -> int:
        return sum(visit.km or 0 for visit in self.visits)

    @cached_property
    def departements(self) -> list[str]:
        """Where a visit was made, by name; a visit to a département counts for itself."""
        places = {visit.actor.departement or visit.actor for visit in self.done if visit.actor.departement_codes}
        return sorted(place.name for place in places)

    @property
    def values(self) -> list[tuple[str, float]]:
        return [
            (_("Visites réalisées"), len(self.done)),
            (_("Heures de rencontre"), self.hours),
            (_("Kilomètres parcourus"), self.km),
            (_("Premières rencontres"), len(self.meetings)),
            (_("Échanges notés"), len(self.notes)),
            (_("Besoins notés"), len(self.opened)),
            (_("Besoins clos"), len(self.closed)),
            (_("Engagements tenus"), len(self.kept)),
            (_("Engagements en retard"), len(self.late)),
            (_("Départements visités"), len(self.departements)),
        ]


@dataclass
class Report:
    """The month of `who` (None: of all), beside the one before."""

    who: User | None
    month: Month
    before: Month

    @property
    def title(self) -> str:
        return _("Bilan\u00a0: %(month)s") % {"month": month_words(self.month.first)}

    @property
    def name(self) -> str:
        return str(self.who.get_full_name() or self.who.email) if self.who else _("Toute l’équipe")

    @property
    def figures(self) -> list[Figure]:
        pairs = zip(self.month.values, self.before.values, strict=True)
        return [Figure(label, value, before) for (label, value), (_label, before) in pairs]

    @cached_property
    def by_kind(self) -> list[tuple[str, list[int], int]]:
        """Each kind of visit that there is: its name, how many of each result of `states`, of all."""
        counts = Counter((visit.kind, visit.state) for visit in self.month.visits)
        lines = []
        for kind in VisitKind:
            row = [counts[kind.value, state] for state in self.states]
            if any(row):
                lines.append((str(kind.label), row, sum(row)))
        return lines

    @cached_property
    def states(self) -> list[VisitState]:
        """The results that some visit of the month has."""
        present = {visit.state for visit in self.month.visits}
        return [state for state in SHOWN_STATES if state in present]

    @property
    def notes_by_kind(self) -> list[tuple[str, int]]:
        counts = Counter(note.kind for note in self.month.notes)
        return [(str(kind.label), counts[kind.value]) for kind in NoteKind if counts[kind.value]]

    @property
    def spots(self) -> list[tuple[float, float]]:
        """Where the visits that were made took place, each place once: (latitude, longitude)."""
        places = {(visit.actor.latitude, visit.actor.longitude) for visit in self.month.done if visit.actor.is_located}
        return sorted(places)

    @property
    def is_empty(self) -> bool:
        return not any(value for _label, value in self.month.values) and not self.month.visits


def month_report(first: date, who: User | None, *, today: date) -> Report:
    """The report of the month that begins on `first`, in a fixed number of queries."""
    addresses = who.every_address() if who else []
    return Report(who, _read(first, who, addresses, today), _read(shifted(first, -1), who, addresses, today))


def _read(first: date, who: User | None, addresses: Sequence[str], today: date) -> Month:
    last = last_day(first)
    visits, notes = Visit.objects.between(first, last), QuickNote.objects.between(first, last)
    kept = report_words.kept_between(first, last)
    late = report_words.late_on(min(last + timedelta(days=1), today))
    if who is not None:
        visits, notes = visits.by_voltigeur(who), notes.concerning(who, addresses)
        kept, late = kept.concerning(who, addresses), late.owned_by(who)
    month = Month(first)
    month.visits = list(visits.soonest_first().for_list())
    month.notes = list(notes.for_list())
    month.kept, month.late = list(kept.for_list()), list(late.soonest_first().for_list())
    own_visits = {visit.origin for visit in month.visits}
    month.meetings = [fact for fact in report_words.met_first_between(first, last) if fact.origin in own_visits]
    opened = list(report_words.needs_expressed(first, last))
    closed = list(report_words.needs_closed(first, last))
    own = _own_origins(who, [*opened, *closed])
    month.opened = [need for need in opened if own is None or origin_of(need) in own]
    month.closed = [need for need in closed if own is None or need.closed_by in addresses or origin_of(need) in own]
    return month


def origin_of(need: Need) -> str:
    """« visit:7 » for a need whose origin is « visit:7:conseil »."""
    return ":".join(need.origin.split(":")[:2])


def _own_origins(who: User | None, needs: Iterable[Need]) -> set[str] | None:
    """Which of the visits and notes that these needs come from are this person's; None: all count."""
    if who is None:
        return None
    numbers: dict[str, set[int]] = {"visit": set(), "note": set()}
    for need in needs:
        kind, _colon, number = origin_of(need).partition(":")
        if kind in numbers and number.isdecimal():
            numbers[kind].add(int(number))
    return report_words.made_by(who, numbers["visit"], numbers["note"])


def need_cells(need: Need) -> list[Any]:
    """A need as it is told: what, who, which service, its state."""
    return [need.label, need.actor.name, need.service.name if need.service else "", str(need.get_state_display())]
