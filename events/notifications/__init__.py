"""The mails of the agenda: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .events import event_changed, event_postponed
from .events import register as _register_events
from .groups import INVITATION as GROUP_INVITATION
from .groups import (
    about_group,
    about_invitation,
    group_invitation,
    membership_accepted,
    membership_asked,
    membership_ended,
    membership_refused,
    minutes_added,
)
from .groups import register as _register_groups
from .letters import letter
from .letters import register as _register_letters
from .registrations import register as _register_registrations
from .registrations import registration_link, registration_told
from .reminders import register as _register_reminders
from .reminders import reminder

__all__ = [
    "GROUP_INVITATION",
    "about_group",
    "about_invitation",
    "event_changed",
    "event_postponed",
    "group_invitation",
    "letter",
    "membership_accepted",
    "membership_asked",
    "membership_ended",
    "membership_refused",
    "minutes_added",
    "register",
    "registration_link",
    "registration_told",
    "reminder",
]


def register() -> None:
    """Let the agenda's mails be sent."""
    _register_registrations()
    _register_events()
    _register_reminders()
    _register_letters()
    _register_groups()
