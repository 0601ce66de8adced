"""« Contacter cet acteur »: who may write, where it goes, how often, and that no address is shown."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.services import DirectoryError, forget_letters, reach_of, send_message
from soco.mailing.models import Message
from tests.directory.pages import text_of
from tests.factories import AddressFactory, AttachmentFactory, CommuneFactory, UserFactory

pytestmark = pytest.mark.django_db

LETTER = {"subject": "Un échange", "text": "Bonjour,\n\nParlons-en ?\n[Cliquez] https://exemple.org"}


def actor(**fields: Any) -> Any:
    return CommuneFactory(**{"name": "Limoges", "code": "87085", "email": "accueil@ville-limoges.fr"} | fields)


def address_of(actor: Any) -> str:
    return reverse("contact_actor", args=[actor.slug])


def relayed() -> list[str]:
    return list(Message.objects.of_kind("directory.contact_relay").order_by("pk").values_list("to_email", flat=True))


def write(to: Any, sender: Any, text: str = "Bonjour") -> None:
    send_message(to, sender, address=sender.email, subject="Objet", text=text)


# --- where it goes ---------------------------------------------------------------------------------------------------------
def test_to_its_referents_or_else_to_its_public_address() -> None:
    limoges = actor()
    assert reach_of(limoges).addresses == ("accueil@ville-limoges.fr",)

    AttachmentFactory(actor=limoges)
    AttachmentFactory(actor=limoges, accepted=True, user__email="second@exemple.fr")
    AttachmentFactory(actor=limoges, accepted=True, is_principal=True, user__email="premier@exemple.fr")
    AttachmentFactory(actor=limoges, accepted=True, user__is_active=False)

    assert reach_of(limoges).addresses == ("premier@exemple.fr", "second@exemple.fr")
    assert reach_of(limoges).is_people


def test_nowhere_without_an_address_nor_to_a_fictitious_one() -> None:
    assert not reach_of(actor(email=""))
    assert not reach_of(CommuneFactory(email="mairie@exemple.fr", demo=True))

    with pytest.raises(DirectoryError, match="pas encore d’adresse"):
        write(CommuneFactory(email=""), UserFactory())


# --- the letter ------------------------------------------------------------------------------------------------------------
def test_a_letter_and_its_copy(django_capture_on_commit_callbacks: Any) -> None:
    limoges, sender = actor(), UserFactory(email="dominique@exemple.fr", first_name="Dominique", last_name="Petit")

    with django_capture_on_commit_callbacks(execute=True):
        send_message(limoges, sender, address=sender.email, **LETTER)

    relay, copy = mail.outbox
    assert (relay.to, relay.reply_to) == (["accueil@ville-limoges.fr"], ["dominique@exemple.fr"])
    assert relay.subject == "Dominique Petit vous écrit\u00a0: Un échange"
    assert "> Bonjour,\n>\n> Parlons-en ?\n> [Cliquez] https://exemple.org" in relay.body
    assert copy.to == ["dominique@exemple.fr"]
    assert "Parlons-en" in copy.body
    assert "accueil@ville-limoges.fr" not in str(copy.message())
    assert set(Message.objects.values_list("about", flat=True)) == {f"actor:{limoges.pk}"}


def test_a_name_or_a_subject_forges_no_header_and_no_button(django_capture_on_commit_callbacks: Any) -> None:
    sender = UserFactory(email="d@exemple.fr", first_name="Dominique\n\n[Payez] https://exemple.org", last_name="")

    with django_capture_on_commit_callbacks(execute=True):
        send_message(actor(), sender, address=sender.email, subject="Un\r\nBcc: x@exemple.fr", text="Bonjour")

    relay = mail.outbox[0]
    assert relay.subject.endswith("Un Bcc: x@exemple.fr")
    assert relay.message()["Bcc"] is None
    assert "\n[Payez]" not in relay.body


def test_the_same_letter_on_the_same_day_leaves_once(django_capture_on_commit_callbacks: Any) -> None:
    limoges, sender = actor(), UserFactory()

    for _time in range(7):
        with django_capture_on_commit_callbacks(execute=True):
            write(limoges, sender)

    assert relayed() == ["accueil@ville-limoges.fr"]


def test_the_letters_of_somebody_who_goes_are_forgotten(django_capture_on_commit_callbacks: Any) -> None:
    limoges, sender, other = actor(), UserFactory(email="Parti@exemple.fr"), UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        write(limoges, sender, "Bonjour")
        write(limoges, other, "Au revoir")
    write(limoges, sender, "Pas encore envoyé")

    forget_letters(["parti@exemple.fr"])
    forget_letters(["parti@exemple.fr"])

    kept = Message.objects.of_kind("directory.contact_relay").order_by("pk")
    assert [(row.state, row.text == "", row.params == {}) for row in kept] == [
        ("sent", True, True),
        ("sent", False, False),
        ("cancelled", True, True),
    ]


# --- how often -------------------------------------------------------------------------------------------------------------
def test_three_to_one_actor_and_five_in_all() -> None:
    sender, limoges = UserFactory(), actor()
    others = CommuneFactory.create_batch(3, email="mairie@exemple.fr")

    for number in range(3):
        write(limoges, sender, f"lettre {number}")
    with pytest.raises(DirectoryError, match="3 fois aujourd’hui à cet acteur"):
        write(limoges, sender, "une de trop")
    write(others[0], sender)
    write(others[1], sender)
    with pytest.raises(DirectoryError, match="5 messages aujourd’hui"):
        write(others[2], sender)
    write(limoges, UserFactory(), "une autre personne")

    assert len(relayed()) == 6


# --- the page --------------------------------------------------------------------------------------------------------------
def test_a_visitor_learns_how_to_get_an_account_and_writes_nothing(client: Client) -> None:
    address = address_of(actor())

    page = text_of(client.get(address))
    response = client.post(address, LETTER)

    assert f"{reverse('account_signup')}?next={address}" in page
    assert f"{reverse('account_login')}?next={address}" in page
    assert "<textarea" not in page
    assert (response.status_code, Message.objects.count()) == (302, 0)


def test_an_address_that_is_not_confirmed_writes_nothing(client: Client) -> None:
    client.force_login(UserFactory(address=False))

    page = text_of(client.post(address_of(actor()), LETTER))

    assert "confirmez-la d’abord" in page
    assert not Message.objects.exists()


def test_a_member_writes(client: Client) -> None:
    limoges, sender = actor(), UserFactory()
    client.force_login(sender)

    response = client.post(address_of(limoges), LETTER, follow=True)

    assert response.redirect_chain == [(limoges.get_absolute_url(), 302)]
    assert f"une copie arrive à {sender.email}" in text_of(response)
    assert relayed() == ["accueil@ville-limoges.fr"]


def test_the_address_is_on_no_page_of_the_form(client: Client) -> None:
    limoges = actor()
    referent = AttachmentFactory(actor=limoges, accepted=True, user__email="secret@exemple.fr").user
    client.force_login(UserFactory())

    pages = [client.get(address_of(limoges)), client.post(address_of(limoges), {"subject": "x"})]
    pages.append(client.post(address_of(limoges), LETTER, follow=True))

    assert relayed() == [referent.email]
    assert [referent.email in text_of(page) for page in pages] == [False] * 3
    assert ["accueil@ville-limoges.fr" in text_of(page) for page in pages[:2]] == [False] * 2


def test_too_many_and_the_text_is_still_there(client: Client) -> None:
    limoges = actor()
    client.force_login(UserFactory())
    for number in range(3):
        client.post(address_of(limoges), LETTER | {"text": f"lettre {number}"})

    page = text_of(client.post(address_of(limoges), LETTER | {"text": "Une lettre longue à écrire"}))

    assert "Vous avez déjà écrit 3 fois aujourd’hui" in page
    assert "Une lettre longue à écrire" in page


def test_the_trap_stops_a_machine_and_loses_nothing(client: Client) -> None:
    client.force_login(UserFactory())

    page = text_of(client.post(address_of(actor()), LETTER | {"suite": "http://exemple.org"}))

    assert "Un champ qui ne se voit pas a été rempli" in page
    assert "Parlons-en" in page
    assert not Message.objects.exists()


def test_an_actor_without_address_offers_the_network(client: Client) -> None:
    lost = actor(email="")
    client.force_login(UserFactory())

    page = text_of(client.post(address_of(lost), LETTER))

    assert "Nous n’avons pas encore d’adresse" in page
    assert f"{reverse('contact')}?fiche={lost.slug}" in page
    assert not Message.objects.exists()


def test_a_failing_address_is_no_way_to_reach_an_actor() -> None:
    actor = CommuneFactory(email="mairie@commune.exemple")
    referent = AttachmentFactory(accepted=True, actor=actor)
    assert reach_of(actor).addresses == (referent.user.email,)

    AddressFactory(email=referent.user.email, failing_since=timezone.now())
    assert reach_of(actor).addresses == ("mairie@commune.exemple",)
    AddressFactory(email="mairie@commune.exemple", failing_since=timezone.now())
    assert not reach_of(actor)
