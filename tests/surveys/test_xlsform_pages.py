"""The staff's pages of XLSForm: download, import, and who may."""

import io

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from soco.accounts.roles import FIELD, TEAM
from surveys.models import Questionnaire
from surveys.services import publish, save_draft
from surveys.xlsform.exporting import workbook_of
from surveys.xlsform.importing import outline_of_workbook
from surveys.xlsform.sheets import MAX_BYTES
from tests.factories import CountryFactory, QuestionnaireFactory, ThemeFactory, UserFactory
from tests.surveys.test_xlsform import aect, form

pytestmark = pytest.mark.django_db
IMPORT = "/equipe/questionnaires/importer/"


def signed_in(role: str) -> Client:
    call_command("sync_permissions")
    user = UserFactory(staff=True)
    user.groups.add(AuthGroup.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def team() -> Client:
    return signed_in(TEAM)


def given(data: bytes, name: str = "essai.xlsx", **others: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, data), **others}


# --- download ---------------------------------------------------------------------------------------------------------------
def test_a_version_is_downloaded_with_the_lists_of_the_repertoire(team: Client) -> None:
    call_command("load_questionnaire_aect")
    country, theme = CountryFactory(), ThemeFactory()

    answer = team.get("/equipe/questionnaires/aect/1/xlsform.xlsx")

    assert answer["Content-Disposition"] == 'attachment; filename="aect-v1.xlsx"'
    assert outline_of_workbook(answer.content).outline == aect()
    labels = [row[2].value for row in load_workbook(io.BytesIO(answer.content))["choices"].iter_rows()]
    assert {country.name, theme.name} <= set(labels)
    assert team.get("/equipe/questionnaires/aect/2/xlsform.xlsx").status_code == 404


def test_the_preview_leads_to_the_file_and_says_what_others_do_not_understand(team: Client) -> None:
    call_command("load_questionnaire_aect")

    page = team.get("/equipe/questionnaires/aect/1/").content.decode()

    assert 'href="/equipe/questionnaires/aect/1/xlsform.xlsx"' in page
    assert "Q11, Q35\u00a0: un classement limité devient un choix multiple" in page


# --- import -----------------------------------------------------------------------------------------------------------------
def test_a_file_becomes_a_draft_shown_at_once(team: Client) -> None:
    answer = team.post(IMPORT, given(workbook_of(aect())), follow=True)

    draft = Questionnaire.objects.get()
    assert answer.redirect_chain == [("/equipe/questionnaires/aect/1/", 302)]
    assert (draft.is_draft, draft.outline) == (True, aect())
    assert "Le brouillon est enregistré. Rien n’est publié." in answer.content.decode()


def test_what_keeps_a_draft_from_being_published_is_counted(team: Client) -> None:
    lonely = form(["select_one l", "a", "A"], choices=[["l", "oui", "Oui"]])

    page = team.post(IMPORT, given(lonely), follow=True).content.decode()

    assert "1 point est à corriger avant de publier." in page


def test_a_refused_file_says_every_problem_and_writes_nothing(team: Client) -> None:
    page = team.post(IMPORT, given(form(["gps", "a", "A"], ["image", "b", "B"]))).content.decode()

    assert "Ce fichier n’est pas importé\u00a0: 2 points sont à corriger." in page
    assert "Feuille survey, ligne 2\u00a0: le type «\u00a0gps\u00a0» n’existe pas" in page
    assert "Feuille survey, ligne 3\u00a0: le type «\u00a0image\u00a0» n’existe pas" in page
    assert not Questionnaire.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "Ce fichier est vide."), (b"P" * (MAX_BYTES + 1), "dépasse 5 Mo"), (b"nom;prix", "pas un classeur Excel")],
    ids=["empty", "big", "csv"],
)
def test_a_file_that_is_no_workbook_is_refused(team: Client, data: bytes, said: str) -> None:
    answer = team.post(IMPORT, given(data))

    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_no_file_is_an_error_of_the_form(team: Client) -> None:
    assert "Choisissez un fichier." in team.post(IMPORT, {}).content.decode()


def test_a_draft_is_replaced_only_when_it_is_said(team: Client) -> None:
    draft = QuestionnaireFactory(code="essai")
    file = form(["text", "a", "A"])

    kept = team.post(IMPORT, given(file)).content.decode()
    before = Questionnaire.objects.get().outline
    replaced = team.post(IMPORT, given(file, replaces="on"))

    assert "«\u00a0essai\u00a0» a déjà un brouillon." in kept
    assert before == draft.outline
    assert replaced.status_code == 302
    assert [question.code for question in Questionnaire.objects.get().outline.questions()] == ["a"]


def test_a_code_of_another_nature_is_refused(team: Client) -> None:
    publish(save_draft(outline_of_workbook(form(["text", "a", "A"])).outline, by="lea@exemple.fr"))

    page = team.post(IMPORT, given(form(["integer", "a", "A"]))).content.decode()

    assert "donnez un autre code" in page
    assert Questionnaire.objects.count() == 1


# --- who may ------------------------------------------------------------------------------------------------------------------
def test_only_the_team_imports() -> None:
    field, nobody = signed_in(FIELD), Client()

    assert field.get(IMPORT).status_code == 403
    assert field.post(IMPORT, given(workbook_of(aect()))).status_code == 403
    assert nobody.get(IMPORT).status_code == 302
    assert not Questionnaire.objects.exists()


def test_the_list_leads_to_the_import(team: Client) -> None:
    assert f'href="{IMPORT}"' in team.get("/equipe/questionnaires/").content.decode()
    assert team.get(IMPORT).status_code == 200
