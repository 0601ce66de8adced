"""The gestures of the agenda: everything that changes something goes through here."""

from .attendance import WITH_A_SEAT, add_walk_in, close_attendance, is_door_open, mark, mark_all
from .copies import cancel_rest_of_series, duplicate_event, make_series
from .documents import add_document, remove_document
from .errors import EventsError, FullError
from .explaining import Explanation, explanations
from .forgetting import forget_old_people, forget_person, forget_sensitive_answers
from .groups import (
    add_action,
    add_actor,
    ask_to_join,
    create_group,
    decide_member,
    finish_action,
    leave_group,
    set_chair,
    suggested_actors,
    suggested_groups,
)
from .letters import recipients, write_to_registered
from .planning import add_question, cancel_event, create_event, postpone_event, publish_event, save_event
from .registrations import (
    Applicant,
    Person,
    accept_offer,
    change_answers,
    name_structure,
    refuse,
    register,
    remove_participant,
    replace_participant,
    send_link,
    tend,
    withdraw,
)
from .reminders import plan_reminders, queue_reminders
from .seats import position, seats_left, why_waiting
from .thanks import Opinions, answer_satisfaction, opinions, thank

__all__ = [
    "WITH_A_SEAT",
    "Applicant",
    "EventsError",
    "Explanation",
    "FullError",
    "Opinions",
    "Person",
    "accept_offer",
    "add_action",
    "add_actor",
    "add_document",
    "add_question",
    "add_walk_in",
    "answer_satisfaction",
    "ask_to_join",
    "cancel_event",
    "cancel_rest_of_series",
    "change_answers",
    "close_attendance",
    "create_event",
    "create_group",
    "decide_member",
    "duplicate_event",
    "explanations",
    "finish_action",
    "forget_old_people",
    "forget_person",
    "forget_sensitive_answers",
    "is_door_open",
    "leave_group",
    "make_series",
    "mark",
    "mark_all",
    "name_structure",
    "opinions",
    "plan_reminders",
    "position",
    "postpone_event",
    "publish_event",
    "queue_reminders",
    "recipients",
    "refuse",
    "register",
    "remove_document",
    "remove_participant",
    "replace_participant",
    "save_event",
    "seats_left",
    "send_link",
    "set_chair",
    "suggested_actors",
    "suggested_groups",
    "tend",
    "thank",
    "why_waiting",
    "withdraw",
    "write_to_registered",
]
