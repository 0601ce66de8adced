"""Where a colleague goes: an upper room that knows it says so, and lists of this room offer « mon secteur »."""

from collections.abc import Callable
from typing import Any

from directory.models import ActorQuerySet

Teller = Callable[[Any], ActorQuerySet | None]
_tellers: list[Teller] = []


def tell_with(teller: Teller) -> None:
    """Have `teller` say which actors are in a person's area; None: they have none."""
    if teller not in _tellers:
        _tellers.append(teller)


def area_of(user: Any) -> ActorQuerySet | None:
    """The actors of this person's area, None if nobody knows one."""
    return next((area for teller in _tellers if (area := teller(user)) is not None), None)
