"""What a signed-in person reads is kept by no cache; control characters never spoil an export."""

import io

import pytest
from openpyxl import load_workbook

from soco.web.exports import printable, safe_cell
from tests.factories import CommuneFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_pages_of_somebody_signed_in_are_private(client) -> None:
    assert "Cache-Control" not in client.get("/repertoire/").headers
    client.force_login(UserFactory(superuser=True))

    for address in ("/repertoire/", "/mon-espace/", "/equipe/", "/equipe/propositions/"):
        assert "private" in client.get(address)["Cache-Control"], address


def test_a_page_that_speaks_for_itself_is_left_alone(client) -> None:
    client.force_login(UserFactory())

    assert "max-age=86400" in client.get("/repertoire/carte/contours.geojson")["Cache-Control"]


def test_one_control_character_does_not_spoil_the_workbook(client) -> None:
    CommuneFactory(name="Angoulême", address="1 \x0b rue\x01 du Port")

    answer = client.get("/repertoire/export.xlsx")

    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    values = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "1  rue du Port" in values
    assert printable("a\tb\nc\x0b") == "a\tb\nc"
    assert safe_cell("=1\x0b+1") == "'=1+1"
