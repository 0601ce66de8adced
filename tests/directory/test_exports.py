"""Downloads of the current search: complete, safe in a spreadsheet, and cheap in memory."""

import csv
import io
import json

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.exports import COLUMNS, LABELS
from soco.web.exports import safe_cell
from tests.factories import CommuneFactory, EpciFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def body(response) -> bytes:
    return b"".join(response)


def csv_rows(client: Client, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(client.get(f"/repertoire/export.csv?{query}")).decode())))


@pytest.fixture
def abergement() -> None:
    epci = EpciFactory(name="CC du Val", code="200000001")
    CommuneFactory(
        name="L'Abergement", code="01001", siren="210100012", epci=epci, postal_codes=["01400", "01401"], population=860,
        latitude=46.15, longitude=-4.92, phone="+33 4 74 24 03 08", email="mairie@abergement.exemple",
    )  # fmt: skip


@pytest.mark.usefixtures("abergement")
def test_csv_keeps_codes_as_written_and_numbers_as_numbers(client: Client) -> None:
    (row,) = csv_rows(client, "q=01001")

    assert row["code"] == "01001"
    assert row["codes_postaux"] == "01400 01401"
    assert row["nom"] == "L'Abergement"
    assert row["epci"] == "200000001"
    assert (row["latitude"], row["longitude"]) == ("46.15", "-4.92")
    assert row["fiche"] == "http://testserver/repertoire/l-abergement-01001/"


@pytest.mark.usefixtures("abergement")
def test_no_cell_starts_a_formula(client: Client) -> None:
    PartnerFactory(name='=HYPERLINK("http://exemple")', code="p1")
    PartnerFactory(name="@somme", code="p2")

    names = {row["code"]: row["nom"] for row in csv_rows(client, "nature=comite")}
    (commune,) = csv_rows(client, "q=01001")

    assert names == {"p1": '\'=HYPERLINK("http://exemple")', "p2": "'@somme"}
    assert commune["telephone"] == "'+33 4 74 24 03 08"


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_texts_that_start_like_a_formula_get_an_apostrophe(value: str) -> None:
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", [-1, -0.5, 3, "a=b", "Saint-Denis", ""])
def test_other_values_are_left_as_they_are(value: object) -> None:
    assert safe_cell(value) == value


@pytest.mark.usefixtures("abergement")
def test_xlsx_types_codes_as_text(client: Client) -> None:
    PartnerFactory(name="=1+1", code="p1")

    response = client.get("/repertoire/export.xlsx?nature=commune&nature=comite&tri=nom")
    sheet = load_workbook(io.BytesIO(body(response))).active
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == list(LABELS)
    columns = list(COLUMNS)
    first = dict(zip(columns, rows[1], strict=True))

    assert [row[2].value for row in rows] == ["'=1+1", "L'Abergement"]
    assert (first["code"].value, first["code"].data_type) == ("01001", "s")
    assert (first["population"].value, first["population"].data_type) == (860, "n")
    assert response["Content-Disposition"] == f'attachment; filename="repertoire-{timezone.localdate()}.xlsx"'


@pytest.mark.usefixtures("abergement")
def test_geojson_has_longitude_first_and_null_geometry_when_unknown(client: Client) -> None:
    PartnerFactory(name="Sans lieu", code="p1")

    data = json.loads(body(client.get("/repertoire/export.geojson?nature=commune&nature=comite&tri=nom")))

    assert data["type"] == "FeatureCollection"
    assert set(data) == {"type", "features"}
    assert [feature["geometry"] for feature in data["features"]] == [
        {"type": "Point", "coordinates": [-4.92, 46.15]},
        None,
    ]
    assert data["features"][0]["properties"]["nom"] == "L'Abergement"


@pytest.mark.usefixtures("abergement")
def test_an_export_holds_every_page_of_the_search_and_nothing_else(client: Client) -> None:
    for position in range(45):
        CommuneFactory(name=f"Village {position}", code=f"162{position:02d}")
    CommuneFactory(name="Village caché", code="16300", hidden=True)

    rows = csv_rows(client, "q=village&page=2")

    assert len(rows) == 45


def test_an_empty_export_has_its_header(client: Client) -> None:
    lines = body(client.get("/repertoire/export.csv?q=introuvable")).decode().splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("nature,code,nom,")
