"""The gestures of the agenda: everything that changes something goes through here."""

from .attendance import WITH_A_SEAT, add_walk_in, close_attendance, is_door_open, mark, mark_all
from .errors import EventsError, FullError
from .planning import cancel_event, create_event, postpone_event, publish_event, save_event
from .registrations import (
    Applicant,
    Person,
    accept_offer,
    change_answers,
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
    "WITH_A_SEAT",
    "Applicant",
    "EventsError",
    "FullError",
    "Person",
    "accept_offer",
    "add_walk_in",
    "cancel_event",
    "change_answers",
    "close_attendance",
    "create_event",
    "is_door_open",
    "mark",
    "mark_all",
    "plan_reminders",
    "position",
    "postpone_event",
    "publish_event",
    "queue_reminders",
    "refuse",
    "register",
    "remove_participant",
    "replace_participant",
    "save_event",
    "seats_left",
    "send_link",
    "tend",
    "why_waiting",
    "withdraw",
]
