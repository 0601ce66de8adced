"""The page of open data and its files: public rows only, the same in each format, each CSV true to its schema."""

import io
from pathlib import Path

import pytest
from django.test import Client
from frictionless import Resource, Schema
from openpyxl import load_workbook

from directory import counts_version
from directory.models import Jumelage, Project
from opendata.columns import Column
from opendata.datasets import DATASETS
from tests.directory.pages import text_of
from tests.factories import (
    CommuneFactory,
    EventFactory,
    GroupFactory,
    JumelageFactory,
    PartnerFactory,
    ProjectActorFactory,
    ProjectFactory,
)
from tests.opendata.conftest import SECRETS
from tests.opendata.reading import body, data, rows, text

pytestmark = pytest.mark.django_db
CODES = [dataset.code for dataset in DATASETS]
FILES = [f"/donnees/{code}.{ending}" for code in CODES for ending in ("csv", "json", "geojson")]


# --- what is given away -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", [*FILES, "/donnees/", "/donnees/catalogue.jsonld", "/donnees/iati.xml", *(f"/api/v1/{c}" for c in CODES)]
)
def test_nothing_of_what_is_hidden_fictitious_or_a_persons_is_told(
    client: Client, project: Project, address: str
) -> None:
    told = text(client, address)

    assert [secret for secret in SECRETS if secret in told] == []


def test_the_rows_are_the_published_and_real_ones(client: Client, project: Project) -> None:
    names = {row["nom"] for row in rows(client, "/donnees/acteurs.csv")}
    beside = {name for name in names if name.startswith(("Villeneuve-", "Ville jumelle"))}  # the factories' own

    assert names - beside == {
        "Angoulême", "Limoges", "Fürth", "Pikine", "Agence de l’eau", "Charente", "Nouvelle-Aquitaine"
    }  # fmt: skip
    assert [row["partenaire"] for row in rows(client, "/donnees/jumelages.csv")] == ["Fürth"]
    assert [row["titre"] for row in rows(client, "/donnees/projets.csv")] == ["De l’eau à Pikine & alentours"]


def test_excel_holds_the_same_rows_under_their_titles(client: Client, link: Jumelage) -> None:
    sheet = load_workbook(io.BytesIO(body(client, "/donnees/jumelages.xlsx"))).active
    header, row = (list(line) for line in sheet.iter_rows(values_only=True))

    assert dict(zip(header, row, strict=True))["Partenaire"] == "Fürth"
    assert "Démonstration" not in header


def test_json_says_numbers_arrays_and_nothing(client: Client, link: Jumelage) -> None:
    (limoges,) = [row for row in data(client, "/donnees/acteurs.json") if row["code"] == "87085"]
    (jumelage,) = data(client, "/donnees/jumelages.json")

    assert limoges == {
        "nature": "commune", "code": "87085", "nom": "Limoges", "siren": "218708501", "departement": "16",
        "nom_departement": "Charente", "epci": None, "nom_epci": None, "codes_postaux": ["87000", "87100"],
        "population": 129_937, "latitude": 45.83, "longitude": 1.26, "adresse": None, "courriel": "mairie@limoges.exemple",
        "telephone": "+33 5 55 00 00 00", "site": None, "confirme_le": None, "fraicheur": "jamais",
        "fiche": "http://testserver/repertoire/limoges-87085/", "pays_iso2": "FR", "pays": "France",
    }  # fmt: skip
    assert (jumelage["numero"], jumelage["odd"], jumelage["themes"]) == (link.pk, [4, 6], ["Eau, assainissement"])
    assert (jumelage["a_verifier"], jumelage["annee_signature"], jumelage["annee_debut"]) == (False, 1992, None)
    assert (jumelage["collectivite_code"], jumelage["partenaire_nature"], jumelage["partenaire_code"]) == (
        "87085", "etrangere", "p1"
    )  # fmt: skip


def test_a_spreadsheet_runs_nothing_and_json_keeps_the_text(client: Client, link: Jumelage) -> None:
    (row,) = rows(client, "/donnees/jumelages.csv")
    (record,) = data(client, "/donnees/jumelages.json")

    assert (row["derniere_action"], record["derniere_action"]) == ("'=Accueil de jeunes", "=Accueil de jeunes")


def test_geojson_has_longitude_first(client: Client, project: Project) -> None:
    actors = data(client, "/donnees/acteurs.geojson")["features"]
    (limoges,) = [feature for feature in actors if feature["properties"]["code"] == "87085"]
    (jumelage,) = data(client, "/donnees/jumelages.geojson")["features"]
    (water,) = data(client, "/donnees/projets.geojson")["features"]

    assert limoges["geometry"] == {"type": "Point", "coordinates": [1.26, 45.83]}
    assert jumelage["geometry"] == {"type": "LineString", "coordinates": [[1.26, 45.83], [10.98, 49.48]]}
    assert water["geometry"] == {"type": "Point", "coordinates": [-17.39, 14.75]}
    assert water["properties"]["pays"] == ["SN", "ML", "BF"]
    assert "demonstration" not in water["properties"]


