"""What people who are registered, or wait, are told when their event changes or is postponed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.calendar_files import Method
from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason

from .values import calendar_of, example_in, mails_about, registration_of, values_of

CHANGED, POSTPONED = "events.changed", "events.postponed"
CONCERNED = (State.CONFIRMED, State.OFFERED, State.WAITING)


def event_changed(event: Event, changes: Sequence[str]) -> int:
    """Tell what changed (« Lieu : … »), one line each, to everybody concerned; return how many mails are asked for."""
    return _to_all(CHANGED, event, changes=list(changes))


def event_postponed(event: Event) -> int:
    """Tell that the date is no longer good: the new one, or that it will come."""
    return _to_all(POSTPONED, event)


def _to_all(kind: str, event: Event, **params: Any) -> int:
    """Once for each version of the calendar (`sequence`): only the last one leaves if there were several."""
    mails = []
    concerned = Registration.objects.of_event(event).in_states(list(CONCERNED))
    for registration in concerned.prefetch_related("participants").order_by("pk"):
        registration.event = event
        mails += mails_about(
            kind,
            registration,
            occasion=f"{registration.pk}:{event.sequence}",
            with_copies=registration.is_confirmed,
            sequence=event.sequence,
            **params,
        )
    return outbox.enqueue_many(mails)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, CONCERNED)
    if registration.event.sequence != params.get("sequence", registration.event.sequence):
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return values_of(registration, params) | {
        "changes": params.get("changes", []),
        "is_waiting": not registration.is_confirmed,
        "has_date": registration.event.status != EventStatus.POSTPONED,
    }


def _attachments(params: Mapping[str, Any]) -> Iterable[kinds.Attachment]:
    """For those who hold a seat, the new appointment; none while there is no date: the old one leaves the agenda."""
    registration = Registration.objects.for_page().filter(pk=params["registration"]).first()
    if registration is None or not registration.is_confirmed:
        return ()
    has_date = registration.event.status == EventStatus.PUBLISHED
    return calendar_of(params, Method.REQUEST if has_date else Method.CANCEL)


def register() -> None:
    for code, label in ((CHANGED, _("événement modifié")), (POSTPONED, _("événement reporté"))):
        kinds.register(
            kinds.MailKind(
                code=code,
                label=label,
                category=Category.TRANSACTION,
                context=_context,
                example=lambda: example_in(CONCERNED),
                attachments=_attachments,
            )
        )
