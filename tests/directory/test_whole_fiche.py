"""What makes a whole fiche « confirmée »: somebody of the organisation read it all, never a lone field."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import services
from directory.editable import is_phone
from directory.enums import ProposalKind, Source
from directory.models import Actor, ChangeProposal, ConfirmationRequest
from soco.web import signed_links
from tests.directory.pages import text_of
from tests.factories import AttachmentFactory, CommuneFactory, ConfirmationRequestFactory

pytestmark = pytest.mark.django_db
YES = services.Decision(accept=True)


def nersac(**fields: Any) -> Actor:
    return CommuneFactory(name="Nersac", code="16244", phone="05 45 90 00 00", email="mairie@nersac.exemple", **fields)


def facts(actor: Actor, **changed: str) -> dict[str, str]:
    names = ("description", "address", "phone", "email", "website")
    return {name: getattr(actor, name) for name in names} | {"message": "", "once": "abcdefgh1234"} | changed


def proposed(actor: Actor, source: Source, *, rest: bool) -> ChangeProposal:
    proposal = services.propose_changes(
        actor, {"phone": "05 45 90 00 01"}, origin="origine:1", source=source, confirms_the_rest=rest
    )
    assert proposal is not None
    return proposal


def as_referent(client: Client, actor: Actor) -> str:
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)
    return reverse("actor_edit", args=[actor.slug])


def link_of(actor: Actor) -> str:
    return reverse("signed_link", args=[signed_links.make("fiche", actor.pk, version=actor.link_version).token])


@pytest.mark.parametrize(
    ("source", "rest", "freshness"),
    [
        (Source.ORGANISATION, True, "verte"),
        (Source.ORGANISATION, False, "rouge"),
        (Source.REPORT, True, "rouge"),
        (Source.VISIT, True, "rouge"),
    ],
)
def test_accepting_a_field(source: Source, rest: bool, freshness: str) -> None:
    actor = nersac(outdated=True)

    services.decide(proposed(actor, source, rest=rest), {"phone": YES}, by="equipe@exemple.fr")

    actor.refresh_from_db()
    assert (actor.phone, actor.freshness) == ("05 45 90 00 01", freshness)
    assert ("verified_at" in actor.provenance) == (freshness == "verte")
    assert actor.provenance["phone"]["at"][:10] == timezone.now().isoformat()[:10]


def test_the_fiche_is_confirmed_as_of_the_day_it_was_read() -> None:
    actor = nersac(outdated=True)
    read_at = timezone.now() - timedelta(days=40)
    with time_machine.travel(read_at):
        proposal = proposed(actor, Source.ORGANISATION, rest=True)

    services.decide(proposal, {"phone": YES}, by="equipe@exemple.fr")

    actor.refresh_from_db()
    assert abs(actor.verified_at - read_at) < timedelta(minutes=1)


def test_refusing_every_field_confirms_nothing() -> None:
    actor = nersac(outdated=True)

    services.decide(
        proposed(actor, Source.ORGANISATION, rest=True), {"phone": services.Decision(accept=False)}, by="e@exemple.fr"
    )

    actor.refresh_from_db()
    assert actor.freshness == "rouge"


@pytest.mark.parametrize(
    ("changed", "rest", "said", "freshness"),
    [
        ({"phone": "0545900001"}, "", "C’est publié. Merci.", "rouge"),
        ({"phone": "0545900001"}, "on", "C’est publié, et la fiche est confirmée.", "verte"),
        ({"email": "autre@nersac.exemple"}, "on", "l’équipe relit avant de publier", "verte"),
        ({}, "on", "la fiche est confirmée", "verte"),
        ({}, "", "Rien n’a changé", "rouge"),
    ],
)
def test_a_referent_s_form(client: Client, changed: dict[str, str], rest: str, said: str, freshness: str) -> None:
    actor = nersac(outdated=True)
    ConfirmationRequestFactory(actor=actor)
    address = as_referent(client, actor)

    page = client.post(address, facts(actor, **changed, **({"the_rest": rest} if rest else {})), follow=True)

    actor.refresh_from_db()
    assert said in text_of(page)
    assert actor.freshness == freshness
    assert ConfirmationRequest.objects.get().outcome == ("confirmed" if rest else "")


# --- telephone numbers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "is_whole"),
    [
        ("05 55 00 00 00", True),
        ("0555000000", True),
        ("05.55.00.00.00", True),
        ("+33 5 55 00 00 00", True),
        ("+33 (0)5 55 00 00 00", True),
        ("0033555000000", True),
        ("0590 12 34 56", True),
        ("+590 590 12 34 56", True),
        ("+34 943 00 00 00", True),
        ("00 221 33 800 00 00", True),
        ("3975", True),
        ("05 55 56", False),
        ("05 55 00 00 0", False),
        ("05 55 00 00 00 00", False),
        ("00 00 00 00 00", False),
        ("+33 5 55 56", False),
        ("+34 943", False),
        ("+1234567890123456", False),
        ("555000000", False),
        ("appelez-nous", False),
    ],
)
def test_a_whole_number(typed: str, is_whole: bool) -> None:
    assert is_phone(typed) == is_whole


def test_an_incomplete_number_is_published_by_no_door(client: Client) -> None:
    actor = nersac()
    address = as_referent(client, actor)

    page = client.post(address, facts(actor, phone="05 55 56"))

    assert "Écrivez le numéro en entier" in text_of(page)
    with pytest.raises(services.DirectoryError, match="ce numéro n’est pas complet"):
        services.propose_changes(actor, {"phone": "05 55 56"}, origin="visite:1", source=Source.VISIT)
    actor.refresh_from_db()
    assert actor.phone == "05 45 90 00 00"


def test_a_number_that_was_there_prevents_no_other_change(client: Client) -> None:
    actor = nersac()
    Actor.objects.filter(pk=actor.pk).update(phone="poste 12")
    actor.refresh_from_db()
    address = as_referent(client, actor)
    shown = {f"initial-{name}": value for name, value in facts(actor).items() if name not in ("message", "once")}

    client.post(address, facts(actor, address="1 place Neuve") | shown)

    actor.refresh_from_db()
    assert (actor.address, actor.phone) == ("1 place Neuve", "poste 12")


# --- the signed link ------------------------------------------------------------------------------------------------------
def test_the_answer_goes_where_the_holder_of_the_link_says(client: Client) -> None:
    actor = nersac()
    typed = facts(actor, phone="0545900001", reply_to="secretaire@exemple.fr") | {"corriger": "1"}

    page = text_of(client.post(link_of(actor), typed, follow=True))

    assert ChangeProposal.objects.get().by_email == "secretaire@exemple.fr"
    assert "Sa réponse ira à secretaire@exemple.fr." in page


def test_without_an_address_it_goes_to_the_public_one_and_the_page_says_so(client: Client) -> None:
    actor = nersac()
    page = text_of(client.get(link_of(actor)))

    client.post(link_of(actor), facts(actor, phone="0545900001") | {"corriger": "1"})

    assert "la réponse va à l’adresse publique de la fiche, mairie@nersac.exemple" in page
    assert ChangeProposal.objects.get().by_email == "mairie@nersac.exemple"


def test_no_answer_is_promised_where_there_is_no_address(client: Client) -> None:
    actor = nersac()
    Actor.objects.filter(pk=actor.pk).update(email="")

    assert "nous ne pourrons pas vous répondre" in text_of(client.get(link_of(actor)))


def test_coming_back_shows_what_waits_and_a_second_value_is_said_to_compete(client: Client) -> None:
    actor = nersac()
    client.post(link_of(actor), facts(actor, phone="0545900001") | {"corriger": "1"})

    page = text_of(client.get(link_of(actor)))
    again = client.post(link_of(actor), facts(actor, phone="0545900002") | {"corriger": "1"}, follow=True)

    assert "Déjà proposé, en attente de l’équipe" in page
    assert "05 45 90 00 01" in page
    assert "Une autre valeur était déjà proposée" in text_of(again)


def test_an_empty_form_says_so_beside_its_button(client: Client) -> None:
    actor = nersac()

    page = text_of(client.post(link_of(actor), facts(actor) | {"corriger": "1"}))

    assert 'action="#corriger"' in page
    assert page.index('<p class="erreur">Vous n’avez rien changé') < page.index("Envoyer mes corrections")


def test_corrections_with_the_rest_confirmed_make_the_fiche_fresh_once_accepted(client: Client) -> None:
    actor = nersac(outdated=True)
    client.post(link_of(actor), facts(actor, phone="0545900001", the_rest="on") | {"corriger": "1"})
    before = Actor.objects.get(pk=actor.pk).freshness

    services.decide(ChangeProposal.objects.get(), {"phone": YES}, by="equipe@exemple.fr")

    assert (before, Actor.objects.get(pk=actor.pk).freshness) == ("rouge", "verte")


def test_the_rest_without_a_correction_is_a_confirmation(client: Client) -> None:
    actor = nersac(outdated=True)

    page = client.post(link_of(actor), facts(actor, the_rest="on") | {"corriger": "1"}, follow=True)

    assert "la fiche est confirmée" in text_of(page)
    assert ChangeProposal.objects.get().kind == ProposalKind.CONFIRMATION


# --- the words --------------------------------------------------------------------------------------------------------------
def test_a_fiche_to_confirm_is_named_in_good_french_and_said_once(client: Client) -> None:
    actor = CommuneFactory(name="Ambazac")
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    page = text_of(client.get(reverse("my_space")))

    assert "La fiche d’Ambazac est à confirmer." in page
    assert "Relire et confirmer la fiche d’Ambazac" in page
    assert "Personne ne l’a encore confirmée" not in page


def test_what_else_was_said_is_in_my_space_with_its_answer(client: Client) -> None:
    actor = nersac()
    client.post(as_referent(client, actor), facts(actor, message="Et le logo ?"))
    services.handle(ChangeProposal.objects.get(), accept=True, by="equipe@exemple.fr", reason="Bientôt.")

    page = text_of(client.get(reverse("my_space")))

    assert "Votre message : Et le logo ?" in page
    assert "Réponse de l’équipe : Bientôt." in page
