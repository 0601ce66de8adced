"""A référent calls a colleague: for one address, for a while, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.enums import AttachmentProof
from directory.models import Attachment, Invitation
from directory.services import (
    DirectoryError,
    accept_invitation,
    cancel_invitation,
    invite,
    leave,
)
from tests.directory.referents import limoges, mails, roles_of
from tests.factories import AttachmentFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_invited_colleague_becomes_a_referent() -> None:
    actor = limoges()
    host = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    guest = UserFactory(email="guest@exemple.fr")

    invitation = invite(actor, " Guest@Exemple.fr ", by=host.user)
    attachment = accept_invitation(invitation, guest, addresses=["GUEST@exemple.fr"])
    again = accept_invitation(invitation, guest, addresses=["guest@exemple.fr"])

    assert attachment == again
    assert (again.proof, again.is_principal) == (AttachmentProof.INVITATION, False)
    assert roles_of(guest) == ["référent"]
    assert mails() == [
        ("invitation", "guest@exemple.fr"),
        ("attachment_accepted", "guest@exemple.fr"),
        ("attachment_announced", host.user.email),
    ]


def test_inviting_twice_is_inviting_once() -> None:
    host = AttachmentFactory(accepted=True)

    first = invite(host.actor, "guest@exemple.fr", by=host.user)
    second = invite(host.actor, "GUEST@exemple.fr", by=host.user)

    assert first == second
    assert mails() == [("invitation", "guest@exemple.fr")]


def test_an_invitation_out_of_date_is_made_anew() -> None:
    host = AttachmentFactory(accepted=True)
    old = InvitationFactory(actor=host.actor, email="guest@exemple.fr")
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=32))

    new = invite(host.actor, "guest@exemple.fr", by=host.user)

    assert new != old
    assert list(Invitation.objects.open()) == [new]


def test_a_referent_is_not_invited_and_invitations_are_few() -> None:
    host = AttachmentFactory(accepted=True)
    InvitationFactory.create_batch(10, actor=host.actor)

    with pytest.raises(DirectoryError, match="représente déjà"):
        invite(host.actor, host.user.email.upper(), by=host.user)
    with pytest.raises(DirectoryError, match="10 invitations"):
        invite(host.actor, "une.de.plus@exemple.fr", by=host.user)

    assert Invitation.objects.count() == 10


def test_taking_back_and_inviting_anew_has_an_end() -> None:
    host = AttachmentFactory(accepted=True)
    for number in range(20):
        cancel_invitation(invite(host.actor, f"guest{number}@exemple.fr", by=host.user))

    with pytest.raises(DirectoryError, match="20 invitations sont parties"):
        invite(host.actor, "encore@exemple.fr", by=host.user)


def test_an_invitation_is_good_for_its_address_alone() -> None:
    invitation, user = InvitationFactory(), UserFactory()

    with pytest.raises(DirectoryError, match="autre adresse"):
        accept_invitation(invitation, user, addresses=[user.email])
    with pytest.raises(DirectoryError, match="autre adresse"):
        accept_invitation(invitation, user, addresses=[])

    assert not Attachment.objects.exists()


def test_an_invitation_taken_back_does_nothing() -> None:
    invitation = InvitationFactory()

    cancel_invitation(invitation)
    cancelled = cancel_invitation(invitation)

    with pytest.raises(DirectoryError, match="retirée"):
        accept_invitation(cancelled, UserFactory(), addresses=[invitation.email])


def test_a_used_invitation_serves_nobody_else_and_is_not_taken_back() -> None:
    invitation, first = InvitationFactory(), UserFactory()
    accept_invitation(invitation, first, addresses=[invitation.email])

    assert cancel_invitation(invitation).cancelled_at is None
    with pytest.raises(DirectoryError, match="déjà servi"):
        accept_invitation(invitation, UserFactory(), addresses=[invitation.email])
    assert Attachment.objects.accepted().count() == 1


def test_an_invitation_answers_a_waiting_request() -> None:
    waiting = AttachmentFactory()
    invitation = InvitationFactory(actor=waiting.actor, email=waiting.user.email)

    attachment = accept_invitation(invitation, waiting.user, addresses=[waiting.user.email])

    assert attachment == waiting
    assert attachment.is_accepted


def test_the_invitations_of_somebody_who_leaves_are_taken_back() -> None:
    host = AttachmentFactory(accepted=True)
    theirs = InvitationFactory(actor=host.actor, invited_by=host.user)
    other = InvitationFactory(actor=host.actor)

    leave(host)

    theirs.refresh_from_db()
    assert theirs.cancelled_at is not None
    assert list(Invitation.objects.open()) == [other]


def test_still_good_invitations() -> None:
    good = InvitationFactory()
    old, _cancelled, _used = (
        InvitationFactory(),
        InvitationFactory(cancelled_at=timezone.now()),
        InvitationFactory(accepted_at=timezone.now()),
    )
    Invitation.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=32))

    assert list(Invitation.objects.still_good()) == [good]
    assert list(Invitation.objects.still_good().sent_to([good.email.upper()])) == [good]


def test_the_call_of_somebody_who_no_longer_speaks_for_the_actor_opens_nothing() -> None:
    host, other = AttachmentFactory(accepted=True), AttachmentFactory(accepted=True)
    guest = UserFactory(email="guest@exemple.fr")
    by_who_left = InvitationFactory(actor=host.actor, email="guest@exemple.fr", invited_by=host.user)
    by_who_is_suspended = InvitationFactory(actor=other.actor, email="guest@exemple.fr", invited_by=other.user)
    leave(host)
    other.user.is_active = False
    other.user.save()

    for invitation in (by_who_left, by_who_is_suspended):
        with pytest.raises(DirectoryError, match="demandez-en une autre"):
            accept_invitation(invitation, guest, addresses=["guest@exemple.fr"])
    assert not Attachment.objects.of_user(guest).exists()
