"""A petit-déjeuner from end to end in a browser: planned in one form, filled, left, offered, accepted, called off."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.enums import RegistrationState as State
from events.models import Event, Registration
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.mailing.models import Message
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    UserFactory,
)

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.fixture
def team(transactional_db) -> User:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="marie@reseau.exemple", second_factor=True)
    give_role(user, roles.TEAM, by=None)
    return user


def register(page: Page, name: str, email: str) -> None:
    page.get_by_label("Vos prénom et nom").fill(name)
    page.get_by_label("Votre adresse électronique").fill(email)
    page.locator("main form button[type=submit]").last.click()


def test_a_petit_dejeuner_from_its_form_to_its_cancellation(open_page: Open, team: User) -> None:
    CommuneFactory(name="Jonzac", code="17197", departement=DepartementFactory(name="Charente-Maritime", code="17"))
    staff = open_page("/equipe/agenda/", user=team)
    staff.get_by_role("link", name="Petit-déjeuner").click()
    staff.get_by_label("Jour").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    staff.get_by_label("Qui accueille").fill("Jonzac")
    staff.get_by_label("Salle").fill("Salle du conseil")
    staff.get_by_label("Places").fill("1")
    assert violations(staff) == []
    staff.get_by_role("button", name="Publier le petit-déjeuner").click()
    expect(staff.get_by_text("C’est publié")).to_be_visible()
    assert violations(staff) == []
    event = Event.objects.get()

    first = open_page(f"{event.get_absolute_url()}inscription/", width=360)
    register(first, "Zoé Lefèvre", "zoe@mairie.exemple")
    expect(first.get_by_role("heading", name="Votre place est réservée")).to_be_visible()
    second = open_page(f"{event.get_absolute_url()}inscription/", width=360, javascript=False)
    register(second, "Noé Dupré", "noe@mairie.exemple")
    expect(second.get_by_test_id("position")).to_have_text("1")

    staff.reload()
    expect(staff.get_by_text("Toutes les places sont prises.")).to_be_visible()
    first.get_by_text("Je me désiste").click()
    first.get_by_role("button", name="Oui, je ne viens pas").click()
    expect(first.get_by_role("heading", name="Vous ne participez plus")).to_be_visible()
    second.reload()
    second.get_by_role("button", name="J’accepte la place").click()
    expect(second.get_by_role("heading", name="Votre place est réservée")).to_be_visible()

    staff.get_by_role("link", name="Voir les inscrits").click()
    expect(staff.get_by_test_id("resultat")).to_have_count(2)
    assert violations(staff) == []
    staff.goto(staff.url.replace("inscrits/", "annuler/"))
    staff.get_by_label("Pourquoi").fill("Salle inondée")
    staff.get_by_role("button", name="Annuler l’événement").click()
    expect(staff.get_by_text("sont prévenus")).to_be_visible()

    states = set(Registration.objects.values_list("state", flat=True))
    assert states == {State.WITHDRAWN, State.CANCELLED}
    assert Message.objects.filter(kind="events.cancelled", to_email="noe@mairie.exemple").exists()
    assert not Message.objects.filter(kind="events.cancelled", to_email="zoe@mairie.exemple").exists()
