"""Open data in a browser: a file is found and downloaded, nothing gets in the way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from directory.models import Actor
from tests.factories import JumelageFactory, ProjectActorFactory, ProjectFactory

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_footer_to_a_file(open_page: Open, repertoire: Actor, javascript: bool) -> None:
    JumelageFactory(collectivite=repertoire)
    page = open_page("/", javascript=javascript)

    page.get_by_role("contentinfo").get_by_role("link", name="Données ouvertes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Données ouvertes")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger en JSON : Jumelages et partenariats des collectivités").click()

    (jumelage,) = json.loads(Path(waiting.value.path()).read_text())
    assert jumelage["collectivite"] == "Limoges"
    assert waiting.value.suggested_filename.startswith("jumelages-")


def test_the_api_page_leads_to_an_answer(open_page: Open, repertoire: Actor) -> None:
    page = open_page("/donnees/")

    page.get_by_role("link", name="L’API en lecture").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("API des données ouvertes")
    page.get_by_text("10 paramètres : Les acteurs, avec les filtres du répertoire").click()
    expect(page.get_by_text("0-500, 500-2000, 2000-10000").first).to_be_visible()
    page.get_by_role("link", name="/api/v1/acteurs", exact=True).click()

    assert "Limoges" in page.content()


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("address", ["/donnees/", "/api/v1/"])
def test_no_obstacle_and_no_sideways_scroll(
    open_page: Open, repertoire: Actor, address: str, width: int, dark: bool
) -> None:
    ProjectActorFactory(project=ProjectFactory(jumelage=JumelageFactory(collectivite=repertoire)), actor=repertoire)
    page = open_page(address, width=width, dark=dark)
    for summary in page.locator("main summary").all():
        summary.click()

    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in Axe().run(page, options={"preload": False}).response["violations"]
    ]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
