"""The gestures of the outreach."""

from .common_needs import CommonNeed, act_together, answer_together, common_needs, described
from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged
from .forgetting import forget_old_people, forget_old_reports, forget_person
from .notes import note_exchange
from .priorities import change_weights, current_weights, rank_of, score_priorities
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
    "CommonNeed",
    "OutreachError",
    "Person",
    "Promise",
    "Report",
    "VisitChanged",
    "act_together",
    "answer_together",
    "cancel_visit",
    "change_plan",
    "change_weights",
    "common_needs",
    "current_weights",
    "described",
    "forget_old_people",
    "forget_old_reports",
    "forget_person",
    "keep_promise",
    "lift_wish",
    "note_exchange",
    "note_wish",
    "plan_visit",
    "postpone_visit",
    "rank_of",
    "record_visit",
    "score_priorities",
    "settle_contacts",
    "write_down",
]
