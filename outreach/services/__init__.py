"""The gestures of the outreach."""

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged
from .priorities import change_weights, current_weights, rank_of, score_priorities
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
    "change_weights",
    "current_weights",
    "keep_promise",
    "lift_wish",
    "note_wish",
    "plan_visit",
    "rank_of",
    "record_visit",
    "score_priorities",
    "settle_contacts",
]
