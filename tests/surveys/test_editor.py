"""The editor's gestures on an outline, what they change from one version to the next, the draft that several people write."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from surveys import editing
from surveys.changes import changes
from surveys.checking import problems_of
from surveys.editing import EditError, mark_of, order_of, part_of
from surveys.enums import QuestionKind
from surveys.models import Questionnaire
from surveys.outline import Choice, Outline, Question, Section, as_dict, outline_of
from surveys.question_forms import as_lines, choices_of
from surveys.services import (
    StaleError,
    SurveysError,
    change_draft,
    drop_draft,
    kept_codes,
    next_version,
    publish,
    publish_draft,
    save_draft,
    start_draft,
)
from tests.factories.surveys import TWO_PAGES

BY = "lea@exemple.fr"


def text(code: str, **others: object) -> Question:
    return Question(code, QuestionKind.TEXT, f"Question {code}", **others)  # type: ignore[arg-type]


def two_pages() -> Outline:
    return outline_of(TWO_PAGES)


def with_group() -> Outline:
    group = Question(
        "Q4", QuestionKind.REPEAT, "Vos projets", questions=(text("Q5"), text("Q6", visible_if="${Q5} != ''"))
    )
    return editing.add_question(two_pages(), group, into="fin", after="fin")


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Some sections, some questions, some groups; conditions that ask about anything."""
    codes = iter(f"Q{number}" for number in range(1, 100))
    named = st.sampled_from(["", "${Q1} != ''", "selected(${Q2}, 'oui')", "not(${Q3} = '')"])
    sections = []
    for number in range(draw(st.integers(1, 4))):
        questions = []
        for _ in range(draw(st.integers(0, 4))):
            code = next(codes)
            if draw(st.booleans()):
                questions.append(text(code, visible_if=draw(named)))
            else:
                nested = tuple(text(next(codes)) for _ in range(draw(st.integers(0, 2))))
                questions.append(Question(code, QuestionKind.REPEAT, code, questions=nested))
        sections.append(Section(f"S{number + 1}", f"Partie {number}", questions=tuple(questions)))
    return Outline("essai", "Un essai", sections=tuple(sections))


# --- gestures -----------------------------------------------------------------------------------------------------------------
@given(outlines(), st.data())
def test_what_moves_keeps_everything_and_comes_back(outline: Outline, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(editing.codes_of(outline)))
    step = data.draw(st.sampled_from([-1, 1]))

    moved = editing.move(outline, code, step)

    assert sorted(editing.codes_of(moved)) == sorted(editing.codes_of(outline))
    assert outline_of(as_dict(moved)) == moved
    if moved != outline:
        assert editing.move(moved, code, -step) == outline


@given(outlines(), st.data())
def test_what_is_added_then_removed_leaves_no_trace(outline: Outline, data: st.DataObject) -> None:
    into = data.draw(st.sampled_from([section.code for section in outline.sections]))
    inside = [question.code for section in outline.sections if section.code == into for question in section.questions]
    after = data.draw(st.sampled_from(["", into, *inside]))

    added = editing.add_question(outline, text("NEW"), into=into, after=after)

    assert editing.owner_of(added, "NEW") == into
    assert editing.remove(added, "NEW") == outline


@given(outlines(), st.data())
def test_a_copy_has_codes_of_its_own(outline: Outline, data: st.DataObject) -> None:
    codes = [question.code for question in outline.tops()]
    if not codes:
        return
    code = data.draw(st.sampled_from(codes))

    copied = editing.duplicate(outline, code, taken=["Q500"])

    found = editing.codes_of(copied)
    assert len(found) == len(set(found))
    assert "Q501" in found
    assert editing.remove(copied, "Q501") == outline


@given(outlines(), st.data())
def test_conditions_follow_a_code_that_changes(outline: Outline, data: st.DataObject) -> None:
    codes = [question.code for question in outline.questions()]
    if not codes:
        return
    code = data.draw(st.sampled_from(codes))
    question = outline.question(code)
    assert question
    asking = editing.asking(outline, [code])

    renamed = editing.replace_question(outline, code, replace(question, code="NEW"))

    # One that asks about itself is no longer called as it was.
    assert editing.asking(renamed, [code]) == []
    assert editing.asking(renamed, ["NEW"]) == asking
    assert editing.replace_question(renamed, "NEW", replace(renamed.question("NEW"), code=code)) == outline  # type: ignore[type-var]


