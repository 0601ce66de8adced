"""What people who are registered, or wait, are told when their event changes or is postponed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.calendar_files import Method
from events.enums import RegistrationState as State
from events.models import Event, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.enums import State as MessageState
from soco.mailing.models import Message
from soco.web.templatetags.soco import moment

from .values import calendar_of, example_in, mails_about, registration_of, values_of

CHANGED, POSTPONED = "events.changed", "events.postponed"
CONCERNED = (State.CONFIRMED, State.OFFERED, State.WAITING)


def event_changed(event: Event, changes: Sequence[str]) -> int:
    """Tell what changed (« Lieu : … »), one line each, to everybody concerned; return how many mails are asked for."""
    return _to_all(CHANGED, event, changes=list(changes))


def event_postponed(event: Event) -> int:
    """Tell that the date is no longer good: the new one, or that it will come."""
    return _to_all(POSTPONED, event, changes=[])


def _to_all(kind: str, event: Event, **params: Any) -> int:
    """Once for each version of the calendar (`sequence`): only the last one leaves if there were several, with what all of them had
    to say. Nobody is told of a change once the event is over."""
    mails = []
    concerned = Registration.objects.of_event(event).concerned()
    for registration in concerned.prefetch_related("participants").order_by("pk"):
        registration.event = event
        mails += mails_about(
            kind,
            registration,
            occasion=f"{registration.pk}:{event.sequence}",
            with_copies=registration.is_confirmed,
            relevant_until=event.ends_at if event.has_date else None,
            sequence=event.sequence,
            **params,
        )
    return outbox.enqueue_many(mails)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, CONCERNED)
    event = registration.event
    if event.sequence != params.get("sequence", event.sequence):
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    untold = _untold(registration, params)
    changes = [change for before in [*untold, params] for change in before.get("changes", [])]
    was_postponed = any(before["kind"] == POSTPONED for before in untold)
    if was_postponed and event.previous_starts_at:
        now = moment(event.starts_at) if event.has_date else _("date à venir")
        said = _("Date\u00a0: %(now)s, au lieu du %(before)s")
        changes.insert(0, said % {"now": now, "before": moment(event.previous_starts_at)})
    return values_of(registration, params) | {
        "changes": list(dict.fromkeys(changes)),
        "is_waiting": registration.is_waiting,
        "is_offered": registration.is_offered,
    }


def _untold(registration: Registration, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What this person has not been told since the last of these mails that reached them, the oldest first: the parameters of the
    mails that gave way to this one, each with its `kind`."""
    sequence = params.get("sequence", 0)
    untold: list[dict[str, Any]] = []
    rows = Message.objects.about(f"registration:{registration.pk}").of_kinds([CHANGED, POSTPONED]).order_by("pk")
    for kind, state, said in rows.values_list("kind", "state", "params"):
        is_mine = said.get("participant") == params.get("participant") and said.get("to") == params.get("to")
        if not is_mine or said.get("sequence", sequence) >= sequence:
            continue
        untold = [] if state == MessageState.SENT else [*untold, said | {"kind": kind}]
    return untold


def _attachments(params: Mapping[str, Any]) -> Iterable[kinds.Attachment]:
    """For those who hold a seat, the new appointment; none while there is no date: the old one leaves the agenda."""
    registration = Registration.objects.for_page().filter(pk=params["registration"]).first()
    if registration is None or not registration.is_confirmed:
        return ()
    return calendar_of(params, Method.REQUEST if registration.event.has_date else Method.CANCEL)


def register() -> None:
    for code, label in ((CHANGED, gettext_lazy("événement modifié")), (POSTPONED, gettext_lazy("événement reporté"))):
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
