"""Whatever somebody answers, page after page, the response is one that can be sent, counted, told and asked again."""

import tomllib
from pathlib import Path

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answer_words import told
from surveys.cells import cells_of, counted
from surveys.enums import QuestionKind
from surveys.fields import field_of
from surveys.mapping import asked_in, proposed_values
from surveys.outline import outline_of
from surveys.paths import Conditions
from surveys.typed import Lists, clean, read_question
from surveys.values import UNKNOWN, condition_values, has_answer

FILE = Path(__file__).parents[2] / "surveys" / "questionnaires" / "aect.toml"
OUTLINE = outline_of(tomllib.loads(FILE.read_text()))
CONDITIONS = Conditions(OUTLINE)
LISTS = Lists({"FR": "France", "DE": "Allemagne", "SN": "Sénégal"}, {"eau": "Eau", "jeunesse": "Jeunesse"})
TEXTS = st.text(max_size=40)


def posted(draw, question, name, *, must):
    """What a browser would send for a question: a list of (name, value)."""
    kind, choices = question.kind, [choice.value for choice in question.choices]
    unknown = [UNKNOWN] if question.has_unknown else []
    if not must and draw(st.booleans()):
        return []
    if kind == QuestionKind.SINGLE:
        return [(name, draw(st.sampled_from(choices + unknown)))]
    if kind == QuestionKind.SCALE:
        return [(name, draw(st.sampled_from(["1", "2", "3", "4", "5", *unknown])))]
    if kind in (QuestionKind.MULTIPLE, QuestionKind.CONSENT, QuestionKind.RANKING):
        usual = [choice for choice in choices if choice != question.exclusive]
        most = min(question.most or len(usual), len(usual))
        return [(name, each) for each in draw(st.lists(st.sampled_from(usual), max_size=most, unique=True))]
    if kind == QuestionKind.GRID:
        return [(f"{name}.{row.value}", draw(st.sampled_from(choices + unknown))) for row in question.rows]
    if kind in (QuestionKind.INTEGER, QuestionKind.AMOUNT):
        return [(name, str(draw(st.integers(question.minimum or 0, question.maximum or 10**6))))]
    if kind == QuestionKind.YEAR:
        return [(name, str(draw(st.integers(1950, 2020))))]
    if kind == QuestionKind.COUNTRY:
        return [(name, draw(st.sampled_from(["France", "allemagne", "SN"])))]
    if kind == QuestionKind.THEME:
        return [(name, each) for each in draw(st.lists(st.sampled_from(["eau", "jeunesse"]), unique=True))]
    if kind == QuestionKind.CONTACT:
        return [(f"{name}.nom", draw(TEXTS)), (f"{name}.courriel", "ana@exemple.fr")]
    if kind == QuestionKind.REPEAT:
        count = draw(st.integers(0, min(question.most or 3, 3)))
        pairs = [(f"{name}.n", str(count))]
        for position in range(count):
            # A block that the répertoire does not know has no verdict: « exact », « à corriger »… are not asked of it.
            for each in question.questions[1 if question.source else 0 :]:
                pairs += posted(draw, each, f"{name}.{position}.{each.code}", must=False)
        return pairs
    return [(name, draw(TEXTS.filter(clean) if must else TEXTS))]