def test_a_question_at_the_edge_goes_on_into_the_next_section() -> None:
    moved = editing.move(two_pages(), "Q2", 1)

    assert [(section.code, [each.code for each in section.questions]) for section in moved.sections] == [
        ("debut", ["Q1"]),
        ("fin", ["Q2", "Q3"]),
    ]
    assert editing.move(two_pages(), "Q1", -1) == two_pages()
    assert editing.move(two_pages(), "fin", 1) == two_pages()
    assert [section.code for section in editing.move(two_pages(), "fin", -1).sections] == ["fin", "debut"]
    assert editing.move(with_group(), "Q6", 1) == with_group()


def test_a_question_is_put_elsewhere_at_once() -> None:
    moved = editing.put(two_pages(), "Q1", into="fin", after="Q3")

    assert [question.code for question in moved.questions()] == ["Q2", "Q3", "Q1"]
    with pytest.raises(EditError, match="après elle-même"):
        editing.put(two_pages(), "Q1", into="debut", after="Q1")
    with pytest.raises(EditError, match="n’est plus dans"):
        editing.put(two_pages(), "Q1", into="fin", after="Q2")


def test_what_a_condition_asks_about_stays_and_it_is_said_by_whom() -> None:
    with pytest.raises(EditError, match="la condition de Q2 en dépend"):
        editing.remove(two_pages(), "Q1")

    # With the whole section both go.
    assert [section.code for section in editing.remove(two_pages(), "debut").sections] == ["fin"]
    assert [question.code for question in editing.remove(with_group(), "Q4").questions()] == ["Q1", "Q2", "Q3"]


def test_a_condition_that_cannot_be_read_counts_too() -> None:
    outline = editing.add_question(two_pages(), text("Q9", visible_if="${Q3} ==== ${Q1}"), into="fin")

    assert editing.asking(outline, ["Q3"]) == ["Q9"]


@pytest.mark.parametrize(
    ("gesture", "said"),
    [
        (lambda outline: editing.remove(outline, "Q99"), "n’est plus dans le questionnaire"),
        (lambda outline: editing.move(outline, "", 1), "n’est plus dans le questionnaire"),
        (lambda outline: editing.add_question(outline, text("q1"), into="fin"), "déjà pris"),
        (lambda outline: editing.add_question(outline, text("FIN"), into="fin"), "déjà pris"),
        (lambda outline: editing.add_question(outline, text("Q9"), into="Q3"), "pas un groupe"),
        (
            lambda outline: editing.add_question(outline, Question("Q9", QuestionKind.GRID, "G"), into="Q4"),
            "ne se répète pas",
        ),
        (lambda outline: editing.add_section(outline, Section("Q1", "Q")), "déjà pris"),
        (lambda outline: editing.replace_section(outline, "Q1", Section("Q1", "Q")), "pas une partie"),
        (lambda outline: editing.replace_question(outline, "fin", text("fin")), "pas une question"),
        (lambda outline: editing.replace_question(outline, "Q4", text("Q4")), "reste un groupe répété"),
        (lambda outline: editing.replace_question(outline, "Q3", text("Q2")), "déjà pris"),
        (lambda outline: editing.duplicate(outline, "fin"), "pas une question"),
        (lambda outline: editing.put(outline, "fin", into="debut"), "pas une question"),
        (lambda outline: editing.put(outline, "Q4", into="Q4"), "après elle-même"),
    ],
)
def test_a_gesture_that_cannot_be_made_says_why(gesture, said: str) -> None:
    with pytest.raises(EditError, match=said):
        gesture(with_group())


