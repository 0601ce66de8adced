"""The gestures of the agenda: everything that changes something goes through here."""

from .copies import cancel_rest_of_series, duplicate_event, make_series
from .documents import add_document, remove_document
from .errors import EventsError, FullError
from .explaining import Explanation, explanations
from .group_forgetting import forget_member, forget_old_memberships
from .group_invitations import Invited, Suggestion, invite_actors, suggestions
from .groups import (
    LastChairError,
    accept_member,
    add_action,
    ask_to_join,
    change_membership,
    create_group,
    finish_action,
    leave_group,
    make_chair,
    refuse_member,
    remove_chair,
    remove_member,
    reopen_action,
    save_group,
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

__all__ = [
    "Applicant",
    "EventsError",
    "Explanation",
    "FullError",
    "Invited",
    "LastChairError",
    "Person",
    "Suggestion",
    "accept_member",
    "accept_offer",
    "add_action",
    "add_document",
    "add_question",
    "ask_to_join",
    "cancel_event",
    "cancel_rest_of_series",
    "change_answers",
    "change_membership",
    "create_event",
    "create_group",
    "duplicate_event",
    "explanations",
    "finish_action",
    "forget_member",
    "forget_old_memberships",
    "invite_actors",
    "leave_group",
    "make_chair",
    "make_series",
    "name_structure",
    "plan_reminders",
    "position",
    "postpone_event",
    "publish_event",
    "queue_reminders",
    "recipients",
    "refuse",
    "refuse_member",
    "register",
    "remove_chair",
    "remove_document",
    "remove_member",
    "remove_participant",
    "reopen_action",
    "replace_participant",
    "save_event",
    "save_group",
    "seats_left",
    "send_link",
    "suggestions",
    "tend",
    "why_waiting",
    "withdraw",
    "write_to_registered",
]
