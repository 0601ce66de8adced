"""Contacts: the link by which a person chooses what is shown of them, the consents that staff notes, what is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory import notifications, services
from directory.enums import ConsentScope
from directory.models import Actor, Contact
from soco.mailing.enums import Reason
from soco.mailing.kinds import NotRelevant, get
from soco.web import registries
from tests.directory.admin_pages import EVERYTHING, GESTION, signed_in
from tests.directory.pages import text_of
from tests.directory.referents import mails
from tests.factories import (
    CommuneFactory,
    ContactFactory,
    UserFactory,
)

from .people import EMAIL, FUNCTION, NAME, PHONE, VALUES, agrees, told_of

pytestmark = pytest.mark.django_db


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


def test_what_staff_changes_after_a_consent_is_published_no_more(client: Client, person: Contact) -> None:
    agrees(person, *ConsentScope)
    staff = signed_in(EVERYTHING)
    values = {**VALUES, "actor": person.actor_id, "jumelage": person.jumelage_id, "consent_scope": ConsentScope.values}
    values |= {"consent_from": "courriel du 3 mars", "consent_at": timezone.localdate().isoformat()}

    response = staff.post(f"{GESTION}contact/{person.pk}/change/", values | {"email": "nouvelle@exemple.fr"})

    assert response.status_code == 302
    assert told_of(text_of(client.get(person.actor.get_absolute_url()))) == []
    assert mails() == [("contact_consent", "nouvelle@exemple.fr")]


def test_staff_adds_somebody_who_is_asked(commune: Actor) -> None:
    signed_in(EVERYTHING).post(f"{GESTION}contact/add/", {**VALUES, "actor": commune.pk})

    assert Contact.objects.get().name == NAME
    assert mails() == [("contact_consent", EMAIL)]


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