def test_there_is_an_end_to_what_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_QUESTIONS", 3)
    monkeypatch.setattr(editing, "MOST_SECTIONS", 2)

    with pytest.raises(EditError, match="3 questions au plus"):
        editing.add_question(two_pages(), text("Q9"), into="fin")
    with pytest.raises(EditError, match="2 parties au plus"):
        editing.add_section(two_pages(), Section("S3", "Encore"))


def test_a_new_code_is_above_all_those_ever_taken() -> None:
    assert editing.next_code([]) == "Q1"
    assert editing.next_code(["Q2", "q7", "Qx", "S40"]) == "Q8"
    assert editing.next_code(["S1", "Q9"], "S") == "S2"


def test_a_mark_tells_the_part_that_a_form_changes_and_no_other() -> None:
    before, after = with_group(), editing.replace_question(with_group(), "Q5", text("Q5", help="Un nom."))

    assert mark_of(part_of(before, "Q5")) != mark_of(part_of(after, "Q5"))
    for place in ("", "debut", "fin", "Q1", "Q4", "Q6"):
        assert mark_of(part_of(before, place)) == mark_of(part_of(after, place))
    assert mark_of(order_of(before)) == mark_of(order_of(after))
    assert part_of(before, "Q99") is None


# --- what changes -------------------------------------------------------------------------------------------------------------
def test_what_changes_is_said_question_by_question() -> None:
    first = two_pages().question("Q1")
    assert first
    after = editing.replace_question(
        two_pages(),
        "Q1",
        replace(first, choices=(first.choices[0], Choice("peut_etre", "peut-être")), help="Vraiment ?"),
    )
    after = editing.add_question(editing.remove(after, "Q3"), text("Q4"), into="fin")
    after = editing.add_section(editing.with_head(after, title="Autre", intro=""), Section("S3", "La suite"))

    found = changes(two_pages(), after)

    assert [question.code for question in found.added] == ["Q4"]
    assert [question.code for question in found.removed] == ["Q3"]
    assert [(change.code, change.said) for change in found.changed] == [
        ("Q1", ("aide", "nouveaux choix\u00a0: peut-être\u00a0; choix retirés\u00a0: non"))
    ]
    assert found.others == ("Le titre change.", "Nouvelle partie\u00a0: «\u00a0La suite\u00a0».")
    assert changes(two_pages(), editing.move(two_pages(), "Q2", 1)).others == ("Des questions changent de place.",)
    assert not changes(two_pages(), two_pages())


# --- choices as they are typed ------------------------------------------------------------------------------------------------
def test_a_value_is_made_from_its_label_when_it_is_missing() -> None:
    assert choices_of("oui = Oui\n\n  Non, jamais \nÉlu·e\nélue\nnon_jamais = Autre") == (
        Choice("oui", "Oui"),
        Choice("non_jamais_2", "Non, jamais"),
        Choice("elu_e", "Élu·e"),
        Choice("elue", "élue"),
        Choice("non_jamais", "Autre"),
    )


_LABEL = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(st.lists(st.tuples(st.from_regex(r"\A[a-z0-9][a-z0-9_+<>-]{0,39}\Z"), _LABEL), unique_by=lambda pair: pair[0]))
def test_choices_shown_again_are_the_same(pairs: list[tuple[str, str]]) -> None:
    choices = tuple(Choice(value, label) for value, label in pairs)

    assert choices_of(as_lines(choices)) == choices


@given(st.lists(_LABEL, max_size=20))
def test_labels_alone_make_values_that_may_be_published(labels: list[str]) -> None:
    labels = [label for label in labels if "=" not in label]
    choices = choices_of("\n".join(labels))
    question = Question("Q1", QuestionKind.SINGLE, "?", choices=(*choices, Choice("z-1", "z"), Choice("z-2", "z")))

    assert problems_of(Outline("e", "E", sections=(Section("S1", "S", questions=(question,)),))) == []


# --- the draft ----------------------------------------------------------------------------------------------------------------
def seen(part: object) -> str:
    return mark_of(part)


