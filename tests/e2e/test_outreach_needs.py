"""Needs in a browser: noted, handed over, treated together, counted; nothing in the way on a phone, nor without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Need
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, NeedFactory, ServiceFactory, UserFactory

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/equipe/besoins/"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@pytest.fixture
def paul() -> User:
    """A voltigeur."""
    call_command("sync_permissions")
    user = UserFactory(second_factor=True, first_name="Paul", last_name="Blanc")
    give_role(user, roles.FIELD, by=None)
    return user


@pytest.fixture
def place(paul: User) -> int:
    """An intercommunalité of which three communes ask for the same service; the id that names their group."""
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    epci, service, long_ago = (
        EpciFactory(name="Limoges Métropole"),
        ServiceFactory(),
        timezone.now() - timedelta(days=90),
    )
    for name in ("Aixe", "Bosmie-l’Aiguille", "Saint-Maurice-les-Brousses"):
        actor = CommuneFactory(name=name, epci=epci, departement=vienne)
        NeedFactory(actor=actor, service=service, label=f"Un conseil pour {name}", created_at=long_ago)
    NeedFactory(answered=True, created_at=long_ago)
    NeedFactory(in_hand=True, owner=paul, due_on=timezone.localdate() - timedelta(days=2), service=None)
    return int(epci.pk)


@pytest.mark.parametrize("width", [1280, 360])
def test_no_obstacle_and_no_sideways_scroll(open_page: Open, paul: User, place: int, width: int) -> None:
    detail = Need.objects.open().oldest_first().last().get_absolute_url()
    for address in (
        LIST,
        f"{LIST}nouveau/",
        f"{LIST}chiffres/",
        f"{LIST}voisins/",
        f"{LIST}voisins/conseil/{place}/",
        detail,
    ):
        page = open_page(address, user=paul, width=width)

        assert page.locator("h1").count() == 1
        assert (address, violations(page)) == (address, [])
        assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, width)


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_a_call_becomes_a_need_that_a_colleague_follows(
    open_page: Open, paul: User, place: int, javascript: bool
) -> None:
    lea = UserFactory(second_factor=True, first_name="Léa", last_name="Petit")
    give_role(lea, roles.TEAM, by=None)
    page = open_page(LIST, user=paul, javascript=javascript, width=360)

    page.get_by_role("link", name="Noter un besoin").click()
    page.get_by_role("button", name="Noter le besoin").click()
    expect(page.locator(".alerte--erreur")).to_contain_text("2 choses à corriger")
    page.get_by_label("Qui demande").fill("Aixe")
    page.get_by_label("Ce qui est demandé").fill("Une formation")
    page.get_by_role("button", name="Noter le besoin").click()
    expect(page.get_by_role("status").first).to_contain_text("Le besoin est noté.")

    page.get_by_label("Confier à").select_option(label="Léa Petit")
    page.get_by_role("button", name="Confier").click()
    expect(page.get_by_role("status").first).to_contain_text("Le besoin est confié.")
    assert Need.objects.owned_by(lea).get().label == "Une formation"


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_ticked_with_the_keyboard_they_are_taken_together(
    open_page: Open, paul: User, place: int, javascript: bool
) -> None:
    page = open_page(f"{LIST}?attente=on", user=paul, javascript=javascript, width=360)

    for box in page.get_by_role("checkbox", name="Cocher").all():
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Prendre en charge").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text("3 besoins sont mis à jour.")
    assert Need.objects.owned_by(paul).count() == 4


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_neighbours_get_one_action_then_a_breakfast(open_page: Open, paul: User, place: int, javascript: bool) -> None:
    page = open_page(f"{LIST}voisins/", user=paul, javascript=javascript, width=360)

    page.get_by_role("link", name="Un conseil individuel, Limoges Métropole").click()
    page.get_by_label("Ce que vous allez faire").fill("Une réunion à Aixe.")
    page.get_by_label("À traiter avant le").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Lancer l’action commune").click()
    expect(page.get_by_role("status").first).to_contain_text("3 besoins sont mis à jour.")

    page.get_by_label("Qui accueille").select_option(label="Aixe")
    page.get_by_role("button", name="Proposer un petit-déjeuner").click()
    expect(page.get_by_label("Titre")).to_have_value("Petit-déjeuner\u00a0: Un conseil individuel, Limoges Métropole")
    expect(page.get_by_label("Accueilli par")).to_have_value("Aixe (commune, 87)")
