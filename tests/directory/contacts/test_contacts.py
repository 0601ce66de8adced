"""Contacts: nothing of a person is public without their recorded consent, each thing by itself; asked, given, taken back."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from directory import services
from directory.enums import ConsentScope
from directory.models import Actor, Contact, Jumelage
from directory.services import DirectoryError
from soco.mailing.models import Message
from tests.directory.admin_pages import signed_in
from tests.directory.pages import text_of
from tests.directory.referents import mails
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ContactFactory,
    CountryFactory,
    JumelageFactory,
    ProjectActorFactory,
    ProjectFactory,
)

from .people import EMAIL, FUNCTION, LIST, NAME, PHONE, VALUES, agrees, referent_of, told_of

pytestmark = pytest.mark.django_db


# --- what the public reads ------------------------------------------------------------------------------------------------
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
    CountryFactory(iso2="SN")  # that aid counts: the project is in the IATI file
    project = ProjectFactory(dac_code="14030", starts_on="2025-01-01", country_codes=["SN"])
    ProjectActorFactory(project=project, actor=actor)
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
        *(f"/donnees/{data}.{kind}" for data in ("acteurs", "jumelages", "projets") for kind in ("csv", "json")),
        "/donnees/iati.xml", *(f"/api/v1/{data}" for data in ("acteurs", "jumelages", "projets")),
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


# --- a référent -----------------------------------------------------------------------------------------------------------
def test_a_referent_adds_somebody_who_is_asked_once(commune: Actor) -> None:
    client, pk = referent_of(commune)

    client.post(f"{LIST.format(pk)}ajouter/", VALUES)

    contact = Contact.objects.get()
    assert (contact.actor, contact.name, contact.has_answered) == (commune, NAME, False)
    assert mails() == [("contact_consent", EMAIL)]
    assert services.ask_for_consent(contact)
    assert mails() == [("contact_consent", EMAIL)]  # once a day
    page = text_of(client.get(LIST.format(pk)))
    assert told_of(page) == [NAME, FUNCTION, EMAIL, PHONE]
    assert "N’a pas encore répondu : rien n’est publié" in page


def test_bad_input_is_told_and_kept(commune: Actor) -> None:
    client, pk = referent_of(commune)

    response = client.post(f"{LIST.format(pk)}ajouter/", VALUES | {"email": "pas une adresse", "phone": "12"})

    assert response.status_code == 200
    assert sorted(response.context["form"].errors) == ["email", "phone"]
    assert f'value="{NAME}"' in text_of(response)
    assert Contact.objects.count() == 0


def test_the_jumelages_offered_are_those_of_the_actor(commune: Actor, jumelage: Jumelage) -> None:
    client, pk = referent_of(commune)
    JumelageFactory()

    field = client.get(f"{LIST.format(pk)}ajouter/").context["form"].fields["jumelage"]

    assert [str(label) for _value, label in field.choices] == [
        "Non, pour tout ce que fait l’acteur",
        "Ambazac – Eckental",
    ]


@pytest.mark.parametrize("page", ["", "ajouter/", "{}/", "{}/depart/", "{}/retirer/", "{}/demander/"])
def test_the_contacts_of_others_do_not_exist(person: Contact, page: str) -> None:
    _own_client, own_pk = referent_of(person.actor)
    other_client, other_pk = referent_of(CommuneFactory())
    waiting = AttachmentFactory(actor=person.actor)
    waiting_client = Client()
    waiting_client.force_login(waiting.user)
    path = page.format(person.pk)

    for client, pk in ((other_client, own_pk), (waiting_client, own_pk), (waiting_client, waiting.pk)):
        assert client.post(LIST.format(pk) + path).status_code in (404, 405)
    if "{}" in page:
        assert other_client.post(LIST.format(other_pk) + path).status_code == 404
    assert Contact.objects.filter(pk=person.pk, left_on=None).exists()
    assert Message.objects.count() == 0


def test_leaving_and_removing_say_first_what_follows(client: Client, person: Contact) -> None:
    agrees(person, *ConsentScope)
    referent, pk = referent_of(person.actor)
    address = f"{LIST.format(pk)}{person.pk}/"

    assert "Ses coordonnées seront effacées dans un an" in text_of(referent.get(f"{address}depart/"))
    assert referent.post(f"{address}depart/").status_code == 302
    left = text_of(referent.get(LIST.format(pk)))
    assert "A quitté cette fonction le" in left
    assert f"{address}depart/" not in left
    assert told_of(text_of(client.get(person.actor.get_absolute_url()))) == []

    assert "effacé aussitôt" in text_of(referent.get(f"{address}retirer/"))
    assert referent.post(f"{address}retirer/").status_code == 302
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "published", "is_asked"),
    [
        ({"role": "agent"}, [NAME, FUNCTION, EMAIL, PHONE], False),
        ({"phone": "05 55 99 99 99"}, [NAME, FUNCTION, EMAIL], False),
        ({"function": "maire"}, [], True),
        ({"name": "Maïwenn K."}, [], True),
        ({"email": "autre@exemple.fr"}, [], True),
    ],
)
def test_what_changes_after_a_consent_is_published_no_more(
    client: Client, person: Contact, change: dict[str, str], published: list[str], is_asked: bool
) -> None:
    agrees(person, *ConsentScope)
    referent, pk = referent_of(person.actor)

    response = referent.post(f"{LIST.format(pk)}{person.pk}/", VALUES | {"jumelage": person.jumelage_id or ""} | change)

    assert response.status_code == 302
    assert told_of(text_of(client.get(person.actor.get_absolute_url()))) == published
    assert mails() == ([("contact_consent", change.get("email", EMAIL))] if is_asked else [])


def test_whoever_took_it_back_is_not_asked_again(person: Contact) -> None:
    agrees(person, *ConsentScope)
    services.withdraw_consent(person)

    services.change_contact(person, {"function": "maire"})

    person.refresh_from_db()
    assert (person.withdrawn_at is not None, mails()) == (True, [])


def test_twenty_a_day_are_asked_those_removed_since_included(commune: Actor) -> None:
    kept = services.add_contact(commune, VALUES)
    for number in range(19):
        services.remove_contact(services.add_contact(commune, VALUES | {"email": f"a{number}@exemple.fr"}))

    for gesture in (
        lambda: services.add_contact(commune, VALUES),
        lambda: services.change_contact(kept, {"email": "encore@exemple.fr"}),
    ):
        with pytest.raises(DirectoryError) as refused:
            gesture()
        assert str(refused.value).startswith("Rien n’a été enregistré")
    assert Message.objects.count() == 20
    assert services.add_contact(commune, VALUES | {"email": ""}).pk  # nobody is written to


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    commune: Actor, django_assert_num_queries: Any, count: int
) -> None:
    client, pk = referent_of(commune)
    for _ in range(count):
        ContactFactory(actor=commune, agreed=True)

    with django_assert_num_queries(4):
        client.get(LIST.format(pk))
