"""« Importer » on the list of jumelages: a right of its own, a preview, the gesture, the refused lines as a file."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from directory.admin import jumelage_imports
from directory.models import Actor, Jumelage
from tests.directory.admin_pages import EVERYTHING, GESTION, signed_in
from tests.directory.imports.files import HEADER, xlsx_file
from tests.factories import JumelageFactory

pytestmark = pytest.mark.usefixtures("places")

LIST = f"{GESTION}jumelage/"
IMPORT, APPLY, REFUSED = f"{LIST}import/", f"{LIST}import/confirmer/", f"{LIST}import/refus.csv"
GOOD = f"{HEADER}\n16015;;;;Moscow;Russie\n"
MIXED = f"{GOOD};Vergne;;17;Bury;GB\n=1+1;;;;Bury;GB\n"


@pytest.fixture
def staff(places: dict[str, Actor]) -> Client:
    return signed_in(EVERYTHING)


def page(response: HttpResponse) -> str:
    return response.content.decode().replace("\u00a0", " ")


def upload(client: Client, data: str | bytes, name: str = "essai.csv") -> HttpResponse:
    content = data.encode() if isinstance(data, str) else data
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, preview: HttpResponse) -> HttpResponse:
    return client.post(APPLY, {"fichier": preview.context["key"]}, follow=True)


def test_the_right_to_edit_does_not_give_the_import(places: dict[str, Actor]) -> None:
    editor, importer = signed_in("view_jumelage", "change_jumelage"), signed_in("view_jumelage", "import_jumelage")

    assert f'href="{IMPORT}"' not in page(editor.get(LIST))
    assert f'href="{IMPORT}"' in page(importer.get(LIST))
    assert [editor.get(address).status_code for address in (IMPORT, APPLY, REFUSED)] == [403, 403, 403]
    assert (editor.post(APPLY).status_code, upload(editor, GOOD).status_code) == (403, 403)
    assert importer.get(IMPORT).status_code == 200
    assert Client().get(IMPORT).url.startswith("/compte/login/")


def test_a_preview_writes_nothing_and_the_confirmation_does(staff: Client) -> None:
    preview = upload(staff, MIXED)
    nothing = (Jumelage.objects.count(), Actor.objects.partners().count())
    done = confirm(staff, preview)

    shown = page(preview)
    assert nothing == (0, 0)
    assert "Jumelages nouveaux : 1, complétés : 0, inchangés : 0, refusés : 2." in shown
    assert "1 partenaire étranger est ajouté." in shown
    assert "2 lignes sont refusées : elles ne seront pas importées, les autres le seront." in shown
    assert "Plusieurs collectivités répondent au nom « Vergne » : donnez le code INSEE." in shown
    assert "Candidat : La Vergne (17465)" in shown
    assert "Angoulême – Moscou" in shown
    assert "Import terminé : nouveaux : 1, complétés : 0, inchangés : 0, refusés : 2." in page(done)
    saved = Jumelage.objects.get()
    assert (saved.to_verify, saved.provenance["*"]["source"], saved.provenance["*"]["by"]) == (
        True, "import", staff.user.email,
    )  # fmt: skip


def test_a_workbook_is_imported_too(staff: Client, tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ["Code INSEE", "Partenaire", "Pays"], [16015, "Bury", "Royaume-Uni"])

    confirm(staff, upload(staff, path.read_bytes(), "jumelages.xlsx"))

    assert Jumelage.objects.get().partner.name == "Bury"


def test_the_refused_lines_are_offered_as_a_file(staff: Client) -> None:
    preview = upload(staff, MIXED)
    address = f"{REFUSED}?fichier={preview.context['key']}"

    csv = staff.get(address)

    assert f'href="{address}"' in page(preview)
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(csv.streaming_content).decode().replace("\u00a0", " ").splitlines()
    assert lines[0] == "ligne,lu,raison,candidats"
    assert lines[1].startswith("3,Vergne 17 · Bury · GB,Plusieurs collectivités")
    assert lines[1].endswith(",Vergné (17466) | La Vergne (17465)")
    assert lines[2].startswith("4,'=1+1 · Bury · GB,")
    assert Jumelage.objects.count() == 0


def test_the_preview_of_somebody_else_is_not_to_be_confirmed(staff: Client) -> None:
    key = upload(staff, GOOD).context["key"]
    other = signed_in(EVERYTHING)

    applied = other.post(APPLY, {"fichier": key}, follow=True)

    assert "L’aperçu a expiré : rien n’a été importé." in page(applied)
    assert other.get(f"{REFUSED}?fichier={key}").url == IMPORT
    assert Jumelage.objects.count() == 0


def test_a_confirmation_sent_twice_or_too_late_imports_nothing_more(staff: Client) -> None:
    preview = upload(staff, GOOD)
    confirm(staff, preview)

    again = confirm(staff, preview)
    late = upload(staff, GOOD.replace("16015", "17300"))
    cache.clear()

    assert "L’aperçu a expiré" in page(again)
    assert "L’aperçu a expiré" in page(confirm(staff, late))
    assert Jumelage.objects.count() == 1


def test_opening_the_address_of_the_confirmation_leads_back_to_the_choice(staff: Client) -> None:
    key = upload(staff, GOOD).context["key"]

    assert staff.get(f"{APPLY}?fichier={key}").url == IMPORT
    assert Jumelage.objects.count() == 0


def test_a_file_already_imported_says_so_and_offers_no_confirmation(staff: Client) -> None:
    confirm(staff, upload(staff, GOOD))

    again = upload(staff, GOOD)

    assert "Ce fichier ne change rien : tous ses jumelages sont déjà dans le répertoire." in page(again)
    assert "Confirmer l’import" not in page(again)


def test_a_hopeless_file_is_shown_and_cannot_be_confirmed(staff: Client) -> None:
    preview = upload(staff, GOOD + ";Nulle-Part;;16;Bury;GB\n" * 60)

    shown = page(preview)
    assert "60 lignes sur 61 sont refusées : rien n’est importé." in shown
    assert "10 autres lignes refusées ne sont pas montrées ici" in shown
    assert "Confirmer l’import" not in shown
    confirm(staff, preview)
    assert Jumelage.objects.count() == 0
    refused = staff.get(f"{REFUSED}?fichier={preview.context['key']}")
    assert len(b"".join(refused.streaming_content).splitlines()) == 61


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (bytes(range(256)) * 9, "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
        ("a;b\n1;2\n", "La ligne des titres n’est pas reconnue."),
        (f"{HEADER}\n", "Ce fichier n’a pas de données sous la ligne des titres."),
    ],
)
def test_a_file_that_is_none_of_jumelages_is_refused_beside_its_field(
    staff: Client, data: str | bytes, sentence: str
) -> None:
    refused = upload(staff, data)

    assert refused.status_code == 200
    assert sentence in page(refused)
    assert refused.context["form"].errors.keys() == {"file"}


def test_no_file_is_asked_for_in_words(staff: Client) -> None:
    assert "Choisissez un fichier." in page(staff.post(IMPORT, {}))


def test_the_size_is_bounded_and_said(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Un fichier de 5 Mo et 10 000 lignes au plus" in page(staff.get(IMPORT)).replace("\u202f", " ")
    monkeypatch.setattr(jumelage_imports, "MOST_LINES", 1)
    assert "Ce fichier dépasse 1 lignes" in page(upload(staff, MIXED))
    monkeypatch.setattr(jumelage_imports, "MOST_MEGABYTES", 0)
    assert "Ce fichier dépasse 0 Mo" in page(upload(staff, GOOD))


@pytest.mark.parametrize("key", ["", "../../etc", "a" * 5000, "é", "\x00"])
def test_any_key_of_a_preview_is_answered(staff: Client, key: str) -> None:
    assert staff.post(APPLY, {"fichier": key}).status_code == 302
    assert staff.get(REFUSED, {"fichier": key}).status_code == 302


def test_what_was_completed_is_shown(staff: Client, places: dict[str, Actor]) -> None:
    confirm(staff, upload(staff, GOOD))
    JumelageFactory()

    shown = page(upload(staff, "code;partenaire;pays;annee\n16015;Moscou;RU;1990\n"))

    assert "Jumelages nouveaux : 0, complétés : 1, inchangés : 0, refusés : 0." in shown
    assert "année de signature 1990" in shown
