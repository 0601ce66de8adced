"""The gestures of the outreach."""

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged, VisitGone
from .field import receive_report, server_content, settle_report
from .visits import Person, Promise, Report, cancel_visit, change_plan, keep_promise, plan_visit, record_visit
from .wishes import lift_wish, note_wish

__all__ = [
    "OutreachError",
    "Person",
    "Promise",
    "Report",
    "VisitChanged",
    "VisitGone",
    "cancel_visit",
    "change_plan",
    "keep_promise",
    "lift_wish",
    "note_wish",
    "plan_visit",
    "receive_report",
    "record_visit",
    "server_content",
    "settle_contacts",
    "settle_report",
]
