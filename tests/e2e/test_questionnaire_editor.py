"""Staff write a questionnaire in a browser, without JavaScript, from nothing to its publication."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page, expect

from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from surveys.models import Questionnaire
from tests.e2e.browsing import home_of
from tests.factories import UserFactory

Open = Callable[..., Page]


@pytest.fixture
def lea(transactional_db) -> User:
    call_command("sync_permissions", verbosity=0)
    user = UserFactory(email="lea@exemple.fr", second_factor=True)
    give_role(user, roles.TEAM, by=None)
    return user


def test_a_questionnaire_from_nothing_to_its_publication(open_page: Open, lea: User) -> None:
    page = open_page("/equipe/questionnaires/", user=lea, javascript=False)
    page.get_by_role("link", name="Nouveau questionnaire").click()
    page.get_by_label("Titre").fill("Vos jumelages")
    page.get_by_role("button", name="Commencer").click()

    page.get_by_role("link", name="Ajouter une question S1", exact=True).click()
    page.get_by_role("link", name="Un choix").click()
    page.get_by_label("Texte de la question").fill("Avez-vous un jumelage\u00a0?")
    page.get_by_label("Choix", exact=True).fill("Oui\nNon")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Ajouter après Q1").click()
    page.get_by_role("link", name="Texte court").click()
    page.get_by_label("Texte de la question").fill("Avec quelle ville\u00a0?")
    page.get_by_label("Condition pour la montrer").fill("selected(${Q1}, 'peut-etre')")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_test_id("problemes")).to_contain_text(
        "«\u00a0peut-etre\u00a0» n’est pas un choix de «\u00a0Q1\u00a0»"
    )

    page.get_by_role("link", name="Avec quelle ville").click()
    page.get_by_label("Condition pour la montrer").fill("selected(${Q1}, 'oui')")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_test_id("question").nth(1)).to_contain_text(
        "Posée si «\u00a0Avez-vous un jumelage\u00a0?\u00a0» est «\u00a0Oui\u00a0»."
    )
    page.get_by_role("link", name="Publier…").click()
    page.get_by_role("button", name="Publier la version 1").click()

    expect(page.get_by_role("status").first).to_contain_text("La version 1 est publiée.")
    assert Questionnaire.objects.get().is_draft is False


def test_the_pages_of_a_whole_draft_have_no_obstacle_and_fit_a_phone(open_page: Open, lea: User) -> None:
    call_command("load_questionnaire_aect", verbosity=0)
    page = open_page("/equipe/questionnaires/", user=lea, width=360)
    page.get_by_role("button", name="Préparer une nouvelle version").click()
    home = page.url.partition("#")[0]

    for place in (
        "",
        "question/Q13/",
        "question/Q31/",
        "nouvelle-question/?type=grille",
        "section/engagement/",
        "supprimer/Q5/",
    ):
        page.goto(home + place)
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_two_people_on_one_question_see_each_other_s_text(open_page: Open, lea: User) -> None:
    call_command("load_questionnaire_aect", verbosity=0)
    mine = open_page("/equipe/questionnaires/", user=lea)
    mine.get_by_role("button", name="Préparer une nouvelle version").click()
    address = f"{mine.url.removeprefix(home_of(mine))}question/Q5/"
    mine.goto(home_of(mine) + address)
    theirs = open_page(address, user=lea)

    theirs.get_by_label("Aide").fill("Le texte de Camille")
    theirs.get_by_role("button", name="Enregistrer").click()
    mine.get_by_label("Aide").fill("Mon texte")
    mine.get_by_role("button", name="Enregistrer").click()

    expect(mine.get_by_test_id("entre-temps")).to_contain_text("Le texte de Camille")
    expect(mine.get_by_label("Aide")).to_have_value("Mon texte")
    assert Axe().run(mine, options={"preload": False}).response["violations"] == []
    mine.get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_role("status").first).to_contain_text("C’est enregistré dans le brouillon.")
