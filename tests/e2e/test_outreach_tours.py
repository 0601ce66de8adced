"""A tour in a browser: chosen, ordered with buttons, confirmed, its slots sent; a town hall accepts on its own page."""

import io
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Actor
from outreach.models import FieldArea, Tour, TourStop
from outreach.services import TourPlan, create_tour
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.mailing.models import Message
from tests.e2e.browsing import home_of
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    PriorityFactory,
    TourStopFactory,
    UserFactory,
    VisitFactory,
)

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
NARROW = 360


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def fits(page: Page) -> bool:
    return int(page.evaluate("document.documentElement.scrollWidth")) <= NARROW


@pytest.fixture
def voltigeur(transactional_db) -> User:
    """Ana, who starts from Pau; six communes to the west of it, the third the most pressing."""
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="ana@reseau.exemple", first_name="Ana", last_name="Etcheverry", second_factor=True)
    give_role(user, roles.FIELD, by=None)
    place = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    names = ["Pau", "Lescar", "Artix", "Lacq", "Orthez", "Puyoô", "Peyrehorade"]
    made = [
        CommuneFactory(
            name=name, code=f"64{900 + n}", departement=place, departement_codes=["64"], latitude=43.3 + n / 100,
            longitude=-0.37 - n / 8, email=f"mairie{n}@mairies.exemple",
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    PriorityFactory(actor=made[3], score=60)
    FieldArea.objects.create(user=user, departement_codes=["64"], start=made[0])
    return user


def names_of(page: Page) -> list[str]:
    return [text.strip() for text in page.get_by_test_id("etape").locator("h3").all_inner_texts()]


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_choice_to_the_town_halls_yes(open_page: Open, voltigeur: User, javascript: bool) -> None:
    page = open_page("/equipe/tournees/nouvelle/", user=voltigeur, width=NARROW, javascript=javascript)
    expect(page.get_by_label("Départ de")).to_have_value("Pau (commune, 64)")
    day = timezone.localdate() + timedelta(days=7)
    page.get_by_label("Jour").fill(day.isoformat())
    page.get_by_label("Nombre d’étapes").fill("4")
    page.get_by_role("button", name="Proposer des étapes").click()
    expect(page.get_by_test_id("resultat").first).to_contain_text("60 points")
    if javascript:
        assert violations(page) == []
        assert fits(page)
    page.get_by_role("button", name="Créer la tournée").click()

    expect(page.get_by_role("status").first).to_contain_text("dans l’ordre le plus court")
    shortest = names_of(page)
    assert len(shortest) == 4
    page.get_by_role("button", name=f"Descendre {shortest[0]}").click()
    assert names_of(page) == [shortest[1], shortest[0], *shortest[2:]]
    page.get_by_role("button", name="Remettre dans l’ordre le plus court").click()
    assert sorted(names_of(page)) == sorted(shortest)
    if javascript:
        assert violations(page) == []
        assert fits(page)

    page.get_by_role("button", name="Confirmer la tournée").click()
    page.get_by_role("link", name="Proposer 4 créneaux").click()
    if javascript:
        assert violations(page) == []
        assert fits(page)
    page.get_by_role("button", name="Envoyer les 4 créneaux").click()
    expect(page.get_by_role("status").first).to_contain_text("4 créneaux sont proposés.")
    assert Message.objects.of_kind("outreach.slot").count() == 4

    stop = TourStop.objects.of_tour(Tour.objects.get()).in_order().for_settling().first()
    visitor = open_page(stop.get_absolute_url(), width=NARROW, javascript=javascript)
    expect(visitor.get_by_text("Ana Etcheverry").first).to_be_visible()
    visitor.get_by_label("Ce créneau nous convient").check()
    if javascript:
        assert violations(visitor) == []
        assert fits(visitor)
    visitor.get_by_role("button", name="Envoyer la réponse").click()
    expect(visitor.get_by_role("status").first).to_contain_text("le rendez-vous est noté")

    page.goto(home_of(page) + stop.tour_url)
    expect(page.get_by_test_id("etape").first).to_contain_text("créneau accepté")


def test_stops_are_dragged_into_another_order(open_page: Open, voltigeur: User) -> None:
    plan = TourPlan(timezone.localdate() + timedelta(days=7), Actor.objects.get(name="Pau"), time(8, 30), voltigeur)
    numbers = Actor.objects.filter(name__in=["Lescar", "Artix", "Lacq"]).values_list("pk", flat=True)
    tour = create_tour(plan, list(numbers), by=voltigeur.email)
    page = open_page(tour.get_absolute_url(), user=voltigeur, height=1400)
    before = names_of(page)
    expect(page.get_by_test_id("etape").first).to_have_attribute("draggable", "true")

    stops = page.get_by_test_id("etape")
    with page.expect_navigation():
        stops.nth(2).drag_to(stops.nth(0), target_position={"x": 60, "y": 4})

    expect(page.get_by_role("status").first).to_contain_text("L’ordre est changé")
    assert names_of(page) == [before[2], before[0], before[1]]


def test_the_other_pages_of_the_room_have_no_obstacle_on_a_phone(open_page: Open, voltigeur: User) -> None:
    give_role(voltigeur, roles.TEAM, by=None)
    stop = TourStopFactory(
        tour__voltigeur=voltigeur, tour__state="confirmee", starts_at=timezone.now() + timedelta(days=7), rank=1,
        state="autre_date", answer="Plutôt en mars, le matin.", answered_at=timezone.now(), visit=VisitFactory(),
    )  # fmt: skip
    page = open_page("/equipe/", user=voltigeur, width=NARROW)
    expect(page.get_by_role("link", name="Tournées")).to_be_visible()
    found = {}
    for address in (
        "/equipe/tournees/", "/equipe/rendez-vous/", f"/equipe/rendez-vous/{stop.pk}/", "/equipe/mon-secteur/",
        "/equipe/secteurs/", f"/equipe/secteurs/{voltigeur.pk}/", f"/equipe/tournees/{stop.tour_id}/creneaux/",
    ):  # fmt: skip
        page.goto(home_of(page) + address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if wrong := violations(page) + ([] if fits(page) else ["too wide"]):
            found[address] = wrong

    assert found == {}
