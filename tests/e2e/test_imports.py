"""A file of jumelages goes through the workshop: its preview, the refused lines, the gesture, the links in the répertoire."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from directory.models import Actor, Jumelage
from tests.factories import CountryFactory, UserFactory

Open = Callable[..., Page]
FILE = (
    "Commune;Département;Partenaire;Pays;Année\n"
    "LIMOGES;87;Fürth;Germany;1992\n"
    ";87;Pilsen;République tchèque;\n"
    "Limmoges;87;Charlotte;Allemagne;\n"
    "Limoges;87;Grodno;Allemagne;19888\n"
)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_file_is_previewed_then_imported(open_page: Open, repertoire: Actor, width: int) -> None:
    CountryFactory(iso2="DE")
    page = open_page("/gestion/directory/jumelage/", width=width, user=UserFactory(superuser=True))
    page.get_by_role("link", name="Importer").click()
    assert Axe().run(page, context="#content").response["violations"] == []

    upload = {"name": "jumelages.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    page.get_by_label("Fichier CSV ou XLSX").set_input_files(upload)  # type: ignore[arg-type]
    page.get_by_role("button", name="Voir l’aperçu").click()

    expect(page.get_by_role("heading", name="Aperçu")).to_be_visible()
    expect(page.get_by_text("Candidat : Limoges (87085)")).to_be_visible()
    expect(page.get_by_text("L’année « 19888 » ne se lit pas")).to_be_visible()
    assert Axe().run(page, context="#content").response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger les lignes refusées").click()
    assert len(download.value.path().read_text().splitlines()) == 4

    page.get_by_role("button", name="Confirmer l’import").click()
    expect(
        page.get_by_text("Import terminé : nouveaux : 1, complétés : 0, inchangés : 0, refusés : 3.")
    ).to_be_visible()
    assert Jumelage.objects.get().name == "Limoges – Fürth"
