"""Nothing of a person is public without their recorded consent; each thing by itself, on the pages meant for it only."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from directory import services
from directory.enums import ConsentScope
from directory.models import Contact, Jumelage
from tests.directory.admin_pages import signed_in
from tests.directory.contacts.people import EMAIL, FUNCTION, NAME, PHONE, agrees, told_of
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, ContactFactory, ProjectActorFactory

pytestmark = pytest.mark.django_db


def read(address: str, response: Any) -> str:
    """The words of a page or a file, unpacked."""
    body = b"".join(response) if response.streaming else response.content
    if address.endswith(".xlsx"):
        rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row)
    if address.endswith(".pdf"):
        return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())
    return body.decode()


def everywhere(client: Client, contact: Contact) -> dict[str, str]:
    """Each page and file of the public that speaks of the contact's actor, jumelage or project."""
    actor, jumelage = contact.actor, contact.jumelage
    assert jumelage is not None
    project = ProjectActorFactory(actor=actor).project
    services.refresh_projects([project.pk])
    project.refresh_from_db()
    addresses = [
        *(f"/repertoire/export.{kind}" for kind in ("csv", "xlsx", "geojson")),
        *(f"/jumelages/export.{kind}" for kind in ("csv", "xlsx", "geojson")),
        *(f"/projets/export.{kind}" for kind in ("csv", "xlsx", "geojson")),
        "/repertoire/", "/repertoire/?q=Kerbiriou", "/repertoire/suggestions/?q=Kerbiriou", "/jumelages/",
        "/jumelages/?q=Kerbiriou", "/projets/", project.get_absolute_url(), actor.get_absolute_url(),
        jumelage.get_absolute_url(), jumelage.partner.get_absolute_url(), f"/widget/acteur/{actor.slug}/",
        f"{actor.get_absolute_url()}fiche.pdf", f"{actor.get_absolute_url()}contacter/", "/pays/de/",
    ]  # fmt: skip
    bodies = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        bodies[address] = read(address, response)
    return bodies


@pytest.mark.parametrize("state", ["silent", "withdrawn", "left"])
def test_nothing_leaks_without_consent(client: Client, person: Contact, state: str) -> None:
    if state != "silent":
        agrees(person, *ConsentScope)
    if state == "withdrawn":
        services.withdraw_consent(person)
    if state == "left":
        services.leave_office(person)

    bodies = everywhere(client, person)

    assert "Ambazac" in bodies[f"{person.actor.get_absolute_url()}fiche.pdf"]
    assert {address: said for address, body in bodies.items() if (said := told_of(body))} == {}


def test_consent_publishes_on_the_two_pages_and_nowhere_else(client: Client, person: Contact) -> None:
    agrees(person, *ConsentScope)

    bodies = everywhere(client, person)

    said = {address for address, body in bodies.items() if told_of(body)}
    assert said == {person.actor.get_absolute_url(), person.jumelage.get_absolute_url()}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ([ConsentScope.NAME], [NAME, FUNCTION]),
        ([ConsentScope.NAME, ConsentScope.EMAIL], [NAME, FUNCTION, EMAIL]),
        ([ConsentScope.PHONE], [NAME, FUNCTION, PHONE]),
        (list(ConsentScope), [NAME, FUNCTION, EMAIL, PHONE]),
    ],
)
def test_each_thing_is_published_by_itself(
    client: Client, person: Contact, scopes: list[ConsentScope], said: list[str]
) -> None:
    agrees(person, *scopes)

    assert told_of(text_of(client.get(person.actor.get_absolute_url()))) == said


def test_staff_sees_everybody_with_the_proof(person: Contact) -> None:
    silent = ContactFactory(actor=person.actor, name="Silencieuse")
    agrees(person, ConsentScope.NAME)

    page = text_of(signed_in("view_contact").get(person.actor.get_absolute_url()))

    assert told_of(page) == [NAME, FUNCTION, EMAIL, PHONE]
    assert "par : courriel du 3 mars (noté par equipe@exemple.fr)" in page
    assert silent.name in page
    assert "N’a pas encore répondu : rien n’est publié" in page
    assert told_of(text_of(signed_in("view_theme").get(person.actor.get_absolute_url()))) == [NAME, FUNCTION]


def test_a_hidden_actor_shows_nobody_on_its_jumelages(client: Client, jumelage: Jumelage) -> None:
    beside = ContactFactory(actor=CommuneFactory(), jumelage=jumelage, name="Dominique Autre", agreed=True)
    assert "Dominique Autre" in text_of(client.get(jumelage.get_absolute_url()))

    beside.actor.is_published = False
    beside.actor.save()

    assert "Dominique Autre" not in text_of(client.get(jumelage.get_absolute_url()))
