"""Reminders: once for each date, never late, to those who hold a seat, and a word on why one did not leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from events import services
from events.enums import Reminder
from events.models import Event, PlannedReminder
from soco.mailing import delivery
from soco.mailing.models import Message
from tests.factories import EventFactory, RegistrationFactory

PARIS = ZoneInfo("Europe/Paris")


def planned(event: Event) -> dict[str, PlannedReminder]:
    return {row.reminder: row for row in PlannedReminder.objects.of_event(event)}


def published(**fields: object) -> Event:
    event = EventFactory(draft=True, **fields)
    return services.publish_event(event, by="équipe")


def at_offset(event: Event, **delta: int) -> datetime:
    return event.starts_at - timedelta(**delta)


@pytest.mark.django_db
def test_it_leaves_once_to_those_who_hold_a_seat_only() -> None:
    event = published(capacity=1, reminders=[Reminder.DAY])
    seated = RegistrationFactory(event=event)
    RegistrationFactory(event=event, waiting=True)
    RegistrationFactory(event=event, withdrawn=True)

    with time_machine.travel(at_offset(event, hours=23), tick=False):
        assert services.queue_reminders(timezone.now()) == 1
        assert services.queue_reminders(timezone.now()) == 0

    message = Message.objects.get()
    assert (message.kind, message.to_email) == ("events.reminder", seated.email)
    assert message.relevant_until <= event.starts_at
    assert planned(event)["J-1"].count == 1


@pytest.mark.django_db
def test_too_late_it_does_not_leave_and_says_so() -> None:
    event = published(reminders=[Reminder.WEEK, Reminder.DAY])
    RegistrationFactory(event=event)

    with time_machine.travel(at_offset(event, hours=1), tick=False):
        assert services.queue_reminders(timezone.now()) == 0

    assert {row.skipped for row in planned(event).values()} == {"Trop tard pour ce rappel."}
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_published_three_days_before_it_has_no_week_reminder() -> None:
    event = published(starts_at=timezone.now() + timedelta(days=2), reminders=[Reminder.WEEK, Reminder.DAY])

    rows = planned(event)

    assert (rows["J-7"].skipped, rows["J-1"].skipped) == ("Trop tard pour ce rappel.", "")


@pytest.mark.django_db
def test_moved_it_is_reminded_again_for_the_new_date_and_not_for_the_old() -> None:
    event = published(reminders=[Reminder.DAY])
    RegistrationFactory(event=event)
    with time_machine.travel(at_offset(event, hours=23), tick=False):
        services.queue_reminders(timezone.now())
        later = event.starts_at + timedelta(days=10)
        services.postpone_event(event, by="équipe", starts_at=later)
        delivery.deliver()
    old = Message.objects.get(kind="events.reminder")
    assert (old.state, old.reason) == ("skipped", "deja_fait")

    with time_machine.travel(later - timedelta(hours=23), tick=False):
        assert services.queue_reminders(timezone.now()) == 1
    assert Message.objects.filter(kind="events.reminder").count() == 2


@pytest.mark.django_db
def test_cancelled_or_postponed_nothing_leaves_and_the_reason_is_told() -> None:
    cancelled, postponed = published(reminders=[Reminder.DAY]), published(reminders=[Reminder.DAY])
    for event in (cancelled, postponed):
        RegistrationFactory(event=event)
    services.cancel_event(cancelled, by="équipe", reason="Grève")
    services.postpone_event(postponed, by="équipe")

    with time_machine.travel(at_offset(cancelled, hours=23), tick=False):
        assert services.queue_reminders(timezone.now()) == 0

    told = {row.skipped for event in (cancelled, postponed) for row in planned(event).values()}
    assert told == {"L’événement n’est pas publié."}


@pytest.mark.django_db
def test_somebody_who_withdrew_before_it_left_is_not_reminded_and_the_journal_says_why() -> None:
    event = published(reminders=[Reminder.DAY])
    registration = RegistrationFactory(event=event)
    with time_machine.travel(at_offset(event, hours=23), tick=False):
        services.queue_reminders(timezone.now())
        services.withdraw(registration)
        delivery.deliver()

    message = Message.objects.get(kind="events.reminder")
    assert (message.state, message.reason) == ("skipped", "sans_objet")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "day", [datetime(2026, 3, 30, 8, 30, tzinfo=PARIS), datetime(2026, 10, 26, 8, 30, tzinfo=PARIS)]
)
def test_twenty_four_hours_before_across_a_clock_change(day: datetime) -> None:
    with time_machine.travel(day - timedelta(days=20), tick=False):
        event = published(starts_at=day, reminders=[Reminder.DAY])

    assert planned(event)["J-1"].due_at == event.starts_at - timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_for_one_mail_each() -> None:
    event = published(starts_at=timezone.now() + timedelta(hours=20), reminders=[Reminder.DAY])
    RegistrationFactory.create_batch(5, event=event)
    start = Barrier(2)

    def work(_worker: int) -> int:
        start.wait()
        try:
            return services.queue_reminders(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = sorted(pool.map(work, range(2)))

    assert counts == [0, 5]
    assert Message.objects.filter(kind="events.reminder").count() == 5
