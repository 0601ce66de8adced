"""Two people at the same moment, on two connections: one principal, one attachment, no error of the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from directory.models import Attachment
from directory.services import (
    accept_attachment,
    accept_invitation,
    hand_over,
    invite,
    leave,
    request_attachment,
)
from soco.mailing.models import Message
from tests.factories import AttachmentFactory, CommuneFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*gestures: Callable[[], Any]) -> list[Any]:
    """Run each gesture in its own thread and connection, started together; return what each gave, or its error."""
    start = Barrier(len(gestures))

    def run(gesture: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return gesture()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestures)) as pool:
        return list(pool.map(run, gestures))


def test_two_first_referents_make_one_principal() -> None:
    actor = CommuneFactory(email="mairie@ville-limoges.fr", name="Limoges", official=True)
    first, second = UserFactory(), UserFactory()

    results = at_once(
        lambda: request_attachment(actor, first, addresses=["a@ville-limoges.fr"]),
        lambda: request_attachment(actor, second, addresses=["b@ville-limoges.fr"]),
    )

    assert [type(result) for result in results] == [Attachment, Attachment]
    assert Attachment.objects.accepted().count() == 2
    assert Attachment.objects.principals().count() == 1


def test_the_same_request_twice_is_one() -> None:
    actor, user = CommuneFactory(), UserFactory()

    results = at_once(*[lambda: request_attachment(actor, user, addresses=[])] * 2)

    assert results[0] == results[1] == Attachment.objects.get()


def test_two_staff_accept_the_same_request() -> None:
    asked, one, other = AttachmentFactory(), UserFactory(staff=True), UserFactory(staff=True)

    results = at_once(
        lambda: accept_attachment(asked, by=one, reason="vu"), lambda: accept_attachment(asked, by=other, reason="vu")
    )

    assert results == [asked, asked]
    assert Message.objects.of_kind("directory.attachment_accepted").count() == 1


def test_handing_over_to_two_at_once_leaves_one_principal() -> None:
    actor = CommuneFactory()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    one, other = AttachmentFactory.create_batch(2, actor=actor, accepted=True)

    at_once(lambda: hand_over(principal, to=one), lambda: hand_over(principal, to=other))

    assert Attachment.objects.principals().count() == 1


def test_handing_over_to_somebody_who_leaves() -> None:
    actor = CommuneFactory()
    principal = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    heir = AttachmentFactory(actor=actor, accepted=True)

    at_once(lambda: hand_over(principal, to=heir), lambda: leave(heir))

    assert list(Attachment.objects.principals()) == [principal]


def test_one_invitation_used_by_two_and_sent_twice() -> None:
    invited = InvitationFactory()
    one, other = UserFactory(), UserFactory()
    host = AttachmentFactory(accepted=True)

    at_once(
        lambda: accept_invitation(invited, one, addresses=[invited.email]),
        lambda: accept_invitation(invited, other, addresses=[invited.email]),
    )
    sent = at_once(*[lambda: invite(host.actor, "guest@exemple.fr", by=host.user)] * 2)

    assert Attachment.objects.accepted().of_actor(invited.actor).count() == 1
    assert sent[0] == sent[1]
    assert Message.objects.of_kind("directory.invitation").count() == 1
