"""The editor's pages: the structure and its gestures, sections, every kind of question, codes, deletion."""

from typing import Any

import pytest
from django.test import Client

from surveys.editing import mark_of, order_of, whole_part
from surveys.enums import QuestionKind
from surveys.models import Questionnaire
from surveys.outline import outline_of
from surveys.services import publish, save_draft
from tests.factories import QuestionnaireFactory
from tests.factories.surveys import TWO_PAGES
from tests.surveys.drafts import DRAFT, Q1, order, outline, question, seen

pytestmark = pytest.mark.django_db


# --- a draft begins -----------------------------------------------------------------------------------------------------------
def test_a_questionnaire_is_made_from_its_title(team: Client) -> None:
    answer = team.post("/equipe/questionnaires/nouveau/", {"title": "Les jumelages d’été"}, follow=True)

    assert answer.redirect_chain == [("/equipe/questionnaires/les-jumelages-dete/modifier/", 302)]
    page = answer.content.decode()
    assert "Première partie" in page
    assert "Un questionnaire a une question au moins." in page


def test_a_code_that_is_taken_or_strange_is_refused_and_the_title_kept(team: Client, draft: Questionnaire) -> None:
    for code, said in (("essai", "autre questionnaire"), ("été", "sans accent"), ("a" * 41, "40"), ("a\x00b", "code")):
        page = team.post("/equipe/questionnaires/nouveau/", {"title": "Mon titre", "code": code}).content.decode()
        assert said in page
        assert 'value="Mon titre"' in page
    assert "Donnez un code" in team.post("/equipe/questionnaires/nouveau/", {"title": "???"}).content.decode()
    assert Questionnaire.objects.count() == 1


