"""Five hundred people at once for thirty seats, over HTTP, against the site as it runs: exactly thirty are registered."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.utils import timezone

from events import services
from events.enums import RegistrationState as State
from events.models import Registration
from events.services import Applicant
from soco.mailing.models import Message
from tests.directory.test_attachments_at_once import at_once
from tests.factories import EventFactory
from tests.running_site import Answer, Visitor, running

PEOPLE, SEATS = 500, 30
POSITION = re.compile(r'data-testid="position">(\d+)<')


@pytest.mark.django_db(transaction=True)
def test_five_hundred_people_at_once_for_thirty_seats() -> None:
    event = EventFactory(capacity=SEATS)
    address = f"{event.get_absolute_url()}inscription/"

    with running(EVENTS_REGISTRATIONS_AN_HOUR="100000") as port:
        visitors = [Visitor(port) for _ in range(PEOPLE)]
        start = Barrier(PEOPLE)

        def prepare(visitor: Visitor) -> None:
            visitor.get(address)
            visitor.close()  # a server keeps few idle connections: the crowd comes with new ones

        def register(number: int) -> Answer:
            start.wait()
            answer = visitors[number].post(address, name=f"Personne {number}", email=f"p{number}@exemple.fr")
            visitors[number].close()
            return answer

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(prepare, visitors))
        with ThreadPoolExecutor(PEOPLE) as pool:
            answers = list(pool.map(register, range(PEOPLE)))

        registrations = list(Registration.objects.of_event(event).in_line())
        reader = Visitor(port)
        seen = [reader.get(registrations[rank].get_absolute_url()) for rank in (29, 30, 31, 200, 498, 499)]
        reader.close()

    assert {answer.status for answer in answers} == {302}
    assert len({answer.location for answer in answers}) == PEOPLE
    assert [registration.rank for registration in registrations] == list(range(1, PEOPLE + 1))
    states = [registration.state for registration in registrations]
    assert states == [State.CONFIRMED] * SEATS + [State.WAITING] * (PEOPLE - SEATS)
    # The positions follow the ranks, which were given under the lock.
    waiting = registrations[SEATS:]
    assert [services.position(registration) for registration in waiting] == list(range(1, PEOPLE - SEATS + 1))
    assert [POSITION.findall(page.body) for page in seen] == [[], ["1"], ["2"], ["171"], ["469"], ["470"]]
    assert Message.objects.filter(kind="events.confirmed").count() == SEATS
    assert Message.objects.filter(kind="events.waiting").count() == PEOPLE - SEATS


@pytest.mark.django_db(transaction=True)
def test_people_who_withdraw_register_and_an_organiser_who_changes_the_room_at_once() -> None:
    """Withdrawals, expiries and a new capacity at the same moment, each on its own connection: the room is never too full, and
    whoever withdrew stays out."""
    event = EventFactory(capacity=5)
    first = [services.register(event, Applicant(f"A{n}", f"a{n}@exemple.fr")) for n in range(12)]
    Registration.objects.filter(pk=first[11].pk).update(state=State.OFFERED, offer_until=timezone.now())
    gestures: list[Callable[[], Any]] = [
        *(lambda n=n: services.withdraw(first[n]) for n in (0, 1, 2, 6)),
        *(lambda n=n: services.withdraw(first[n]) for n in (0, 1)),
        *(lambda n=n: services.register(event, Applicant(f"B{n}", f"b{n}@exemple.fr")) for n in range(4)),
        *(lambda: services.register(event, Applicant("Double", "double@exemple.fr")) for _ in range(3)),
        *(lambda: services.tend(timezone.now()) for _ in range(3)),
        lambda: services.save_event(event, {"capacity": 7}, by="équipe"),
    ]

    results = at_once(*gestures)

    assert [result for result in results if isinstance(result, Exception)] == []
    event.refresh_from_db()
    taken = Registration.objects.of_event(event).taken_and_last_rank()[0]
    assert (event.capacity, taken) == (7, 7)
    out = {first[n].pk for n in (0, 1, 2, 6)}
    assert set(Registration.objects.filter(pk__in=out).values_list("state", flat=True)) == {State.WITHDRAWN}
    assert Registration.objects.of_address("double@exemple.fr").count() == 1
    assert all(obstacle is not None for obstacle in services.why_waiting(event).values())
