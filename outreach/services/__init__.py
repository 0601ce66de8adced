"""The gestures of the outreach."""

from .adhesion_imports import AdhesionReport, import_adhesions
from .adhesions import add_adhesion, change_adhesion, end_adhesion, remove_adhesion
from .areas import change_area, change_start, open_feed, renew_feed
from .common_needs import CommonNeed, act_together, answer_together, common_needs, described
from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged, VisitGone
from .field import receive_report, server_content, settle_report
from .forgetting import forget_old_answers, forget_old_people, forget_old_reports, forget_person, forget_voltigeur
from .notes import note_exchange
from .priorities import change_weights, current_weights, rank_of, score_priorities
from .reaching import Reached, reached
from .slots import Sent, answer_slot, send_slots, settle_as_is, settle_with_slot, why_not_asked
from .targets import drop_target, set_target
from .tours import (
    TourPlan,
    add_stop,
    cancel_tour,
    change_tour,
    confirm_tour,
    create_tour,
    finish_tour,
    move_stop,
    put_in_order,
    put_in_shortest_order,
    remove_stop,
)
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
    "AdhesionReport",
    "CommonNeed",
    "OutreachError",
    "Person",
    "Promise",
    "Reached",
    "Report",
    "Sent",
    "TourPlan",
    "VisitChanged",
    "VisitGone",
    "act_together",
    "add_adhesion",
    "add_stop",
    "answer_slot",
    "answer_together",
    "cancel_tour",
    "cancel_visit",
    "change_adhesion",
    "change_area",
    "change_plan",
    "change_start",
    "change_tour",
    "change_weights",
    "common_needs",
    "confirm_tour",
    "create_tour",
    "current_weights",
    "described",
    "drop_target",
    "end_adhesion",
    "finish_tour",
    "forget_old_answers",
    "forget_old_people",
    "forget_old_reports",
    "forget_person",
    "forget_voltigeur",
    "import_adhesions",
    "keep_promise",
    "lift_wish",
    "move_stop",
    "note_exchange",
    "note_wish",
    "open_feed",
    "plan_visit",
    "postpone_visit",
    "put_in_order",
    "put_in_shortest_order",
    "rank_of",
    "reached",
    "receive_report",
    "record_visit",
    "remove_adhesion",
    "remove_stop",
    "renew_feed",
    "score_priorities",
    "send_slots",
    "server_content",
    "set_target",
    "settle_as_is",
    "settle_contacts",
    "settle_report",
    "settle_with_slot",
    "why_not_asked",
    "write_down",
]
