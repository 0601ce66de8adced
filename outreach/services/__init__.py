"""The gestures of the outreach."""

from .adhesion_imports import AdhesionReport, import_adhesions
from .adhesions import add_adhesion, change_adhesion, end_adhesion, remove_adhesion
from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged
from .targets import drop_target, set_target
from .visits import Person, Promise, Report, cancel_visit, change_plan, keep_promise, plan_visit, record_visit
from .wishes import lift_wish, note_wish

__all__ = [
    "AdhesionReport",
    "OutreachError",
    "Person",
    "Promise",
    "Report",
    "VisitChanged",
    "add_adhesion",
    "cancel_visit",
    "change_adhesion",
    "change_plan",
    "drop_target",
    "end_adhesion",
    "import_adhesions",
    "keep_promise",
    "lift_wish",
    "note_wish",
    "plan_visit",
    "record_visit",
    "remove_adhesion",
    "set_target",
    "settle_contacts",
]
