"""Who speaks for an actor: proofs, requests, decisions, handing over, leaving; and the mails that follow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.enums import AttachmentProof, AttachmentState, Source, Verifier
from directory.models import Actor, Attachment, Invitation
from directory.services import (
    DirectoryError,
    accept_attachment,
    accept_invitation,
    cancel_invitation,
    end_attachment,
    hand_over,
    invite,
    leave,
    proof_of,
    refuse_attachment,
    request_attachment,
)
from soco.mailing.models import Message
from tests.factories import ActorFactory, AttachmentFactory, CommuneFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

ORANGE = "mairie.limoges@orange.fr"


def limoges(**fields: Any) -> Actor:
    facts = {"name": "Limoges", "code": "87085", "email": "mairie@ville-limoges.fr", "official": True}
    return CommuneFactory(**facts | fields)


def mails() -> list[tuple[str, str]]:
    """Every mail asked for: its kind without its app, and to whom."""
    rows = Message.objects.order_by("pk").values_list("kind", "to_email")
    return [(kind.removeprefix("directory."), address) for kind, address in rows]


def roles_of(user: Any) -> list[str]:
    return list(user.groups.order_by("name").values_list("name", flat=True))


# --- proofs -------------------------------------------------------------------------------------------------------------
def test_the_public_address_proves_whatever_its_case() -> None:
    assert proof_of(limoges(email=ORANGE), ["Mairie.Limoges@ORANGE.fr"]) == AttachmentProof.ADDRESS


def test_the_actors_own_domain_proves() -> None:
    assert proof_of(limoges(), ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


def test_the_sites_domain_proves() -> None:
    actor = limoges(email=ORANGE, website="https://www.ville-limoges.fr/accueil")

    assert proof_of(actor, ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


@pytest.mark.parametrize(
    "address",
    ["camille@orange.fr", "camille@mairie.ville-limoges.fr", "camille@ville-limoges.com", "camille@exemple.fr"],
)
def test_other_addresses_prove_nothing(address: str) -> None:
    limoges_of_orange = limoges(email=ORANGE, website="https://ville-limoges.fr")

    assert proof_of(limoges_of_orange, [address]) is None


def test_no_address_proves_nothing() -> None:
    assert proof_of(limoges(email=""), []) is None
    assert proof_of(limoges(email=""), [""]) is None


@pytest.mark.parametrize(
    "other",
    [
        {"email": "contact@ville-limoges.fr"},
        {"website": "https://www.ville-limoges.fr/quartier"},
        {"email": "contact@epci.ville-limoges.fr"},
        {"email": "contact@ville-limoges.fr", "hidden": True},
        {"email": "contact@ville-limoges.fr", "closed": True},
        {"email": "contact@VILLE-LIMOGES.fr", "demo": True},
    ],
)
def test_a_domain_that_another_actor_has_proves_nothing(other: dict[str, Any]) -> None:
    actor = limoges()
    CommuneFactory(**other)

    assert proof_of(actor, ["camille@ville-limoges.fr"]) is None


def test_a_domain_that_another_only_resembles_still_proves() -> None:
    actor = limoges()
    CommuneFactory(email="contact@my-ville-limoges.fr", website="https://exemple.fr/ville-limoges.fr")

    assert proof_of(actor, ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


def _told(days: int, **said: str) -> dict[str, Any]:
    return {"email": {"at": (timezone.now() - timedelta(days=days)).isoformat(), "by": "x"} | said}


@pytest.mark.parametrize(
    ("provenance", "is_proof"),
    [
        (_told(0, source=Source.OFFICIAL), True),
        (_told(0, source=Source.IMPORT), True),
        (_told(0, source=Source.STAFF), True),
        (_told(0, source=Source.ORGANISATION, verifier=Verifier.STAFF), False),
        (_told(29, source=Source.ORGANISATION, verifier=Verifier.STAFF), False),
        (_told(32, source=Source.ORGANISATION, verifier=Verifier.STAFF), True),
        (_told(400, source=Source.ORGANISATION, verifier=Verifier.REFERENT), False),
        (_told(400, source=Source.REPORT, verifier=Verifier.LINK), False),
        (_told(400, source=Source.ORGANISATION), False),
        ({"email": {"source": "organisation", "verifier": "staff", "at": "naguère"}}, False),
        ({"email": {"source": "organisation", "verifier": "staff", "at": None}}, False),
        ({}, False),
    ],
)
def test_a_public_address_written_by_a_proposal_proves_only_once_read_and_old(
    provenance: dict[str, Any], is_proof: bool
) -> None:
    """Else proposing one's own address would be enough to become the actor's référent."""
    actor = limoges(official=False, provenance=provenance)

    assert proof_of(actor, ["mairie@ville-limoges.fr"]) == (AttachmentProof.ADDRESS if is_proof else None)
    assert proof_of(actor, ["pirate@ville-limoges.fr"]) == (AttachmentProof.DOMAIN if is_proof else None)


# --- requests -----------------------------------------------------------------------------------------------------------
def test_a_proved_request_is_accepted_at_once_and_makes_the_principal() -> None:
    user = UserFactory(email="mairie@ville-limoges.fr")

    attachment = request_attachment(limoges(), user, addresses=[user.email], function=" Secrétaire ")

    attachment.refresh_from_db()
    assert (attachment.state, attachment.proof) == (AttachmentState.ACCEPTED, AttachmentProof.ADDRESS)
    assert attachment.is_principal
    assert attachment.function == "Secrétaire"
    assert attachment.decided_by == user.email
    assert roles_of(user) == ["référent"]
    assert mails() == [("attachment_accepted", user.email)]


def test_an_unproved_request_waits_without_any_mail() -> None:
    user = UserFactory()

    attachment = request_attachment(limoges(), user, addresses=[user.email])

    assert (attachment.state, attachment.is_principal) == (AttachmentState.REQUESTED, False)
    assert roles_of(user) == []
    assert mails() == []


def test_asking_twice_is_asking_once() -> None:
    actor, user = limoges(), UserFactory(email="mairie@ville-limoges.fr")

    first = request_attachment(actor, user, addresses=[user.email])
    second = request_attachment(actor, user, addresses=[user.email])

    assert first == second
    assert Attachment.objects.count() == 1
    assert len(mails()) == 1


def test_a_waiting_request_is_accepted_once_an_address_proves_it() -> None:
    actor, user = limoges(), UserFactory()
    request_attachment(actor, user, addresses=[])

    attachment = request_attachment(actor, user, addresses=["mairie@ville-limoges.fr"])

    assert attachment.is_accepted
    assert Attachment.objects.count() == 1


def test_a_refused_person_may_ask_again() -> None:
    refused = AttachmentFactory(state=AttachmentState.REFUSED)

    assert request_attachment(refused.actor, refused.user, addresses=[]).pk != refused.pk


def test_requests_are_few_at_a_time() -> None:
    user = UserFactory()
    AttachmentFactory.create_batch(10, user=user)

    with pytest.raises(DirectoryError, match="10 demandes"):
        request_attachment(limoges(), user, addresses=[])

    assert Attachment.objects.count() == 10


def test_an_ended_actor_has_no_new_referent() -> None:
    with pytest.raises(DirectoryError, match="cessé d’exister"):
        request_attachment(limoges(closed=True), UserFactory(), addresses=["mairie@ville-limoges.fr"])


def test_the_second_referent_is_not_principal_and_the_first_is_told() -> None:
    actor = limoges()
    first = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    newcomer = UserFactory(email="camille@ville-limoges.fr")

    attachment = request_attachment(actor, newcomer, addresses=[newcomer.email])

    assert not attachment.is_principal
    assert mails() == [
        ("attachment_accepted", newcomer.email),
        ("attachment_announced", first.user.email),
        # A domain alone was the proof: the public address hears of it too.
        ("attachment_announced", "mairie@ville-limoges.fr"),
    ]


def test_a_fictitious_actors_address_hears_of_nothing() -> None:
    newcomer = UserFactory(email="camille@ville-limoges.fr")

    request_attachment(limoges(demo=True), newcomer, addresses=[newcomer.email])

    assert mails() == [("attachment_accepted", newcomer.email)]


# --- decisions ----------------------------------------------------------------------------------------------------------
def test_staff_accepts_once() -> None:
    attachment, staff = AttachmentFactory(), UserFactory(staff=True)

    accept_attachment(attachment, by=staff, reason="appel de la mairie")
    again = accept_attachment(attachment, by=UserFactory())

    assert (again.state, again.proof, again.is_principal) == (AttachmentState.ACCEPTED, AttachmentProof.STAFF, True)
    assert (again.decided_by, again.reason) == (staff.email, "appel de la mairie")
    assert mails() == [("attachment_accepted", attachment.user.email)]


def test_staff_refuses_once_with_a_reason() -> None:
    attachment, staff = AttachmentFactory(), UserFactory(staff=True)

    with pytest.raises(DirectoryError, match="raison"):
        refuse_attachment(attachment, by=staff, reason=" ")
    refuse_attachment(attachment, by=staff, reason="Adresse inconnue de la mairie.")
    again = refuse_attachment(attachment, by=staff, reason="autre")

    assert (again.state, again.reason) == (AttachmentState.REFUSED, "Adresse inconnue de la mairie.")
    assert mails() == [("attachment_refused", attachment.user.email)]


def test_what_was_decided_is_not_decided_otherwise() -> None:
    staff = UserFactory(staff=True)
    accepted, refused = AttachmentFactory(accepted=True), AttachmentFactory(state=AttachmentState.REFUSED)

    with pytest.raises(DirectoryError, match="déjà été traitée"):
        refuse_attachment(accepted, by=staff, reason="non")
    with pytest.raises(DirectoryError, match="déjà été traitée"):
        accept_attachment(refused, by=staff)


# --- several people -----------------------------------------------------------------------------------------------------
def test_handing_over() -> None:
    actor = limoges()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    other = AttachmentFactory(actor=actor, accepted=True)

    hand_over(principal, to=other)
    hand_over(principal, to=other)

    assert list(Attachment.objects.principals()) == [other]
    assert mails() == [("attachment_principal", other.user.email)]


def test_handing_over_is_for_the_principal_and_to_a_colleague() -> None:
    actor = limoges()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    other, third = AttachmentFactory.create_batch(2, actor=actor, accepted=True)
    elsewhere = AttachmentFactory(accepted=True)
    asking = AttachmentFactory(actor=actor)

    for to in (elsewhere, asking):
        with pytest.raises(DirectoryError, match="ne représente plus"):
            hand_over(principal, to=to)
    with pytest.raises(DirectoryError, match="plus le référent principal"):
        hand_over(other, to=third)

    assert list(Attachment.objects.principals()) == [principal]


def test_when_the_principal_leaves_the_oldest_other_follows() -> None:
    actor = limoges()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    AttachmentFactory(actor=actor, state=AttachmentState.REFUSED)
    oldest, _youngest = AttachmentFactory.create_batch(2, actor=actor, accepted=True)

    leave(principal)
    left = leave(principal)

    assert (left.state, left.is_principal) == (AttachmentState.LEFT, False)
    assert list(Attachment.objects.principals()) == [oldest]
    assert mails() == [("attachment_principal", oldest.user.email)]


def test_the_last_referent_leaves_nobody() -> None:
    principal = AttachmentFactory(accepted=True, is_principal=True)

    leave(principal)

    assert not Attachment.objects.principals().exists()
    assert mails() == []


def test_the_role_goes_with_the_last_attachment_only() -> None:
    user = UserFactory(email="mairie@ville-limoges.fr")
    first = request_attachment(limoges(), user, addresses=[user.email])
    second = AttachmentFactory(user=user, accepted=True)

    leave(first)
    assert roles_of(user) == ["référent"]
    leave(second)
    assert roles_of(user) == []


def test_a_request_taken_back() -> None:
    asked = AttachmentFactory()

    assert leave(asked).state == AttachmentState.LEFT


def test_ending_somebodys_attachment_tells_them_why() -> None:
    attachment = AttachmentFactory(accepted=True, is_principal=True)
    staff = UserFactory(staff=True)

    with pytest.raises(DirectoryError, match="raison"):
        end_attachment(attachment, by=staff, reason="")
    end_attachment(attachment, by=staff, reason="A quitté la mairie.")
    ended = end_attachment(attachment, by=staff, reason="autre")

    assert (ended.state, ended.reason) == (AttachmentState.LEFT, "A quitté la mairie.")
    assert mails() == [("attachment_ended", attachment.user.email)]


def test_the_history_keeps_who_decided() -> None:
    attachment, staff = AttachmentFactory(), UserFactory(staff=True)

    accept_attachment(attachment, by=staff)

    event = Attachment.pgh_event_model.objects.get()
    assert event.state == AttachmentState.REQUESTED
    assert event.pgh_context.metadata == {"source": "staff", "by": staff.email}


def test_the_database_has_the_last_word() -> None:
    principal = AttachmentFactory(accepted=True, is_principal=True)

    for wrong in (
        {"actor": principal.actor, "accepted": True, "is_principal": True},
        {"actor": principal.actor, "user": principal.user},
        {"is_principal": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AttachmentFactory(**wrong)


# --- invitations --------------------------------------------------------------------------------------------------------
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


def test_matching_words() -> None:
    found = AttachmentFactory(actor=ActorFactory(name="Saint-Léonard-de-Noblat"), user__last_name="Petit")
    AttachmentFactory(actor=ActorFactory(name="Limoges"), user__last_name="Durand")

    for text in ("leonard", "LÉONARD de", "petit", found.user.email):
        assert list(Attachment.objects.matching(text)) == [found]
