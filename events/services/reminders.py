"""Reminders: planned with the event, asked for when their time comes, planned anew when the date moves. The beat looks for what is
due; a row says what became of each."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import notifications
from events.enums import EventStatus, Reminder
from events.models import Event, PlannedReminder, Registration
from soco.mailing import outbox

BEFORE = {
    Reminder.WEEK: timedelta(days=7),
    Reminder.DAY: timedelta(days=1),
    Reminder.TWO_HOURS: timedelta(hours=2),
}
# How late a reminder may still leave: « sept jours avant » makes no sense the day before, « la veille » at the last hour.
GOOD_FOR = {
    Reminder.WEEK: timedelta(days=4),
    Reminder.DAY: timedelta(hours=20),
    Reminder.TWO_HOURS: timedelta(hours=1, minutes=30),
}
CHUNK = 1000
_TOO_LATE = _("Il était trop tard pour l’envoyer.")
_WHY_NOT = {
    EventStatus.DRAFT: _("L’événement n’est pas publié."),
    EventStatus.POSTPONED: _("L’événement est reporté."),
    EventStatus.CANCELLED: _("L’événement est annulé."),
}


def plan_reminders(event: Event) -> None:
    """Make the planned reminders those of the event as it is: its date, its choice of reminders, its status. Called with the
    event's row locked; twice is once. A reminder whose time is over when it is planned is not sent: who registers, or is told of
    a new date, so shortly before has just been written to."""
    waiting = PlannedReminder.objects.of_event(event).waiting()
    if event.status != EventStatus.PUBLISHED:
        waiting.update(skipped=str(_WHY_NOT[EventStatus(event.status)]))
        return
    wanted = {name: due_at(event, Reminder(name)) for name in event.reminders}
    for planned in waiting:
        if wanted.get(planned.reminder) != planned.due_at:
            PlannedReminder.objects.waiting().filter(pk=planned.pk).delete()  # unless it has just been asked for
    now = timezone.now()
    for name, due in wanted.items():
        row, is_new = PlannedReminder.objects.get_or_create(
            event=event, reminder=name, due_at=due, defaults={"skipped": str(_TOO_LATE) if due <= now else ""}
        )
        if not is_new and row.queued_at is None and row.skipped:  # the event is published again
            row.skipped = str(_TOO_LATE) if due <= now else ""
            row.save(update_fields=["skipped"])


def due_at(event: Event, which: Reminder) -> datetime:
    """When a reminder is due: days are those of the wall clock (the day before at the same hour, clock change or not), hours are
    true hours."""
    if which == Reminder.TWO_HOURS:
        return event.starts_at - BEFORE[which]
    return (timezone.localtime(event.starts_at) - BEFORE[which]).astimezone(UTC)


def queue_reminders(now: datetime) -> int:
    """Ask for the mails of the reminders that are due; return how many. Safe to run twice, and twice at once: each planned reminder
    is held while it is treated, and the ledger keeps one mail for each registration, reminder and date."""
    pks = list(PlannedReminder.objects.due(now).values_list("pk", flat=True))
    return sum(_queue(pk, now) for pk in pks)


@transaction.atomic
def _queue(pk: int, now: datetime) -> int:
    planned = PlannedReminder.objects.select_for_update(of=("self",), skip_locked=True).due(now).filter(pk=pk).first()
    if planned is None:  # another worker has it, or the event is no longer published
        return 0
    event = Event.objects.select_related("organiser").get(pk=planned.event_id)
    until = min(planned.due_at + GOOD_FOR[Reminder(planned.reminder)], event.starts_at)
    if until <= now:
        planned.skipped = str(_TOO_LATE)
        planned.save(update_fields=["skipped"])
        return 0
    count = 0
    # Who got a seat since then has just read the confirmation, with the same words.
    confirmed = Registration.objects.of_event(event).confirmed().in_this_state_by(planned.due_at)
    confirmed = confirmed.order_by("pk").prefetch_related("participants")
    batch: list[outbox.Mail] = []
    for registration in confirmed.iterator(chunk_size=CHUNK):
        registration.event = event
        batch += notifications.reminder(registration, planned.reminder, relevant_until=until)
        if len(batch) >= CHUNK:
            count += outbox.enqueue_many(batch)
            batch = []
    count += outbox.enqueue_many(batch)
    planned.queued_at, planned.count = now, count
    planned.save(update_fields=["queued_at", "count"])
    return count
