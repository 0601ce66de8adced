"""Import and export by the staff's pages: rights of their own, a preview before the gesture, never a crash."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from directory.models import Actor
from tests.directory.admin_pages import EVERYTHING, GESTION, address, change, signed_in, text
from tests.factories import CommuneFactory, EpciFactory, PartnerFactory

pytestmark = pytest.mark.django_db

IMPORT, CONFIRM, EXPORT = (f"{GESTION}collectivite/{page}/" for page in ("import", "process_import", "export"))
GARBAGE = bytes(range(256)) * 16
ONE_LINE = "nature;code;telephone\ncommune;1004;04 74\n"


@pytest.fixture
def staff() -> Client:
    return signed_in(EVERYTHING)


def upload(client: Client, data: bytes | str, *, page: str = IMPORT, **values: Any) -> HttpResponse:
    content = data.encode() if isinstance(data, str) else data
    return client.post(
        page,
        {
            "import_file": SimpleUploadedFile("essai.csv", content),
            "format": "0",
            "resource": "0",
            "as_of": timezone.localdate().isoformat(),
            **values,
        },
    )


def confirm(client: Client, preview: HttpResponse, page: str = CONFIRM) -> HttpResponse:
    form = preview.context["confirm_form"]
    return client.post(page, {name: form.initial[name] or "" for name in form.fields}, follow=True)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- rights ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["collectivite", "partner"])
def test_the_right_to_edit_gives_neither_import_nor_export(kind: str) -> None:
    client = signed_in(f"view_{kind}", f"change_{kind}")
    page = text(client.get(f"{GESTION}{kind}/"))

    assert "/import/" not in page
    assert "/export/" not in page
    assert client.get(f"{GESTION}{kind}/import/").status_code == 403
    assert client.get(f"{GESTION}{kind}/export/").status_code == 403
    assert client.post(f"{GESTION}{kind}/export/", {"format": "0"}).status_code == 403
    assert upload(client, ONE_LINE, page=f"{GESTION}{kind}/import/").status_code == 403
    assert client.post(f"{GESTION}{kind}/process_import/").status_code == 403


@pytest.mark.parametrize(("right", "others"), [("import", "export"), ("export", "import")])
def test_each_right_opens_its_own_page(right: str, others: str) -> None:
    client = signed_in("view_collectivite", f"{right}_collectivite")
    page = text(client.get(f"{GESTION}collectivite/"))

    assert f'href="{GESTION}collectivite/{right}/' in page
    assert f'href="{GESTION}collectivite/{others}/' not in page
    assert client.get(f"{GESTION}collectivite/{right}/").status_code == 200
    assert client.get(f"{GESTION}collectivite/{others}/").status_code == 403


def test_a_visitor_is_sent_to_the_sign_in_page(client: Client) -> None:
    for page in (IMPORT, EXPORT):
        assert client.get(page).url.startswith("/compte/login/?next=/gestion/")


# --- import ---------------------------------------------------------------------------------------------------------------
def test_a_preview_writes_nothing_and_the_confirmation_does(staff: Client) -> None:
    commune = CommuneFactory(code="01004", name="Ambérieu", phone="")

    preview = upload(staff, ONE_LINE)
    before = Actor.objects.get(pk=commune.pk).phone
    done = confirm(staff, preview)

    page = text(preview)
    assert "ligne 2 : code 1004 → 01004" in page
    assert "<del>vide</del> → <ins>04 74</ins>" in page
    assert "Fiches créées : 0, modifiées : 1, conservées : 0, inchangées : 0." in page
    assert before == ""
    assert "Import terminé : créées : 0, modifiées : 1, conservées : 0, inchangées : 0." in text(done)
    saved = Actor.objects.get(pk=commune.pk)
    assert (saved.phone, saved.provenance["phone"]["source"], saved.provenance["phone"]["by"]) == (
        "04 74",
        "import",
        staff.user.email,
    )
    metadata = Actor.pgh_event_model.objects.get().pgh_context.metadata
    assert (metadata["source"], metadata["origin"], metadata["by"]) == ("import", "import:essai.csv", staff.user.email)
    assert "origine : fichier essai.csv" in " ".join(text(staff.get(address(commune, "history"))).split())


def test_a_workbook_whose_codes_became_numbers_is_repaired(staff: Client) -> None:
    commune = CommuneFactory(code="01004", phone="", population=1)
    data = workbook(["nature", "code", "telephone", "population"], ["Commune", 1004, 474380011, 14500.0])

    preview = upload(staff, data)
    confirm(staff, preview)

    commune.refresh_from_db()
    assert "ligne 2 : code 1004 → 01004" in text(preview)
    assert (commune.phone, commune.population) == ("0474380011", 14_500)


def test_refused_lines_are_listed_first_and_nothing_can_be_confirmed(staff: Client) -> None:
    CommuneFactory(code="01004", phone="")

    preview = upload(staff, ONE_LINE + "commune;99999;05\n")

    page = text(preview)
    assert "1 ligne est refusée : rien ne sera importé" in page
    assert page.index("« 99999 »") < page.index("ligne 2 : code 1004 → 01004")
    assert "confirm_form" not in preview.context
    assert Actor.objects.get(code="01004").phone == ""


def test_what_a_person_said_meanwhile_is_kept_and_shown(staff: Client) -> None:
    commune = CommuneFactory(code="01004", phone="")
    preview = upload(staff, ONE_LINE)
    change(signed_in("view_collectivite", "change_collectivite"), commune, phone="04 99")

    done = confirm(staff, preview)
    again = text(upload(staff, ONE_LINE))

    assert Actor.objects.get(pk=commune.pk).phone == "04 99"
    assert "modifiées : 0, conservées : 1" in text(done)
    assert "telephone : « 04 99 » est conservé (l’équipe du réseau," in again
    assert '<span class="state state-kept">Conservée</span>' in again


def test_a_file_that_no_longer_fits_is_refused_at_the_confirmation(staff: Client) -> None:
    commune = CommuneFactory(code="01004", phone="")
    preview = upload(staff, ONE_LINE)
    commune.delete()

    done = confirm(staff, preview)

    assert "1 ligne est refusée" in text(done)
    assert "Import terminé" not in text(done)


def test_an_expired_preview_is_said(staff: Client) -> None:
    CommuneFactory(code="01004", phone="")
    preview = upload(staff, ONE_LINE)
    cache.clear()

    done = confirm(staff, preview)

    assert "L’aperçu a expiré : rien n’a été importé." in text(done)
    assert Actor.objects.get(code="01004").phone == ""
    assert "L’aperçu a expiré" in text(staff.post(CONFIRM, {"as_of": "x"}, follow=True))
    assert staff.get(CONFIRM).status_code == 405


def test_the_choice_of_empty_cells_is_kept_until_the_confirmation(staff: Client) -> None:
    CommuneFactory(code="01004", phone="04 74")

    preview = upload(staff, "nature;code;telephone\ncommune;01004;\n", erases="on")
    confirm(staff, preview)

    assert Actor.objects.get(code="01004").phone == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (GARBAGE, "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
        (b"PK\x03\x04" + GARBAGE, "Ce classeur XLSX est illisible ou protégé"),
        (b" ", "Ce fichier est vide."),
        (b"", "Le fichier soumis est vide."),
        (b"nature;code\n", "Ce fichier n’a pas de données sous la ligne des titres."),
        (b"code;nom\n01004;A\n", "Il manque la colonne « nature »"),
        (b"nature;code;maire\ncommune;01004;A\n", "Colonne inconnue : « maire »."),
        ("nature;code;présentation\ncommune;01004;Été\n".encode("latin-1"), "il a été lu en Windows-1252 (Latin-1)"),
        (b"nature;code\n'\"<b>;<script>alert(1)</script>\n", "n’est pas une nature de cette liste"),
    ],
)
def test_no_file_breaks_the_page(staff: Client, data: bytes, sentence: str) -> None:
    CommuneFactory(code="01004")

    response = upload(staff, data)

    assert response.status_code == 200
    assert sentence in text(response).replace("\xa0", " ")
    assert "<script>alert" not in text(response)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"as_of": ""}, "Ce champ est obligatoire."),
        ({"as_of": "hier"}, "Saisissez une date valide."),
        ({"as_of": (timezone.localdate() + timedelta(days=2)).isoformat()}, "Cette date est dans l’avenir."),
        ({"import_file": ""}, "Ce champ est obligatoire."),
    ],
)
def test_the_form_asks_for_what_it_needs(staff: Client, values: dict[str, str], sentence: str) -> None:
    assert sentence in text(upload(staff, ONE_LINE, **values))


def test_five_thousand_lines_make_a_page_of_reasonable_size(staff: Client) -> None:
    CommuneFactory(code="01004", phone="")
    lines = "".join(f"commune;{number:05d};05\n" for number in range(20_000, 25_000))

    response = upload(staff, ONE_LINE + lines)

    assert response.status_code == 200
    assert "4501 autres lignes ne sont pas montrées ici" in text(response)
    assert len(response.content) < 600_000


# --- export ---------------------------------------------------------------------------------------------------------------
def exported(client: Client, query: str = "", fmt: str = "0", page: str = EXPORT) -> bytes:
    response = client.post(f"{page}?{query}", {"format": fmt, "resource": "0"})
    assert response.status_code == 200
    return b"".join(response)


@pytest.fixture
def ville() -> Actor:
    return CommuneFactory(
        name="=Ville", code="01004", siren="210100046", phone="+33 4 74", address="-12, rue", description="@ici",
        latitude=-1.5, longitude=2.5, population=860, postal_codes=["01500"], former_names=["Bourg", "Hameau"],
        epci=EpciFactory(code="200000011", name="CC du Val"), confirmed=True,
    )  # fmt: skip


def test_csv_keeps_zeros_and_lets_no_formula_out(staff: Client, ville: Actor) -> None:
    (row,) = csv.DictReader(io.StringIO(exported(staff, "q=01004").decode()))

    assert (row["nature"], row["code"], row["siren"], row["codes_postaux"]) == (
        "commune",
        "01004",
        "210100046",
        "01500",
    )
    assert (row["nom"], row["telephone"], row["adresse"], row["presentation"]) == (
        "'=Ville",
        "'+33 4 74",
        "'-12, rue",
        "'@ici",
    )
    assert (row["epci"], row["nom_epci"], row["departement"]) == ("200000011", "CC du Val", "16")
    assert (row["latitude"], row["population"], row["communes_deleguees"]) == ("-1.5", "860", "Bourg|Hameau")
    assert (row["publie"], row["fraicheur"]) == ("oui", "verte")
    assert row["fiche"] == f"http://testserver{ville.get_absolute_url()}"


def test_xlsx_holds_texts_as_texts_and_numbers_as_numbers(staff: Client, ville: Actor) -> None:
    sheet = load_workbook(io.BytesIO(exported(staff, "q=01004", "1"))).active
    titles, values = sheet.iter_rows()
    cells = {title.value: cell for title, cell in zip(titles, values, strict=True)}

    assert (cells["code"].value, cells["code"].data_type) == ("01004", "s")
    assert (cells["nom"].value, cells["nom"].data_type) == ("'=Ville", "s")
    assert (cells["population"].value, cells["population"].data_type) == (860, "n")


@pytest.mark.parametrize("fmt", ["0", "1"])
def test_what_was_exported_can_be_imported_and_changes_nothing(staff: Client, ville: Actor, fmt: str) -> None:
    CommuneFactory(name="Autre", code="16002", closed=True, successor=ville, hidden=True)

    preview = upload(staff, exported(staff, "", fmt), erases="on")

    assert preview.context["result"].counts == {"new": 0, "changed": 0, "kept": 0, "same": 5, "error": 0}
    assert "Ce fichier ne change rien" in text(preview)


def test_an_export_follows_the_list(staff: Client, ville: Actor) -> None:
    CommuneFactory(name="Pau", code="64445")

    names = [row["nom"] for row in csv.DictReader(io.StringIO(exported(staff, "nature=commune&q=pau").decode()))]

    assert names == ["Pau"]


@pytest.mark.parametrize("fmt", ["0", "1"])
def test_an_export_takes_as_many_queries_for_one_row_as_for_three(
    staff: Client, django_assert_num_queries: Any, fmt: str
) -> None:
    epci = EpciFactory()
    for size in (1, 3):
        for _row in range(size if size == 1 else 2):
            CommuneFactory(epci=epci, description="Texte")
        with django_assert_num_queries(4):
            exported(staff, "nature=commune", fmt)


def test_partners_are_exported_and_imported_back(staff: Client) -> None:
    PartnerFactory(name="Les Amis", code="p900001")
    page = f"{GESTION}partner/"
    data = exported(staff, "", page=f"{page}export/")

    preview = upload(staff, data.replace(b"Les Amis", b"Les Vrais Amis"), page=f"{page}import/")
    confirm(staff, preview, f"{page}process_import/")

    assert [partner.name for partner in Actor.objects.partners()] == ["Les Vrais Amis"]


def test_the_export_page_says_what_it_gives(staff: Client) -> None:
    page = text(staff.get(EXPORT))

    assert "CSV (texte, UTF-8)" in page
    assert "XLSX (tableur)" in page
    assert staff.post(EXPORT, {"format": "9"}).status_code == 200