def test_a_published_version_has_a_next_one_and_the_list_leads_there(team: Client) -> None:
    publish(save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr"))
    listed = team.get("/equipe/questionnaires/").content.decode()

    first = team.post("/equipe/questionnaires/essai/nouvelle-version/")
    again = team.post("/equipe/questionnaires/essai/nouvelle-version/")

    assert 'action="/equipe/questionnaires/essai/nouvelle-version/"' in listed
    assert first["Location"] == again["Location"] == DRAFT
    assert Questionnaire.objects.count() == 2
    assert f'href="{DRAFT}"' in team.get("/equipe/questionnaires/").content.decode()
    assert f'href="{DRAFT}"' in team.get("/equipe/questionnaires/essai/2/").content.decode()
    assert team.post("/equipe/questionnaires/inconnu/nouvelle-version/").status_code == 404


def test_a_code_without_a_published_version_has_no_next_one(team: Client) -> None:
    QuestionnaireFactory(code="essai", status="retire")

    page = team.post("/equipe/questionnaires/essai/nouvelle-version/", follow=True).content.decode()

    assert "Aucune version de ce questionnaire n’est publiée." in page


# --- the structure ------------------------------------------------------------------------------------------------------------
def test_the_structure_shows_conditions_in_words_and_problems_with_their_place(team: Client) -> None:
    broken = outline_of(TWO_PAGES)
    save_draft(broken, by="lea@exemple.fr")
    team.post(f"{DRAFT}question/Q3/", {"label": "Un mot", "visible_if": "${Q9} != ''", "code": "Q3", "vu": seen("Q3")})

    page = team.get(DRAFT).content.decode()

    assert "Posée si «\u00a0Agissez-vous\u00a0?\u00a0» est «\u00a0oui\u00a0»." in page
    assert '<a href="#Q3">Q3</a>\u00a0: La condition parle de «\u00a0Q9\u00a0», qui n’existe pas.' in page
    assert 'id="Q3"' in page
    assert "1 point à corriger avant de publier" in page


def test_a_condition_that_came_unreadable_is_shown_as_it_is(team: Client) -> None:
    content = outline_of(TWO_PAGES | {"sections": [{"title": "S", "visible_if": "n’importe quoi"}]})
    save_draft(content, by="lea@exemple.fr")

    assert "n’importe quoi" in team.get(DRAFT).content.decode()
    assert team.get(f"{DRAFT}section/S1/").status_code == 200


@pytest.mark.parametrize(
    ("gesture", "codes"),
    [
        ("monter:Q2", ["debut", "Q2", "Q1", "fin", "Q3"]),
        ("descendre:Q2", ["debut", "Q1", "fin", "Q2", "Q3"]),
        ("descendre:debut", ["fin", "Q3", "debut", "Q1", "Q2"]),
        ("dupliquer:Q3", ["debut", "Q1", "Q2", "fin", "Q3", "Q4"]),
        ("monter:Q1", ["debut", "Q1", "Q2", "fin", "Q3"]),
    ],
)
def test_gestures_on_the_structure(team: Client, draft: Questionnaire, gesture: str, codes: list[str]) -> None:
    answer = team.post(f"{DRAFT}geste/", {"geste": gesture, "vu": order()})

    assert answer["Location"] == f"{DRAFT}#{gesture.partition(':')[2]}"
    assert [code for _, code in order_of(outline())] == codes


def test_the_same_gesture_sent_twice_is_made_once(team: Client, draft: Questionnaire) -> None:
    sent = {"geste": "descendre:Q1", "vu": order()}
    team.post(f"{DRAFT}geste/", sent)

    page = team.post(f"{DRAFT}geste/", sent, follow=True).content.decode()

    assert "Rien n’est écrasé. Voici le brouillon à jour." in page
    assert [each.code for each in outline().questions()] == ["Q2", "Q1", "Q3"]


# --- sections -----------------------------------------------------------------------------------------------------------------
def test_a_section_is_added_in_its_place_then_changed(team: Client, draft: Questionnaire) -> None:
    form = team.get(f"{DRAFT}nouvelle-section/?apres=debut").content.decode()
    team.post(
        f"{DRAFT}nouvelle-section/?apres=debut",
        {"code": "S3", "title": "Au milieu", "vu": mark_of("")},
    )
    answer = team.post(
        f"{DRAFT}section/S3/",
        {
            "title": "En plein milieu",
            "intro": "Deux\r\nlignes",
            "visible_if": "selected(${Q1}, 'oui')",
            "vu": seen("S3"),
        },
    )

    assert 'name="code" value="S1"' in form
    assert answer["Location"] == f"{DRAFT}#S3"
    middle = outline().sections[1]
    assert (middle.code, middle.title, middle.intro) == ("S3", "En plein milieu", "Deux\nlignes")
    assert [section.code for section in outline().sections] == ["debut", "S3", "fin"]
    page = team.get(DRAFT).content.decode()
    assert "Montrée si «\u00a0Agissez-vous\u00a0?\u00a0» est «\u00a0oui\u00a0»." in page


def test_the_head_changes(team: Client, draft: Questionnaire) -> None:
    team.post(f"{DRAFT}titre/", {"title": "Un autre titre", "intro": "Bonjour.", "vu": seen()})

    assert (outline().title, outline().intro) == ("Un autre titre", "Bonjour.")
    assert Questionnaire.objects.get().title == "Un autre titre"
    assert len(outline().sections) == 2


# --- questions ----------------------------------------------------------------------------------------------------------------
def test_first_the_kind_then_its_form(team: Client, draft: Questionnaire) -> None:
    kinds = team.get(f"{DRAFT}nouvelle-question/?dans=fin&apres=fin").content.decode()
    form = team.get(f"{DRAFT}nouvelle-question/?dans=fin&apres=fin&type=grille").content.decode()

    assert all(f"type={kind.value}" in kinds for kind in QuestionKind)
    assert 'name="code" value="Q4"' in form
    assert "Lignes de la grille" in form
    assert "Colonnes de la grille" in form
    assert team.get(f"{DRAFT}nouvelle-question/?dans=zzz").status_code == 404
    assert "dans=fin" in team.get(f"{DRAFT}nouvelle-question/").content.decode()


KINDS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "unique": ({"choices": "Oui\nNon", "has_unknown": "on"}, {"has_unknown": True}),
    "multiple": (
        {"choices": "a = A\nb = B\naucune = Aucune", "most": "2", "exclusive": "Aucune"}, {"exclusive": "aucune", "most": 2}
    ),
    "echelle": ({"low": "pas du tout", "high": "tout à fait"}, {"ends": ("pas du tout", "tout à fait")}),
    "grille": ({"rows": "Un\nDeux", "choices": "Peu\nBeaucoup"}, {}),
    "entier": ({"minimum": "-3", "maximum": "10"}, {"minimum": -3, "maximum": 10}),
    "montant": ({"minimum": "0"}, {"minimum": 0, "maximum": None}),
    "annee": ({}, {}),
    "texte": (
        {"help": "En un mot.", "why": "Pour savoir.", "is_required": "on"},
        {"help": "En un mot.", "why": "Pour savoir.", "is_required": True},
    ),
    "long": ({"visible_if": "selected(${Q1},\r\n'oui')"}, {"visible_if": "selected(${Q1}, 'oui')"}),
    "classement": ({"choices": "a\nb\nc", "most": "3"}, {"most": 3}),
    "date": ({}, {}),
    "contact": ({}, {}),
    "pays": ({}, {}),
    "theme": ({"most": "3"}, {"most": 3}),
    "acteur": ({"source": "actor"}, {"source": "actor"}),
    "fichier": ({"help": "Un PDF."}, {"help": "Un PDF."}),
    "consentement": ({"choices": "J’accepte"}, {}),
    "repetition": ({"most": "5", "source": "jumelages"}, {"most": 5, "source": "jumelages"}),
    "connu": ({"source": "oda"}, {"source": "oda"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(QuestionKind.values))
def test_every_kind_is_written_and_shown_again_the_same(team: Client, draft: Questionnaire, kind: str) -> None:
    typed, kept = KINDS[kind]
    address = f"{DRAFT}nouvelle-question/?dans=fin&apres=Q3&type={kind}"

    answer = team.post(address, {"code": "Q7", "label": "Une  question\u00a0?", "vu": mark_of(""), **typed})

    assert answer["Location"] == f"{DRAFT}#Q7"
    found = question("Q7")
    assert (found.kind, found.label) == (kind, "Une question\u00a0?")
    assert {name: getattr(found, name) for name in kept} == kept
    form = team.get(f"{DRAFT}question/Q7/").context["form"]
    again = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in again.items() if value is not None and value is not False}
    assert team.post(f"{DRAFT}question/Q7/", {**sent, "vu": seen("Q7")}).status_code == 302
    assert question("Q7") == found


def test_questions_of_a_group_have_their_own_pages(team: Client, draft: Questionnaire) -> None:
    team.post(
        f"{DRAFT}nouvelle-question/?dans=fin&type=repetition", {"code": "Q4", "label": "Vos projets", "vu": mark_of("")}
    )
    kinds = team.get(f"{DRAFT}nouvelle-question/?dans=Q4").context["kinds"]
    team.post(f"{DRAFT}nouvelle-question/?dans=Q4&type=pays", {"code": "Q5", "label": "Le pays", "vu": mark_of("")})
    team.post(f"{DRAFT}nouvelle-question/?dans=Q4&type=texte", {"code": "Q6", "label": "La ville", "vu": mark_of("")})
    team.post(f"{DRAFT}question/Q4/", {"code": "Q4", "label": "Vos beaux projets", "vu": seen("Q4")})
    team.post(f"{DRAFT}geste/", {"geste": "monter:Q6", "vu": order()})
    team.post(f"{DRAFT}geste/", {"geste": "dupliquer:Q4", "vu": order()})

    assert {"repetition", "grille", "connu", "fichier"}.isdisjoint(kinds)
    assert question("Q4").label == "Vos beaux projets"
    assert [each.code for each in question("Q4").questions] == ["Q6", "Q5"]
    assert [each.code for each in question("Q7").questions] == ["Q8", "Q9"]
    page = team.get(f"{DRAFT}question/Q4/").content.decode()
    assert f'href="{DRAFT}question/Q6/"' in page
    assert f'href="{DRAFT}question/Q6/"' in team.get(DRAFT).content.decode()
    assert "Changer de type" not in page  # its questions hold it


@pytest.mark.parametrize(
    ("kind", "typed", "field", "said"),
    [
        ("unique", {"choices": "Oui"}, "choices", "Donnez deux choix au moins."),
        ("unique", {"choices": "OUI = Oui\nnon = Non"}, "choices", "Ligne 1\u00a0: la valeur «\u00a0OUI\u00a0»"),
        ("unique", {"choices": "a = A\n\na = B"}, "choices", "Ligne 3\u00a0: la valeur «\u00a0a\u00a0» est déjà donnée."),
        ("unique", {"choices": "a =\nb = B"}, "choices", "Ligne 1\u00a0: un libellé"),
        ("unique", {"choices": "nsp = Bof\nb = B", "has_unknown": "on"}, "choices", "«\u00a0nsp\u00a0»"),
        ("unique", {"choices": "\n".join(f"v{n}" for n in range(301))}, "choices", "300 lignes au plus."),
        ("multiple", {"choices": "a\nb", "most": "3"}, "most", "n’a que 2 choix"),
        ("multiple", {"choices": "a\nb", "exclusive": "c"}, "exclusive", "pas dans la liste"),
        ("echelle", {"low": "peu"}, "high", "ou ni l’un ni l’autre"),
        ("entier", {"minimum": "5", "maximum": "4"}, "maximum", "sous le minimum"),
        ("entier", {"minimum": "beaucoup"}, "minimum", "nombre entier"),
        ("entier", {"maximum": "9" * 30}, "maximum", "inférieure ou égale"),
        ("repetition", {"most": "200"}, "most", "40 fois au plus"),
        ("connu", {"source": ""}, "source", "dites laquelle"),
        ("connu", {"source": "actor"}, "source", "choix valide"),
        ("texte", {"visible_if": "selected(${Q1}, 'oui'"}, "visible_if", "n’est pas finie"),
        ("texte", {"visible_if": "(" * 60}, "visible_if", "trop longue"),
        ("texte", {"code": "1a"}, "code", "Une lettre d’abord"),
        ("texte", {"code": "q1"}, "code", "déjà pris"),
        ("texte", {"code": "FIN"}, "code", "déjà pris"),
        ("texte", {"label": "  \x01 "}, "label", "obligatoire"),
        ("texte", {"label": "é" * 601}, "label", "600"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_comes_back_with_its_error(
    team: Client, draft: Questionnaire, kind: str, typed: dict[str, str], field: str, said: str
) -> None:
    sent = {"code": "Q7", "label": "Ma question", "help": "Mon aide", "vu": mark_of(""), **typed}

    page = team.post(f"{DRAFT}nouvelle-question/?dans=fin&type={kind}", sent)

    assert list(page.context["form"].errors) == [field]
    assert said in " ".join(page.context["form"].errors[field])
    if field != "label":
        assert "Ma question" in page.content.decode()
    assert outline() == draft.outline


def test_the_condition_is_said_in_words_beside_it(team: Client, draft: Questionnaire) -> None:
    page = team.get(f"{DRAFT}question/Q2/").content.decode()

    assert "<strong>Montrée si «\u00a0Agissez-vous\u00a0?\u00a0» est «\u00a0oui\u00a0».</strong>" in page
    assert "selected(${Q5}, &#x27;oui&#x27;)" in page
    assert [each.code for each in team.get(f"{DRAFT}question/Q3/").context["askable"]] == ["Q1", "Q2"]


def test_what_staff_write_is_text_never_markup(team: Client, draft: Questionnaire) -> None:
    team.post(f"{DRAFT}question/Q1/", {**Q1, "code": "Q1", "label": "<script>x</script>", "vu": seen("Q1")})

    for page in ("", "question/Q2/", "question/Q1/", "supprimer/Q1/"):
        assert "<script>x" not in team.get(f"{DRAFT}{page}").content.decode()


# --- codes and kinds ----------------------------------------------------------------------------------------------------------
def test_a_code_that_was_published_stays_and_its_kind_too(team: Client, second: Questionnaire) -> None:
    form = team.get(f"{DRAFT}question/Q1/?type=texte")
    team.post(f"{DRAFT}question/Q1/", {**Q1, "code": "Q9", "type": "texte", "help": "Oui.", "vu": seen("Q1")})

    assert "code" not in form.context["form"].fields
    assert form.context["kinds"] == {}
    assert (question("Q1").kind, question("Q1").help) == (QuestionKind.SINGLE, "Oui.")
    assert outline().question("Q9") is None


def test_a_new_question_never_takes_a_code_that_another_version_had(team: Client, second: Questionnaire) -> None:
    team.post(f"{DRAFT}supprimer/Q3/", {"vu": mark_of(whole_part(outline(), "Q3"))})
    address = f"{DRAFT}nouvelle-question/?dans=fin&type=entier"

    proposed = team.get(address).content.decode()
    taken = team.post(address, {"code": "Q3", "label": "Combien\u00a0?", "vu": mark_of("")})
    back = team.post(address.replace("entier", "long"), {"code": "Q3", "label": "Un mot\u00a0?", "vu": mark_of("")})

    assert 'name="code" value="Q4"' in proposed
    assert "donné ce code à une question «\u00a0texte long\u00a0»" in taken.content.decode()
    assert back.status_code == 302  # the same question comes back
    assert question("Q3").label == "Un mot\u00a0?"


def test_the_code_and_the_kind_of_a_new_question_change_and_conditions_follow(
    team: Client, draft: Questionnaire
) -> None:
    assert "Changer de type" in team.get(f"{DRAFT}question/Q1/").content.decode()
    form = team.get(f"{DRAFT}question/Q1/?type=multiple").content.decode()
    answer = team.post(f"{DRAFT}question/Q1/", {**Q1, "code": "Q8", "type": "multiple", "most": "1", "vu": seen("Q1")})

    assert "Choix qui exclut les autres" in form
    assert answer["Location"] == f"{DRAFT}#Q8"
    assert (question("Q8").kind, question("Q8").most) == (QuestionKind.MULTIPLE, 1)
    assert question("Q2").visible_if == "selected(${Q8}, 'oui')"


def test_a_question_is_put_elsewhere_from_its_page(team: Client, draft: Questionnaire) -> None:
    page = team.get(f"{DRAFT}question/Q3/").content.decode()
    team.post(f"{DRAFT}question/Q3/place/", {"place": "debut:", "vu": order()})
    first = [each.code for each in outline().questions()]
    team.post(f"{DRAFT}question/Q3/place/", {"place": "debut:Q1", "vu": order()})

    assert '<option value="debut:Q1">' in page
    assert first == ["Q3", "Q1", "Q2"]
    assert [each.code for each in outline().questions()] == ["Q1", "Q3", "Q2"]
    for place in ("", "zzz:", "fin:Q1", "\x00"):
        assert team.post(f"{DRAFT}question/Q3/place/", {"place": place, "vu": order()}).status_code == 302
    assert [each.code for each in outline().questions()] == ["Q1", "Q3", "Q2"]


# --- deletion -----------------------------------------------------------------------------------------------------------------
def test_what_a_condition_needs_is_not_deleted_and_it_is_said_which(team: Client, draft: Questionnaire) -> None:
    page = team.get(f"{DRAFT}supprimer/Q1/").content.decode()
    refused = team.post(f"{DRAFT}supprimer/Q1/", {"vu": mark_of(whole_part(outline(), "Q1"))}, follow=True)

    assert "Des conditions en dépendent" in page
    assert f'<a href="{DRAFT}#Q2">Q2</a>' in page
    assert "la condition de Q2 en dépend" in refused.content.decode()
    assert outline() == draft.outline


def test_a_section_goes_with_its_questions_once_it_is_confirmed(team: Client, second: Questionnaire) -> None:
    page = team.get(f"{DRAFT}supprimer/debut/").content.decode()
    team.post(f"{DRAFT}supprimer/debut/", {"vu": mark_of(whole_part(outline(), "debut"))})
    again = team.post(f"{DRAFT}supprimer/debut/", {"vu": "?"}, follow=True).content.decode()

    assert "Avec ce qui est dedans\u00a0: Q1, Q2." in page
    assert "Déjà publié\u00a0: Q1, Q2." in page
    assert [section.code for section in outline().sections] == ["fin"]
    assert "Ce n’est plus dans le brouillon" in again


def test_what_changed_since_is_not_deleted(team: Client, draft: Questionnaire) -> None:
    before = mark_of(whole_part(outline(), "Q3"))
    team.post(f"{DRAFT}question/Q3/", {"code": "Q3", "label": "Autrement dit", "vu": seen("Q3")})

    page = team.post(f"{DRAFT}supprimer/Q3/", {"vu": before}, follow=True).content.decode()

    assert "Quelqu’un a enregistré un changement entre-temps." in page
    assert question("Q3").label == "Autrement dit"
