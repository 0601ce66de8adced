"""Two people who send the same invitations at the same moment, on connections of their own: each address gets one mail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from events import services
from events.models import Criteria, EventInvitation
from soco.mailing.models import Message
from tests.factories import CommuneFactory, EventFactory

SENDERS = 4


@pytest.mark.django_db(transaction=True)
def test_the_same_invitations_sent_at_once_by_several_leave_once() -> None:
    event = EventFactory(latitude=43.3, longitude=-0.37)
    pks = [
        CommuneFactory(latitude=43.3, longitude=-0.37, email=f"mairie{number}@mairies.exemple").pk
        for number in range(20)
    ]
    together = Barrier(SENDERS)

    def send(_sender: int) -> int:
        try:
            together.wait(timeout=10)
            return services.invite_around(event, Criteria(km=30), pks, by="lea@reseau.exemple")
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as threads:
        counts = sorted(threads.map(send, range(SENDERS)))

    assert counts == [0, 0, 0, 20]
    assert (EventInvitation.objects.count(), Message.objects.count()) == (20, 20)
