"""What is published gives no count of 1 to 4 back: shown on cases, then by somebody who computes from random answers."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.analysis.dependences import Dependences
from surveys.analysis.suppression import (
    LEAST,
    Crossing,
    Group,
    Line,
    Published,
    Raw,
    groups_of,
    is_fit,
    publish,
    strata_together,
    together,
)
from surveys.outline import outline_of
from surveys.paths import Conditions
from tests.surveys.attacker import Attacker, Unknown

OUTLINE = outline_of(
    {
        "code": "essai",
        "title": "Essai",
        "sections": [
            {
                "title": "Une page",
                "questions": [
                    {
                        "code": "Q1", "kind": "unique", "label": "?", "is_required": True,
                        "choices": {"a": "A", "b": "B", "c": "C", "d": "D"},
                    },
                    {
                        "code": "Q2", "kind": "unique", "label": "?", "choices": {"e": "E", "f": "F"}, "is_required": True,
                        "visible_if": "selected(${Q1}, 'a') or selected(${Q1}, 'b')",
                    },
                    {"code": "Q3", "kind": "multiple", "label": "?", "choices": {"g": "G", "h": "H", "i": "I"}},
                    {
                        "code": "Q4", "kind": "unique", "label": "?", "choices": {"j": "J", "k": "K"},
                        "visible_if": "count-selected(${Q3}) >= 1 and selected(${Q1}, 'c')",
                    },
                ],
            }
        ],
    }
)  # fmt: skip
DEPENDENCES = Dependences(Conditions(OUTLINE))
STRATA = {"place": ("p", "q", "r", "s"), "level": ("x", "y", "z")}
PLACES = list(product(*STRATA.values()))
VALUES = {question.code: question.values for question in OUTLINE.questions()}
People = list[tuple[tuple[str, ...], dict[str, list[str]]]]  # where they are, what they answer


def people(draw: Random, size: int) -> People:
    """Answers that are given by very few as often as by many."""
    found = []
    weights = {code: [draw.choice((0, 0.02, 0.1, 0.5, 1)) + 1e-9 for _ in values] for code, values in VALUES.items()}
    spread = {name: [draw.choice((0.02, 0.1, 0.5, 1)) for _ in strata] for name, strata in STRATA.items()}
    answers = draw.choice((1, 0.95, 0.5))  # how often what is not required is answered
    for _ in range(size):
        where = tuple(draw.choices(strata, spread[name])[0] for name, strata in STRATA.items())
        said = {"Q1": draw.choices(VALUES["Q1"], weights["Q1"])}
        if said["Q1"][0] in "ab":
            said["Q2"] = draw.choices(VALUES["Q2"], weights["Q2"])
        if draw.random() < answers:
            said["Q3"] = sorted(set(draw.choices(VALUES["Q3"], weights["Q3"], k=draw.choice((1, 1, 2)))))
        if "Q3" in said and said["Q1"] == ["c"] and draw.random() < answers:
            said["Q4"] = draw.choices(VALUES["Q4"], weights["Q4"])
        found.append((where, said))
    return found


def raws_of(crowd: People) -> list[Raw]:
    found = []
    for question in OUTLINE.questions():
        code, values = question.code, VALUES[question.code]
        gave = [(where, said[code]) for where, said in crowd if code in said]
        counts = Counter(value for _where, said in gave for value in said)
        bases, crossed = {}, {}
        for rank, name in enumerate(STRATA):
            bases[name] = Counter(where[rank] for where, _said in gave)
            by = Counter((value, where[rank]) for where, said in gave for value in said)
            crossed[name] = {value: {stratum: by[value, stratum] for stratum in STRATA[name]} for value in values}
        told = {value: counts[value] for value in values}
        found.append(Raw(code, "", question.kind == "unique", len(gave), told, bases, crossed))
    return found


def published_of(crowd: People) -> tuple[list[Published], dict[str, list[tuple[Group, int]]]]:
    """What is published of these answers, and the number of responses of each group of strata."""
    orders, merged, rates = {}, {}, {}
    for rank, (name, strata) in enumerate(STRATA.items()):
        sent = Counter(where[rank] for where, _said in crowd)
        order = tuple(sorted(strata, key=lambda stratum, sent=sent: (sent[stratum], stratum)))
        if (small := strata_together(sent, order)) is not None:
            orders[name], merged[name] = order, small
            rates[name] = [(group, sum(sent[stratum] for stratum in group)) for group in groups_of(order, small)]
    needs = {code: [need for need in found if need in VALUES] for code, found in DEPENDENCES.needs().items()}
    return publish(raws_of(crowd), orders, merged, needs, DEPENDENCES.tells_apart), rates


def cells(code: str, values: Group, name: str = "", strata: Group = ()) -> list[Unknown]:
    rank = list(STRATA).index(name) if name else 0
    return [(code, value, *place) for value in values for place in PLACES if not name or place[rank] in strata]


def attacker_of(crowd: People) -> Attacker:
    """Who knows what is published, how many answered in all, and how the questions hang together."""
    published, rates = published_of(crowd)
    attacker = Attacker()
    attacker.says(dict.fromkeys(cells("sent", ("",)), 1), len(crowd))
    for name, groups in rates.items():
        for group, count in groups:
            attacker.says(dict.fromkeys(cells("sent", ("",), name, group), 1), count)
    for each in published:
        for unknowns, total in _told(each):
            attacker.says(dict.fromkeys(unknowns, 1), total)
    for place in PLACES:

        def at(code: str, values: list[str], place: tuple[str, ...] = place) -> list[Unknown]:
            return [(code, value, *place) for value in values]

        attacker.same(at("sent", [""]), at("Q1", VALUES["Q1"]))
        attacker.same(at("Q1", ["a", "b"]), at("Q2", VALUES["Q2"]))
        attacker.same(at("sent", [""]), [*at("Q3", ["base"]), ("Q3", "silent", *place)])
        attacker.same(at("Q3", VALUES["Q3"]), [*at("Q3", ["base"]), ("Q3", "more", *place)])
        for value in VALUES["Q3"]:
            attacker.same(at("Q3", ["base"]), [*at("Q3", [value]), ("Q3", "not", value, *place)])
        attacker.same(at("Q4", ["base"]), at("Q4", VALUES["Q4"]))
        attacker.same(at("Q1", ["c"]), [*at("Q4", ["base"]), ("Q4", "silent", *place)])
        attacker.same(at("Q3", ["base"]), [*at("Q4", ["base"]), ("Q4", "others", *place)])
    return attacker


def _told(each: Published) -> Iterator[tuple[list[Unknown], int]]:
    everything: Group = ("base",) if each.code in ("Q3", "Q4") else tuple(VALUES[each.code])
    yield cells(each.code, everything), each.base
    for line in each.lines:
        yield cells(each.code, line.values), line.counts[0]
    for name, crossing in each.crossings.items():
        for rank, group in enumerate(crossing.groups):
            yield cells(each.code, everything, name, group), crossing.bases[rank]
            for line in crossing.lines:
                if line.counts is not None:
                    yield cells(each.code, line.values, name, group), line.counts[rank]


def secrets(crowd: People) -> tuple[dict[Unknown, list[Unknown]], dict[Unknown, int]]:
    """Every count of a table that could be published as it is: the sum that it is, and what it is."""
    sums: dict[Unknown, list[Unknown]] = {}
    true: dict[Unknown, int] = {}
    for raw in raws_of(crowd):
        for value, count in raw.counts.items():
            sums["total", raw.code, value], true["total", raw.code, value] = cells(raw.code, (value,)), count
            for name, strata in STRATA.items():
                for stratum in strata:
                    key = ("crossed", raw.code, value, name, stratum)
                    sums[key] = cells(raw.code, (value,), name, (stratum,))
                    true[key] = raw.crossed[name][value][stratum]
    for rank, (name, strata) in enumerate(STRATA.items()):
        for stratum in strata:
            sums["sent", name, stratum] = cells("sent", ("",), name, (stratum,))
            true["sent", name, stratum] = sum(where[rank] == stratum for where, _said in crowd)
    return sums, true


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(5, 150))
def test_nobody_computes_a_hidden_count(draw: Random, size: int) -> None:
    crowd = people(draw, size)
    sums, true = secrets(crowd)

    found = attacker_of(crowd).finds(sums)

    assert all(true[secret] == value for secret, value in found.items())  # it is a good attacker
    assert [secret for secret, value in found.items() if 0 < value < LEAST] == []


class Careless:
    """Forgets that a question asked of some only tells something about the others."""

    def needs(self) -> dict[str, list[str]]:
        return {}

    def tells_apart(self, code: str, other: str, group: Group) -> bool:
        return False


def test_the_same_reader_finds_what_carelessness_would_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.surveys.test_suppression.DEPENDENCES", Careless())
    leaks = 0
    for seed in range(25):
        crowd = people(Random(seed), 60)  # noqa: S311
        found = attacker_of(crowd).finds(secrets(crowd)[0])
        leaks += any(0 < value < LEAST for value in found.values())

    assert leaks >= 3


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 9, "b": 5, "c": 0}, (("a",), ("b",), ("c",))),
        ({"a": 9, "b": 3, "c": 4}, (("a",), ("b", "c"))),
        ({"a": 9, "b": 3, "c": 0, "d": 6}, (("a",), ("b", "c", "d"))),  # the zero too: else « b » would be 3 of 5
        ({"a": 9, "b": 3}, None),
        ({"a": 2, "b": 1, "c": 1}, None),
        ({"a": 0, "b": 0}, None),
        ({"a": 12}, (("a",),)),
    ],
)
def test_answers_of_few_are_put_together(counts: dict[str, int], expected: tuple[Group, ...] | None) -> None:
    assert together(counts) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [({"p": 9, "q": 7, "r": 6}, 0), ({"p": 9, "q": 3, "r": 4}, 2), ({"p": 9, "q": 3}, None), ({"p": 9, "q": 0}, 0)],
)
def test_the_smallest_strata_are_put_together(counts: dict[str, int], expected: int | None) -> None:
    assert strata_together(counts, sorted(counts, key=lambda stratum: counts[stratum])) == expected


def raw(rows: dict[str, tuple[int, ...]], *, exclusive: bool = True, base: tuple[int, ...] | None = None) -> Raw:
    """Counts of each answer in the strata p, q, r."""
    names = ("p", "q", "r")
    sums = base or tuple(sum(column) for column in zip(*rows.values(), strict=True))
    crossed = {value: dict(zip(names, row, strict=True)) for value, row in rows.items()}
    bases = {"place": dict(zip(names, sums, strict=True))}
    return Raw(
        "Q1", "", exclusive, sum(sums), {value: sum(row) for value, row in rows.items()}, bases, {"place": crossed}
    )


def crossing_of(asked: Raw) -> Crossing | None:
    order = tuple(sorted(asked.bases["place"], key=lambda stratum: asked.bases["place"][stratum]))
    (found,) = publish([asked], {"place": order}, {}, {}, lambda *_names: False)
    return found.crossings.get("place")


def test_a_crossing_without_small_counts_is_whole() -> None:
    crossing = crossing_of(raw({"a": (10, 20, 0), "b": (5, 6, 30)}))

    assert crossing == Crossing(
        (("p",), ("q",), ("r",)), 0, (15, 26, 30), (Line(("a",), (10, 20, 0)), Line(("b",), (5, 6, 30)))
    )


def test_strata_are_put_together_before_answers_are_lost() -> None:
    crossing = crossing_of(raw({"a": (3, 4, 30), "b": (9, 9, 30)}))

    assert crossing == Crossing((("r",), ("p", "q")), 2, (60, 25), (Line(("a",), (30, 7)), Line(("b",), (30, 18))))


def test_small_answers_are_counted_together_where_each_gives_one() -> None:
    crossing = crossing_of(raw({"a": (30, 40, 50), "b": (3, 4, 9), "c": (6, 7, 8)}))

    assert crossing is not None
    assert crossing.lines == (Line(("a",), (30, 40, 50)), Line(("b", "c"), (9, 11, 17)))


def test_small_answers_are_not_shown_where_each_gives_several() -> None:
    rows = {"a": (30, 40, 50), "b": (3, 4, 9), "c": (6, 7, 8)}

    crossing = crossing_of(raw(rows, exclusive=False, base=(30, 45, 60)))

    assert crossing is not None
    assert crossing.lines == (Line(("a",), (30, 40, 50)), Line(("b",), None), Line(("c",), None))


def test_a_crossing_that_would_say_nothing_is_not_published() -> None:
    assert crossing_of(raw({"a": (3, 1, 3), "b": (1, 3, 3)})) is None


def test_a_question_that_few_answered_is_not_published() -> None:
    assert publish([raw({"a": (1, 1, 1), "b": (1, 0, 0)})], {}, {}, {}, lambda *_names: False) == []


@pytest.mark.parametrize(
    ("code", "other", "group", "expected"),
    [
        ("Q2", "Q1", ("a", "b"), False),
        ("Q2", "Q1", ("c", "d"), False),
        ("Q2", "Q1", ("b", "c"), True),
        ("Q4", "Q1", ("c", "d"), True),
        ("Q4", "Q3", ("g", "h"), False),  # that something was chosen is no secret
    ],
)
def test_a_condition_tells_answers_apart(code: str, other: str, group: Group, expected: bool) -> None:
    assert DEPENDENCES.tells_apart(code, other, group) is expected


@given(st.integers(0, 99))
def test_zero_and_from_five_on_may_be_shown(count: int) -> None:
    assert is_fit(count) is (count == 0 or count >= 5)
