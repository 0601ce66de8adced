"""The gestures of the outreach."""

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged
from .visits import Person, Promise, Report, cancel_visit, change_plan, keep_promise, plan_visit, record_visit
from .wishes import lift_wish, note_wish

__all__ = [
    "OutreachError",
    "Person",
    "Promise",
    "Report",
    "VisitChanged",
    "cancel_visit",
    "change_plan",
    "keep_promise",
    "lift_wish",
    "note_wish",
    "plan_visit",
    "record_visit",
    "settle_contacts",
]
