"""The conditions of questionnaires: read, written again, held; and those that are refused, each with its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.checking import MOST_TRIED, _Conditions, problems_of
from surveys.condition_words import words
from surveys.conditions import (
    ALWAYS,
    All,
    Compared,
    Condition,
    ConditionError,
    Counted,
    Either,
    Not,
    Selected,
    Value,
    read,
)
from surveys.outline import outline_of

CODES = st.from_regex(r"[A-Z][A-Za-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(blacklist_characters="'\n", blacklist_categories=("Cc", "Cs")), max_size=12)
NUMBERS = st.integers(-9999, 9999).map(float)
ATOMS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Selected, CODES, TEXTS),
    st.builds(Compared, CODES, st.sampled_from(["=", "!="]), TEXTS),
    st.builds(Compared, CODES, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS),
    st.builds(Counted, CODES, st.sampled_from(["=", ">=", "<"]), NUMBERS),
)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    flat_all = several.filter(lambda found: not any(isinstance(part, All) for part in found)).map(All)
    flat_either = several.filter(lambda found: not any(isinstance(part, Either) for part in found)).map(Either)
    return st.one_of(parts.map(Not), flat_all, flat_either)


CONDITIONS = st.recursive(ATOMS, _joined, max_leaves=8)
VALUES: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    CODES, st.one_of(st.none(), TEXTS, NUMBERS, st.lists(TEXTS, max_size=3)), max_size=6
)


@given(CONDITIONS, VALUES)
def test_what_is_written_is_read_again_and_holds_alike(condition: Condition, values: dict[str, Value]) -> None:
    again = read(str(condition))

    assert again == condition
    assert again.holds(values) is condition.holds(values)
    assert Not(condition).holds(values) is not condition.holds(values)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("", {}, True),
        ("selected(${Q5}, 'active')", {"Q5": "active"}, True),
        ("selected(${Q5}, 'active')", {"Q5": ["ponctuel", "active"]}, True),
        ("selected(${Q5}, 'active')", {}, False),
        ("${Q5} = ''", {"Q5": []}, True),
        ("${Q5} != ''", {"Q5": "active"}, True),
        ("${Q18} < 3", {"Q18": 2}, True),
        ("${Q18} < 3", {}, False),
        ("count-selected(${Q9}) >= 2", {"Q9": ["a", "b"]}, True),
        ("selected(${A}, 'x') or selected(${B}, 'x') and selected(${C}, 'x')", {"A": "x"}, True),
        ("(selected(${A}, 'x') or selected(${B}, 'x')) and selected(${C}, 'x')", {"A": "x"}, False),
        ("not(selected(${A}, 'x'))", {"A": "y"}, True),
    ],
)
def test_a_condition_holds_or_not(text: str, values: dict[str, Value], expected: bool) -> None:
    assert read(text).holds(values) is expected


def test_no_condition_is_always() -> None:
    assert read("  ") == ALWAYS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selected(${Q5}, 'a'", "n’est pas finie"),
        ("oui", "«\u00a0oui\u00a0» (lettre 1)"),
        ("${Q5} < 'a'", "compare des nombres"),
        ("${Q5} = 1 et ${Q6} = 2", "«\u00a0et ${Q6}"),
        ("__import__('os')", "__import__"),
        ("(" * 100 + "${A} = 1" + ")" * 100, "trop longue"),
        ("${A} = 1 or " * 500 + "${A} = 1", "trop longue"),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as refused:
        read(text)

    assert said in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except ConditionError as error:
        assert str(error)


# --- whole questionnaires ---------------------------------------------------------------------------------------------------
def questionnaire(*questions: dict[str, Any], **section: Any) -> Any:
    rows = [{"kind": "unique", "label": "?", "choices": {"oui": "oui", "non": "non"}} | each for each in questions]
    return outline_of(
        {"code": "e", "title": "E", "sections": [{"code": "S", "title": "S", "questions": rows} | section]}
    )


TEXT = {"kind": "texte", "choices": []}


@pytest.mark.parametrize(
    ("questions", "place", "said"),
    [
        ([{"code": "A"}, {"code": "B", "visible_if": "selected(${Z}, 'oui')"}], "B", "n’existe pas"),
        ([{"code": "A"}, {"code": "B", "visible_if": "selected(${A}, 'peut-etre')"}], "B", "n’est pas un choix"),
        ([{"code": "A", "visible_if": "selected(${B}, 'oui')"}, {"code": "B"}], "A", "plus loin"),
        (
            [
                {"code": "A", "visible_if": "selected(${B}, 'oui')"},
                {"code": "B", "visible_if": "selected(${A}, 'oui')"},
            ],
            "A",
            "tourne en rond",
        ),
        ([{"code": "A", "visible_if": "selected(${A}, 'oui')"}], "A", "tourne en rond"),
        ([{"code": "A"} | TEXT, {"code": "B", "visible_if": "${A} > 3"}], "B", "n’est pas un nombre"),
        ([{"code": "A"}, {"code": "B", "visible_if": "count-selected(${A}) > 1"}], "B", "rien à compter"),
        (
            [{"code": "A"}, {"code": "B", "visible_if": "selected(${A}, 'oui') and selected(${A}, 'non')"}],
            "B",
            "Aucune réponse",
        ),
        ([{"code": "A"}, {"code": "B", "visible_if": "selected(${A}"}], "B", "ne se lit pas"),
        ([{"code": "A"}, {"code": "a"}], "a", "deux fois"),
        ([{"code": "1A"}], "1A", "commence par une lettre"),
        ([{"code": "A", "choices": {"oui": "oui"}}], "A", "besoin d’une liste"),
        ([{"code": "A", "exclusive": "jamais"}], "A", "exclut les autres"),
        ([{"code": "A", "label": " "}], "A", "pas de texte"),
    ],
)
def test_what_keeps_a_questionnaire_from_being_published(questions: list[Any], place: str, said: str) -> None:
    problems = [(problem.place, problem.sentence) for problem in problems_of(questionnaire(*questions))]

    assert [found for found in problems if found[0] == place and said in found[1]], problems


def test_a_question_that_only_a_hidden_one_could_show_is_unreachable() -> None:
    hidden = {"code": "B", "visible_if": "selected(${A}, 'oui')"}
    never = {"code": "C", "visible_if": "selected(${B}, 'oui') and selected(${A}, 'non')"}

    problems = problems_of(questionnaire({"code": "A"}, hidden, never))

    assert [problem.place for problem in problems] == ["C"]


def test_a_long_chain_of_conditions_is_checked_in_a_bounded_time() -> None:
    chain = [{"code": "Q0"}]
    chain += [{"code": f"Q{n}", "visible_if": f"selected(${{Q{n - 1}}}, 'non')"} for n in range(1, 200)]
    conditions = _Conditions(questionnaire(*chain))

    assert conditions.problems() == []
    assert conditions.tried <= MOST_TRIED + 200 * len(chain)


def test_a_sound_questionnaire_has_no_problem() -> None:
    sound = questionnaire({"code": "A"}, {"code": "B", "visible_if": "selected(${A}, 'oui')"}, {"code": "C"} | TEXT)

    assert problems_of(sound) == []


def test_a_condition_is_told_in_french() -> None:
    outline = questionnaire({"code": "A", "label": "Agissez-vous\u00a0?"}, {"code": "B", "label": "Et"})

    said = words("selected(${A}, 'oui') or selected(${A}, 'non') or ${B} = ''", outline)

    assert said == (
        "si «\u00a0Agissez-vous\u00a0?\u00a0» est «\u00a0oui\u00a0» ou «\u00a0non\u00a0», ou «\u00a0Et\u00a0» n’a pas de réponse"
    )
    assert words("", outline) == ""
