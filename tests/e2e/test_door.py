"""The day itself: whoever welcomes has a phone in hand, a queue in front of them, and not always a good network."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from events.enums import EventKind
from events.models import Event, Participant
from tests.e2e.browsing import home_of
from tests.factories import EventFactory, RegistrationFactory, SessionFactory, UserFactory

Open = Callable[..., Page]
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def event(transactional_db: None) -> Event:
    """A training that began a quarter of an hour ago; three registrations, four people."""
    event = EventFactory(
        kind=EventKind.FORMATION, title="Monter un projet européen", slug="2026-11-25-projet-europeen",
        starts_at=timezone.now() - timedelta(minutes=15), organiser=UserFactory(),
    )  # fmt: skip
    SessionFactory(event=event)
    RegistrationFactory(event=event, name="Ali Benoît", structure="Mairie de Pau")
    RegistrationFactory(event=event, name="Zoé Lefèvre", structure="Comité de jumelage de Saint-Vincent-de-Tyrosse")
    RegistrationFactory(event=event, name="Rose Noël", structure="Mairie de Dax", seats=2)
    return event


@pytest.fixture
def door(event: Event) -> str:
    return f"{event.get_absolute_url()}accueil/"


def button_of(page: Page, name: str) -> str:
    person = Participant.objects.get(name=name)
    return f"#p{person.pk} button.pointage-qui"


def noted(name: str) -> bool | None:
    return Participant.objects.get(name=name).attended


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_people_are_searched_tapped_and_a_wrong_tap_is_taken_back(
    open_page: Open, event: Event, door: str, javascript: bool
) -> None:
    page = open_page(door, user=event.organiser, javascript=javascript, **PHONE)
    expect(page.locator("#compte")).to_have_text("0 présents sur 4")

    page.get_by_label("Nom ou structure").fill("tyrosse")
    if not javascript:
        page.locator("#contenu").get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("button", name="Présent")).to_have_count(1)
    page.get_by_role("button", name="Zoé Lefèvre").click()

    expect(page.locator("#compte")).to_have_text("1 présent sur 4")
    expect(page.get_by_text("là depuis")).to_be_visible()
    assert noted("Zoé Lefèvre") is True
    if not javascript:
        assert page.url.endswith(f"?q=tyrosse#p{Participant.objects.get(name='Zoé Lefèvre').pk}")

    page.get_by_text("Corriger : Zoé Lefèvre").locator("..").click()
    page.get_by_role("button", name="Effacer ce qui est noté").click()
    expect(page.locator("#compte")).to_have_text("0 présents sur 4")
    assert noted("Zoé Lefèvre") is None


def test_a_double_tap_on_a_slow_network_marks_once(open_page: Open, event: Event, door: str) -> None:
    page = open_page(door, user=event.organiser, **PHONE)
    sent: list[str] = []

    def slowly(route: Route) -> None:
        sent.append(route.request.method)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/accueil/*/", slowly)
    page.locator(button_of(page, "Ali Benoît")).dblclick()

    expect(page.locator("#compte")).to_have_text("1 présent sur 4")
    assert (sent, noted("Ali Benoît")) == (["POST"], True)


def test_a_second_tap_after_the_answer_takes_nothing_back(open_page: Open, event: Event, door: str) -> None:
    page = open_page(door, user=event.organiser, **PHONE)
    page.locator(button_of(page, "Ali Benoît")).scroll_into_view_if_needed()
    spot = page.locator(button_of(page, "Ali Benoît")).bounding_box()
    assert spot
    for _tap in range(2):
        page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
        expect(page.locator("#compte")).to_have_text("1 présent sur 4")

    assert noted("Ali Benoît") is True


def test_the_keyboard_alone_marks_and_goes_on(open_page: Open, event: Event, door: str) -> None:
    page = open_page(door, user=event.organiser)
    first = page.locator(button_of(page, "Ali Benoît"))
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#compte")).to_have_text("1 présent sur 4")
    expect(page.locator("#annonce")).to_contain_text("1 présent sur 4")

    page.keyboard.press("Tab")  # « Corriger » of the same line
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("Rose Noël")
    page.keyboard.press("Space")
    expect(page.locator("#compte")).to_have_text("2 présents sur 4")


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_somebody_walks_in_then_the_door_is_closed(open_page: Open, event: Event, door: str, javascript: bool) -> None:
    page = open_page(door, user=event.organiser, javascript=javascript, **PHONE)
    page.get_by_text("Une personne venue sans inscription").click()
    page.get_by_label("Prénom et nom").fill("Inès Petit")
    page.get_by_label("Adresse électronique").fill("ines@")
    page.get_by_role("button", name="Noter sa présence").click()
    expect(page.get_by_role("alert")).to_contain_text("pas encore notée")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Inès Petit")
    page.get_by_label("Adresse électronique").fill("ines@exemple.fr")
    page.get_by_role("button", name="Noter sa présence").click()
    expect(page.locator("#compte")).to_have_text("1 présent sur 5")

    page.get_by_role("link", name="Clore l’accueil").click()
    expect(page.get_by_text("4 personnes ne sont pas pointées")).to_be_visible()
    page.get_by_role("button", name="Clore l’accueil").click()
    expect(page.locator("#compte")).to_have_text("1 présent sur 5, 4 absents")


def test_a_code_is_shown_then_read_at_the_door(open_page: Open, event: Event) -> None:
    registration = event.registrations.get(name="Ali Benoît")
    theirs = open_page(registration.get_absolute_url(), **PHONE)
    code = theirs.locator("svg.qr--entree")
    expect(code).to_be_visible()
    size = code.bounding_box()
    assert size and 200 <= size["width"] == size["height"] <= 360

    scanned = open_page(f"/agenda/accueil/{registration.token}/", user=event.organiser, **PHONE)
    assert noted("Ali Benoît") is None
    scanned.get_by_role("button", name="Présent").click()
    expect(scanned.get_by_test_id("etat")).to_have_text("Présente")
    assert noted("Ali Benoît") is True


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_pages_have_no_obstacle_fit_and_are_large_enough_for_a_thumb(
    open_page: Open, event: Event, door: str, width: int, dark: bool
) -> None:
    people = Participant.objects.expected(event)
    people.filter(name="Ali Benoît").update(attended=True, attended_at=timezone.now())
    people.filter(name="Zoé Lefèvre").update(attended=False)
    registration = event.registrations.get(name="Rose Noël")
    page = open_page(door, user=event.organiser, width=width, dark=dark)
    found, wide, small = {}, [], []
    for address in (
        door, f"{door}?etat=presents", f"{door}?q=introuvable", f"{door}ajouter/", f"{door}clore/",
        f"/agenda/accueil/{registration.token}/", registration.get_absolute_url(),
    ):  # fmt: skip
        page.goto(home_of(page) + address)
        for panel in page.locator("main details summary").all():
            panel.click()
        found[address] = [v["id"] for v in Axe().run(page, options={"preload": False}).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(address)
        for target in page.locator("main :is(button, .bouton, .filtre, .pointage summary)").all():
            box = target.bounding_box()
            if box and min(box["width"], box["height"]) < 44:
                small.append((address, target.inner_text(), box))

    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert (wide, small) == ([], [])
