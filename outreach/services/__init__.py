"""The gestures of the outreach."""

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged
from .forgetting import forget_old_people, forget_old_reports, forget_person
from .notes import note_exchange
from .visits import (
    Person,
    Promise,
    Report,
    cancel_visit,
    change_plan,
    keep_promise,
    plan_visit,
    postpone_visit,
    record_visit,
    write_down,
)
from .wishes import lift_wish, note_wish

__all__ = [
    "OutreachError",
    "Person",
    "Promise",
    "Report",
    "VisitChanged",
    "cancel_visit",
    "change_plan",
    "forget_old_people",
    "forget_old_reports",
    "forget_person",
    "keep_promise",
    "lift_wish",
    "note_exchange",
    "note_wish",
    "plan_visit",
    "postpone_visit",
    "record_visit",
    "settle_contacts",
    "write_down",
]
