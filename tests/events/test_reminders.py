"""Reminders: once for each date, never late, to those who hold a seat, and a word on why one did not leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import services
from events.enums import Reminder
from events.models import Event, PlannedReminder, Registration
from events.services import Applicant
from soco.celery import app
from soco.mailing import delivery
from soco.mailing.models import Message
from tests.factories import EventFactory, RegistrationFactory, UserFactory

PARIS = ZoneInfo("Europe/Paris")
TOO_LATE = "Il était trop tard pour l’envoyer."


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

    assert {row.skipped for row in planned(event).values()} == {TOO_LATE}
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_published_three_days_before_it_has_no_week_reminder() -> None:
    event = published(starts_at=timezone.now() + timedelta(days=2), reminders=[Reminder.WEEK, Reminder.DAY])

    rows = planned(event)

    assert (rows["J-7"].skipped, rows["J-1"].skipped) == (TOO_LATE, "")


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

    told = [row.skipped for event in (cancelled, postponed) for row in planned(event).values()]
    assert told == ["L’événement est annulé.", "L’événement est reporté."]


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
    ("day", "hours"),
    [
        (datetime(2026, 3, 29, 8, 30, tzinfo=PARIS), 23),
        (datetime(2026, 3, 30, 8, 30, tzinfo=PARIS), 24),
        (datetime(2026, 10, 25, 8, 30, tzinfo=PARIS), 25),
    ],
)
def test_the_day_before_is_at_the_same_hour_of_the_clock_across_its_change(day: datetime, hours: int) -> None:
    with time_machine.travel(day - timedelta(days=20), tick=False):
        event = published(starts_at=day, reminders=[Reminder.WEEK, Reminder.DAY, Reminder.TWO_HOURS])
    due = {name: row.due_at for name, row in planned(event).items()}

    assert f"{due['J-1'].astimezone(PARIS):%H:%M}" == f"{due['J-7'].astimezone(PARIS):%H:%M}" == "08:30"
    assert day.astimezone(UTC) - due["J-1"] == timedelta(hours=hours)
    assert day.astimezone(UTC) - due["H-2"] == timedelta(hours=2)
    with time_machine.travel(day - timedelta(days=19), tick=False):  # planned again: nothing moves, nothing is doubled
        services.plan_reminders(event)
    assert {name: row.due_at for name, row in planned(event).items()} == due


@pytest.mark.django_db
def test_who_got_a_seat_since_it_was_due_has_just_been_written_to() -> None:
    event = published(reminders=[Reminder.WEEK])
    early = RegistrationFactory(event=event)
    late, promoted = RegistrationFactory(event=event), RegistrationFactory(event=event, waiting=True)
    with time_machine.travel(at_offset(event, days=6), tick=False):
        Registration.objects.filter(pk=late.pk).update(state_at=timezone.now())
        Registration.objects.filter(pk=promoted.pk).update(state_at=timezone.now(), state="inscrite")

        assert services.queue_reminders(timezone.now()) == 1

    assert Message.objects.get().to_email == early.email


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("which", "before", "soon"),
    [
        (Reminder.WEEK, {"days": 7}, "Dans 7 jours"),
        (Reminder.WEEK, {"days": 4}, "Dans 4 jours"),  # the worker was down: what is told is true when it leaves
        (Reminder.DAY, {"hours": 24}, "Demain"),
        (Reminder.DAY, {"hours": 5}, "Aujourd’hui à 14 h"),
        (Reminder.TWO_HOURS, {"hours": 2}, "Aujourd’hui à 14 h"),
    ],
)
def test_the_subject_says_how_far_the_event_is_when_the_mail_leaves(
    which: Reminder, before: dict[str, int], soon: str
) -> None:
    starts = datetime(2026, 12, 10, 14, 0, tzinfo=PARIS)
    with time_machine.travel(starts - timedelta(days=30), tick=False):
        event = published(title="Rencontre", starts_at=starts, reminders=[which], online=True)
        RegistrationFactory(event=event)
    with time_machine.travel(starts - timedelta(**before), tick=False):
        services.queue_reminders(timezone.now())
        delivery.deliver()

    assert [sent.subject for sent in mail.outbox] == [f"{soon} : Rencontre"]
    assert "https://visio.exemple.fr/salle" in mail.outbox[0].body


@pytest.mark.django_db
def test_the_beat_knows_the_tasks_of_the_agenda() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert {"events.tend", "events.queue_reminders", "events.thank"} <= scheduled
    assert scheduled <= set(app.tasks)


@pytest.mark.django_db
def test_organisers_read_what_became_of_reminders_and_mails(client: Client) -> None:
    event = published(reminders=[Reminder.WEEK, Reminder.DAY], organiser=UserFactory())
    registrations = [services.register(event, Applicant(f"P{n}", f"p{n}@exemple.fr")) for n in (1, 2)]
    delivery.deliver()
    with time_machine.travel(at_offset(event, days=7), tick=False):
        services.queue_reminders(timezone.now())
        services.withdraw(registrations[0])
        delivery.deliver()
    client.force_login(event.organiser)

    page = " ".join(client.get(f"{event.get_absolute_url()}gerer/").content.decode().replace("\u00a0", " ").split())

    assert "Rappels prévus" in page
    assert '<strong>Sept jours avant</strong> <span class="pastille pastille--vert">parti</span>' in page
    assert '<strong>La veille</strong> <span class="pastille pastille--ocean">prévu</span>' in page
    assert "<strong>Rappel d’un événement</strong> : 1 envoyé, 1 non envoyé (sans objet désormais)" in page
    assert "<strong>Inscription confirmée</strong> : 2 envoyés" in page

    services.cancel_event(event, by="équipe", reason="Grève")
    cancelled = client.get(f"{event.get_absolute_url()}gerer/").content.decode()
    assert "L’événement est annulé." in cancelled


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_for_one_mail_each() -> None:
    event = published(starts_at=timezone.now() + timedelta(days=2), reminders=[Reminder.DAY])
    RegistrationFactory.create_batch(5, event=event)
    now, start = at_offset(event, hours=20), Barrier(2)

    def work(_worker: int) -> int:
        start.wait()
        try:
            return services.queue_reminders(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = sorted(pool.map(work, range(2)))

    assert counts == [0, 5]
    assert Message.objects.filter(kind="events.reminder").count() == 5
