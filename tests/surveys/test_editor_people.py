"""The editor's pages: what somebody else saved meanwhile, publication, who may, hostile input."""

import pytest
from django.test import Client

from soco.accounts.roles import FIELD
from surveys.editing import mark_of, whole_part
from surveys.models import Questionnaire
from surveys.services import publish
from tests.surveys.drafts import DRAFT, Q1, order, outline, question, seen, signed_in

pytestmark = pytest.mark.django_db


# --- two people ---------------------------------------------------------------------------------------------------------------
def test_what_somebody_else_saved_is_shown_and_replaced_only_when_it_is_said(
    team: Client, draft: Questionnaire
) -> None:
    address, before = f"{DRAFT}question/Q3/", seen("Q3")
    team.post(
        address, {"code": "Q3", "label": "Le texte de Léa", "help": "Une aide", "is_required": "on", "vu": before}
    )

    mine = {"code": "Q3", "label": "Mon texte à moi", "help": "Une aide"}
    refused = team.post(address, {**mine, "vu": before})
    page = refused.content.decode()

    assert question("Q3").label == "Le texte de Léa"
    assert "Rien n’est écrasé." in page
    assert refused.context["saved"] == [("Texte de la question", "Le texte de Léa"), ("Réponse obligatoire", "oui")]
    assert "Mon texte à moi" in page
    assert "Le texte de Léa" in page
    team.post(address, {**mine, "vu": refused.context["seen"]})
    assert question("Q3").label == "Mon texte à moi"


def test_an_error_does_not_make_one_forget_that_somebody_else_saved(team: Client, draft: Questionnaire) -> None:
    address, before = f"{DRAFT}question/Q3/", seen("Q3")
    team.post(address, {"code": "Q3", "label": "Le texte de Léa", "vu": before})

    wrong = team.post(address, {"code": "Q3", "label": "", "vu": before})
    right = team.post(address, {"code": "Q3", "label": "Le mien", "vu": wrong.context["seen"]})

    assert right.status_code == 200
    assert question("Q3").label == "Le texte de Léa"


def test_what_is_typed_in_something_deleted_or_published_meanwhile_is_not_lost(
    team: Client, draft: Questionnaire
) -> None:
    typed = {"code": "Q3", "label": "Mon texte", "type": "long", "vu": seen("Q3")}
    team.post(f"{DRAFT}supprimer/Q3/", {"vu": mark_of(whole_part(outline(), "Q3"))})

    gone = team.post(f"{DRAFT}question/Q3/", typed)
    publish(draft.__class__.objects.get())
    late = team.post(f"{DRAFT}question/Q2/", {"code": "Q2", "label": "Trop tard", "type": "texte", "vu": "?"})
    head = team.post(f"{DRAFT}titre/", {"title": "Trop tard aussi", "vu": "?"})

    assert "supprimé entre-temps" in gone.content.decode()
    assert "Mon texte" in gone.content.decode()
    for answer, text in ((late, "Trop tard"), (head, "Trop tard aussi")):
        assert "publié ou abandonné entre-temps" in answer.content.decode()
        assert text in answer.content.decode()


# --- publication --------------------------------------------------------------------------------------------------------------
def test_publishing_says_what_changes_first(team: Client, second: Questionnaire) -> None:
    team.post(f"{DRAFT}question/Q1/", {**Q1, "help": "Depuis quand\u00a0?", "vu": seen("Q1")})
    team.post(f"{DRAFT}supprimer/Q3/", {"vu": mark_of(whole_part(outline(), "Q3"))})
    team.post(f"{DRAFT}nouvelle-question/?dans=fin&type=date", {"code": "Q4", "label": "Le jour", "vu": mark_of("")})

    page = team.get(f"{DRAFT}publier/")
    answer = team.post(f"{DRAFT}publier/", {"vu": page.context["seen"]})

    text = page.content.decode()
    for said in ("1 question ajoutée", "1 question retirée", "1 question changée", "Q4\u00a0: Le jour", "aide"):
        assert said in text
    assert answer["Location"] == "/equipe/questionnaires/essai/2/"
    assert list(Questionnaire.objects.order_by("version").values_list("status", flat=True)) == ["retire", "publie"]
    assert team.get(DRAFT).status_code == 404
    assert team.post(f"{DRAFT}publier/", {"vu": "?"}).status_code == 404


