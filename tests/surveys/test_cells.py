"""What a response counts in: its visible questions, one cell for each answer; and its answers as conditions read them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.cells import ANSWERED, ASKED, BANDS, BLOCKS, FIRST, Cell, band_of, cells_of, counted
from surveys.enums import QuestionKind
from surveys.outline import as_dict, outline_of
from surveys.paths import Conditions
from surveys.values import condition_values, has_answer

OUTLINE = outline_of(
    {
        "code": "essai",
        "title": "Essai",
        "sections": [
            {
                "title": "Une page",
                "questions": [
                    {"code": "Q1", "kind": "unique", "label": "?", "choices": {"oui": "oui", "non": "non"}, "has_unknown": True},
                    {"code": "Q2", "kind": "multiple", "label": "?", "choices": {"a": "A", "b": "B"},
                     "visible_if": "selected(${Q1}, 'oui')"},
                    {"code": "Q3", "kind": "grille", "label": "?", "rows": {"x": "X", "y": "Y"}, "choices": {"1": "1", "2": "2"}},
                    {"code": "Q4", "kind": "classement", "label": "?", "choices": {"a": "A", "b": "B", "c": "C"}},
                    {
                        "code": "Q5", "kind": "repetition", "label": "?",
                        "questions": [
                            {"code": "Q5a", "kind": "unique", "label": "?", "choices": {"u": "U", "v": "V"}},
                            {"code": "Q5b", "kind": "annee", "label": "?", "visible_if": "selected(${Q5a}, 'u')"},
                        ],
                    },
                    {"code": "Q6", "kind": "unique", "label": "?", "choices": {"o": "O", "p": "P"},
                     "visible_if": "selected(${Q5a}, 'v')"},
                    {"code": "Q7", "kind": "acteur", "label": "?"},
                    {"code": "connu", "kind": "connu", "label": "?"},
                    {"code": "Q8", "kind": "echelle", "label": "?", "has_unknown": True, "visible_if": "${connu} = 'oui'"},
                ],
            }
        ],
    }
)  # fmt: skip
CONDITIONS = Conditions(OUTLINE)
AECT = outline_of(tomllib.loads(Path("surveys/questionnaires/aect.toml").read_text()))


def told(values: dict[str, Any]) -> list[tuple[str, str, str]]:
    cells = cells_of(OUTLINE)
    found = [cells[number] for number in counted(CONDITIONS, values)]
    return [(cell.code, cell.row, cell.value) for cell in found if cell.value != ASKED]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"Q1": "nsp"}, [("Q1", "", ANSWERED), ("Q1", "", "nsp")]),
        ({"Q1": "oui", "Q2": ["b", "a"]}, [
            ("Q1", "", ANSWERED), ("Q1", "", "oui"), ("Q2", "", ANSWERED), ("Q2", "", "a"), ("Q2", "", "b"),
        ]),
        ({"Q1": "non", "Q2": ["a"]}, [("Q1", "", ANSWERED), ("Q1", "", "non")]),  # what a hidden question holds counts for nothing
        ({"Q3": {"x": "2", "y": ""}}, [("Q3", "", ANSWERED), ("Q3", "x", "2")]),
        ({"Q4": ["c", "a"]}, [("Q4", "", ANSWERED), ("Q4", FIRST, "c"), ("Q4", "", "a"), ("Q4", "", "c")]),
        ({"Q7": {"nom": "", "acteur": None}}, []),
        ({"Q7": {"nom": "Pau", "acteur": 3}}, [("Q7", "", ANSWERED)]),
        ({"Q8": 4}, []),
        ({"Q8": 4, "connu": "oui"}, [("Q8", "", ANSWERED), ("Q8", "", "4")]),
        ({"Q1": "parti", "Q2": ["z"]}, [("Q1", "", ANSWERED)]),  # a value of no list
    ],
)  # fmt: skip
def test_a_response_counts_in_the_cells_of_its_visible_answers(values: dict[str, Any], expected: list[Any]) -> None:
    assert told(values) == expected


def test_blocks_count_each_and_their_response_once() -> None:
    blocks = [
        {"id": "1", "Q5a": "u", "Q5b": 1987},
        {"id": "2", "Q5a": "u"},
        {"id": "3", "Q5a": "v", "Q5b": 1950},
        {"id": "4"},
    ]

    found = told({"Q5": blocks, "Q6": "p"})

    assert [cell for cell in found if cell[0] == "Q5a"] == [
        ("Q5a", "", ANSWERED), ("Q5a", "", "u"), ("Q5a", "", "v"),
        ("Q5a", BLOCKS, ANSWERED), ("Q5a", BLOCKS, ANSWERED), ("Q5a", BLOCKS, ANSWERED),
        ("Q5a", BLOCKS, "u"), ("Q5a", BLOCKS, "u"), ("Q5a", BLOCKS, "v"),
    ]  # fmt: skip
    assert [cell for cell in found if cell[0] == "Q5b"] == [
        ("Q5b", "", ANSWERED), ("Q5b", "", "de_1980"), ("Q5b", BLOCKS, ANSWERED), ("Q5b", BLOCKS, "de_1980"),
    ]  # fmt: skip
    assert ("Q6", "", "p") in found


def test_the_question_that_is_seen_is_counted_as_asked() -> None:
    cells = cells_of(OUTLINE)
    asked = {cells[number].code for number in counted(CONDITIONS, {"Q1": "non"}) if cells[number].value == ASKED}

    assert asked == {"Q1", "Q3", "Q4", "Q5", "Q7"}


def test_cells_are_the_same_for_the_same_version() -> None:
    cells = cells_of(AECT)

    assert cells == cells_of(outline_of(as_dict(AECT)))
    assert len(set(cells)) == len(cells)
    assert Cell("Q33", "veille", "utile") in cells
    assert not any(cell.code == "pays_aide" for cell in cells)


def test_answers_are_flat_for_conditions() -> None:
    values = {
        "Q1": "oui", "Q2": ["a"], "Q3": {"x": "1"}, "Q5": [{"id": "1", "Q5a": "u", "Q5b": 1987}, {"id": "2", "Q5a": "v"}],
        "Q7": {"nom": "Pau", "acteur": 3}, "Q8": 4, "ailleurs": "x",
    }  # fmt: skip

    flat = condition_values(values, OUTLINE)

    assert {code: value for code, value in flat.items() if value} == {
        "Q1": "oui", "Q2": ["a"], "Q5a": ["u", "v"], "Q5b": ["1987"], "Q7": "Pau", "Q8": 4,
    }  # fmt: skip


@pytest.mark.parametrize("empty", [None, "", [], {}, [""], {"nom": "", "acteur": None}, [{"id": "1"}], {"x": ""}])
def test_nothing_said_is_no_answer(empty: Any) -> None:
    assert not has_answer(empty)


@pytest.mark.parametrize("said", ["nsp", 0, 5, ["a"], {"x": "1"}, [{"id": "1", "Q5a": "u"}]])
def test_something_said_is_an_answer(said: Any) -> None:
    assert has_answer(said)


@given(st.sampled_from(list(BANDS)), st.integers(-(10**12), 10**12))
def test_a_number_is_in_one_band(kind: QuestionKind, number: int) -> None:
    bands = BANDS[kind]
    bounds = [band.least for band in bands] + [10**15]

    holding = [band.value for band, after in zip(bands, bounds[1:], strict=True) if band.least <= number < after]

    assert holding == [band_of(kind, number)]


@settings(max_examples=50)
@example({"Q3": True})
@given(st.dictionaries(st.sampled_from([q.code for q in AECT.questions()]), st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.lists(st.text(max_size=4)), st.booleans(),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)), st.lists(st.dictionaries(st.just("Q13e"), st.text(max_size=3))),
)))  # fmt: skip
def test_whatever_is_in_the_database_is_counted_without_a_fault(values: dict[str, Any]) -> None:
    numbers = counted(Conditions(AECT), values)

    assert all(0 <= number < len(cells_of(AECT)) for number in numbers)
