"""A person and the actors they represent, page by page: who sees what, what each button does, what a GET never does."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from directory.enums import AttachmentState
from directory.models import Attachment, Invitation
from directory.notifications import invitation_link
from directory.representation import my_structures, my_todo
from soco.mailing.models import Message
from soco.web import signed_links
from tests.directory.pages import text_of
from tests.factories import AttachmentFactory, CommuneFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


def commune(**fields: Any) -> Any:
    return CommuneFactory(
        **{"name": "Limoges", "code": "87085", "email": "mairie@ville-limoges.fr", "official": True} | fields
    )


def url(attachment: Attachment, name: str = "my_attachment", *more: int) -> str:
    return reverse(name, args=[attachment.pk, *more])


# --- the actor's page ------------------------------------------------------------------------------------------------------
def test_the_actors_page_says_how_to_represent_and_to_contact_it(client: Client) -> None:
    actor = commune()

    page = text_of(client.get(actor.get_absolute_url()))

    assert "Vous représentez cet acteur ?" in page
    assert reverse("attachment_request", args=[actor.slug]) in page
    assert reverse("contact_actor", args=[actor.slug]) in page


def test_a_referent_finds_the_way_to_their_structure(client: Client) -> None:
    mine = AttachmentFactory(actor=commune(), accepted=True)
    client.force_login(mine.user)

    page = text_of(client.get(mine.actor.get_absolute_url()))

    assert "Vous représentez cet acteur ?" not in page
    assert url(mine) in page


def test_an_ended_actor_offers_neither(client: Client) -> None:
    actor = commune(closed=True)

    for name in ("attachment_request", "contact_actor"):
        client.force_login(UserFactory())
        assert client.get(reverse(name, args=[actor.slug])).status_code == 404


# --- asking ----------------------------------------------------------------------------------------------------------------
def test_a_visitor_signs_in_first_and_comes_back(client: Client) -> None:
    address = reverse("attachment_request", args=[commune().slug])

    response = client.get(address)

    assert response.status_code == 302
    assert response.url.endswith(f"?next={address}")


def test_a_proved_member_is_a_referent_at_once(client: Client) -> None:
    actor, user = commune(), UserFactory(email="secretariat@ville-limoges.fr")
    client.force_login(user)
    address = reverse("attachment_request", args=[actor.slug])

    assert "sera acceptée aussitôt" in text_of(client.get(address))
    assert not Attachment.objects.exists()
    response = client.post(address, {"function": "Secrétaire"}, follow=True)

    mine = Attachment.objects.get()
    assert response.redirect_chain == [(url(mine), 302)]
    assert "Vous représentez désormais Limoges." in text_of(response)
    assert (mine.user, mine.state, mine.function) == (user, AttachmentState.ACCEPTED, "Secrétaire")


def test_another_member_waits_for_staff(client: Client) -> None:
    user = UserFactory(email="camille@gmail.com")
    client.force_login(user)
    address = reverse("attachment_request", args=[commune().slug])

    assert "l’équipe du réseau vérifie" in text_of(client.get(address))
    response = client.post(address, {"function": "Adjointe", "message": "Voir le trombinoscope."}, follow=True)

    mine = Attachment.objects.get()
    assert (mine.state, mine.message) == (AttachmentState.REQUESTED, "Voir le trombinoscope.")
    assert "Votre demande est partie" in text_of(response)


def test_asking_again_leads_to_the_request(client: Client) -> None:
    mine = AttachmentFactory(actor=commune(), user=UserFactory())
    client.force_login(mine.user)

    response = client.get(reverse("attachment_request", args=[mine.actor.slug]))

    assert (response.status_code, response.url) == (302, url(mine))


def test_an_address_that_is_not_confirmed_proves_nothing(client: Client) -> None:
    client.force_login(UserFactory(email="mairie@ville-limoges.fr", address=False))
    address = reverse("attachment_request", args=[commune().slug])

    assert "confirmez-la d’abord" in text_of(client.get(address))
    client.post(address, {"function": "Maire"})

    assert not Attachment.objects.exists()


def test_what_was_typed_is_kept_when_something_is_missing(client: Client) -> None:
    client.force_login(UserFactory())

    page = text_of(client.post(reverse("attachment_request", args=[commune().slug]), {"message": "Appelez Dominique"}))

    assert "Appelez Dominique" in page
    assert "Ce que vous avez tapé est gardé" in page


# --- my structure ----------------------------------------------------------------------------------------------------------
def test_a_structure_is_its_referents_own(client: Client) -> None:
    mine = AttachmentFactory(accepted=True)
    other_actor = AttachmentFactory(accepted=True)
    over = AttachmentFactory(user=mine.user, state=AttachmentState.LEFT)

    assert client.get(url(mine)).status_code == 302
    client.force_login(mine.user)
    assert client.get(url(mine)).status_code == 200
    assert client.get(url(other_actor)).status_code == 404
    assert client.get(url(over)).status_code == 404
    for name in ("attachment_leave", "attachment_hand_over", "attachment_remove", "invitation_cancel"):
        more = [] if name == "attachment_leave" else [other_actor.pk]
        assert client.post(url(other_actor, name, *more)).status_code == 404
    assert client.get(url(mine, "invitation_cancel", other_actor.pk)).status_code == 405


def test_colleagues_see_each_other_and_nobody_who_waits_does(client: Client) -> None:
    actor = commune()
    mine = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    colleague = AttachmentFactory(actor=actor, accepted=True)
    asking = AttachmentFactory(actor=actor)

    client.force_login(mine.user)
    page = text_of(client.get(url(mine)))
    assert colleague.user.email in page
    assert asking.user.email not in page

    client.force_login(asking.user)
    page = text_of(client.get(url(asking)))
    assert colleague.user.email not in page
    assert "attend la réponse de l’équipe" in page


def test_inviting_a_colleague(client: Client) -> None:
    mine = AttachmentFactory(accepted=True)
    client.force_login(mine.user)

    response = client.post(url(mine), {"email": "guest@exemple.fr"}, follow=True)

    invited = Invitation.objects.get()
    assert (invited.actor, invited.email, invited.invited_by) == (mine.actor, "guest@exemple.fr", mine.user)
    assert "L’invitation part à guest@exemple.fr." in text_of(response)
    client.post(url(mine, "invitation_cancel", invited.pk))
    invited.refresh_from_db()
    assert not invited.is_open


def test_who_only_asked_invites_nobody(client: Client) -> None:
    asking = AttachmentFactory()
    invited = InvitationFactory(actor=asking.actor)
    client.force_login(asking.user)

    client.post(url(asking), {"email": "guest@exemple.fr"})
    assert client.post(url(asking, "invitation_cancel", invited.pk)).status_code == 404

    assert list(Invitation.objects.open()) == [invited]


def test_a_referent_already_there_is_told_so(client: Client) -> None:
    mine = AttachmentFactory(accepted=True)
    client.force_login(mine.user)

    page = text_of(client.post(url(mine), {"email": mine.user.email}))

    assert "Cette personne représente déjà cet acteur" in page


def test_the_principal_hands_over_and_removes(client: Client) -> None:
    actor = commune()
    mine = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    first, second = AttachmentFactory.create_batch(2, actor=actor, accepted=True)
    client.force_login(mine.user)

    client.post(url(mine, "attachment_remove", second.pk), {"reason": ""})
    second.refresh_from_db()
    assert second.is_accepted
    client.post(url(mine, "attachment_remove", second.pk), {"reason": "A changé de poste"})
    client.post(url(mine, "attachment_hand_over", first.pk))

    second.refresh_from_db()
    assert (second.state, second.reason) == (AttachmentState.LEFT, "A changé de poste")
    assert list(Attachment.objects.principals()) == [first]


@pytest.mark.parametrize("name", ["attachment_hand_over", "attachment_remove"])
def test_only_the_principal_manages_those_whom_every_colleague_sees(client: Client, name: str) -> None:
    actor = commune()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    mine, colleague = AttachmentFactory.create_batch(2, actor=actor, accepted=True)
    asking = AttachmentFactory(actor=actor)

    def statuses(attachment: Attachment, other: Attachment) -> list[int]:
        client.force_login(attachment.user)
        address = url(attachment, name, other.pk)
        return [client.get(address).status_code, client.post(address, {"reason": "x"}).status_code]

    assert statuses(mine, colleague) == statuses(mine, principal) == [403, 403]
    assert statuses(mine, asking) == statuses(asking, colleague) == statuses(principal, principal) == [404, 404]
    assert list(Attachment.objects.principals()) == [principal]
    assert Attachment.objects.accepted().count() == 3


def test_leaving(client: Client) -> None:
    mine = AttachmentFactory(accepted=True, is_principal=True)
    client.force_login(mine.user)

    response = client.post(url(mine, "attachment_leave"), follow=True)

    assert response.redirect_chain == [(reverse("my_space"), 302)]
    mine.refresh_from_db()
    assert mine.state == AttachmentState.LEFT


@pytest.mark.parametrize("count", [1, 3])
def test_a_structure_costs_the_same_with_more_colleagues(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    actor = commune()
    mine = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    AttachmentFactory.create_batch(count, actor=actor, accepted=True)
    InvitationFactory.create_batch(count, actor=actor)
    client.force_login(mine.user)
    client.get(url(mine))

    with django_assert_num_queries(4):
        client.get(url(mine))


# --- invitations -----------------------------------------------------------------------------------------------------------
def test_an_invitation_is_read_then_accepted(client: Client) -> None:
    invited, guest = InvitationFactory(actor=commune()), UserFactory()
    Invitation.objects.update(email=guest.email)
    invited.refresh_from_db()
    address = invitation_link(invited).removeprefix("http://testserver")

    page = text_of(client.get(address))
    assert f"{invited.invited_by} vous invite à représenter Limoges." in page
    assert f"{reverse('account_signup')}?next={address}" in page
    assert client.post(address).status_code == 302
    client.force_login(guest)
    client.get(address)
    assert not Attachment.objects.exists()

    response = client.post(address, follow=True)

    assert Attachment.objects.get().user == guest
    assert "Vous représentez désormais Limoges." in text_of(response)
    assert "Elle a servi" in text_of(client.get(address))


def test_an_invitation_for_somebody_else(client: Client) -> None:
    invited = InvitationFactory()
    client.force_login(UserFactory())

    response = client.post(invitation_link(invited))

    assert response.status_code == 409
    assert "autre adresse que les vôtres" in text_of(response)
    assert not Attachment.objects.exists()


def test_an_invitation_taken_back_says_so(client: Client) -> None:
    invited = InvitationFactory()
    link = invitation_link(invited)
    Invitation.objects.update(cancelled_at=invited.created_at)

    assert "a été retirée" in text_of(client.get(link))


def test_a_link_without_invitation_or_of_another_version(client: Client) -> None:
    invited = InvitationFactory()

    assert client.get(signed_links.make("invitation", invited.pk + 1).url).status_code == 404
    assert client.get(signed_links.make("invitation", invited.pk, version=2).url).status_code == 410


# --- my space --------------------------------------------------------------------------------------------------------------
def test_my_space_says_how_to_start(client: Client) -> None:
    client.force_login(UserFactory())

    page = text_of(client.get(reverse("my_space")))

    assert "Pour commencer, cherchez-la dans le répertoire" in page
    assert "À faire" not in page


def test_my_space_shows_my_structures_and_what_to_do(client: Client) -> None:
    user = UserFactory()
    fresh = AttachmentFactory(user=user, accepted=True, actor=commune(confirmed=True))
    stale = AttachmentFactory(user=user, accepted=True, actor=CommuneFactory(name="Solignac", ageing=True))
    asked = AttachmentFactory(user=user, actor=CommuneFactory(name="Panazol"))
    invited = InvitationFactory(email=user.email, actor=CommuneFactory(name="Feytiat"))
    AttachmentFactory(accepted=True, actor=CommuneFactory(name="Ambazac"))
    client.force_login(user)

    page = text_of(client.get(reverse("my_space")))

    for mine in (fresh, stale, asked):
        assert url(mine) in page
    assert "La fiche de Solignac est à confirmer." in page
    assert "La fiche de Limoges est à confirmer." not in page
    assert "Votre demande de représenter Panazol" in page
    assert invitation_link(invited) in page
    assert "Ambazac" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_blocks_of_my_space_cost_the_same_with_more_structures(
    rf: RequestFactory, django_assert_num_queries: Any, count: int
) -> None:
    request = rf.get("/mon-espace/")
    request.user = UserFactory()
    AttachmentFactory.create_batch(count, user=request.user, accepted=True)
    AttachmentFactory.create_batch(count, user=request.user)
    InvitationFactory.create_batch(count, email=request.user.email)

    with django_assert_num_queries(4):
        for block in (my_structures(request, request.user), my_todo(request, request.user)):
            render_to_string(*block, request=request)


# --- the mails -------------------------------------------------------------------------------------------------------------
def test_no_page_sends_anything_by_being_read(client: Client) -> None:
    mine = AttachmentFactory(accepted=True, user=UserFactory())
    client.force_login(mine.user)

    for address in (url(mine), reverse("my_space"), reverse("attachment_request", args=[commune().slug])):
        client.get(address)

    assert not Message.objects.exists()
