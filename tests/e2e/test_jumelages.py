"""Jumelages as people use them: search, map, one page, countries, and a référent who keeps one up to date."""

from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from directory.models import Actor, Jumelage
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    CountryFactory,
    JumelageActorFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
    UserFactory,
)

Open = Callable[..., Page]


@pytest.fixture
def limoges_furth(repertoire: Actor) -> Jumelage:
    ThemeFactory(code="eau-assainissement")
    furth = PartnerFactory(
        foreign=True, name="Fürth", country__iso2="DE", latitude=49.477, longitude=10.989, departement=None
    )
    jumelage = JumelageFactory(
        collectivite=repertoire,
        partner=furth,
        year_signed=1992,
        vitality="actif",
        last_action="Concert commun",
        last_action_on=date(2026, 5, 9),
        theme_codes=["eau-assainissement"],
        sdgs=[6],
        context="Depuis la Libération.",
        agreement_ends_on=date(2027, 1, 1),
    )
    JumelageActorFactory(jumelage=jumelage)
    near = CommuneFactory(name="Voisine", code="87100", latitude=repertoire.latitude, longitude=repertoire.longitude)
    JumelageFactory(collectivite=near, partner=furth, imported=True)
    JumelageFactory(collectivite=near, partner=PartnerFactory(foreign=True), vitality="en-sommeil")
    return jumelage


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_a_country_to_a_jumelage_to_its_partner(
    open_page: Open, limoges_furth: Jumelage, javascript: bool
) -> None:
    page = open_page("/jumelages/", javascript=javascript)
    expect(page.get_by_test_id("nombre")).to_have_text("3")

    page.locator("#f-pays-DE").check()
    if not javascript:
        page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_test_id("nombre")).to_have_text("2")
    assert "pays=DE" in page.url

    page.get_by_role("link", name="Limoges – Fürth").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Limoges – Fürth")
    expect(page.get_by_text("Concert commun").first).to_be_visible()

    page.get_by_role("heading", level=1).get_by_role("link", name="Fürth").click()
    expect(page.get_by_role("heading", name="Ses liens avec la France")).to_be_visible()
    expect(page.get_by_test_id("resultat")).to_have_count(2)


def test_a_neighbour_with_the_same_partner_is_told_with_its_reason(open_page: Open, limoges_furth: Jumelage) -> None:
    page = open_page(limoges_furth.collectivite.get_absolute_url())

    expect(page.get_by_role("heading", name="Avec qui agir")).to_be_visible()
    expect(page.get_by_text("Vous avez le même partenaire")).to_contain_text("Fürth")


def test_a_referent_keeps_a_jumelage_up_to_date_and_proposes_another(open_page: Open, limoges_furth: Jumelage) -> None:
    CountryFactory(iso2="CM")
    user = AttachmentFactory(accepted=True, actor=limoges_furth.collectivite, user=UserFactory()).user
    page = open_page(limoges_furth.get_absolute_url(), user=user, width=360)

    page.get_by_role("link", name="Modifier ce jumelage").click()
    page.get_by_label("dernière action", exact=False).last.fill("Accueil de quarante collégiens")
    page.get_by_role("button", name="Enregistrer mes changements").click()
    expect(page.get_by_role("status").first).to_contain_text("C’est publié")
    expect(page.get_by_text("Accueil de quarante collégiens").first).to_be_visible()

    page.goto(page.url.split("/jumelages/")[0] + limoges_furth.collectivite.get_absolute_url())
    page.get_by_role("link", name="Ajouter un jumelage").click()
    page.get_by_label("Ville ou collectivité partenaire").fill("Douala")
    page.get_by_label("Pays").select_option("CM")
    page.get_by_role("button", name="Proposer ce jumelage").click()
    expect(page.get_by_role("status").first).to_contain_text("l’équipe relit")


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_staff_ends_a_jumelage_then_says_that_it_lives_again(
    open_page: Open, limoges_furth: Jumelage, javascript: bool
) -> None:
    page = open_page(
        limoges_furth.get_absolute_url(), user=UserFactory(superuser=True), width=360, javascript=javascript
    )

    page.get_by_role("link", name="Ce jumelage est terminé").click()
    page.get_by_label("Date de fin").fill("2026-06-01")
    page.get_by_label("Pourquoi il s’arrête").fill("Plus personne pour s’en occuper.")
    page.get_by_role("button", name="Dire qu’il est terminé").click()
    expect(page.get_by_role("status").first).to_contain_text("C’est publié")
    expect(page.locator("main")).to_contain_text("1er juin 2026")

    page.get_by_role("link", name="Ce jumelage reprend").click()
    page.get_by_label("Quand a-t-il repris").fill("2026-09-12")
    page.get_by_label("Ce qui se passe maintenant").fill("Accueil d’une délégation")
    page.get_by_role("button", name="Dire qu’il reprend").click()
    expect(page.get_by_role("status").first).to_contain_text("C’est publié")
    expect(page.get_by_text("Accueil d’une délégation").first).to_be_visible()
    expect(page.get_by_role("link", name="Ce jumelage est terminé")).to_be_visible()


def test_a_printed_jumelage_says_the_source_of_each_fact(open_page: Open, limoges_furth: Jumelage) -> None:
    page = open_page(limoges_furth.get_absolute_url())
    source = page.locator(".source").first
    expect(source).not_to_contain_text("équipe", use_inner_text=True)

    page.emulate_media(media="print")

    expect(source).to_contain_text("l’équipe du réseau, 15 janvier 2026", use_inner_text=True)
    assert page.locator(".source").count() > 8
    assert all(box["height"] > 10 for box in (each.bounding_box() for each in page.locator(".source").all()) if box)


PAGES = {
    "liste": "/jumelages/",
    "liste-vide": "/jumelages/?q=introuvable",
    "carte": "/jumelages/carte/",
    "pays": "/pays/",
    "allemagne": "/pays/de/",
    "europe": "/pays/europe/",
    "themes": "/themes/",
    "theme": "/themes/eau-assainissement/",
    "recherche-pays": "/repertoire/?pays=DE",
    "fiche": "/repertoire/limoges-87085/",
    "jumelage": "{jumelage}",
    "signaler": "{jumelage}signaler/",
    "modifier": "{jumelage}modifier/",
    "terminer": "{jumelage}terminer/",
    "reprendre": "{ended}reprendre/",
    "ajouter": "/repertoire/limoges-87085/jumelages/ajouter/",
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    open_page: Open, limoges_furth: Jumelage, address: str
) -> None:
    user = AttachmentFactory(accepted=True, actor=limoges_furth.collectivite, user=UserFactory()).user
    ended = JumelageFactory(collectivite=limoges_furth.collectivite, vitality="clos", ended_on=date(2024, 6, 1))
    where = address.format(jumelage=limoges_furth.get_absolute_url(), ended=ended.get_absolute_url())
    found = {}
    for width, dark in ((1280, False), (1280, True), (360, False)):
        page = open_page(where, width=width, dark=dark, user=user)
        page.wait_for_load_state("networkidle")
        for violation in Axe().run(page).response["violations"]:
            found[violation["id"], width, dark] = [node["html"][:160] for node in violation["nodes"][:3]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert found == {}
