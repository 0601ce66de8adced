"""A tour as it is driven: each stop with its road and its hours, the way back. Asks the database nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone

from directory.models import Actor
from outreach import priority, routing
from outreach.models import Tour, TourStop
from outreach.routing import Place, Timed, Wanted

MIDNIGHT = 24 * 60
LATE_EVENING = 19 * 60


@dataclass(frozen=True)
class Line:
    """A stop, the estimated road from the place before, and its hours."""

    stop: TourStop
    km: float
    timed: Timed
    leaves_at: datetime

    @property
    def road(self) -> str:
        """The estimated drive before it: « 15 min »."""
        return duration(self.timed.travel)

    @property
    def why(self) -> list[str]:
        """Why its collectivité is to be met."""
        return priority.reasons(getattr(self.stop, "signals", None) or {})

    @property
    def has_lunch_before(self) -> bool:
        return self.timed.starts >= routing.LUNCH[1] > self.timed.starts - self.timed.waits and self.timed.waits > 0


@dataclass(frozen=True)
class Round:
    """A whole tour: its lines, the way back (0 if it does not return), the day's totals; all travel is an estimate."""

    lines: list[Line]
    back_km: float
    back_minutes: int
    leaves_at: datetime
    ends_at: datetime

    @property
    def km(self) -> float:
        return sum(line.km for line in self.lines) + self.back_km

    @property
    def road_minutes(self) -> int:
        return sum(line.timed.travel for line in self.lines) + self.back_minutes

    @property
    def road(self) -> str:
        """All the driving of the day, estimated: « 1 h 05 »."""
        return duration(self.road_minutes)

    @property
    def back(self) -> str:
        """The drive back, estimated."""
        return duration(self.back_minutes)

    @property
    def ends_late(self) -> bool:
        local = timezone.localtime(self.ends_at)
        return local.date() > timezone.localtime(self.leaves_at).date() or local.hour * 60 >= LATE_EVENING


def duration(minutes: int) -> str:
    """« 45 min », « 1 h 05 »."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h\u00a0{rest:02}" if hours else f"{rest}\u00a0min"


def place_of(actor: Actor) -> Place:
    """Where it is; whoever calls knows that it is located."""
    return (actor.latitude or 0.0, actor.longitude or 0.0)


def places_of(start: Actor, stops: Sequence[TourStop]) -> list[Place]:
    """Where a tour starts, then where each stop is. A fiche may lose its place once it was chosen: it is then counted at the start,
    so that the others keep their hours."""
    actors = [start, *(stop.actor for stop in stops)]
    known = next((place_of(actor) for actor in actors if actor.is_located), (0.0, 0.0))
    return [place_of(actor) if actor.is_located else known for actor in actors]


def minute_of(moment: datetime) -> int:
    """The minute of its day, in Paris."""
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute


def moment_on(tour: Tour, minute: int) -> datetime:
    """A minute of the day of the tour, on the wall's clock."""
    naive = datetime.combine(tour.day, time()) + timedelta(minutes=minute)
    return timezone.make_aware(naive)


def timed_stops(tour: Tour, stops: Sequence[TourStop]) -> list[tuple[float, Timed]]:
    """(kilometres from the place before, hours) of each stop, in this order. What was agreed with a collectivité, or is over, keeps
    its hour."""
    places = places_of(tour.start, stops)
    roads = [routing.road_km(one, other) for one, other in pairwise(places)]
    wanted = [Wanted(km, stop.minutes, _agreed(tour, stop)) for km, stop in zip(roads, stops, strict=True)]
    leaves = tour.leaves_at.hour * 60 + tour.leaves_at.minute
    return list(zip(roads, routing.timetable(wanted, leaves), strict=True))


def _agreed(tour: Tour, stop: TourStop) -> int | None:
    is_kept = stop.is_accepted or stop.is_written
    if is_kept and stop.starts_at and timezone.localdate(stop.starts_at) == tour.day:
        return minute_of(stop.starts_at)
    return None


def round_of(tour: Tour, stops: Sequence[TourStop]) -> Round:
    """The tour through these stops, loaded with their collectivité, in their order."""
    lines = [
        Line(stop, km, timed, moment_on(tour, timed.ends))
        for stop, (km, timed) in zip(stops, timed_stops(tour, stops), strict=True)
    ]
    leaves = tour.leaves_at.hour * 60 + tour.leaves_at.minute
    places = places_of(tour.start, stops)
    back_km = routing.road_km(places[-1], places[0]) if tour.returns and stops else 0.0
    back_minutes = routing.road_minutes(back_km)
    ends = (lines[-1].timed.ends + lines[-1].timed.late if lines else leaves) + back_minutes
    return Round(lines, back_km, back_minutes, moment_on(tour, leaves), moment_on(tour, ends))
