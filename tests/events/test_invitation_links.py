"""The personal link of an invitation: the invited register without typing who they are, or decline; GET changes nothing."""

import pytest
from django.test import Client

from events.enums import Audience, InvitationState
from events.models import EventInvitation, Registration
from soco.web import signed_links
from tests.factories import CommuneFactory, EventFactory, EventInvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


def register_url(invitation: EventInvitation) -> str:
    return f"{invitation.event.get_absolute_url()}inscription/?invitation={invitation.token}"


def test_the_invited_register_for_a_private_event_without_typing_who_they_are(client: Client) -> None:
    event = EventFactory(audience=Audience.INVITED)
    actor, _homonym = CommuneFactory(name="Beaumont", code="19020"), CommuneFactory(name="Beaumont", code="86019")
    invitation = EventInvitationFactory(event=event, actor=actor, email="mairie@beaumont.exemple")
    assert client.get(event.get_absolute_url()).status_code == 404
    assert client.get(f"{event.get_absolute_url()}inscription/").status_code == 404

    page = client.get(invitation.get_absolute_url())
    assert register_url(invitation) in page.content.decode()
    form = client.get(register_url(invitation)).context["form"]
    known = {name: form.initial[name] for name in ("email", "structure")}
    assert known == {"email": "mairie@beaumont.exemple", "structure": "Beaumont (commune, 16)"}
    typed = known | {"name": "Zoé Lefèvre", "phone": "", "others": "", "once": "page-numero-1"}
    answer = client.post(register_url(invitation), typed)

    registration = Registration.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, registration.get_absolute_url())
    assert (registration.actor, registration.invitation, registration.email) == (actor, invitation, invitation.email)
    mine = client.get(answer["Location"]).content.decode()
    assert f'href="{event.get_absolute_url()}"' not in mine  # its page is not theirs to read
    assert "Une inscription est déjà faite" in client.get(invitation.get_absolute_url()).content.decode()


def test_a_person_may_change_the_structure_that_an_invitation_filled(client: Client) -> None:
    invitation = EventInvitationFactory(actor=CommuneFactory(name="Lescar", code="64335"))
    typed = {"name": "Zoé", "email": "zoe@exemple.fr", "phone": "", "others": "", "once": "page-numero-1"}

    client.post(register_url(invitation), typed | {"structure": "Comité de jumelage"})
    client.post(register_url(invitation), typed | {"structure": "", "email": "max@exemple.fr"})

    assert [(row.structure, row.actor) for row in Registration.objects.order_by("pk")] == [
        ("Comité de jumelage", None), ("", None),
    ]  # fmt: skip


def test_a_signed_in_person_keeps_their_own_name_and_address(client: Client) -> None:
    invitation = EventInvitationFactory(actor=CommuneFactory(name="Lescar", code="64335"))
    user = UserFactory()
    client.force_login(user)

    known = client.get(register_url(invitation)).context["form"].initial

    assert (known["email"], known["structure"]) == (user.email, "Lescar (commune, 16)")


def test_opening_the_link_changes_nothing_declining_is_a_gesture_and_may_be_changed(client: Client) -> None:
    invitation = EventInvitationFactory()
    client.get(invitation.get_absolute_url())
    client.head(invitation.get_absolute_url())
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.SENT

    page = client.post(invitation.get_absolute_url(), {"geste": "decliner"}, follow=True)

    invitation.refresh_from_db()
    assert invitation.state == InvitationState.DECLINED
    assert "Vous avez changé d’avis" in page.content.decode()
    assert "Nous ne viendrons pas" not in page.content.decode()
    assert client.get(register_url(invitation)).status_code == 200


def test_links_that_are_not_good_are_explained(client: Client) -> None:
    invitation = EventInvitationFactory()
    other = EventInvitationFactory()
    token = invitation.token
    wrong = signed_links.make("inscription", invitation.pk).token

    assert client.get(f"/agenda/invitation/{token}x/").status_code == 404
    assert client.get(f"/agenda/invitation/{wrong}/").status_code == 404
    assert client.get(f"{invitation.event.get_absolute_url()}inscription/?invitation=zut").status_code == 404
    elsewhere = client.get(f"{other.event.get_absolute_url()}inscription/?invitation={token}")
    assert (elsewhere.status_code, elsewhere["Location"]) == (301, register_url(invitation))
    EventInvitation.objects.filter(pk=invitation.pk).update(link_version=2)
    assert client.get(f"/agenda/invitation/{token}/").status_code == 410


def test_an_invitation_opens_its_own_private_event_only(client: Client) -> None:
    invitation = EventInvitationFactory(event__audience=Audience.INVITED)
    other = EventFactory(audience=Audience.INVITED)

    assert client.get(f"{other.get_absolute_url()}inscription/").status_code == 404
    answer = client.get(f"{other.get_absolute_url()}inscription/?invitation={invitation.token}", follow=True)
    assert answer.context["event"] == invitation.event


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"cancelled": True}, "l’événement est annulé"), ({"postponed": True}, "Les inscriptions rouvriront"),
        ({"past": True}, "Les inscriptions sont closes."),
    ],
)  # fmt: skip
def test_an_event_that_takes_nobody_any_more_says_so_to_the_invited(client: Client, traits: dict, said: str) -> None:
    invitation = EventInvitationFactory(event=EventFactory(**traits))

    page = client.get(invitation.get_absolute_url()).content.decode()

    assert said in page
    assert "?invitation=" not in page


def test_what_one_learns_of_a_draft_by_a_link_is_nothing(client: Client) -> None:
    invitation = EventInvitationFactory(event=EventFactory(draft=True))

    assert client.get(invitation.get_absolute_url()).status_code == 404
