"""Visits in a browser: planned, written down with all that they bring, without JavaScript, by keyboard, on a phone."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.enums import ContactState
from directory.models import Actor, ChangeProposal, Need
from outreach.models import QuickNote, Visit
from outreach.services import record_visit
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    JumelageFactory,
    ServiceFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.test_visits import DONE

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.fixture
def voltigeur(transactional_db) -> User:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="lea@reseau.exemple", first_name="Léa", last_name="Roy", second_factor=True)
    give_role(user, roles.FIELD, by=None)
    return user


@pytest.fixture
def salies(transactional_db) -> Actor:
    ServiceFactory(code="conseil", name="Un conseil individuel")
    actor = CommuneFactory(name="Salies-de-Béarn", departement_codes=["64"], phone="05 59 38 00 00")
    JumelageFactory(collectivite=actor, vitality="actif")
    return actor


def test_from_the_plan_to_what_the_visit_brought(open_page: Open, voltigeur, salies) -> None:
    """The plan, then the report by its page: a proposal, a need, a promise, another contact state."""
    page = open_page(salies.get_absolute_url(), user=voltigeur)
    page.get_by_role("link", name="Prévoir une visite").click()
    expect(page.get_by_label("Collectivité")).to_have_value("Salies-de-Béarn (commune, 64)")
    page.get_by_label("Objet").fill("Relancer le jumelage")
    page.get_by_role("button", name="Prévoir la visite").click()
    expect(page.get_by_text("La visite est prévue.")).to_be_visible()
    Visit.objects.update(starts_at=timezone.now() - timedelta(hours=3))

    page.goto(page.url)
    page.get_by_role("link", name="Écrire le compte rendu").click()
    page.get_by_label("réalisée").check()
    page.get_by_label("Compte rendu").fill("Bel accueil du maire.")
    page.get_by_label("Présenter les services du réseau").check()
    page.get_by_label("Fonction").fill("Maire")
    page.get_by_role("button", name="Ajouter une personne").click()
    expect(page.get_by_label("Compte rendu")).to_have_value("Bel accueil du maire.")
    page.get_by_label("Fonction").nth(1).fill("Directrice")
    page.get_by_label("Ce qui est demandé").fill("Un dossier européen")
    page.get_by_label("Le service qui y répond").select_option("conseil")
    page.get_by_label("Engagement (facultatif)", exact=True).fill("Envoyer la liste")
    page.get_by_text("La fiche de la collectivité").click()
    page.get_by_label("Site internet").fill("salies.example")
    page.get_by_role("button", name="Enregistrer le compte rendu").click()

    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    for words in ("Bel accueil du maire.", "Directrice", "Un dossier européen", "Envoyer la liste", "à relire"):
        expect(page.get_by_text(words).first).to_be_visible()
    assert [change.new for row in ChangeProposal.objects.all() for change in row.changes.all()] == [
        "https://salies.example"
    ]
    assert Need.objects.get().service_id == "conseil"
    salies.refresh_from_db()
    assert salies.contact_state == ContactState.MET


def test_a_note_and_a_report_without_javascript_nor_mouse(open_page: Open, voltigeur, salies) -> None:
    page = open_page(f"/equipe/notes/nouvelle/?acteur={salies.slug}", user=voltigeur, javascript=False, width=360)
    page.get_by_role("button", name="Appel reçu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    assert QuickNote.objects.get().kind == "appel_recu"

    page.get_by_role("link", name="J’y suis passé").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Compte rendu").focus()
    page.keyboard.type("Passée sans rendez-vous.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Enregistrer le compte rendu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("La visite et son compte rendu sont enregistrés.")).to_be_visible()
    assert Visit.objects.get().report == "Passée sans rendez-vous."


def test_a_colleague_s_words_stand_beside_mine(open_page: Open, voltigeur, salies) -> None:
    visit = VisitFactory(actor=salies, starts_at=timezone.now() - timedelta(days=1))
    page = open_page(f"{visit.get_absolute_url()}compte-rendu/", user=voltigeur, width=360)
    record_visit(visit, DONE, by=UserFactory(email="marc@reseau.exemple"), read_version=1)
    Visit.objects.update(report="Le maire est d’accord.")

    page.get_by_label("Compte rendu").fill("Le maire hésite.")
    page.get_by_role("button", name="Enregistrer le compte rendu").click()
    expect(page.get_by_role("heading", name="Un collègue a écrit cette visite entre-temps")).to_be_visible()
    expect(page.get_by_text("Le maire est d’accord.").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Garder les deux").click()
    page.get_by_role("button", name="Enregistrer le compte rendu").click()

    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()
    visit.refresh_from_db()
    assert visit.report.split() == ["Le", "maire", "est", "d’accord.", "Le", "maire", "hésite."]


def test_the_pages_of_visits_hold_on_a_phone(open_page: Open, voltigeur, salies) -> None:
    visit = VisitFactory(actor=salies, voltigeur=voltigeur, done=True)
    CommitmentFactory(visit=visit, owner=voltigeur)
    page = open_page("/equipe/visites/?etat=toutes", user=voltigeur, width=360)
    home = page.url.partition("/equipe/")[0]
    wrong = {}

    for address in (
        *("/equipe/visites/?etat=toutes", "/equipe/visites/nouvelle/", "/equipe/visites/deja-faite/"),
        *("/equipe/notes/", "/equipe/notes/nouvelle/", "/equipe/engagements/", visit.get_absolute_url()),
        *(f"{visit.get_absolute_url()}{name}/" for name in ("compte-rendu", "preparer")),
        *(f"/equipe/collectivites/{salies.slug}/{name}/" for name in ("contacts", "preparer")),
        *(salies.get_absolute_url(), f"/equipe/visites/deja-faite/?acteur={salies.slug}"),
    ):
        page.goto(home + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if found := violations(page) + (["trop large"] if too_wide else []):
            wrong[address] = found

    assert wrong == {}
