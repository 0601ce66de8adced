"""The maps say what the lists say: the same actors, the same jumelages, name by name, on every page of a filtered search."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, Response, expect

from directory.models import Actor
from tests.e2e.browsing import home_of
from tests.factories import CommuneFactory, DepartementFactory, JumelageFactory, PartnerFactory

Open = Callable[..., Page]
Told = set[tuple[str, str]]  # (name, address)
LINKS = 23  # more than a page


@pytest.fixture
def furth_and_others(repertoire: Actor) -> Actor:
    """Links of Germany by the two dozens, beside what could leak: another country, a hidden link, a hidden side."""
    furth = PartnerFactory(foreign=True, name="Fürth", country__iso2="DE", latitude=49.48, longitude=10.99)
    for number in range(LINKS):
        town = CommuneFactory(name=f"Bourg-{number}", code=f"24{number:03d}", latitude=45 + number / 50, longitude=0.7)
        JumelageFactory(collectivite=town, partner=furth, vitality="actif" if number % 2 else "")
    JumelageFactory(collectivite=repertoire, partner=PartnerFactory(foreign=True, name="Thiès"))
    JumelageFactory(collectivite=repertoire, partner=furth, hidden=True)
    JumelageFactory(collectivite=CommuneFactory(name="Masquée", code="24900", hidden=True), partner=furth)
    return furth


def listed(page: Page) -> Told:
    """Every answer of the search that is open, page after page."""
    found: list[tuple[str, str]] = []
    while True:
        titles = page.locator("#recherche").get_by_test_id("resultat").locator("h3 a")
        found += [(link.inner_text(), link.get_attribute("href") or "") for link in titles.all()]
        following = page.locator("#recherche").locator("a[rel=next]")
        if not following.count():
            break
        page.goto(urljoin(page.url, following.get_attribute("href") or ""))
    assert len(found) == len(set(found)) == int(page.get_by_test_id("nombre").inner_text())
    return set(found)


def drawn(page: Page, response: Response) -> Told:
    """What the map has drawn: the card of each row that its script was given."""
    found = set()
    ids = response.json()["id"]
    for pk in ids:
        card = page.evaluate(
            """async ([address]) => {
              const answer = await fetch(address);
              const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
              const link = piece.querySelector("a");
              return [link.textContent.trim(), link.getAttribute("href")];
            }""",
            [f"{page.locator('#carte').get_attribute('data-card')}{pk}/"],
        )
        found.add(tuple(card))
    assert len(found) == len(ids)
    return found


def is_data(response: Response) -> bool:
    return response.url.partition("?")[0].endswith(("/points.json", "/liens.json"))


def map_of(page: Page, address: str) -> Told:
    with page.expect_response(is_data) as asked:
        page.goto(home_of(page) + address)
    return drawn(page, asked.value)


def test_the_map_of_actors_draws_the_list_name_by_name(open_page: Open, repertoire: Actor) -> None:
    CommuneFactory(name="Masquée", code="16900", departement=DepartementFactory(), hidden=True)
    page = open_page("/repertoire/?departement=16&nature=commune")
    said = listed(page)

    assert {name for name, _address in said} == {f"Villeneuve-{number}" for number in range(22)}
    assert map_of(page, "/repertoire/carte/?departement=16&nature=commune") == said


def test_the_map_of_jumelages_draws_the_list_name_by_name(open_page: Open, furth_and_others: Actor) -> None:
    page = open_page("/jumelages/?pays=DE")
    said = listed(page)

    assert {name for name, _address in said} == {f"Bourg-{number} – Fürth" for number in range(LINKS)}
    assert map_of(page, "/jumelages/carte/?pays=DE") == said


def test_a_filter_chosen_on_the_map_draws_what_the_list_beside_it_says(
    open_page: Open, furth_and_others: Actor
) -> None:
    page = open_page("/jumelages/carte/?pays=DE")
    expect(page.locator("#carte canvas").first).to_be_visible()
    page.locator("#recherche summary").first.click()

    # Not the first answer, which may still be on its way: the one that the filter asked for.
    with page.expect_response(lambda response: is_data(response) and "vitalite=actif" in response.url) as asked:
        page.locator("#f-vitalite-actif").check()
    expect(page.get_by_test_id("nombre")).to_have_text("11")

    now_drawn = drawn(page, asked.value)
    assert {name for name, _address in now_drawn} == {f"Bourg-{number} – Fürth" for number in range(1, LINKS, 2)}
    assert now_drawn == listed(page)
