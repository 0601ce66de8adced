"""Questionnaires: the AECT one, drafts, publication, the staff's pages."""

import tomllib
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.core.management import call_command
from django.test import Client

from soco.accounts.roles import TEAM
from surveys.checking import problems_of
from surveys.conditions import Value
from surveys.enums import QuestionKind, QuestionnaireStatus
from surveys.management.commands.load_questionnaire_aect import FILE
from surveys.models import Questionnaire
from surveys.outline import Outline, OutlineError, as_dict, outline_of
from surveys.paths import Conditions, seconds
from surveys.services import SurveysError, publish, save_draft
from tests.factories import QuestionnaireFactory, UserFactory
from tests.factories.surveys import TWO_PAGES


def aect() -> Outline:
    return outline_of(tomllib.loads(FILE.read_text(encoding="utf-8")))


# --- the AECT questionnaire -------------------------------------------------------------------------------------------------
def test_the_aect_questionnaire_is_sound_and_has_its_questions() -> None:
    outline = aect()

    assert problems_of(outline) == []
    assert len(outline.sections) == 12
    codes = {question.code for question in outline.questions()}
    assert {f"Q{number}" for number in range(1, 44)} <= codes
    services = outline.question("Q33")
    assert services
    assert len(services.rows) == 9


@pytest.mark.parametrize(
    ("engagement", "shown", "hidden"),
    [
        ("active", {"Q8", "Q13", "Q18", "Q22", "Q28"}, {"Q9", "Q10", "Q21"}),
        ("jamais", {"Q9", "Q10", "Q32", "Q43"}, {"Q8", "Q11", "Q13", "Q18", "Q22", "Q28"}),
        ("projet", {"Q8", "Q11", "Q22"}, {"Q9", "Q12", "Q13", "Q18"}),
    ],
)
def test_each_town_is_asked_what_concerns_it(engagement: str, shown: set[str], hidden: set[str]) -> None:
    pages = Conditions(aect()).pages({"Q5": engagement})

    asked = {question.code for page in pages for question in page.questions}
    assert shown <= asked
    assert not hidden & asked


def test_a_town_without_activity_is_done_in_five_minutes_and_an_engaged_one_in_twelve() -> None:
    conditions = Conditions(aect())
    minutes = {said: seconds(conditions.pages({"Q5": said})) / 60 for said in ("jamais", "active")}

    assert minutes["jamais"] <= 8
    assert minutes["jamais"] < minutes["active"] <= 18


def test_whatever_is_answered_a_hidden_question_decides_nothing() -> None:
    conditions = Conditions(aect())
    for engagement, known, groups in product(("active", "jamais", None), ("bien", "non"), (["commune"], [])):
        values: dict[str, Value] = {"Q5": engagement, "Q32": known, "Q25": groups, "Q13e": ["en_sommeil"]}
        asked = {question.code for page in conditions.pages(values) for question in page.questions}
        assert ("Q16" in asked) is (engagement == "active")
        assert ("Q26" in asked) is bool(groups)
        assert ("Q34" in asked) is (known != "non")


# --- outlines ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("outline", [aect(), outline_of(TWO_PAGES)], ids=["aect", "essai"])
def test_an_outline_kept_as_data_is_the_same(outline: Outline) -> None:
    assert outline_of(as_dict(outline)) == outline


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"code": "A", "kind": "devinette"}, "n’est pas un type"),
        ({"code": "A", "kind": "texte", "couleur": "bleu"}, "«\u00a0couleur\u00a0»"),
        ({"code": "A", "kind": "unique", "choices": "services"}, "n’existe pas"),
        ({"code": "A", "kind": "unique", "choices": 3}, "liste de choix"),
    ],
)
def test_a_file_that_says_something_strange_is_refused_with_the_place(question: dict[str, Any], said: str) -> None:
    with pytest.raises(OutlineError, match="A") as refused:
        outline_of({"code": "e", "title": "E", "sections": [{"title": "S", "questions": [question]}]})

    assert said in str(refused.value)