@pytest.mark.django_db
def test_a_questionnaire_begins_with_one_section_and_a_code_of_its_own() -> None:
    draft = start_draft("essai", "Un essai", by=BY)

    assert [section.code for section in draft.outline.sections] == ["S1"]
    with pytest.raises(SurveysError, match="autre questionnaire"):
        start_draft("essai", "Un autre", by=BY)


@pytest.mark.django_db
def test_the_next_version_is_copied_once() -> None:
    with pytest.raises(SurveysError, match="n’est publiée"):
        next_version("essai", by=BY)
    published = publish(save_draft(two_pages(), by=BY))

    draft = next_version("essai", by=BY)

    assert (draft.version, draft.is_draft, draft.outline) == (2, True, published.outline)
    assert next_version("essai", by=BY) == draft


@pytest.mark.django_db
def test_two_people_on_two_questions_do_not_disturb_each_other_and_on_one_the_second_is_told() -> None:
    outline = save_draft(two_pages(), by=BY).outline

    def write(code: str, words: str) -> None:
        change_draft(
            "essai",
            lambda now: editing.replace_question(now, code, replace(now.question(code), label=words)),  # type: ignore[type-var]
            of=lambda now: part_of(now, code),
            seen=seen(part_of(outline, code)),
            by=BY,
        )

    write("Q1", "Une première")
    write("Q3", "Une autre")
    with pytest.raises(StaleError, match="Rien n’est écrasé"):
        write("Q1", "Une seconde")

    kept = Questionnaire.objects.get().outline
    assert [question.label for question in kept.questions()] == ["Une première", "Avec qui\u00a0?", "Une autre"]


@pytest.mark.django_db
def test_what_was_deleted_or_published_meanwhile_is_not_written() -> None:
    outline = save_draft(two_pages(), by=BY).outline
    part = seen(part_of(outline, "Q3"))
    change_draft("essai", lambda now: editing.remove(now, "Q3"), of=order_of, seen=seen(order_of(outline)), by=BY)

    with pytest.raises(StaleError, match="supprimé entre-temps"):
        change_draft("essai", lambda now: now, of=lambda now: part_of(now, "Q3"), seen=part, by=BY)
    publish(Questionnaire.objects.get())
    with pytest.raises(SurveysError, match="publié ou abandonné"):
        change_draft("essai", lambda now: now, of=lambda now: part_of(now, "Q1"), seen=part, by=BY)


@pytest.mark.django_db
def test_only_the_draft_that_was_seen_is_published_or_dropped() -> None:
    outline = save_draft(two_pages(), by=BY).outline
    save_draft(editing.with_head(outline, title="Autre", intro=""), by=BY)

    for gesture in (publish_draft, drop_draft):
        with pytest.raises(StaleError):
            gesture("essai", seen=seen(outline))

    draft = Questionnaire.objects.get()
    assert publish_draft("essai", seen=seen(draft.outline)).published_at is not None
    drop_draft("essai", seen=seen(next_version("essai", by=BY).outline))
    assert list(Questionnaire.objects.values_list("version", "status")) == [(1, "publie")]


@pytest.mark.django_db
def test_a_code_of_any_published_version_keeps_its_nature() -> None:
    publish(save_draft(two_pages(), by=BY))
    publish(save_draft(editing.remove(two_pages(), "Q3"), by=BY))
    other = Question("Q3", QuestionKind.INTEGER, "Combien\u00a0?")

    assert kept_codes("essai")["Q3"] == QuestionKind.LONG
    with pytest.raises(SurveysError, match="donnez un autre code"):
        save_draft(editing.add_question(editing.remove(two_pages(), "Q3"), other, into="fin"), by=BY)


@pytest.mark.django_db
def test_the_delivered_questionnaire_does_not_overwrite_what_the_team_is_writing(aect: Questionnaire) -> None:
    publish(save_draft(editing.with_head(aect.outline, title="Le nôtre", intro=""), by=BY))
    draft = save_draft(editing.with_head(aect.outline, title="Le prochain", intro=""), by=BY)

    with pytest.raises(CommandError, match="L’équipe écrit la version 3"):
        call_command("load_questionnaire_aect")

    assert Questionnaire.objects.drafts().get().outline == draft.outline
