"""Contacts: kept by their people, who agree or not by a link of their own; noted, asked, forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory import notifications, services
from directory.enums import ConsentScope
from directory.models import Actor, Contact, Jumelage
from directory.services import DirectoryError
from soco.mailing.enums import Reason
from soco.mailing.kinds import NotRelevant, get
from soco.mailing.models import Message
from soco.web import registries
from tests.directory.admin_pages import EVERYTHING, GESTION, signed_in
from tests.directory.contacts.people import EMAIL, FUNCTION, NAME, PHONE, VALUES, agrees, told_of
from tests.directory.pages import text_of
from tests.directory.referents import mails
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ContactFactory,
    JumelageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/mon-espace/structures/{}/contacts/"


def referent_of(actor: Actor) -> tuple[Client, int]:
    """A client of one of its référents, and the number of their attachment."""
    client = Client()
    attachment = AttachmentFactory(actor=actor, accepted=True)
    client.force_login(attachment.user)
    return client, attachment.pk


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


def test_twenty_a_day_is_enough(commune: Actor) -> None:
    for number in range(20):
        services.add_contact(commune, VALUES | {"email": f"a{number}@exemple.fr"})

    with pytest.raises(DirectoryError) as refused:
        services.add_contact(commune, VALUES)

    assert str(refused.value).startswith("Rien n’a été ajouté")
    assert Message.objects.count() == 20


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    commune: Actor, django_assert_num_queries: Any, count: int
) -> None:
    client, pk = referent_of(commune)
    for _ in range(count):
        ContactFactory(actor=commune, agreed=True)

    with django_assert_num_queries(4):
        client.get(LIST.format(pk))


# --- the person's own link ------------------------------------------------------------------------------------------------
def link_of(contact: Contact, settings: Any) -> str:
    return notifications.contact_link(contact).removeprefix(settings.SITE_URL)


def test_the_link_gives_takes_back_and_gives_again(client: Client, person: Contact, settings: Any) -> None:
    address, fiche = link_of(person, settings), person.actor.get_absolute_url()
    page = text_of(client.get(address))
    assert told_of(page) == [NAME, FUNCTION, EMAIL, PHONE]
    assert Contact.objects.get().has_answered is False  # reading changes nothing

    client.post(address, {"scopes": ["nom", "courriel"]})
    assert told_of(text_of(client.get(fiche))) == [NAME, FUNCTION, EMAIL]
    proof = Contact.objects.get()
    assert proof.consent_from == f"la personne elle-même, par le lien reçu à {EMAIL}"
    assert proof.consent_recorded_by == ""

    client.post(address, {})
    assert told_of(text_of(client.get(fiche))) == []
    assert "Vous avez retiré votre accord" in text_of(client.get(address))

    client.post(address, {"scopes": ["telephone"]})
    assert told_of(text_of(client.get(fiche))) == [NAME, FUNCTION, PHONE]


def test_the_link_erases_at_once_and_opens_nothing_any_more(client: Client, person: Contact, settings: Any) -> None:
    address = link_of(person, settings)

    response = client.post(address, {"geste": "effacer"})

    assert response.status_code == 200
    assert Contact.objects.count() == 0
    assert client.get(address).status_code == 410


def test_another_address_makes_the_former_link_worthless(client: Client, person: Contact, settings: Any) -> None:
    address = link_of(person, settings)

    services.change_contact(person, {"email": "nouvelle@exemple.fr"})

    assert client.get(address).status_code == 410
    person.refresh_from_db()
    assert client.get(link_of(person, settings)).status_code == 200


def test_a_choice_that_does_not_exist_is_refused(client: Client, person: Contact, settings: Any) -> None:
    response = client.post(link_of(person, settings), {"scopes": ["nom", "adresse"]})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["scopes"]
    assert Contact.objects.get().has_answered is False


def test_the_mail_has_no_object_once_answered_gone_or_moved(person: Contact) -> None:
    kind = get(notifications.CONSENT)
    assert kind is not None
    params = {"contact": person.pk, "version": person.link_version}
    assert kind.context(params)["person"] == NAME

    agrees(person, ConsentScope.NAME)
    with pytest.raises(NotRelevant) as done:
        kind.context(params)
    services.change_contact(person, {"email": "nouvelle@exemple.fr"})
    with pytest.raises(NotRelevant) as moved:
        kind.context(params)

    assert (done.value.reason, moved.value.reason) == (Reason.ALREADY_DONE, Reason.NO_OBJECT)


def test_giving_twice_keeps_the_first_proof(person: Contact) -> None:
    agrees(person, ConsentScope.NAME)
    first = Contact.objects.get().consent_at

    services.give_consent(person, ["nom"], how="autrement")

    assert (Contact.objects.get().consent_at, Contact.objects.get().consent_from) == (first, "courriel du 3 mars")


def test_nobody_writes_to_fictitious_people() -> None:
    contact = ContactFactory(actor=CommuneFactory(demo=True))

    assert services.ask_for_consent(contact) is False


# --- staff ------------------------------------------------------------------------------------------------------------------
def test_staff_notes_a_consent_received_otherwise(client: Client, person: Contact) -> None:
    staff = signed_in(EVERYTHING)
    values = {**VALUES, "actor": person.actor_id, "jumelage": person.jumelage_id}
    day = timezone.localdate().isoformat()

    unproved = staff.post(
        f"{GESTION}contact/{person.pk}/change/", values | {"consent_at": day, "consent_scope": ["nom"]}
    )
    proved = staff.post(
        f"{GESTION}contact/{person.pk}/change/",
        values | {"consent_at": day, "consent_scope": ["nom"], "consent_from": "formulaire signé"},
    )

    assert "Un accord dit comment il a été donné" in text_of(unproved)
    assert proved.status_code == 302
    assert Contact.objects.get().consent_recorded_by == staff.user.email  # type: ignore[attr-defined]
    assert told_of(text_of(client.get(person.actor.get_absolute_url()))) == [NAME, FUNCTION]


def test_staff_asks_several_people_at_once(person: Contact) -> None:
    ContactFactory(actor=person.actor, agreed=True)
    ContactFactory(actor=person.actor, email="")
    pks = list(Contact.objects.values_list("pk", flat=True))

    signed_in(EVERYTHING).post(f"{GESTION}contact/", {"action": "ask_them", "_selected_action": pks})

    assert mails() == [("contact_consent", EMAIL)]


# --- what is forgotten --------------------------------------------------------------------------------------------------------
def entry() -> registries.PersonalData:
    return next(entry for entry in registries.personal_data() if entry.code == "contacts")


def test_a_person_reads_and_erases_what_is_kept_at_their_verified_address(person: Contact) -> None:
    other = ContactFactory(actor=person.actor)
    owner = UserFactory(email=EMAIL.title())

    (row,) = entry().export(owner)
    assert (row["acteur"], row["nom"], row["telephone"]) == ("Ambazac", NAME, PHONE)

    assert entry().erase(owner) == ""
    assert list(Contact.objects.all()) == [other]


def test_an_address_that_was_never_verified_gives_no_right(person: Contact) -> None:
    stranger = UserFactory(email="inconnu@exemple.fr")
    stranger.emailaddress_set.create(email=EMAIL, verified=False)

    assert list(entry().export(stranger)) == []
    entry().erase(stranger)
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "days", "is_forgotten"),
    [
        ({}, 3 * 365 - 1, False),
        ({}, 3 * 365 + 1, True),
        ({"agreed": True}, 3 * 365 + 1, False),
        ({"agreed": True, "withdrawn_at": timezone.now()}, 3 * 365 + 1, True),
        ({"agreed": True, "left_on": timezone.localdate() - timedelta(days=364)}, 0, False),
        ({"agreed": True, "left_on": timezone.localdate() - timedelta(days=366)}, 0, True),
    ],
)
def test_people_are_forgotten_in_time(values: dict[str, Any], days: int, is_forgotten: bool) -> None:
    contact = ContactFactory(**values)
    Contact.objects.filter(pk=contact.pk).update(updated_at=timezone.now() - timedelta(days=days))

    assert services.forget_old_contacts(apply=False) == int(is_forgotten)
    assert Contact.objects.count() == 1
    assert services.forget_old_contacts(apply=True) == int(is_forgotten)
    assert Contact.objects.exists() is not is_forgotten
