"""The répertoire as people use it: with and without JavaScript, by keyboard, on a small phone, with a screen reader."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from directory.models import Actor

Open = Callable[..., Page]


def names(page: Page) -> list[str]:
    return page.locator("#recherche").get_by_test_id("resultat").locator("h3").all_inner_texts()


def box(page: Page, label: str) -> Locator:
    """The filter called `label`; its accessible name ends with its count."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{label} [\d\u202f]+$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_the_search_walk(open_page: Open, repertoire: Actor, javascript: bool) -> None:
    page = open_page("/", javascript=javascript)

    page.get_by_label("Chercher dans le répertoire").fill("saint")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_test_id("nombre")).to_have_text("2")
    assert names(page) == ["Saint-Yrieix-la-Perche", "Saint-Léonard-de-Noblat"]

    box(page, "Entre un et deux ans").check()
    if not javascript:
        page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    assert "fraicheur=orange" in page.url
    assert "q=saint" in page.url

    page.get_by_role("link", name="Retirer le filtre Entre un et deux ans").click()
    expect(page.get_by_test_id("nombre")).to_have_text("2")

    page.get_by_role("link", name="Saint-Léonard-de-Noblat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saint-Léonard-de-Noblat")
    assert page.url.endswith("/repertoire/saint-leonard-de-noblat-87161/")


def test_the_address_is_the_state(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/?departement=16&tri=nom&page=2")

    expect(box(page, "Charente")).to_be_checked()
    expect(page.get_by_label("Trier par")).to_have_value("nom")
    assert len(names(page)) == 3

    box(page, "Haute-Vienne").check()
    expect(page.get_by_test_id("nombre")).to_have_text("29")
    page.go_back()
    expect(page.get_by_test_id("nombre")).to_have_text("23")
    expect(box(page, "Haute-Vienne")).not_to_be_checked()


def test_the_new_count_is_said_aloud(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/")

    box(page, "Comité de jumelage").check()

    expect(page.locator("#annonce[role=status]")).to_have_text("1 acteur")
    assert page.url.endswith("/repertoire/?nature=comite")


def test_keyboard_only_from_suggestions_to_a_page(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Chercher dans le répertoire")).to_be_focused()
    page.keyboard.type("limog")
    expect(page.locator(".suggestions a").first).to_contain_text("Limoges")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestions a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Chercher dans le répertoire")).to_be_focused()
    assert page.locator(".suggestions a").count() == 0

    page.keyboard.type("e")
    expect(page.locator(".suggestions a").first).to_contain_text("Limoges")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Limoges")


def test_suggestions_work_on_the_search_page_too(open_page: Open, repertoire: Actor) -> None:
    """By mouse, and by arrows after the search was swapped."""
    page = open_page("/repertoire/")

    page.get_by_label("Chercher dans le répertoire").press_sequentially("limog", delay=20)
    page.locator(".suggestions a").first.click(delay=120)
    expect(page.get_by_role("heading", level=1)).to_have_text("Limoges")

    page.goto(page.url.rpartition("limoges-87085")[0])
    box(page, "Commune").check()
    expect(page.get_by_test_id("nombre")).to_have_text("25")
    page.get_by_label("Chercher dans le répertoire").press_sequentially("limog", delay=20)
    expect(page.locator(".suggestions a").first).to_contain_text("Limoges")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestions a").first).to_be_focused()


def test_the_map_survives_a_filter_and_the_back_button(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/carte/?q=limoges")
    expect(page.locator("#carte canvas").first).to_be_visible()

    page.get_by_text("Filtres", exact=True).click()
    box(page, "Commune").check()
    expect(page.get_by_test_id("nombre")).to_have_text("2")
    page.go_back()

    expect(page.get_by_test_id("nombre")).to_have_text("4")
    expect(page.locator("#carte canvas").first).to_be_visible()


def test_a_filter_is_reached_and_chosen_by_keyboard(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/")
    box(page, "Commune").focus()
    page.keyboard.press("Space")

    expect(page.get_by_test_id("nombre")).to_have_text("25")
    expect(box(page, "Commune")).to_be_focused()


def test_on_a_phone_filters_are_folded_and_stay_open_while_used(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/", width=360)

    expect(box(page, "Commune")).not_to_be_visible()
    page.get_by_text("Filtres", exact=True).click()
    box(page, "Commune").check()

    expect(page.get_by_test_id("nombre")).to_have_text("25")
    expect(box(page, "Commune")).to_be_visible()


def test_the_phone_menu_opens_without_javascript(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/", width=360, javascript=False)

    expect(page.get_by_role("link", name="Carte", exact=True)).not_to_be_visible()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Carte", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Carte des acteurs")


def test_the_map_shows_points_and_a_card(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/carte/?q=87085")

    expect(page.locator("#carte canvas").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    frame = page.locator("#carte").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)

    expect(page.locator(".leaflet-popup")).to_contain_text("Limoges")
    assert names(page)[0] == "Limoges"


def test_the_map_page_without_javascript_keeps_its_list(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/repertoire/carte/?q=limoges", javascript=False)

    assert names(page)[0] == "Limoges"
    expect(page.get_by_text("La carte a besoin de JavaScript")).to_be_visible()


PAGES = {
    "accueil": "/",
    "recherche": "/repertoire/",
    "recherche-filtree": "/repertoire/?q=saint&departement=87&inconnu=1",
    "recherche-vide": "/repertoire/?q=introuvable&nature=region",
    "carte": "/repertoire/carte/",
    "commune": "/repertoire/limoges-87085/",
    "epci": "/repertoire/communaute-urbaine-limoges-metropole-248719312/",
    "departement": "/repertoire/charente-16/",
    "sources": "/sources/",
    "contact": "/contact/?fiche=limoges-87085",
    "accessibilite": "/accessibilite/",
    "mentions": "/mentions-legales/",
    "donnees": "/donnees-personnelles/",
    "connexion": "/gestion/login/",
    "introuvable": "/nulle-part/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_no_violation(open_page: Open, repertoire: Actor, address: str) -> None:
    found = {}
    for dark in (False, True):
        page = open_page(address, dark=dark)
        page.wait_for_load_state("networkidle")
        for violation in Axe().run(page).response["violations"]:
            found[violation["id"], dark] = [node["html"][:160] for node in violation["nodes"][:3]]

    assert found == {}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_no_sideways_scrolling_at_320_pixels(open_page: Open, repertoire: Actor, address: str) -> None:
    page = open_page(address, width=320, height=640)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_screenshot_of_the_readme(open_page: Open, repertoire: Actor, tmp_path: Path) -> None:
    """Always taken; kept in docs/images when PORTAL_SCREENSHOTS says so."""
    page = open_page("/repertoire/?departement=87", height=860)
    page.wait_for_load_state("networkidle")

    image = tmp_path / "repertoire.png"
    page.screenshot(path=image)

    assert image.read_bytes().startswith(b"\x89PNG")
    assert image.stat().st_size > 20_000
    if os.environ.get("PORTAL_SCREENSHOTS"):
        shutil.copy(image, Path(__file__).parents[2] / "docs" / "images" / "repertoire.png")
