"""One mail for each state of a registration, and no other: a person who waits is never told that they come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import states
from events.calendar_files import Method
from events.enums import RegistrationState as State
from events.models import Participant, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.enums import State as MessageState
from soco.mailing.models import Message
from soco.web.templatetags.soco import moment

from .values import calendar_of, example_in, mail_to, registration_of, values_of, write


@dataclass(frozen=True)
class _Said:
    """What is written when a registration reaches a state. `calendar`: what its calendar file does, if it has one."""

    code: str
    label: Any
    calendar: Method | None = None


SAID: dict[State, _Said] = {
    State.CONFIRMED: _Said("events.confirmed", _("inscription confirmée"), Method.REQUEST),
    State.WAITING: _Said("events.waiting", _("sur la liste d’attente")),
    State.OFFERED: _Said("events.offered", _("une place est proposée")),
    State.WITHDRAWN: _Said("events.withdrawn", _("désistement noté"), Method.CANCEL),
    State.EXPIRED: _Said("events.expired", _("place proposée non acceptée à temps")),
    State.REFUSED: _Said("events.refused", _("inscription refusée"), Method.CANCEL),
    State.CANCELLED: _Said("events.cancelled", _("événement annulé"), Method.CANCEL),
}
# A seat given from the waiting list without an offer: the person did nothing just now, the words differ.
PROMOTED = _Said("events.promoted", _("une place de la liste d’attente est donnée"), Method.REQUEST)
LINK, LINK_EVERY = "events.link", timedelta(hours=1)
REMOVED = "events.removed"
# The people who come are told too, at their own address: of a seat, and of the end of what they were told of.
ENDS = (State.CANCELLED, State.WITHDRAWN, State.REFUSED)
# No mail rather than a late one: these say nothing any more once the event has begun.
GOOD_UNTIL_START = (State.CONFIRMED, State.WAITING, State.EXPIRED)


def registration_told(registration: Registration, *, before: str = "") -> None:
    """Tell of the state that a registration has just reached; `before`: the one that it left. Presence is told by nobody."""
    state = State(registration.state)
    said = PROMOTED if (state, before) == (State.CONFIRMED, State.WAITING) else SAID.get(state)
    if said is None:
        return
    starts_at = registration.event.starts_at
    until = registration.offer_until or (starts_at if state in GOOD_UNTIL_START else None)
    write(
        said.code,
        registration,
        occasion=f"{registration.pk}:{registration.link_version}:{registration.state_at:%Y%m%d%H%M%S%f}",
        with_copies=state == State.CONFIRMED or (state in ENDS and before == State.CONFIRMED),
        relevant_until=until,
        before=before,
    )


def participant_told(participant: Participant) -> None:
    """Tell somebody who comes from now on, by a registration that has its seat, if they gave an address of their own."""
    registration = participant.registration
    if not registration.is_confirmed or participant.email in ("", registration.email):
        return
    mail = mail_to(
        SAID[State.CONFIRMED].code,
        registration,
        participant.email,
        participant.name,
        occasion=f"{registration.pk}:{participant.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
        relevant_until=registration.event.starts_at,
        participant=participant.pk,
    )
    outbox.enqueue_many([mail])


def removed_told(registration: Registration, *, name: str, email: str) -> None:
    """Tell somebody who had been told that they come that they do not any more, with what takes it out of their agenda."""
    if not registration.is_confirmed or not email:
        return
    mail = mail_to(
        REMOVED,
        registration,
        email,
        name,
        occasion=f"{registration.pk}:{email}:{timezone.now():%Y%m%d%H%M%S%f}",
        relevant_until=registration.event.ends_at,
        name=name,
    )
    outbox.enqueue_many([mail])


def _removed(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = Registration.objects.for_page().filter(pk=params["registration"]).first()
    if registration is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if "to" in params:
        people = registration.participants.all()
        come_again = params["to"] in (registration.email, *(who.email for who in people))
        others = Registration.objects.of_event(registration.event).live().exclude(pk=registration.pk)
        come_again = come_again or others.reaching(params["to"]).exists()
        mine = Message.objects.about(f"registration:{registration.pk}").to_address(params["to"])
        if come_again or not mine.in_state(MessageState.SENT).exists():  # who was never told has nothing to unlearn
            raise kinds.NotRelevant(Reason.NO_OBJECT)
    return values_of(registration, params) | {"who": params.get("name", registration.name)}


def registration_link(registration: Registration, *, on: datetime) -> bool:
    """Its personal link, again; False if it was asked for within the hour before. Called with the event's row locked."""
    mine = Message.objects.about(f"registration:{registration.pk}").of_kind(LINK).to_address(registration.email)
    if mine.asked_after(on - LINK_EVERY).exists():
        return False
    write(LINK, registration, occasion=f"{registration.pk}:{on:%Y%m%d%H%M%S}")
    return True


def _link(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, states.LIVE)
    return values_of(registration, params) | {"state": registration.get_state_display().lower()}


def _kind(state: State, said: _Said) -> kinds.MailKind:
    def context(params: Mapping[str, Any]) -> Mapping[str, Any]:
        registration = registration_of(params, [state])
        values = values_of(registration, params)
        if state == State.WAITING:
            values |= {"position": _position(registration), "had_offer": params.get("before") == State.OFFERED}
        if state == State.OFFERED:
            values["until"] = moment(registration.offer_until)
        if state == State.CANCELLED:
            values["was_seated"] = params.get("before") == State.CONFIRMED
        return values

    def attachments(params: Mapping[str, Any]) -> Iterable[kinds.Attachment]:
        takes_out = said.calendar == Method.CANCEL and params.get("before") != State.CONFIRMED
        return () if said.calendar is None or takes_out else calendar_of(params, said.calendar)

    return kinds.MailKind(
        code=said.code,
        label=said.label,
        category=Category.TRANSACTION,
        context=context,
        example=lambda: example_in([state]),
        attachments=attachments,
    )


def _position(registration: Registration) -> int:
    return Registration.objects.of_event(registration.event).ahead_of(registration).count() + 1


def register() -> None:
    kinds.register(*(_kind(state, said) for state, said in SAID.items()), _kind(State.CONFIRMED, PROMOTED))
    kinds.register(
        kinds.MailKind(
            code=REMOVED,
            label=_("retiré d’une inscription"),
            category=Category.TRANSACTION,
            context=_removed,
            example=lambda: example_in([State.CONFIRMED]),
            attachments=lambda params: calendar_of(params, Method.CANCEL),
        ),
        kinds.MailKind(
            code=LINK,
            label=_("lien d’une inscription, renvoyé"),
            category=Category.TRANSACTION,
            context=_link,
            example=lambda: example_in(states.LIVE),
        ),
    )
