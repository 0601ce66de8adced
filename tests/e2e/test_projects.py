"""Projects, the embedded card and the contacts as people use them: with and without JavaScript, on a phone, on another site."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from directory import notifications
from directory.enums import ProjectRole
from directory.models import Actor, ChangeProposal, Contact, Project
from directory.services import refresh_projects
from tests.e2e.browsing import home_of
from tests.factories import (
    AttachmentFactory,
    ContactFactory,
    CountryFactory,
    JumelageFactory,
    PartnerFactory,
    ProjectActorFactory,
    ProjectFactory,
    ThemeFactory,
)

Open = Callable[..., Page]


@pytest.fixture
def well(repertoire: Actor) -> Project:
    CountryFactory(iso2="SN", name="Sénégal")
    ThemeFactory(code="eau", name="Eau, assainissement")
    town = PartnerFactory(foreign=True, name="Ndiaganiao", departement=None)
    jumelage = JumelageFactory(collectivite=repertoire, partner=town, year_signed=2012, vitality="actif")
    project = ProjectFactory(
        title="Un forage à Ndiaganiao", status="en-cours", starts_on=date(2026, 3, 1), theme_codes=["eau"], sdgs=[6],
        budget=30_000, dac_code="14030", description="Creuser un puits.", jumelage=jumelage,
    )  # fmt: skip
    ProjectActorFactory(project=project, actor=repertoire)
    ProjectActorFactory(project=project, actor=town, role=ProjectRole.PARTNER)
    ProjectActorFactory(project=project, actor=repertoire, role=ProjectRole.FUNDER, amount=20_000)
    ProjectFactory(title="Un théâtre", country_codes=["DE"], status="termine", slug="un-theatre-1")
    refresh_projects(Project.objects.values_list("pk", flat=True))
    project.refresh_from_db()
    return project


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_list_to_a_project_to_a_report(open_page: Open, well: Project, javascript: bool) -> None:
    page = open_page("/projets/", javascript=javascript)
    expect(page.get_by_test_id("nombre")).to_have_text("2")

    page.locator("#f-pays-SN").check()
    if not javascript:
        page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    assert "pays=SN" in page.url

    page.get_by_role("link", name="Un forage à Ndiaganiao").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un forage à Ndiaganiao")
    expect(page.get_by_role("link", name="Limoges – Ndiaganiao")).to_be_visible()
    expect(page.get_by_role("row", name="Limoges")).to_contain_text("20\u202f000")

    page.get_by_role("link", name="Signaler une erreur").click()
    page.get_by_label("Une information est fausse").check()
    page.get_by_label("Ce qui est faux").fill("Le forage est fini.")
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("status").first).to_contain_text("a reçu votre signalement")
    assert ChangeProposal.objects.get().message.endswith("Le forage est fini.")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_pages_have_no_obstacle_and_fit(open_page: Open, well: Project, width: int, dark: bool) -> None:
    ContactFactory(actor=well.jumelage.collectivite, agreed=True)  # type: ignore[union-attr]
    actor = well.jumelage.collectivite  # type: ignore[union-attr]
    page = open_page("/projets/", width=width, dark=dark)
    found, wide = {}, []
    for address in (
        "/projets/", "/projets/?q=introuvable", f"/projets/{well.slug}/", f"/projets/{well.slug}/signaler/",
        actor.get_absolute_url(), f"/widget/acteur/{actor.slug}/",
    ):  # fmt: skip
        page.goto(home_of(page) + address)
        found[address] = [v["id"] for v in Axe().run(page, options={"preload": False}).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(address)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert wide == []


def test_printed_a_page_keeps_its_facts_and_leaves_its_buttons(open_page: Open, well: Project) -> None:
    page = open_page(f"/projets/{well.slug}/")
    page.emulate_media(media="print")

    expect(page.get_by_text("Creuser un puits.")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_text("Signaler une erreur")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()


# --- another site -----------------------------------------------------------------------------------------------------------
def test_the_code_of_a_fiche_shows_its_card_on_another_site(
    open_page: Open, browser: Browser, well: Project, other_site: Callable[[str], str]
) -> None:
    page = open_page(well.jumelage.collectivite.get_absolute_url())  # type: ignore[union-attr]
    page.get_by_text("Intégrer cette fiche à votre site").click()
    snippet = page.get_by_label("Code à copier").input_value()
    context = browser.new_context(java_script_enabled=False)
    town_hall = context.new_page()
    troubles: list[str] = []
    town_hall.on("console", lambda message: troubles.append(message.text))

    town_hall.goto(other_site(snippet))
    card = town_hall.frame_locator("iframe")
    expect(card.get_by_role("heading", level=1)).to_have_text("Limoges")
    expect(card.get_by_role("link", name="Ndiaganiao")).to_be_visible()
    assert card.locator("main").evaluate("e => getComputedStyle(e).borderTopLeftRadius") == "10px"  # its sheet was read
    with context.expect_page() as opened:
        card.get_by_role("link", name="Voir la fiche").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Limoges")
    assert troubles == []

    town_hall.goto(other_site(f'<iframe src="{opened.value.url}"></iframe>'))
    for _ in range(50):  # the refusal of a frame is no event that one can wait for
        if town_hall.frames[-1].url:
            break
        town_hall.wait_for_timeout(100)
    assert town_hall.frames[-1].url.startswith("chrome-error://")  # no other page may be framed
    context.close()


def test_the_card_leaves_no_cookie(browser: Browser, live_server: Any, well: Project) -> None:
    context = browser.new_context()
    page = context.new_page()

    page.goto(f"{live_server.url}/widget/acteur/{well.jumelage.collectivite.slug}/")  # type: ignore[union-attr]

    assert context.cookies() == []
    context.close()


# --- contacts ---------------------------------------------------------------------------------------------------------------
def test_a_contact_is_added_asked_published_and_taken_back(open_page: Open, repertoire: Actor) -> None:
    mine = AttachmentFactory(accepted=True, actor=repertoire)
    page = open_page(f"/mon-espace/structures/{mine.pk}/", user=mine.user, width=360)
    page.get_by_role("link", name="Contacts").click()
    page.get_by_role("link", name="Ajouter un contact").click()
    page.get_by_label("Prénom et nom").fill("Maïwenn Kerbiriou")
    page.get_by_label("Fonction").fill("adjointe aux échanges")
    page.get_by_label("Adresse électronique").fill("maiwenn@exemple.fr")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("Maïwenn Kerbiriou reçoit un courriel")
    expect(page.get_by_text("rien n’est publié")).to_be_visible()

    person = open_page(notifications.contact_link(Contact.objects.get()).replace(home_of(page), ""))
    person.get_by_label("Mon nom et ma fonction").check()
    person.get_by_role("button", name="Enregistrer mon choix").click()
    expect(person.get_by_text("est en vigueur")).to_be_visible()
    assert Axe().run(person).response["violations"] == []

    visitor = open_page(repertoire.get_absolute_url())
    expect(visitor.get_by_text("Maïwenn Kerbiriou")).to_be_visible()
    assert "maiwenn@exemple.fr" not in visitor.content()

    person.get_by_label("Mon nom et ma fonction").uncheck()
    person.get_by_role("button", name="Enregistrer mon choix").click()
    expect(person.get_by_text("Vous avez retiré votre accord")).to_be_visible()
    visitor.reload()
    assert "Kerbiriou" not in visitor.content()

    page.reload()
    page.get_by_role("link", name="A quitté ses fonctions").click()
    page.get_by_role("button", name="Noter son départ").click()
    expect(page.get_by_text("A quitté cette fonction le")).to_be_visible()
