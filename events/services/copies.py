"""One event made from another: a copy at another date, and the series that repeats one."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import EventStatus
from events.models import Event, EventQuerySet, EventQuestion, Series, Session
from events.recurrence import LONGEST, days
from events.wall_clock import between, moved, moved_span

from .errors import EventsError
from .locking import locked_event
from .planning import cancel_event, insert_event, made_from, publish_event

# What a copy does not take: what is its own, and what happened to the event.
OWN = {
    *(
        "id",
        "slug",
        "uid",
        "sequence",
        "status",
        "status_reason",
        "series",
        "starts_at",
        "ends_at",
        "previous_starts_at",
    ),
    *("once", "opens_at", "closes_at", "created_at", "created_by", "updated_at", "published_at"),
}


@transaction.atomic
def duplicate_event(event: Event, starts_at: datetime, *, by: str, once: str = "") -> Event:
    """A draft like this event, at another moment: its questions and sessions follow, its registrations do not. Windows of
    registration keep their distance to the beginning. `once`: as for `create_event`. Raises EventsError for the moment of the event
    itself."""
    if starts_at == event.starts_at:
        raise EventsError(_("C’est la date de l’événement lui-même\u00a0: choisissez-en une autre."))
    if known := made_from(once):
        return known
    copy = _copy_of(event, starts_at)
    copy.once = once
    return _written(copy, event, by=by)


def _copy_of(event: Event, starts_at: datetime, *, series: Series | None = None) -> Event:
    """The copy, not saved yet."""
    shift = between(event.starts_at, starts_at)
    values: dict[str, Any] = {
        field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields if field.name not in OWN
    }
    return Event(
        **values,
        uid=uuid4(),
        status=EventStatus.DRAFT,
        series=series,
        **moved_span(event.starts_at, event.ends_at, shift),
        opens_at=moved(event.opens_at, shift) if event.opens_at else None,
        closes_at=moved(event.closes_at, shift) if event.closes_at else None,
    )


def _written(copy: Event, event: Event, *, by: str, publish: bool = False) -> Event:
    """Save a copy of `event`, with its questions and sessions."""
    insert_event(copy, by=by)
    shift = between(event.starts_at, copy.starts_at)
    EventQuestion.objects.bulk_create(
        EventQuestion(
            event=copy,
            **{
                field.attname: getattr(question, field.attname)
                for field in EventQuestion._meta.concrete_fields
                if field.name not in ("id", "event")
            },
        )
        for question in event.questions.all()
    )
    Session.objects.bulk_create(
        Session(event=copy, title=session.title, **moved_span(session.starts_at, session.ends_at, shift))
        for session in event.sessions.all()
    )
    return publish_event(copy, by=by) if publish else copy


@transaction.atomic
def make_series(
    event: Event, *, name: str, frequency: str, until: date, except_on: Iterable[date] = (), by: str
) -> list[Event]:
    """Repeat an event until a day, at the same hour of Paris; each repetition is an event of its own, published if this one is.
    Return the new ones. Raises EventsError for a series longer than two years, one without a repetition, and an event that is in a
    series already or has no date."""
    event = locked_event(event)
    first = timezone.localtime(event.starts_at)
    if event.is_cancelled or event.is_postponed:
        raise EventsError(_("Un événement annulé ou reporté ne se répète pas\u00a0: publiez-le d’abord à sa date."))
    if event.series_id:
        raise EventsError(_("Cet événement est déjà dans une série."))
    if until - first.date() > LONGEST:
        raise EventsError(_("Une série dure deux ans au plus."))
    except_on = sorted(set(except_on))
    wanted = [day for day in days(first.date(), frequency, until, except_on=except_on) if day > first.date()]
    if not wanted:
        raise EventsError(_("Aucune autre date ne tombe avant le jour de fin choisi."))
    series = Series.objects.create(
        name=name or event.title,
        frequency=frequency,
        starts_on=first.date(),
        until=until,
        except_on=except_on,
        created_by=by,
    )
    Event.objects.at_address(event.slug).update(series=series)
    event.series = series
    publish = event.status == EventStatus.PUBLISHED
    moments = [timezone.make_aware(datetime.combine(day, first.time().replace(tzinfo=None))) for day in wanted]
    copies = [_copy_of(event, moment, series=series) for moment in moments]
    return [_written(copy, event, by=by, publish=publish) for copy in copies]


@transaction.atomic
def cancel_rest_of_series(event: Event, *, by: str, reason: str, among: EventQuerySet | None = None) -> int:
    """Cancel this event and those of its series that come after it; return how many events. `among`: those that may be cancelled,
    all of them if it is not given."""
    now = timezone.now()
    rest = Event.objects.filter(pk=event.pk)
    if event.series_id:
        allowed = Event.objects.all() if among is None else among
        rest = allowed.of_series(event.series_id).not_cancelled().upcoming(now).starting_from(event.starts_at)
    pks = list(rest.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        cancel_event(Event.objects.get(pk=pk), by=by, reason=reason)
    return len(pks)
