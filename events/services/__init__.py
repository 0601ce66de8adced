"""The gestures of the agenda: everything that changes something goes through here."""

from .errors import EventsError, FullError
from .inviting import (
    Around,
    Candidate,
    Invited,
    candidates,
    decline_invitation,
    described,
    invite_addresses,
    invite_around,
    refusal_to_invite,
    remind_invited,
)
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
    "Applicant",
    "Around",
    "Candidate",
    "EventsError",
    "FullError",
    "Invited",
    "Person",
    "accept_offer",
    "cancel_event",
    "candidates",
    "change_answers",
    "create_event",
    "decline_invitation",
    "described",
    "invite_addresses",
    "invite_around",
    "plan_reminders",
    "position",
    "postpone_event",
    "publish_event",
    "queue_reminders",
    "refusal_to_invite",
    "refuse",
    "register",
    "remind_invited",
    "remove_participant",
    "replace_participant",
    "save_event",
    "seats_left",
    "send_link",
    "tend",
    "why_waiting",
    "withdraw",
]