def query(pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


@st.composite
def walks(draw):
    """The answers of somebody who goes from the first page to the last, then perhaps back to one of them."""
    values, done, known = {}, set(), {"pays_aide": draw(st.sampled_from(["", "oui"]))}
    for _round in range(2 * len(OUTLINE.sections)):
        pages = CONDITIONS.pages(condition_values(values | known, OUTLINE))
        page = next((page for page in pages if page.section.code not in done), None)
        if page is None:
            break
        done.add(page.section.code)
        for question in page.questions:
            if question.kind in (
                QuestionKind.KNOWN,
                QuestionKind.FILE,
            ):  # nobody types the one, a file has its own tests
                continue
            data = query(posted(draw, question, question.code, must=question.is_required))
            typed = read_question(question, data, LISTS)
            assert typed.errors == {}, (question.code, data)
            values[question.code] = typed.value
        if page.section.code == "suite" and draw(st.booleans()):
            values["Q5"] = draw(st.sampled_from(OUTLINE.question("Q5").values))
            done = {page.section.code for page in pages} - {
                draw(st.sampled_from([page.section.code for page in pages]))
            }
    return {code: value for code, value in (values | known).items() if has_answer(value)}


@settings(max_examples=150)
@given(values=walks())
def test_any_path_gives_a_response_that_can_be_sent_counted_told_and_asked_again(values):
    pages = CONDITIONS.pages(condition_values(values, OUTLINE))
    shown = [question for page in pages for question in page.questions]
    assert all(has_answer(values.get(question.code)) for question in shown if question.is_required)
    cells, numbers = cells_of(OUTLINE), counted(CONDITIONS, values)
    assert all(0 <= number < len(cells) for number in numbers)
    visible = {each.code for question in shown for each in (question, *question.questions)}
    assert {cells[number].code for number in numbers} <= visible  # what is hidden does not count
    for question in shown:
        if question.kind in (QuestionKind.KNOWN, QuestionKind.FILE):  # nobody types the one, a file has its own tests
            continue
        assert all(isinstance(line, str) for line in told(question, values.get(question.code), LISTS))
        again = read_question(question, sent_again(question, values.get(question.code)), LISTS)
        assert again.errors == {}
        assert (again.value or None) == (values.get(question.code) or None), question.code
    proposed_values(values), asked_in(values, OUTLINE)


def sent_again(question, value):
    """What the page that shows a value sends when nobody touches it."""
    return query(_sent(field_of(question, value, {}, LISTS)))


def _sent(field):
    pairs = []
    if field.shape in ("radios", "boxes"):
        pairs += [(field.name, option.value) for option in field.options if option.is_chosen]
    elif field.shape == "grid":
        pairs += [(row.name, option.value) for row in field.rows for option in row.options if option.is_chosen]
    elif field.shape == "selects":
        pairs += [(field.name, row.value) for row in field.rows]
    elif field.shape == "contact":
        pairs += [(row.name, row.value) for row in field.rows]
    elif field.shape == "blocks":
        pairs.append((f"{field.name}.n", str(len(field.blocks))))
        for block in field.blocks:
            pairs.append((f"{block.prefix}.id", block.known))
            for each in (*block.main, *block.rest):
                pairs += _sent(each)
    else:
        pairs.append((field.name, field.value))
    return pairs


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("entier", "12\u202f000", 12000),
        ("montant", "1 250,00 €", 1250),
        ("annee", "1998", 1998),
        ("date", "30/11/2026", "2026-11-30"),
        ("texte", "  une\nligne ", "une ligne"),
        ("pays", "ALLEMAGNE", "DE"),
    ],
)
def test_what_people_type_is_understood(kind, raw, kept):
    from surveys.outline import Question

    question = Question("Q1", QuestionKind(kind), "?")
    assert read_question(question, query([("Q1", raw)]), LISTS).value == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("entier", "douze"), ("entier", "1,5"), ("entier", "9" * 40), ("entier", "²"), ("montant", "-5"), ("annee", "19"),
        ("annee", "9999999999"), ("date", "31/02/2026"), ("date", "0000-00-00"), ("unique", "x"), ("echelle", "6"),
        ("pays", "Syldavie"), ("theme", "x"), ("texte", "a" * 301), ("long", "a" * 5001),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_comes_back_as_typed_with_a_sentence(kind, raw):
    from surveys.outline import Question

    typed = read_question(Question("Q1", QuestionKind(kind), "?"), query([("Q1", raw)]), LISTS)
    assert typed.value is None and typed.errors["Q1"].endswith(".")
    assert typed.shown in (raw, [raw])
