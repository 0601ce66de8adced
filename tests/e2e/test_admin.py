"""The staff's workshop in a browser, under the site's strict content policy: any refusal on the console fails the test."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from directory.models import Actor
from tests.accounts.conftest import totp_code
from tests.factories import TOTP_SECRET, UserFactory

Open = Callable[..., Page]
PASSWORD = "un mot de passe d’essai"


@pytest.fixture(params=[1280, 400], ids=["bureau", "telephone"])
def gestion(request: pytest.FixtureRequest, open_page: Open, repertoire: Actor) -> Page:
    """The list of collectivités, just after signing in."""
    UserFactory(superuser=True, email="lea@exemple.fr", password=PASSWORD)
    page = open_page("/gestion/directory/collectivite/", width=request.param)
    page.get_by_label("Adresse électronique").fill("lea@exemple.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.get_by_label("Code à six chiffres").fill(totp_code(TOTP_SECRET))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Collectivités")
    return page


def no_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_search_edit_and_read_who_changed_what(gestion: Page) -> None:
    gestion.get_by_label("Chercher").fill("limoge")
    gestion.get_by_role("button", name="Rechercher").click()
    gestion.get_by_role("link", name="Limoges Commune").click()

    gestion.get_by_label("Téléphone").fill("05 55 45 60 00")
    gestion.get_by_text("Où", exact=True).click()
    gestion.locator("#select2-id_departement-container").click()
    gestion.locator(".select2-search__field").fill("char")
    gestion.get_by_role("option", name="Charente · Département · 16").click()
    gestion.get_by_role("button", name="Enregistrer et continuer").click()
    expect(gestion.get_by_text("a été modifié avec succès")).to_be_visible()
    assert no_wider_than_the_screen(gestion)

    gestion.get_by_role("link", name="Historique").click()
    row = gestion.get_by_role("row", name="Téléphone")
    expect(row.locator("del")).to_have_text("05 55 00 00 00")
    expect(row.locator("ins")).to_have_text("05 55 45 60 00")
    expect(gestion.get_by_text("Par lea@exemple.fr")).to_be_visible()
    assert no_wider_than_the_screen(gestion)


def test_import_a_file_after_its_preview(gestion: Page) -> None:
    gestion.get_by_role("link", name="Importer").click()
    gestion.get_by_label("Fichier CSV ou XLSX").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"nature;code;telephone\ncommune;87161;555560000\n"}
    )
    gestion.get_by_label("Les données du fichier datent du").fill("2026-01-31")
    gestion.get_by_role("button", name="Voir l’aperçu").click()

    expect(gestion.get_by_text("ligne 2 : telephone 555560000 → 0555560000")).to_be_visible()
    assert no_wider_than_the_screen(gestion)
    gestion.get_by_role("button", name="Confirmer l’import").click()
    expect(gestion.get_by_text("Import terminé")).to_be_visible()
    assert Actor.objects.get(code="87161").phone == "0555560000"


def test_filter_export_and_end_the_demonstration(gestion: Page) -> None:
    gestion.get_by_label("Département").select_option("87 · Haute-Vienne")
    gestion.locator("form:has(select[name=departement])").get_by_role("button", name="Filtrer").click()
    expect(gestion.locator("#result_list tbody tr")).to_have_count(5)

    gestion.get_by_role("link", name="Exporter").click()
    with gestion.expect_download() as download:
        gestion.get_by_role("button", name="Télécharger").click()
    assert len(download.value.path().read_text().splitlines()) == 6

    gestion.goto(gestion.url.split("/gestion/")[0] + "/gestion/directory/partner/")
    gestion.get_by_role("link", name="Retirer les données de démonstration").click()
    gestion.get_by_role("button", name="Retirer les données de démonstration").click()
    expect(gestion.get_by_text("1 fiche fictive a été retirée.")).to_be_visible()
    assert not Actor.objects.demo().exists()
