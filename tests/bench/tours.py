"""The shortest round of a day's visits."""

import random
from collections.abc import Iterator
from itertools import permutations

from outreach import routing

from .measure import Figure, timed

STOPS, TRIED_STOPS = 12, 8
LIMIT_MS = 200


def tour_12_stops(full: bool) -> Iterator[Figure]:
    """The exact round of twelve stops. Baseline: trying every order of eight stops, the same places less four; both orders of
    eight are as long.
    """
    draw = random.Random(64)
    places = [(draw.uniform(43, 47), draw.uniform(-1.7, 2.5)) for _ in range(STOPS + 1)]
    distances = routing.distances_between(places)
    few = routing.distances_between(places[: TRIED_STOPS + 1])
    found = routing.length_of(few, routing.shortest_round(few))
    if abs(found - _by_trying_all(few)) > 1e-9:
        raise RuntimeError("the round is not the shortest")
    baseline = timed(lambda: _by_trying_all(few), times=3, warm=1)
    spent = timed(lambda: routing.shortest_round(distances), times=20 if not full else 100)
    yield Figure(
        "tour_12_stops", STOPS, spent.median, "ms", p95=spent.p95, baseline=baseline.median, limit=LIMIT_MS
    )  # fmt: skip


def _by_trying_all(distances: list[list[float]]) -> float:
    orders = permutations(range(1, len(distances)))
    return min(routing.length_of(distances, order) for order in orders)
