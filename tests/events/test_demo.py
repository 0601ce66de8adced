"""The agenda of the demonstration: months to come are never empty, nobody is written to, one gesture removes it all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.services import remove_demo, seed_demo
from events.enums import EventKind
from events.models import Event, Group, Participant, Registration
from soco.mailing.models import Message
from tests.factories import CommuneFactory, CountryFactory, EventFactory, GroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db: None) -> None:
    """A commune, and the countries that the demonstration names."""
    for iso2 in ("FR", "DE", "ES", "SN", "MG", "PL", "CA"):
        CountryFactory(iso2=iso2)
    CommuneFactory()


def test_each_kind_of_event_is_shown_in_the_coming_months() -> None:
    seed_demo()
    now = timezone.now()

    coming = Event.objects.upcoming(now)

    assert set(coming.values_list("kind", flat=True)) == set(EventKind.values)
    assert coming.between(now, now + timedelta(days=31)).count() >= 3
    assert Event.objects.past(now).count() == 2
    assert all(event.starts_at.weekday() in (1, 3) for event in Event.objects.all())
    assert Event.objects.filter(is_demo=False).count() == 0
    assert Group.objects.demo().count() == 5
    full = Event.objects.with_seats().get(title__startswith="Petit-déjeuner de la coopération")
    assert (full.capacity, full.seats_taken, full.seats_waiting) == (12, 12, 3)


def test_nobody_is_written_to() -> None:
    seed_demo()

    assert Message.objects.count() == 0
    assert Registration.objects.exclude(email__endswith="@demonstration.example").count() == 0


def test_twice_adds_nothing_and_removing_keeps_what_is_real() -> None:
    real, group = EventFactory(), GroupFactory()
    first = seed_demo()
    assert first > 0
    assert seed_demo() == 0

    remove_demo()

    assert list(Event.objects.all()) == [real]
    assert list(Group.objects.all()) == [group]
    assert Participant.objects.count() == 0
