"""Slots: how a page of a lower room shows a block of an upper room, without importing it.

A page names a slot (`{% slot "home.doors" %}`); an upper app fills it from its `apps.py`:

    slots.fill("home.doors", events_door, order=20)

A provider takes the request and the slot's subject (an actor, or None) and returns (template, context), or None to stay silent.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Block = tuple[str, dict[str, Any]]
Provider = Callable[[HttpRequest, Any], Block | None]

_providers: dict[str, list[tuple[int, Provider]]] = defaultdict(list)


def fill(slot: str, provider: Provider, *, order: int = 50) -> None:
    """Add `provider` to `slot`; smaller `order` shows first. Adding the same provider twice counts once."""
    if all(known is not provider for _, known in _providers[slot]):
        _providers[slot].append((order, provider))
        _providers[slot].sort(key=lambda pair: pair[0])


def blocks(slot: str, request: HttpRequest, subject: Any = None) -> list[Block]:
    """The blocks that the apps above put into `slot`, in order."""
    found = (provider(request, subject) for _, provider in _providers.get(slot, ()))
    return [block for block in found if block is not None]
