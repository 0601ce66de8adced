"""Who speaks for an actor: requests, decisions, handing over, leaving; and the mails that follow."""

import pytest
from django.db import IntegrityError, transaction

from directory.enums import AttachmentProof, AttachmentState
from directory.models import Attachment
from directory.services import (
    DirectoryError,
    accept_attachment,
    end_attachment,
    hand_over,
    leave,
    make_principal,
    refuse_attachment,
    request_attachment,
)
from tests.directory.referents import limoges, mails, roles_of
from tests.factories import ActorFactory, AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db


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

    with pytest.raises(DirectoryError, match="raison"):
        accept_attachment(attachment, by=staff, reason=" ")
    accept_attachment(attachment, by=staff, reason="appel de la mairie")
    again = accept_attachment(attachment, by=UserFactory(), reason="autre")

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
        accept_attachment(refused, by=staff, reason="oui")


# --- several people -----------------------------------------------------------------------------------------------------
def test_handing_over() -> None:
    actor = limoges()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    other = AttachmentFactory(actor=actor, accepted=True)

    hand_over(principal, to=other)
    hand_over(principal, to=other)

    assert list(Attachment.objects.principals()) == [other]
    assert mails() == [("attachment_principal", other.user.email)]


def test_staff_chooses_the_principal() -> None:
    actor, staff = limoges(), UserFactory(staff=True)
    was = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    heir, asking = AttachmentFactory(actor=actor, accepted=True), AttachmentFactory(actor=actor)

    make_principal(heir, by=staff)
    make_principal(heir, by=staff)
    with pytest.raises(DirectoryError, match="ne représente plus"):
        make_principal(asking, by=staff)

    was.refresh_from_db()
    assert (list(Attachment.objects.principals()), was.is_accepted) == ([heir], True)
    assert mails() == [("attachment_principal", heir.user.email), ("attachment_replaced", was.user.email)]
    event = Attachment.pgh_event_model.objects.filter(pgh_obj=was.pk).get()
    assert event.pgh_context.metadata == {"source": "staff", "by": staff.email}


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

    accept_attachment(attachment, by=staff, reason="connue de l’équipe")

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


def test_matching_words() -> None:
    found = AttachmentFactory(actor=ActorFactory(name="Saint-Léonard-de-Noblat"), user__last_name="Petit")
    AttachmentFactory(actor=ActorFactory(name="Limoges"), user__last_name="Durand")

    for text in ("leonard", "LÉONARD de", "petit", found.user.email):
        assert list(Attachment.objects.matching(text)) == [found]
