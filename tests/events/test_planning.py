"""The life of an event: published, changed, copied, repeated, postponed, cancelled; each tells those concerned, once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from events import services
from events.enums import EventKind, EventStatus, Frequency
from events.enums import RegistrationState as State
from events.models import Event, FormerAddress, PlannedReminder, Registration
from events.recurrence import days
from soco.mailing.models import Message
from tests.factories import (
    EventFactory,
    EventQuestionFactory,
    RegistrationFactory,
    SessionFactory,
)

PARIS = ZoneInfo("Europe/Paris")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


# --- days of a series (pure) ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "frequency", "until", "wanted"),
    [
        (date(2026, 12, 1), Frequency.MONTHLY_DAY, date(2027, 3, 31), ["12-01", "01-05", "02-02", "03-02"]),
        (date(2026, 12, 29), Frequency.MONTHLY_DAY, date(2027, 3, 31), ["12-29", "01-26", "02-23", "03-30"]),
        (date(2026, 12, 31), Frequency.MONTHLY_DATE, date(2027, 5, 31), ["12-31", "01-31", "03-31", "05-31"]),
        (date(2026, 12, 1), Frequency.WEEKLY, date(2026, 12, 20), ["12-01", "12-08", "12-15"]),
    ],
)
def test_the_days_of_a_series(first: date, frequency: str, until: date, wanted: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in days(first, frequency, until)] == wanted


def test_a_series_skips_its_exceptions() -> None:
    found = days(date(2026, 12, 1), Frequency.MONTHLY_DAY, date(2027, 2, 28), except_on=[date(2027, 1, 5)])

    assert found == [date(2026, 12, 1), date(2027, 2, 2)]


# --- services ---------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@time_machine.travel(at(2026, 2, 1, 12), tick=False)
def test_each_repetition_keeps_its_hour_of_paris_on_both_sides_of_a_clock_change() -> None:
    event = EventFactory(starts_at=at(2026, 3, 3, 8, 30), ends_at=at(2026, 3, 3, 10))

    made = services.make_series(event, name="", frequency=Frequency.MONTHLY_DAY, until=date(2026, 5, 31), by="équipe")

    local = [timezone.localtime(each.starts_at) for each in made]
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in local] == ["2026-04-07 08:30", "2026-05-05 08:30"]
    assert [each.slug[:10] for each in made] == ["2026-04-07", "2026-05-05"]
    assert {each.status for each in made} == {EventStatus.PUBLISHED}
    assert Event.objects.of_series(made[0].series_id).count() == 3
    with pytest.raises(services.EventsError, match="déjà dans une série"):
        services.make_series(made[0], name="", frequency=Frequency.WEEKLY, until=date(2026, 5, 31), by="équipe")


@pytest.mark.django_db
@pytest.mark.parametrize("until", [timedelta(days=5), timedelta(days=1000)])
def test_a_series_without_repetition_or_too_long_is_refused(until: timedelta) -> None:
    event = EventFactory()

    with pytest.raises(services.EventsError):
        services.make_series(
            event, name="", frequency=Frequency.MONTHLY_DAY, until=event.starts_at.date() + until, by="équipe"
        )

    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_copy_takes_everything_but_the_people() -> None:
    event = EventFactory(closes_at=timezone.now() + timedelta(days=28))
    EventQuestionFactory(event=event, label="Un régime ?")
    SessionFactory(event=event)
    RegistrationFactory(event=event)
    moment = event.starts_at + timedelta(days=60)

    copy = services.duplicate_event(event, moment, by="équipe")

    assert (copy.status, copy.title, copy.starts_at, copy.registrations.count()) == (
        "brouillon",
        event.title,
        moment,
        0,
    )
    assert copy.uid != event.uid
    assert copy.closes_at == event.closes_at + timedelta(days=60)
    assert [question.label for question in copy.questions.all()] == ["Un régime ?"]
    assert [session.starts_at for session in copy.sessions.all()] == [moment]


@pytest.mark.django_db
def test_a_change_of_place_tells_those_concerned_and_counts_a_version() -> None:
    event = EventFactory()
    for state in (State.CONFIRMED, State.WAITING, State.WITHDRAWN):
        RegistrationFactory(event=event, state=state)

    changes = services.save_event(event, {"place_name": "Médiathèque"}, by="équipe")

    event.refresh_from_db()
    assert changes == ["Lieu\u00a0: Médiathèque, Pau"]
    assert event.sequence == 1
    assert Message.objects.filter(kind="events.changed").count() == 2


@pytest.mark.django_db
def test_what_no_calendar_shows_changes_without_a_mail() -> None:
    event = EventFactory()
    RegistrationFactory(event=event)

    assert services.save_event(event, {"programme": "Café"}, by="équipe") == []

    event.refresh_from_db()
    assert (event.sequence, event.programme) == (0, "Café")
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_another_date_moves_the_address_the_sessions_and_the_reminders() -> None:
    event = EventFactory(draft=True, starts_at=timezone.now() + timedelta(days=40))
    services.publish_event(event, by="équipe")
    session = SessionFactory(event=event)
    slug, start = event.slug, event.starts_at
    moment = start + timedelta(days=14)

    services.save_event(event, {"starts_at": moment, "ends_at": moment + timedelta(hours=2)}, by="équipe")

    event.refresh_from_db()
    session.refresh_from_db()
    assert event.slug.startswith(f"{timezone.localdate(moment):%Y-%m-%d}-")
    assert FormerAddress.objects.get().slug == slug
    assert session.starts_at == moment
    due = PlannedReminder.objects.of_event(event).waiting().values_list("due_at", flat=True)
    assert sorted(due) == [moment - timedelta(days=7), moment - timedelta(days=1)]


@pytest.mark.django_db
def test_postponed_without_a_date_then_with_one() -> None:
    event = EventFactory(capacity=1)
    seated, waits = RegistrationFactory(event=event), RegistrationFactory(event=event, waiting=True)
    before = event.starts_at

    services.postpone_event(event, by="équipe", reason="Neige")
    event.refresh_from_db()
    assert (event.status, event.previous_starts_at, event.sequence) == (EventStatus.POSTPONED, before, 1)
    assert not PlannedReminder.objects.waiting().exists()

    moment = before + timedelta(days=30)
    services.postpone_event(event, by="équipe", starts_at=moment)
    event.refresh_from_db()
    assert (event.status, event.starts_at, event.sequence) == (EventStatus.PUBLISHED, moment, 2)
    told = Message.objects.filter(kind="events.postponed").values_list("to_email", flat=True)
    assert sorted(told) == sorted([seated.email, waits.email] * 2)
    assert set(Registration.objects.values_list("state", flat=True)) == {State.CONFIRMED, State.WAITING}


@pytest.mark.django_db
def test_cancelled_it_tells_both_lists_once_and_reminds_nobody() -> None:
    event = EventFactory()
    services.plan_reminders(event)
    for state in (State.CONFIRMED, State.WAITING, State.WITHDRAWN):
        RegistrationFactory(event=event, state=state)
    RegistrationFactory(event=event, offered=True)

    assert services.cancel_event(event, by="équipe", reason="Salle indisponible") == 3
    assert services.cancel_event(event, by="équipe", reason="Salle indisponible") == 0

    assert Message.objects.filter(kind="events.cancelled").count() == 3
    assert not PlannedReminder.objects.waiting().exists()
    with pytest.raises(services.EventsError, match="dupliquez-le"):
        services.publish_event(event, by="équipe")


@pytest.mark.django_db
def test_the_rest_of_a_series_is_cancelled_and_not_what_came_before() -> None:
    first = EventFactory()
    made = services.make_series(
        first, name="", frequency=Frequency.WEEKLY, until=(first.starts_at + timedelta(days=22)).date(), by="équipe"
    )

    assert services.cancel_rest_of_series(made[1], by="équipe", reason="Vacances") == 2

    statuses = list(Event.objects.soonest_first().values_list("status", flat=True))
    assert statuses == [EventStatus.PUBLISHED] * 2 + [EventStatus.CANCELLED] * 2


@pytest.mark.django_db
def test_two_events_of_one_day_and_title_have_their_own_addresses() -> None:
    starts = timezone.now() + timedelta(days=9)
    made = [
        services.create_event(
            Event(title="Petit-déjeuner à Pau", starts_at=starts, ends_at=starts + timedelta(hours=1)), by=by
        )
        for by in ("lea@exemple.fr", "ali@exemple.fr")
    ]

    assert made[1].slug == f"{made[0].slug}-2"


@pytest.mark.django_db
def test_a_past_event_is_neither_published_nor_postponed() -> None:
    draft, past = EventFactory(draft=True, past=True), EventFactory(past=True)

    with pytest.raises(services.EventsError, match="passée"):
        services.publish_event(draft, by="équipe")
    with pytest.raises(services.EventsError, match="à venir"):
        services.postpone_event(past, by="équipe")


@pytest.mark.django_db
def test_the_same_page_sent_twice_makes_one_event_and_one_copy() -> None:
    starts = timezone.now() + timedelta(days=9)

    def made() -> Event:
        event = Event(title="Formation Erasmus+", starts_at=starts, ends_at=starts + timedelta(hours=3))
        return services.create_event(event, by="lea@exemple.fr", publish=True, once="page-1")

    first, second = made(), made()
    EventQuestionFactory(event=first)
    copies = [
        services.duplicate_event(first, starts + timedelta(days=7), by="lea@exemple.fr", once="page-2")
        for _ in range(2)
    ]

    assert first.pk == second.pk
    assert copies[0].pk == copies[1].pk
    assert [copy.questions.count() for copy in copies] == [1, 1]
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_a_copy_is_not_made_at_the_moment_of_the_event_itself() -> None:
    event = EventFactory()

    with pytest.raises(services.EventsError, match="lui-même"):
        services.duplicate_event(event, event.starts_at, by="équipe")

    assert Event.objects.count() == 1


@pytest.mark.django_db
@time_machine.travel(at(2026, 9, 15, 10), tick=False)
def test_sessions_and_windows_keep_their_hour_across_a_clock_change() -> None:
    event = EventFactory(
        kind=EventKind.FORMATION,
        starts_at=at(2026, 10, 20, 9),
        ends_at=at(2026, 11, 3, 12),
        closes_at=at(2026, 10, 19, 18),
    )
    SessionFactory(event=event, starts_at=at(2026, 10, 20, 9), ends_at=at(2026, 10, 20, 12))
    SessionFactory(
        event=event, starts_at=at(2026, 11, 3, 9), ends_at=at(2026, 11, 3, 12)
    )  # the clocks changed meanwhile
    moment = at(2026, 12, 1, 9)

    copy = services.duplicate_event(event, moment, by="équipe")
    moved = services.postpone_event(event, by="équipe", starts_at=moment)

    for found in (copy, moved):
        found.refresh_from_db()
        shown = [timezone.localtime(each) for each in (found.starts_at, found.ends_at, found.closes_at)]
        assert [f"{each:%m-%d %H:%M}" for each in shown] == ["12-01 09:00", "12-15 12:00", "11-30 18:00"]
        hours = [f"{timezone.localtime(session.starts_at):%m-%d %H:%M}" for session in found.sessions.all()]
        assert hours == ["12-01 09:00", "12-15 09:00"]


@pytest.mark.django_db
def test_a_draft_copy_is_not_taken_for_an_event_of_the_series() -> None:
    event = EventFactory()
    draft = services.duplicate_event(event, event.starts_at + timedelta(days=7), by="équipe")

    made = services.make_series(
        event, name="", frequency=Frequency.WEEKLY, until=(event.starts_at + timedelta(days=8)).date(), by="équipe"
    )

    draft.refresh_from_db()
    assert (draft.series, draft.status) == (None, EventStatus.DRAFT)
    assert [each.starts_at for each in made] == [draft.starts_at]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.POSTPONED])
def test_what_has_no_date_begins_no_series(status: EventStatus) -> None:
    event = EventFactory(status=status)

    with pytest.raises(services.EventsError, match="ne se répète pas"):
        services.make_series(
            event, name="", frequency=Frequency.WEEKLY, until=(event.starts_at + timedelta(days=30)).date(), by="équipe"
        )


@pytest.mark.django_db
def test_values_that_contradict_each_other_are_refused_in_french() -> None:
    event = EventFactory(capacity=12, reserved_seats=4)

    with pytest.raises(services.EventsError, match="places réservées"):
        services.save_event(event, {"capacity": 3}, by="équipe")

    assert Event.objects.get().capacity == 12


@pytest.mark.django_db
def test_a_date_to_come_is_told_once_and_given_even_after_the_first_one_went_by() -> None:
    event = EventFactory(starts_at=timezone.now() + timedelta(days=10))
    RegistrationFactory(event=event)

    for _ in range(2):
        services.postpone_event(event, by="équipe", reason="Grève")
    assert Message.objects.filter(kind="events.postponed").count() == 1
    with time_machine.travel(event.starts_at + timedelta(days=5), tick=False):
        moved = services.postpone_event(event, by="équipe", starts_at=event.starts_at + timedelta(days=30))

    assert (moved.status, moved.sequence) == (EventStatus.PUBLISHED, 2)
    assert Message.objects.filter(kind="events.postponed").count() == 2