def test_what_is_not_sound_or_was_not_seen_is_not_published(team: Client, draft: Questionnaire) -> None:
    before = mark_of(outline())
    team.post(f"{DRAFT}question/Q3/", {"code": "Q3", "label": "Un mot", "visible_if": "${Q9} != ''", "vu": seen("Q3")})

    page = team.get(f"{DRAFT}publier/").content.decode()
    unseen = team.post(f"{DRAFT}publier/", {"vu": before}, follow=True).content.decode()
    unsound = team.post(f"{DRAFT}publier/", {"vu": mark_of(outline())}, follow=True).content.decode()

    assert "ne peut pas encore être publié" in page
    assert "Publier la version 1</button>" not in page
    assert "Quelqu’un a enregistré un changement entre-temps." in unseen
    assert "qui n’existe pas" in unsound
    assert Questionnaire.objects.get().is_draft


def test_a_draft_that_changes_nothing_says_so(team: Client, second: Questionnaire) -> None:
    assert "Rien ne change depuis la version 1." in team.get(f"{DRAFT}publier/").content.decode()


def test_a_draft_is_dropped_and_the_published_version_stays(team: Client, second: Questionnaire) -> None:
    page = team.get(f"{DRAFT}abandonner/")
    unseen = team.post(f"{DRAFT}abandonner/", {"vu": ""}, follow=True).content.decode()
    team.post(f"{DRAFT}abandonner/", {"vu": page.context["seen"]})

    assert "Quelqu’un a enregistré un changement entre-temps." in unseen
    assert list(Questionnaire.objects.values_list("version", "status")) == [(1, "publie")]


# --- who may, and what is strange ---------------------------------------------------------------------------------------------
PAGES = (
    *("", "titre/", "nouvelle-section/", "section/debut/", "nouvelle-question/?dans=fin", "question/Q1/"),
    *("supprimer/Q3/", "publier/", "abandonner/"),
)


def test_only_the_team_writes(draft: Questionnaire) -> None:
    field, nobody = signed_in(FIELD), Client()

    for page in PAGES:
        assert field.get(f"{DRAFT}{page}").status_code == 403
        assert nobody.get(f"{DRAFT}{page}").status_code == 302
        assert field.post(f"{DRAFT}{page}", {"vu": seen()}).status_code == 403
    for page in ("geste/", "question/Q1/place/"):
        assert field.post(f"{DRAFT}{page}").status_code == 403
    assert field.post("/equipe/questionnaires/nouveau/", {"title": "T"}).status_code == 403
    assert field.post("/equipe/questionnaires/essai/nouvelle-version/").status_code == 403
    assert "modifier/" not in field.get("/equipe/questionnaires/").content.decode()
    assert Questionnaire.objects.get().outline == draft.outline


def test_every_page_opens_and_none_without_a_draft(team: Client, draft: Questionnaire) -> None:
    assert [team.get(f"{DRAFT}{page}").status_code for page in PAGES] == [200] * len(PAGES)
    publish(draft)
    assert [team.get(f"{DRAFT}{page}").status_code for page in PAGES] == [404] * len(PAGES)


def test_a_place_that_is_not_there_is_not_found(team: Client, draft: Questionnaire) -> None:
    for page in ("section/zzz/", "section/Q1/", "question/zzz/", "question/debut/", "supprimer/zzz/", "question/%00/"):
        assert team.get(f"{DRAFT}{page}").status_code == 404
    assert team.post(f"{DRAFT}geste/", {"geste": "brûler:Q1", "vu": order()}).status_code == 404


HOSTILE = ["\x00", "é" * 5000, "'\"><b>", "${Q1}", "-1", "9" * 400, "\u202e", "a:b:c", "%s%(x)s{}"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_is_never_a_crash(team: Client, draft: Questionnaire, value: str) -> None:
    names = (
        *(
            "vu",
            "code",
            "title",
            "intro",
            "label",
            "help",
            "why",
            "choices",
            "rows",
            "most",
            "minimum",
            "maximum",
            "low",
        ),
        *("high", "exclusive", "source", "visible_if", "type", "place", "geste", "is_required"),
    )
    sent = dict.fromkeys(names, value)
    addresses = [
        *(f"{DRAFT}{page}" for page in PAGES),
        *(f"{DRAFT}nouvelle-question/?dans=fin&type={kind}" for kind in ("grille", "multiple", "echelle", "entier")),
        *(f"{DRAFT}geste/", f"{DRAFT}question/Q1/place/", "/equipe/questionnaires/nouveau/"),
        f"{DRAFT}question/zzz/",
    ]
    for address in addresses:
        assert team.post(address, sent).status_code in (200, 302, 404, 405)
        assert team.post(address, {**sent, "vu": order(), "geste": f"monter:{value}"}).status_code in (
            200,
            302,
            404,
            405,
        )
    query = {"dans": value, "apres": value, "type": value}
    for page in ("nouvelle-question/", "nouvelle-section/", "question/Q1/"):
        assert team.get(f"{DRAFT}{page}", query).status_code in (200, 404)
    assert team.get(DRAFT).status_code == 200