# --- drafts and publication ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_published_version_is_frozen_and_the_next_one_retires_it() -> None:
    first = publish(save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr"))
    second = save_draft(outline_of(TWO_PAGES | {"title": "Un autre essai"}), by="lea@exemple.fr")
    same_draft = save_draft(outline_of(TWO_PAGES | {"title": "Encore"}), by="lea@exemple.fr")

    assert (first.version, second.version, same_draft.pk) == (1, 2, second.pk)
    assert Questionnaire.objects.get(pk=first.pk).title == "Un essai"
    publish(second)
    publish(second)
    versions = Questionnaire.objects.order_by("version").values_list("version", "status", "title")
    assert list(versions) == [
        (1, QuestionnaireStatus.RETIRED, "Un essai"),
        (2, QuestionnaireStatus.PUBLISHED, "Encore"),
    ]


@pytest.mark.django_db
def test_a_code_keeps_its_nature_from_one_version_to_the_next() -> None:
    publish(save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr"))
    changed = as_dict(outline_of(TWO_PAGES))
    changed["sections"][1]["questions"][0]["kind"] = QuestionKind.INTEGER.value

    with pytest.raises(SurveysError, match="donnez un autre code"):
        save_draft(outline_of(changed), by="lea@exemple.fr")


@pytest.mark.django_db
def test_what_is_not_sound_is_not_published() -> None:
    broken = as_dict(outline_of(TWO_PAGES))
    broken["sections"][0]["questions"][1]["visible_if"] = "selected(${Q9}, 'oui')"
    draft = save_draft(outline_of(broken), by="lea@exemple.fr")

    with pytest.raises(SurveysError, match=r"Q2.*n’existe pas"):
        publish(draft)

    assert Questionnaire.objects.get().is_draft


@pytest.mark.django_db
def test_the_command_loads_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_questionnaire_aect")
    call_command("load_questionnaire_aect")

    assert Questionnaire.objects.get().status == QuestionnaireStatus.PUBLISHED
    assert "Rien à faire" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_start_leaves_the_versions_of_the_team_alone() -> None:
    own = QuestionnaireFactory(code="aect", published=True)

    call_command("load_questionnaire_aect", "--if-empty")

    assert list(Questionnaire.objects.all()) == [own]


# --- pages ------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def team(client: Client) -> Client:
    call_command("sync_permissions")
    user = UserFactory(staff=True)
    user.groups.add(AuthGroup.objects.get(name=TEAM))
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_the_team_sees_what_each_path_asks_and_how_long_it_takes(team: Client) -> None:
    call_command("load_questionnaire_aect")
    address = Questionnaire.objects.get().get_absolute_url()

    listed = team.get("/equipe/questionnaires/").content.decode()
    never, active = (team.get(f"{address}?Q5={said}") for said in ("jamais", "active"))

    assert "L’action extérieure de votre collectivité" in listed
    assert never.context["minutes"] < active.context["minutes"]
    assert "Vos partenariats" in active.content.decode()
    assert "Q13" in {question.code for question in never.context["left_out"]}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?Q5=%00", "?Q5=zzz&Q99=1", f"?Q1={'é' * 5000}"])
def test_hostile_answers_of_an_address_count_for_nothing(team: Client, query: str) -> None:
    questionnaire = QuestionnaireFactory()

    assert team.get(f"{questionnaire.get_absolute_url()}{query}").status_code == 200


@pytest.mark.django_db
def test_a_draft_that_is_not_sound_says_what_to_correct(team: Client) -> None:
    broken = as_dict(outline_of(TWO_PAGES))
    broken["sections"][0]["questions"][1]["visible_if"] = "selected(${Q9}, 'oui')"

    page = team.get(QuestionnaireFactory(content=broken).get_absolute_url()).content.decode()

    assert "ne peut pas encore être publié" in page
    assert "«\u00a0Q9\u00a0», qui n’existe pas" in page


@pytest.mark.django_db
def test_others_see_nothing(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get("/equipe/questionnaires/").status_code == 403
