"""How seats are given: the one function that changes a registration's state, and the one that fills free seats.

Both are called with the event's row locked (see `locking`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events import notifications, seating, states
from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, Registration, Transition

from .errors import EventsError


def move(
    registration: Registration, to: State, *, by: str = "", cause: str = "", tell: bool = True, **values: Any
) -> None:
    """Make `registration` become `to`, note the step, and write the mail of that state (unless `tell` is False).

    `values`: columns that change with it. Raises EventsError for a change that the state machine does not know.
    """
    if not states.may_follow(registration.state, to):
        raise EventsError(
            _("Une inscription «\u00a0%(before)s\u00a0» ne devient pas «\u00a0%(after)s\u00a0».")
            % {"before": registration.get_state_display().lower(), "after": State(to).label.lower()}
        )
    before, registration.state = registration.state, to
    registration.state_at = timezone.now()
    registration.offer_until = values.pop("offer_until", None)
    for name, value in values.items():
        setattr(registration, name, value)
    registration.save(update_fields=["state", "state_at", "offer_until", *values])
    Transition.objects.create(
        registration=registration, before=before, after=to, at=registration.state_at, by=by, cause=cause[:200]
    )
    if tell:
        notifications.registration_told(registration, before=before)


@dataclass(frozen=True)
class Seated:
    """What is held of an event: `taken` seats, `last_rank` given."""

    taken: seating.Taken
    last_rank: int


def held(event: Event) -> Seated:
    """The seats held and the last rank given, in one query."""
    seats, never_met, last = Registration.objects.of_event(event).taken_and_last_rank()
    return Seated(seating.Taken(seats, never_met), last)


def fill(event: Event, *, taken: seating.Taken | None = None) -> list[Registration]:
    """Give the free seats of an event to its waiting list, by the rules of `seating`; return those that got one.

    Called after everything that may free a seat. Nothing is given once the event has begun, nor while it has no date. `taken`: the
    seats held, when the caller has just counted them.
    """
    now = timezone.now()
    if event.status != EventStatus.PUBLISHED or event.starts_at <= now:
        return []
    taken = taken or held(event).taken
    if seating.free_seats(event.rules, taken, is_never_met=True) == 0:
        return []
    chosen = seating.served(event.rules, taken, Registration.objects.of_event(event).requests())
    rows = Registration.objects.in_bulk([request.pk for request in chosen])
    given = []
    for request in chosen:
        registration = rows[request.pk]
        registration.event = event
        give(registration, now=now)
        given.append(registration)
    return given


def give(registration: Registration, *, now: datetime) -> None:
    """Offer its seats to a request that waits, until the delay of its event; without a delay, it is registered at once."""
    event, cause = registration.event, _("Une place s’est libérée")
    if event.offer_hours:
        until = min(now + timedelta(hours=event.offer_hours), event.starts_at)
        move(registration, State.OFFERED, cause=cause, offer_until=until)
    else:
        move(registration, State.CONFIRMED, cause=cause)


def seats_left(event: Event) -> int | None:
    """The seats that anybody could take now, those kept for collectivités never met left out; None without a limit. Reads
    `seats_taken` of an event loaded `with_seats`."""
    if event.capacity is None:
        return None
    if event.rules.reserved:
        return seating.free_seats(event.rules, held(event).taken, is_never_met=False)
    taken = event.seats_taken if hasattr(event, "seats_taken") else held(event).taken.seats
    return max(0, event.capacity - taken)


def has_kept_seats(event: Event) -> bool:
    """Are the seats that are free all kept for collectivités never met?"""
    rules = event.rules
    if not rules.reserved:
        return False
    taken = held(event).taken
    is_closed_to_others = seating.free_seats(rules, taken, is_never_met=False) == 0
    return is_closed_to_others and seating.free_seats(rules, taken, is_never_met=True) != 0


def why_waiting(event: Event) -> Mapping[int, seating.Obstacle | None]:
    """For each request that waits, by id and in the order in which they will be served: what keeps it waiting; None if it may be
    served now (the next round does it)."""
    taken, rules = held(event).taken, event.rules
    waiting = seating.in_order(rules, Registration.objects.of_event(event).requests())
    return {request.pk: seating.obstacle(rules, taken, request) for request in waiting}


def position(registration: Registration) -> int | None:
    """Its place on the waiting list, from 1; None if it does not wait."""
    if not registration.is_waiting:
        return None
    return Registration.objects.of_event(registration.event).ahead_of(registration).count() + 1
