"""The life of an event: made, changed, published, postponed, cancelled; each gesture tells everyone concerned, once.

What everybody may read of it is told too: the open data and the API keep their answers until `counts_version` moves.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory import counts_version
from directory.services.naming import spelled_apart
from events import notifications
from events.appointments import place_of
from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, EventQuestion, FormerAddress, Registration
from events.states import WITHDRAWABLE
from events.wall_clock import between, moved, moved_span
from soco.web.templatetags.soco import moment

from .errors import EventsError
from .locking import locked_event
from .reminders import plan_reminders
from .seats import fill, move

SLUG_WORDS = 120
# What a calendar must be told of: a change of these is a new version of the appointment.
MATERIAL = ("starts_at", "ends_at", "place_name", "address", "city", "is_online", "online_url", "title")


def slug_of(event: Event) -> str:
    """`AAAA-MM-JJ-<titre>`, with a number behind if another event has it."""
    words = slugify(spelled_apart(event.title))[:SLUG_WORDS].strip("-") or "evenement"
    wanted = f"{timezone.localdate(event.starts_at):%Y-%m-%d}-{words}"
    slug, number = wanted, 1
    while _is_taken(slug, event):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _is_taken(slug: str, event: Event) -> bool:
    others = Event.objects.exclude(pk=event.pk) if event.pk else Event.objects.all()
    former = FormerAddress.objects.exclude(event=event.pk) if event.pk else FormerAddress.objects.all()
    return others.at_address(slug).exists() or former.at_address(slug).exists()


@transaction.atomic
def create_event(event: Event, *, by: str, publish: bool = False, once: str = "") -> Event:
    """Save a new event, with its address and its département; `publish` it at once. `once`: what a page and the words typed on
    it make: sent twice, they make one event, which is given back as it is. Raises EventsError for a date that is over, and for
    values that contradict each other."""
    if known := made_from(once):
        return known
    event.once = once
    return insert_event(event, by=by, publish=publish)


def insert_event(event: Event, *, by: str, publish: bool = False) -> Event:
    """Write a new event, whoever made one like it. Raises EventsError as `create_event` does."""
    event.created_by = by
    _settle_place(event)
    event.slug = slug_of(event)
    _check(event)
    event.save(force_insert=True)
    return publish_event(event, by=by) if publish else event


def made_from(once: str) -> Event | None:
    """The event that was made from this page already. Two that ask at once come one after the other, until the end of the
    transaction."""
    if not once:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"events.create:{once}"])
    return Event.objects.made_from(once).first()


def _check(event: Event) -> None:
    """The rules of the table, said in French. Raises EventsError."""
    try:
        event.validate_constraints()
    except ValidationError as error:
        raise EventsError(" ".join(error.messages)) from error


def _settle_place(event: Event) -> None:
    """A commune gives its département, and its point if the place has none."""
    commune = event.commune
    if commune is None:
        return
    event.city = event.city or commune.name
    event.departement_id = commune.departement_id
    if not event.is_located:
        event.latitude, event.longitude = commune.latitude, commune.longitude


@transaction.atomic
def save_event(event: Event, values: Mapping[str, Any], *, by: str, tell: bool = True) -> list[str]:
    """Write `values` (columns of Event) and everything that follows: its address, its calendar version, its reminders, the seats
    that a larger room frees, and a mail that says what changed to those concerned (unless `tell` is False). Return what
    changed for them, in French."""
    fresh = locked_event(event)
    before = {name: getattr(fresh, name) for name in MATERIAL}
    before_place, before_moment = place_of(fresh), fresh.starts_at
    for name, value in values.items():
        setattr(fresh, name, value)
    if "commune" in values and "latitude" not in values:
        fresh.latitude = fresh.longitude = None
    _settle_place(fresh)
    if fresh.starts_at != before_moment and fresh.starts_at <= timezone.now() and not fresh.is_draft:
        raise EventsError(_("Cette nouvelle date est passée\u00a0: rien n’a été enregistré."))
    is_material = any(getattr(fresh, name) != value for name, value in before.items())
    fresh.sequence += 1 if is_material else 0
    _check(fresh)
    _keep_address(fresh)
    fresh.save()
    transaction.on_commit(counts_version.bump)
    if fresh.starts_at != before_moment:
        _shift_sessions(fresh, between(before_moment, fresh.starts_at))
        _clip_offers(fresh)
    plan_reminders(fresh)
    fill(fresh)
    changes = _changes(fresh, before, before_place)
    if changes and tell and fresh.status == EventStatus.PUBLISHED and not fresh.is_past:
        notifications.event_changed(fresh, changes)
    return changes


def _keep_address(event: Event) -> None:
    """The address says the date and the title; the one before leads to it for good."""
    wanted = slug_of(event)
    if wanted.rstrip("-0123456789") == event.slug.rstrip("-0123456789") and wanted[:10] == event.slug[:10]:
        return
    former, event.slug = event.slug, wanted
    FormerAddress.objects.at_address(wanted).delete()  # back at an address that it had
    FormerAddress.objects.update_or_create(slug=former, defaults={"event": event})


def _shift_sessions(event: Event, shift: timedelta) -> None:
    for session in event.sessions.all():
        for name, moment_ in moved_span(session.starts_at, session.ends_at, shift).items():
            setattr(session, name, moment_)
        session.save(update_fields=["starts_at", "ends_at"])


def _clip_offers(event: Event, *, anew: bool = False) -> None:
    """No offer outlives the beginning. `anew`: nobody could decide while there was no date, the delay starts again."""
    now = timezone.now()
    for registration in Registration.objects.of_event(event).offered():
        until = now + timedelta(hours=event.offer_hours or 48) if anew else registration.offer_until
        registration.offer_until = min(until or event.starts_at, event.starts_at)
        registration.save(update_fields=["offer_until"])


def _changes(event: Event, before: Mapping[str, Any], before_place: str) -> list[str]:
    said = []
    if before["title"] != event.title:
        said.append(_("Titre\u00a0: %(title)s") % {"title": event.title})
    if before["starts_at"] != event.starts_at:
        said.append(
            _("Début\u00a0: %(now)s, au lieu du %(before)s")
            % {"now": moment(event.starts_at), "before": moment(before["starts_at"])}
        )
    elif before["ends_at"] != event.ends_at:
        said.append(_("Fin\u00a0: %(now)s") % {"now": moment(event.ends_at)})
    if before_place != place_of(event):
        said.append(_("Lieu\u00a0: %(place)s") % {"place": place_of(event) or _("à préciser")})
    if before["online_url"] != event.online_url and event.online_url:
        said.append(_("Une nouvelle adresse pour se connecter, sur la page de votre inscription"))
    return said


@transaction.atomic
def publish_event(event: Event, *, by: str) -> Event:
    """Let everybody see it and register. Twice is once. Raises EventsError for an event that is cancelled or over."""
    event = locked_event(event)
    if event.status == EventStatus.PUBLISHED:
        return event
    if event.status == EventStatus.CANCELLED:
        raise EventsError(_("Un événement annulé ne se publie plus\u00a0: dupliquez-le."))
    if event.is_past:
        raise EventsError(_("Sa date est passée\u00a0: donnez-lui-en une autre, puis publiez-le."))
    was_postponed = event.status == EventStatus.POSTPONED
    event.status, event.published_at = EventStatus.PUBLISHED, event.published_at or timezone.now()
    event.sequence += 1 if was_postponed else 0
    if event.previous_starts_at == event.starts_at:
        event.previous_starts_at = None
    event.save(update_fields=["status", "published_at", "sequence", "previous_starts_at", "updated_at"])
    transaction.on_commit(counts_version.bump)
    plan_reminders(event)
    if was_postponed:
        _clip_offers(event, anew=True)
        # its people were told that the date was no longer good
        notifications.event_changed(event, [_("Date confirmée\u00a0: %(date)s") % {"date": moment(event.starts_at)}])
    fill(event)
    return event


@transaction.atomic
def postpone_event(
    event: Event,
    *,
    by: str,
    reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Event:
    """Another date (both moments), or one to come (neither): registrations are kept, everybody concerned is told, the reminders
    follow. « To come » said twice is said once, and its date may be given after the first one went by. Raises EventsError for an
    event that is over, cancelled or never published, and for a date that is over."""
    event = locked_event(event)
    if event.is_postponed and starts_at is None:
        return event
    is_over = event.status == EventStatus.PUBLISHED and event.is_past
    if event.status not in (EventStatus.PUBLISHED, EventStatus.POSTPONED) or is_over:
        raise EventsError(_("Seul un événement publié et à venir se reporte."))
    if starts_at and starts_at <= timezone.now():
        raise EventsError(_("Cette nouvelle date est passée."))
    if starts_at == event.starts_at and event.status == EventStatus.PUBLISHED:
        return event
    if event.status == EventStatus.PUBLISHED:
        event.previous_starts_at = event.starts_at
    if starts_at:
        shift, was_without_date = between(event.starts_at, starts_at), event.is_postponed
        event.ends_at = ends_at or moved_span(event.starts_at, event.ends_at, shift)["ends_at"]
        event.starts_at, event.status = starts_at, EventStatus.PUBLISHED
        if event.previous_starts_at == starts_at:
            event.previous_starts_at = None  # back at its date: nothing to announce
        _move_window(event, shift)
        _check(event)
        _keep_address(event)
        _shift_sessions(event, shift)
        _clip_offers(event, anew=was_without_date)
    else:
        event.status = EventStatus.POSTPONED
    event.status_reason = reason
    event.sequence += 1
    event.save()
    transaction.on_commit(counts_version.bump)
    plan_reminders(event)
    notifications.event_postponed(event)
    fill(event)
    return event


def _move_window(event: Event, shift: timedelta) -> None:
    """A closing that depends on the date follows it; an opening that is over stays."""
    if event.closes_at:
        event.closes_at = moved(event.closes_at, shift)


@transaction.atomic
def cancel_event(event: Event, *, by: str, reason: str) -> int:
    """It will not take place: those who hold a seat and those who wait are told, with what takes it out of their agenda. Return how
    many registrations end with it; 0 if it was cancelled already. Raises EventsError for an event that is over."""
    event = locked_event(event)
    if event.status == EventStatus.CANCELLED:
        return 0
    if event.is_past and event.status == EventStatus.PUBLISHED:
        raise EventsError(_("Cet événement est passé\u00a0: il ne s’annule plus."))
    event.status, event.status_reason = EventStatus.CANCELLED, reason
    event.sequence += 1
    event.save(update_fields=["status", "status_reason", "sequence", "updated_at"])
    transaction.on_commit(counts_version.bump)
    plan_reminders(event)
    concerned = Registration.objects.of_event(event).in_states(list(WITHDRAWABLE)).order_by("rank")
    rows = list(concerned.prefetch_related("participants"))
    for registration in rows:
        registration.event = event
        move(registration, State.CANCELLED, by=by, cause=reason)
    return len(rows)


@transaction.atomic
def add_question(event: Event, question: EventQuestion) -> EventQuestion:
    """Ask something to those who register from now on; `question` is not saved yet. It comes last."""
    event = locked_event(event)
    if known := event.questions.filter(label=question.label, kind=question.kind).first():
        return known  # the same page sent twice
    question.event, question.position = event, event.questions.count()
    question.save()
    return question


@transaction.atomic
def remove_question(question: EventQuestion) -> None:
    """Ask it no more, and forget what was answered: nothing else would, once the question is gone."""
    event, name = locked_event(question.event_id), str(question.pk)
    answered = list(Registration.objects.of_event(event).answering(question.pk))
    for registration in answered:
        registration.answers.pop(name, None)
    Registration.objects.bulk_update(answered, ["answers"])
    question.delete()
