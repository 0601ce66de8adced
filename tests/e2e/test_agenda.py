"""The agenda in a browser: found, registered for and left with the keyboard alone, read on a phone, framed by another site."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from directory.models import Actor
from events.enums import EventKind
from events.enums import RegistrationState as State
from events.models import Event, Registration
from tests.e2e.browsing import home_of
from tests.factories import CommuneFactory, CountryFactory, EventFactory, GroupFactory, ThemeFactory

Open = Callable[..., Page]
MOST_TABS = 120


@pytest.fixture
def agenda(repertoire: Actor) -> Event:
    """Three events of three kinds around Limoges, one cancelled, one over; gives the petit-déjeuner."""
    CountryFactory(iso2="DE", name="Allemagne")
    ThemeFactory(code="jumelage")
    soon = timezone.now() + timedelta(days=3)
    place = {"commune": repertoire, "departement": repertoire.departement, "city": "Limoges"}
    spot = {"latitude": repertoire.latitude, "longitude": repertoire.longitude}
    cafe = EventFactory(title="Café de Limoges", starts_at=soon, **place, **spot)
    far = CommuneFactory(name="Dax", code="40088", latitude=43.71, longitude=-1.05)
    EventFactory(
        title="Se former à Dax", kind=EventKind.FORMATION, starts_at=soon + timedelta(days=1), city="Dax", commune=far,
        latitude=43.71, longitude=-1.05,
    )  # fmt: skip
    EventFactory(title="Groupe Allemagne", kind=EventKind.GROUPE_PAYS, group=GroupFactory(country=True), starts_at=soon)
    EventFactory(title="Annulé", kind=EventKind.RENCONTRE, cancelled=True, starts_at=soon + timedelta(days=2))
    EventFactory(title="Le dernier café", past=True)
    return cafe


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has the focus is named or written so."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const it = document.activeElement; return (it.labels?.[0] ?? it).textContent.trim() }"
        )
        if re.search(wanted, found):
            return
    raise AssertionError(f"« {wanted} » cannot be reached with the keyboard")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


def test_from_a_filter_to_a_registration_and_out_with_the_keyboard_alone(open_page: Open, agenda: Event) -> None:
    page = open_page("/")
    tab_to(page, "^Agenda$")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("nombre")).to_have_text("4")

    tab_to(page, "^Petit-déjeuner")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    expect(page).to_have_url(re.compile(r"type=petit-dejeuner"))
    expect(page.locator("#annonce")).to_contain_text("1 rendez-vous à venir")
    tab_to(page, "^Café de Limoges$")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Café de Limoges"))
    tab_to(page, "^S’inscrire$")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^S’inscrire"))

    tab_to(page, "^Vos prénom et nom")
    page.keyboard.type("Zoé Lefèvre")
    tab_to(page, "^Votre adresse électronique")
    page.keyboard.type("zoe@mairie.exemple")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Votre place est réservée")).to_be_visible()
    assert Registration.objects.get().state == State.CONFIRMED
    assert violations(page) == []

    tab_to(page, "^Je me désiste$")
    page.keyboard.press("Enter")
    tab_to(page, "^Oui, je ne viens pas$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vous ne participez plus")).to_be_visible()
    assert Registration.objects.get().state == State.WITHDRAWN


def test_without_javascript_the_same_search_by_its_buttons(open_page: Open, agenda: Event) -> None:
    page = open_page("/agenda/", javascript=False)

    page.get_by_label("Près de").fill("limoges")
    page.get_by_label("à moins de").select_option("50")
    page.get_by_role("button", name="Chercher par ici").click()
    expect(page.get_by_test_id("resultat")).to_have_count(1)
    expect(page.get_by_label("Près de")).to_have_value("Limoges (87085)")
    page.get_by_role("link", name=re.compile("Retirer à moins de 50")).click()
    expect(page.get_by_test_id("nombre")).to_have_text("4")

    page.get_by_label("Formation").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_test_id("resultat")).to_contain_text("Se former à Dax")
    page.get_by_role("link", name="Retirer le filtre Formation").click()
    page.get_by_label("Rendez-vous passés").check()
    page.get_by_role("button", name="Chercher par ici").click()
    expect(page.get_by_test_id("resultat")).to_contain_text("Le dernier café")


def test_on_a_phone_the_month_is_a_list_of_its_days(open_page: Open, agenda: Event) -> None:
    month = timezone.localtime(agenda.starts_at).strftime("%Y-%m")
    page = open_page(f"/agenda/calendrier/?mois={month}", width=360)

    expect(page.get_by_role("link", name="Café de Limoges").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Mois suivant").click()
    page.get_by_role("link", name="Mois précédent").click()
    expect(page).to_have_url(re.compile(f"mois={month}$"))
    page.get_by_role("link", name="En liste").click()
    expect(page.get_by_role("link", name="Café de Limoges").first).to_be_visible()


def test_the_map_opens_a_card_where_an_event_takes_place(open_page: Open, agenda: Event) -> None:
    page = open_page("/agenda/carte/?pres=limoges&km=10")
    expect(page.locator("#carte canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")

    box = page.locator("#carte").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # its only point, in the middle

    expect(page.locator(".leaflet-popup").get_by_role("link", name="Café de Limoges")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    "address",
    [
        "/agenda/",
        "/agenda/?q=introuvable",
        "/agenda/?pres=limoges&type=brunch",
        "/agenda/calendrier/",
        "/agenda/carte/",
        "/widget/agenda/",
    ],
)
def test_every_view_is_accessible_and_holds_in_its_width(
    open_page: Open, agenda: Event, address: str, width: int
) -> None:
    page = open_page(address, width=width)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_another_site_shows_the_agenda_in_a_frame(
    open_page: Open, browser: Browser, agenda: Event, other_site: Callable[[str], str]
) -> None:
    page = open_page("/agenda/?departement=87")
    page.get_by_text("Intégrer ces rendez-vous à votre site").click()
    snippet = page.get_by_label("Code à copier").input_value()
    assert f"{home_of(page)}/widget/agenda/?departement=87" in snippet
    context = browser.new_context(java_script_enabled=False)
    town_hall = context.new_page()
    troubles: list[str] = []
    town_hall.on("console", lambda message: troubles.append(message.text))

    town_hall.goto(other_site(snippet))

    frame = town_hall.frame_locator("iframe")
    expect(frame.get_by_role("link", name=re.compile("^Café de Limoges"))).to_be_visible()
    expect(frame.get_by_role("listitem")).to_have_count(1)
    assert context.cookies() == []
    assert troubles == []
    context.close()
