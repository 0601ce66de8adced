"""The gestures of the agenda: everything that changes something goes through here."""

from .copies import cancel_rest_of_series, duplicate_event, make_series
from .documents import add_document, remove_document
from .errors import EventsError, FullError
from .explaining import Explanation, explanations
from .forgetting import forget_old_registrations, forget_person, forget_sensitive_answers
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
from .thanks import Opinions, give_opinion, opinion_obstacle, opinions_of, thank

__all__ = [
    "Applicant",
    "EventsError",
    "Explanation",
    "FullError",
    "Opinions",
    "Person",
    "accept_offer",
    "add_document",
    "add_question",
    "cancel_event",
    "cancel_rest_of_series",
    "change_answers",
    "create_event",
    "duplicate_event",
    "explanations",
    "forget_old_registrations",
    "forget_person",
    "forget_sensitive_answers",
    "give_opinion",
    "make_series",
    "name_structure",
    "opinion_obstacle",
    "opinions_of",
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
    "tend",
    "thank",
    "why_waiting",
    "withdraw",
    "write_to_registered",
]