# --- schemas ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", CODES)
def test_each_csv_is_true_to_its_schema(client: Client, project: Project, code: str, tmp_path: Path) -> None:
    file = tmp_path / f"{code}.csv"
    file.write_bytes(body(client, f"/donnees/{code}.csv"))

    report = Resource(path=f"{code}.csv", basepath=str(tmp_path), schema=schema_of(client, code)).validate()

    assert report.flatten(["rowNumber", "fieldName", "note"]) == []
    assert report.task.stats["rows"] > 0


def schema_of(client: Client, code: str) -> Schema:
    descriptor = data(client, f"/donnees/{code}.schema.json")
    assert "demonstration" not in [field["name"] for field in descriptor["fields"]]
    return Schema.from_descriptor(descriptor)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code_cad", "1403"),
        ("budget", "beaucoup"),
        ("pays", "SEN"),
        ("odd", "18"),
        ("avancement", "fini"),
        ("titre", ""),
    ],
)
def test_a_wrong_cell_is_refused_by_the_schema(
    client: Client, project: Project, column: str, cell: str, tmp_path: Path
) -> None:
    (row,) = rows(client, "/donnees/projets.csv")
    row[column] = cell
    values = ",".join('"{}"'.format(value.replace('"', '""')) for value in row.values())
    (tmp_path / "faux.csv").write_text(",".join(row) + "\n" + values + "\n")

    report = Resource(path="faux.csv", basepath=str(tmp_path), schema=schema_of(client, "projets")).validate()

    assert report.flatten(["fieldName"]) == [[column]]


def test_every_column_is_described_as_the_export_writes_it() -> None:
    """A closed list of several values binds each of them."""
    column = Column("couleurs", "Couleurs", enum=("bleu", "vert"), separator="|")

    assert column.as_field()["constraints"] == {"pattern": r"^(bleu|vert)(\|(bleu|vert))*$"}
    assert (column.value("bleu|vert"), column.value("")) == (["bleu", "vert"], [])


# --- the page, the rest of the site --------------------------------------------------------------------------------------
def test_the_page_counts_dates_cites_and_links(client: Client, project: Project) -> None:
    page = text_of(client.get("/donnees/"))

    assert "1 ligne · 100 % confirmées par une personne depuis moins d’un an" in page
    assert "Licence Ouverte 2.0" in page
    assert "INSEE, DGCL, La Poste, IGN" in page
    assert [address for address in FILES if f'href="{address}"' not in page] == []
    assert 'href="/api/v1/"' in page
    assert "IATI 2.03 (XML) : 1 projet à ce jour" in page


def test_the_page_without_any_row(client: Client) -> None:
    page = text_of(client.get("/donnees/"))

    assert "0 ligne" in page
    assert "confirmées par une personne" not in page


def test_the_files_without_any_row(client: Client) -> None:
    assert len(text(client, "/donnees/jumelages.csv").splitlines()) == 1
    assert data(client, "/donnees/jumelages.json") == []
    assert data(client, "/donnees/jumelages.geojson") == {"type": "FeatureCollection", "features": []}


def test_search_engines_find_the_page(client: Client) -> None:
    sitemap = text_of(client.get("/sitemap-donnees.xml"))
    robots = text_of(client.get("/robots.txt"))

    assert "sitemap-donnees.xml" in text_of(client.get("/sitemap.xml"))
    assert ("http://testserver/donnees/" in sitemap, "http://testserver/api/v1/" in sitemap) == (True, True)
    assert [line for line in robots.splitlines() if "donnees" in line or "api" in line] == []
    assert 'href="/donnees/"' in text_of(client.get("/contact/"))


@pytest.mark.parametrize("address", ["/donnees/inconnu.csv", "/donnees/contacts.json", "/donnees/acteurs.xml"])
def test_an_unknown_dataset_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


# --- cost ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/donnees/", 7),
        ("/donnees/catalogue.jsonld", 7),
        ("/donnees/acteurs.csv", 1),
        ("/donnees/acteurs.geojson", 1),
        ("/donnees/jumelages.csv", 2),
        ("/donnees/jumelages.json", 2),
        ("/donnees/jumelages.geojson", 2),
        ("/donnees/projets.csv", 2),
        ("/donnees/projets.json", 2),
        ("/donnees/projets.geojson", 3),
        ("/donnees/projets.xlsx", 2),
        ("/donnees/evenements.csv", 1),
        ("/donnees/evenements.geojson", 1),
        ("/donnees/iati.xml", 3),
        ("/donnees/acteurs.schema.json", 0),
    ],
)
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries, project: Project, address: str, queries: int
) -> None:
    for more in (0, 2):
        for position in range(more):
            link = JumelageFactory(
                collectivite=CommuneFactory(code=f"1670{position}"), theme_codes=["eau-assainissement"]
            )
            other = ProjectFactory(dac_code="14030", starts_on="2025-01-01", jumelage=link)
            ProjectActorFactory(project=other, actor=link.collectivite)
            ProjectActorFactory(project=other, actor=PartnerFactory(foreign=True), role="partenaire")
            EventFactory(group=GroupFactory(), host=link.collectivite)
        counts_version.bump()
        with django_assert_num_queries(queries):
            body(client, address)
