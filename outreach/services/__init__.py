"""The gestures of the outreach."""

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged, VisitGone
from .field import receive_report, server_content, settle_report
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
    "VisitGone",
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
    "receive_report",
    "record_visit",
    "server_content",
    "settle_contacts",
    "settle_report",
    "write_down",
]
