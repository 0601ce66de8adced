"""How long a personal link of the agenda is good."""

from datetime import date, timedelta

from django.utils import timezone

from .event import Event

LINK_DAYS, LINK_DAYS_AFTER = 400, 90  # from the day it was made, and from the event's end


def link_days(since: date, event: Event) -> int:
    """The days that a link made on `since` is good for: long enough for an event that was postponed."""
    after = timezone.localdate(event.ends_at) + timedelta(days=LINK_DAYS_AFTER)
    return max(LINK_DAYS, (after - since).days)
