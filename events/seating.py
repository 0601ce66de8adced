"""Who gets a seat, and why the others wait: the arithmetic of a waiting list, without the database.

The rules, which the event's page also says:
1. First come, first served: requests are taken by rank, the order in which they were made.
2. Where the organiser chose it, collectivités that the network has never met go first (`never_met_first`), by rank among them.
3. Where the organiser reserved seats for them, the others cannot take those (`reserved`).
4. A request for several seats is served whole or not at all. As long as it does not fit, those behind it that fit pass; it
   keeps its rank.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Rules:
    """`capacity`: seats in all, None without a limit. `reserved`: seats kept for collectivités never met. `never_met_first`: do
    these go first on the waiting list?"""

    capacity: int | None
    reserved: int = 0
    never_met_first: bool = False


@dataclass(frozen=True)
class Taken:
    """Seats held: in all, and by collectivités never met."""

    seats: int = 0
    by_never_met: int = 0

    def plus(self, request: "Request") -> "Taken":
        return Taken(self.seats + request.seats, self.by_never_met + (request.seats if request.is_never_met else 0))


@dataclass(frozen=True)
class Request:
    """What waits: `rank` is unique in its event and grows with time."""

    pk: int
    rank: int
    seats: int = 1
    is_never_met: bool = False


class Obstacle(StrEnum):
    """Why a request waits."""

    FULL = "full"  # no seat is free at all
    RESERVED = "reserved"  # the free seats are kept for collectivités never met
    TOO_MANY = "too_many"  # it asks for more seats than are free


def free_seats(rules: Rules, taken: Taken, *, is_never_met: bool) -> int | None:
    """How many seats such a request may take, 0 at least; None without a limit."""
    if rules.capacity is None:
        return None
    kept = 0 if is_never_met else max(0, rules.reserved - taken.by_never_met)
    return max(0, rules.capacity - taken.seats - kept)


def fits(rules: Rules, taken: Taken, request: Request) -> bool:
    free = free_seats(rules, taken, is_never_met=request.is_never_met)
    return free is None or request.seats <= free


def in_order(rules: Rules, requests: Iterable[Request]) -> list[Request]:
    """The waiting list, the next to be served first."""
    return sorted(requests, key=lambda request: (rules.never_met_first and not request.is_never_met, request.rank))


def served(rules: Rules, taken: Taken, requests: Iterable[Request]) -> list[Request]:
    """Those of the waiting list that get their seats now, in order."""
    chosen = []
    for request in in_order(rules, requests):
        if fits(rules, taken, request):
            chosen.append(request)
            taken = taken.plus(request)
    return chosen


def obstacle(rules: Rules, taken: Taken, request: Request) -> Obstacle | None:
    """Why `request` cannot be served now; None if it can."""
    if fits(rules, taken, request):
        return None
    if free_seats(rules, taken, is_never_met=True) == 0:
        return Obstacle.FULL
    if free_seats(rules, taken, is_never_met=request.is_never_met) == 0:
        return Obstacle.RESERVED
    return Obstacle.TOO_MANY
