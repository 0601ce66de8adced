"""The round of a day: its shortest order, its estimated travel, its hours. Pure: distances in kilometres, times in minutes.

Everything about travel is an estimate and is shown as one: kilometres by road are those of the great circle times 1.3 (the detour
of French roads between communes: the ratio of the two is 1.2 to 1.4 outside mountains), driven at 50 km/h on average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf

from directory.geography import kilometres_between

MOST_STOPS = 12  # an exact answer in a tenth of a second; one more doubles it
DETOUR = 1.3
KILOMETRES_AN_HOUR = 50
STEP = 5  # minutes: slots are rounded up to it, « 9 h 37 » is nobody's appointment
LUNCH = (12 * 60, 13 * 60 + 30)  # kept free
KILOMETRES_A_POINT = 2  # what a point of priority is worth: as far as that, as the crow flies

Place = tuple[float, float]  # latitude, longitude, in degrees


def distance_km(one: Place, other: Place) -> float:
    """Great-circle kilometres between two places."""
    return kilometres_between(*one, *other)


def road_km(one: Place, other: Place) -> float:
    """Estimated kilometres by road between two places."""
    return distance_km(one, other) * DETOUR


def road_minutes(km: float) -> int:
    """Estimated minutes for kilometres by road."""
    return ceil(km / KILOMETRES_AN_HOUR * 60)


def distances_between(places: Sequence[Place]) -> list[list[float]]:
    """The estimated kilometres by road between each two of these places, as a square."""
    return [[road_km(one, other) for other in places] for one in places]


def shortest_round(distances: Sequence[Sequence[float]], *, returns: bool = True) -> list[int]:
    """The order of the stops 1…n that makes the shortest round from 0, back to it if it `returns`; exact.

    `distances`: a square of n + 1 lines, n at most MOST_STOPS; they may differ by direction. Dynamic programming over sets of
    stops (Held and Karp, « A dynamic programming approach to sequencing problems », 1962): the shortest way through a set that
    ends at each of its stops is that of the set without it, plus one leg. Of equal orders, always the same one.

    Raises ValueError for more stops.
    """
    count = len(distances) - 1
    if count > MOST_STOPS:
        raise ValueError(f"{count} stops: {MOST_STOPS} at most")
    if count <= 0:
        return []
    stops = range(count)
    to = [[distances[before + 1][after + 1] for before in stops] for after in stops]  # to[after][before]
    size = 1 << count
    members = [[stop for stop in stops if mask >> stop & 1] for mask in range(size)]
    costs = [[inf] * count for _ in range(size)]
    before = [[-1] * count for _ in range(size)]
    for stop in stops:
        costs[1 << stop][stop] = distances[0][stop + 1]
    for mask in range(size):
        inside = members[mask]
        if len(inside) < 2:
            continue
        for last in inside:
            rest = mask ^ (1 << last)
            known, leg = costs[rest], to[last]
            best, best_before = inf, -1
            for stop in members[rest]:
                cost = known[stop] + leg[stop]
                if cost < best:
                    best, best_before = cost, stop
            costs[mask][last], before[mask][last] = best, best_before
    mask = size - 1
    ends = [costs[mask][stop] + (distances[stop + 1][0] if returns else 0) for stop in stops]
    last = min(stops, key=ends.__getitem__)
    order = []
    while last >= 0:
        order.append(last + 1)
        mask, last = mask ^ (1 << last), before[mask][last]
    return order[::-1]


def length_of(distances: Sequence[Sequence[float]], order: Sequence[int], *, returns: bool = True) -> float:
    """The length of a round from 0 through these stops, in this order."""
    way = [0, *order, *([0] if returns and order else [])]
    return sum(distances[one][other] for one, other in pairwise(way))


@dataclass(frozen=True)
class Wanted:
    """A stop to time. `km`: by road from the one before; `minutes`: on site; `agreed`: the minute of the day that was agreed with
    the collectivité, which is kept whatever comes before."""

    km: float
    minutes: int
    agreed: int | None = None


@dataclass(frozen=True)
class Timed:
    """A stop with its hours, in minutes of the day. `late`: by how many minutes an agreed hour is missed; `waits`: how long the
    voltigeur waits there, or has lunch."""

    travel: int
    starts: int
    ends: int
    late: int = 0
    waits: int = 0


def timetable(stops: Sequence[Wanted], leaves: int) -> list[Timed]:
    """When each stop begins and ends, for who leaves at that minute of the day.

    A stop begins at the next multiple of STEP; one that would hold a part of the lunch break begins after it.
    """
    now, timed = leaves, []
    for stop in stops:
        travel = road_minutes(stop.km)
        arrives = now + travel
        starts = stop.agreed if stop.agreed is not None else _free(-(-arrives // STEP) * STEP, stop.minutes)
        timed.append(
            Timed(travel, starts, starts + stop.minutes, late=max(arrives - starts, 0), waits=max(starts - arrives, 0))
        )
        now = max(starts, arrives) + stop.minutes
    return timed


def _free(starts: int, minutes: int) -> int:
    begins, ends = LUNCH
    return ends if starts < ends and starts + minutes > begins else starts


def good_stops(start: Place, candidates: Sequence[tuple[int, Place]], most: int) -> list[int]:
    """The indices of the candidates (points, place) to go to, the best first, `most` at most.

    Each is worth its points, less one for each KILOMETRES_A_POINT kilometres, as the crow flies, from the nearest place where the
    tour goes already (its start, or a stop chosen before): a neighbour of somebody who must be met costs little. Of equal ones, the
    first given.
    """
    near = [distance_km(start, place) for _points, place in candidates]
    left = list(range(len(candidates)))
    chosen: list[int] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda n: (candidates[n][0] - near[n] / KILOMETRES_A_POINT, -n))
        chosen.append(best)
        left.remove(best)
        for n in left:
            near[n] = min(near[n], distance_km(candidates[best][1], candidates[n][1]))
    return chosen


def best_rank(distances: Sequence[Sequence[float]], order: Sequence[int], new: int, *, returns: bool = True) -> int:
    """Where in an order (0: first) a new stop lengthens the round the least."""
    ways = [[*order[:rank], new, *order[rank:]] for rank in range(len(order) + 1)]
    return min(range(len(ways)), key=lambda rank: length_of(distances, ways[rank], returns=returns))
