"""The round of a day: exact against every order there is, and hours that a town hall can read."""

import random
from itertools import permutations

import pytest

from outreach import routing
from outreach.routing import Timed, Wanted, shortest_round, timetable

PAU, LESCAR, BAYONNE = (43.3, -0.37), (43.33, -0.43), (43.49, -1.47)


def by_trying_all(distances: list[list[float]], *, returns: bool) -> float:
    stops = range(1, len(distances))
    return min(routing.length_of(distances, order, returns=returns) for order in permutations(stops))


@pytest.mark.parametrize("returns", [True, False], ids=["retour", "sans-retour"])
def test_is_as_short_as_the_best_of_all_orders(returns: bool) -> None:
    draw = random.Random(20261126)  # noqa: S311 - drawn the same each time
    sizes = [draw.choice((2, 3, 4, 5, 6)) for _ in range(170)] + [7] * 25 + [8] * 5
    for size in sizes:
        places = [(draw.uniform(43, 47), draw.uniform(-1.7, 2.5)) for _ in range(size + 1)]
        distances = routing.distances_between(places)
        order = shortest_round(distances, returns=returns)
        assert sorted(order) == list(range(1, size + 1))
        found = routing.length_of(distances, order, returns=returns)
        assert found == pytest.approx(by_trying_all(distances, returns=returns), abs=1e-9)


def test_distances_may_differ_by_direction() -> None:
    draw = random.Random(1962)  # noqa: S311 - drawn the same each time
    for _ in range(30):
        distances = [[0 if one == other else draw.uniform(1, 50) for other in range(6)] for one in range(6)]
        order = shortest_round(distances, returns=True)
        assert routing.length_of(distances, order) == pytest.approx(by_trying_all(distances, returns=True), abs=1e-9)


@pytest.mark.parametrize(
    ("places", "order"),
    [([], []), ([PAU], []), ([PAU, LESCAR], [1]), ([PAU, BAYONNE, LESCAR], [2, 1])],
    ids=["rien", "départ-seul", "une", "deux"],
)
def test_of_few_stops(places: list[routing.Place], order: list[int]) -> None:
    assert shortest_round(routing.distances_between(places), returns=False) == order


def test_places_at_the_same_point_are_each_gone_to_once() -> None:
    distances = routing.distances_between([PAU, LESCAR, LESCAR, PAU, LESCAR])

    assert sorted(shortest_round(distances)) == [1, 2, 3, 4]
    assert routing.length_of(distances, shortest_round(distances)) == pytest.approx(2 * distances[0][1])


def test_more_than_twelve_are_refused() -> None:
    with pytest.raises(ValueError, match="12 at most"):
        shortest_round(routing.distances_between([PAU] * 14))


def test_twelve_are_ordered_always_the_same_way() -> None:
    draw = random.Random(12)  # noqa: S311 - drawn the same each time
    distances = routing.distances_between([(draw.uniform(43, 44), draw.uniform(-1, 0)) for _ in range(13)])

    assert sorted(shortest_round(distances)) == list(range(1, 13))
    assert shortest_round(distances) == shortest_round(distances)


def test_travel_is_estimated_from_the_straight_line() -> None:
    assert routing.road_km(PAU, BAYONNE) == pytest.approx(routing.distance_km(PAU, BAYONNE) * 1.3)
    assert routing.road_minutes(50) == 60
    assert routing.road_minutes(0) == 0
    assert routing.road_minutes(0.1) == 1


def test_slots_are_rounded_up_to_five_minutes() -> None:
    first, second = timetable([Wanted(10.5, 60), Wanted(0, 30)], 8 * 60 + 30)

    assert first == Timed(travel=13, starts=8 * 60 + 45, ends=9 * 60 + 45, waits=2)
    assert second == Timed(travel=0, starts=9 * 60 + 45, ends=10 * 60 + 15)


def test_the_lunch_break_is_kept_free() -> None:
    ends_at_noon, would_overlap = timetable([Wanted(0, 60), Wanted(0, 60)], 11 * 60)

    assert (ends_at_noon.starts, ends_at_noon.ends) == (11 * 60, 12 * 60)
    assert (would_overlap.starts, would_overlap.waits) == (13 * 60 + 30, 90)


def test_an_agreed_hour_is_kept_even_when_it_is_missed() -> None:
    first, agreed, after = timetable([Wanted(0, 90), Wanted(50, 60, agreed=10 * 60), Wanted(0, 30)], 8 * 60)

    assert (agreed.starts, agreed.late) == (10 * 60, 30)
    assert after.starts == 11 * 60 + 30
    assert first.late == 0


def test_a_neighbour_of_somebody_who_must_be_met_costs_little() -> None:
    far, beside_far, near = (60, BAYONNE), (10, (43.5, -1.46)), (15, LESCAR)

    assert routing.good_stops(PAU, [beside_far, near, far], 3) == [2, 1, 0]
    assert routing.good_stops(PAU, [beside_far, (2, (43.3, -0.6)), far], 2) == [2, 0]
    assert routing.good_stops(PAU, [], 5) == []


def test_a_stop_is_added_where_it_costs_least() -> None:
    between = (43.4, -0.9)
    distances = routing.distances_between([PAU, LESCAR, BAYONNE, between])

    assert routing.best_rank(distances, [1, 2], 3, returns=False) == 1
    assert routing.best_rank(distances, [], 3) == 0
