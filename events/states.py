"""The state machine of a registration, without the database: what may follow what, and what each state means."""

from .enums import RegistrationState as State

# Rows of the table: from this state, these may follow. A state that is missing is an end: nothing comes back from it, so
# that somebody who withdrew is never offered a seat again (a new request is a new registration).
NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.OFFERED, State.CONFIRMED, State.WITHDRAWN, State.REFUSED, State.CANCELLED}),
    State.OFFERED: frozenset(
        {State.CONFIRMED, State.WAITING, State.EXPIRED, State.WITHDRAWN, State.REFUSED, State.CANCELLED}
    ),
    State.CONFIRMED: frozenset({State.PRESENT, State.ABSENT, State.WITHDRAWN, State.REFUSED, State.CANCELLED}),
    # On the day people correct themselves: a tap on the wrong line, somebody who comes late.
    State.PRESENT: frozenset({State.ABSENT, State.CONFIRMED}),
    State.ABSENT: frozenset({State.PRESENT, State.CONFIRMED}),
}
ATTENDED = (State.PRESENT, State.ABSENT)
# These hold seats: an offered seat is kept until its deadline.
SEATED = (State.OFFERED, State.CONFIRMED, State.PRESENT, State.ABSENT)
# These are still of interest to the person: one per address and event.
LIVE = (State.WAITING, State.OFFERED, State.CONFIRMED, State.PRESENT, State.ABSENT)
# From these a person may withdraw alone.
WITHDRAWABLE = (State.WAITING, State.OFFERED, State.CONFIRMED)


def may_follow(state: str, other: str) -> bool:
    """May a registration in `state` become `other`?"""
    return other in NEXT.get(State(state), frozenset())
