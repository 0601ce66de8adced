"""The reminders: to those who hold a seat, once for each date of the event, and never late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web.templatetags.soco import hour

from .values import example_in, mails_about, registration_of, values_of

REMINDER = "events.reminder"


def reminder(registration: Registration, which: str, *, relevant_until: datetime) -> list[outbox.Mail]:
    """The mails of one reminder of a registration; its date is part of the occasion: moved, an event is reminded again."""
    starts = registration.event.starts_at
    return mails_about(
        REMINDER,
        registration,
        occasion=f"{registration.pk}:{which}:{starts:%Y%m%d%H%M}",
        with_copies=True,
        relevant_until=relevant_until,
        reminder=which,
        starts_at=starts.isoformat(),
    )


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, [State.CONFIRMED])
    event = registration.event
    if event.status != EventStatus.PUBLISHED:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if "starts_at" in params and params["starts_at"] != event.starts_at.isoformat():
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return values_of(registration, params) | {"soon": _soon(event, timezone.now())}


def _soon(event: Event, now: datetime) -> str:
    """How far the event is when the mail leaves, maybe hours after it was due: « Dans 7 jours », « Demain », « Aujourd’hui »."""
    days = (timezone.localdate(event.starts_at) - timezone.localdate(now)).days
    if days > 1:
        return _("Dans %(n)s jours") % {"n": days}
    if days == 1:
        return _("Demain")
    return _("Aujourd’hui à %(hour)s") % {"hour": hour(event.starts_at)}


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=REMINDER,
            label=gettext_lazy("rappel d’un événement"),
            # What the person registered for: neither an opposition to news nor decent hours may hold it back.
            category=Category.TRANSACTION,
            context=_context,
            example=lambda: example_in([State.CONFIRMED]),
        )
    )
