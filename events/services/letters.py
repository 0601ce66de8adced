"""What organisers write to those who are registered, through the ledger: once, whatever the number of clicks."""

from collections.abc import Sequence

from django.db import transaction

from events import notifications
from events.models import Event, Registration

CHUNK = 1000


def recipients(event: Event, states: Sequence[str]) -> int:
    """How many registrations a letter to these states goes to."""
    return Registration.objects.of_event(event).in_states(list(states)).count()


@transaction.atomic
def write_to_registered(event: Event, states: Sequence[str], *, subject: str, text: str, once: str, by: str) -> int:
    """Write to the registrations of an event in these states; `once`: the number of the page it was typed on, so that the same page
    sent twice writes once. Return how many mails are asked for."""
    count = 0
    found = Registration.objects.of_event(event).in_states(list(states)).order_by("pk").prefetch_related("participants")
    for registration in found.iterator(chunk_size=CHUNK):
        registration.event = event
        count += notifications.letter(registration, subject=subject, text=text, once=once, by=by)
    return count
