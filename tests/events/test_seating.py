"""The arithmetic of seats holds whatever the requests: never above capacity, nobody overtaken but by the written rules."""

from hypothesis import given
from hypothesis import strategies as st

from events.seating import Obstacle, Request, Rules, Taken, fits, free_seats, in_order, obstacle, served

RULES = st.builds(
    Rules,
    capacity=st.one_of(st.none(), st.integers(1, 40)),
    reserved=st.integers(0, 10),
    never_met_first=st.booleans(),
)
REQUESTS = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=25).map(
    lambda rows: [Request(rank, rank, seats, never_met) for rank, (seats, never_met) in enumerate(rows, 1)]
)
TAKEN = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Taken(max(pair), min(pair)))


def after(taken: Taken, requests: list[Request]) -> Taken:
    for request in requests:
        taken = taken.plus(request)
    return taken


@given(RULES, TAKEN, REQUESTS)
def test_seats_given_never_exceed_the_capacity(rules: Rules, taken: Taken, requests: list[Request]) -> None:
    given_seats = sum(request.seats for request in served(rules, taken, requests))

    if rules.capacity is not None:
        assert given_seats <= max(0, rules.capacity - taken.seats)


@given(RULES, TAKEN, REQUESTS)
def test_whoever_is_left_does_not_fit(rules: Rules, taken: Taken, requests: list[Request]) -> None:
    """Nobody waits beside a seat that they could take: the list never stalls."""
    chosen = served(rules, taken, requests)
    now = after(taken, chosen)

    left = [request for request in requests if request not in chosen]

    assert [request for request in left if fits(rules, now, request)] == []
    assert all(obstacle(rules, now, request) is not None for request in left)


@given(RULES, TAKEN, REQUESTS)
def test_nobody_is_overtaken_but_by_the_written_rules(rules: Rules, taken: Taken, requests: list[Request]) -> None:
    """Each one served passes only those who did not fit at their turn."""
    chosen = served(rules, taken, requests)

    for request in in_order(rules, requests):
        if request in chosen:
            taken = taken.plus(request)
        else:
            assert not fits(rules, taken, request)


@given(RULES, TAKEN, REQUESTS)
def test_others_never_take_the_reserved_seats(rules: Rules, taken: Taken, requests: list[Request]) -> None:
    chosen = served(rules, taken, requests)
    now = after(taken, chosen)

    if rules.capacity is not None and any(not request.is_never_met for request in chosen):
        still_kept = max(0, rules.reserved - now.by_never_met)
        assert now.seats + still_kept <= rules.capacity


def test_the_order_puts_those_never_met_first_where_it_was_chosen() -> None:
    known, newcomer = Request(1, 1), Request(2, 2, is_never_met=True)

    assert in_order(Rules(1), [newcomer, known]) == [known, newcomer]
    assert in_order(Rules(1, never_met_first=True), [known, newcomer]) == [newcomer, known]


def test_each_obstacle_has_its_name() -> None:
    rules = Rules(3, reserved=1)

    assert obstacle(rules, Taken(3, 1), Request(1, 1)) is Obstacle.FULL
    assert obstacle(rules, Taken(2, 0), Request(1, 1)) is Obstacle.RESERVED
    assert obstacle(rules, Taken(1, 0), Request(1, 1, seats=2)) is Obstacle.TOO_MANY
    assert obstacle(rules, Taken(2, 0), Request(1, 1, is_never_met=True)) is None
    assert free_seats(Rules(None), Taken(9, 0), is_never_met=False) is None
