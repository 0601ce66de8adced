"""What a provider's notice becomes: the ledger's line and the address say it."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from . import addresses
from .enums import OPPOSABLE

PERMANENT = {RejectReason.BOUNCED, RejectReason.INVALID}


def receive(sender: Any, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Anymail's signal: a bounce or a rejection is written down; a complaint is an opposition to all but what was asked for.

    Openings and clicks are ignored: mail scanners open and click.
    """
    if not event.recipient:
        return
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED):
        addresses.bounced(
            message_id=str(event.message_id or ""),
            email=event.recipient,
            description=f"{esp_name} : {event.description or event.mta_response or event.reject_reason}",
            is_permanent=event.event_type == EventType.BOUNCED and event.reject_reason in PERMANENT,
        )
    elif event.event_type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
        for category in OPPOSABLE:
            addresses.oppose(event.recipient, category)
