"""What invitations put into the pages of others: their counts, in the hub of whoever manages an event."""

from django.http import HttpRequest

from events import perms
from events.models import Event, EventInvitation
from soco.web.slots import Block


def invitations_of(request: HttpRequest, event: Event) -> Block | None:
    """How many were invited and what they answered, with the ways to invite others."""
    counts = EventInvitation.objects.of_event(event).counted()
    context = {
        "event": event,
        "counts": counts,
        "total": sum(counts.values()),
        "can_invite": perms.can_invite(request.user) and not event.is_cancelled and not event.is_past,
    }
    return "events/_invitations_block.html", context
