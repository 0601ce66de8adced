"""The mails of the agenda: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .events import event_changed, event_postponed
from .events import register as _register_events
from .invitations import INVITATION, invitations, take_back_invitation
from .invitations import register as _register_invitations
from .registrations import register as _register_registrations
from .registrations import registration_link, registration_told
from .reminders import register as _register_reminders
from .reminders import reminder

__all__ = [
    "INVITATION",
    "event_changed",
    "event_postponed",
    "invitations",
    "register",
    "registration_link",
    "registration_told",
    "reminder",
    "take_back_invitation",
]


def register() -> None:
    """Let the agenda's mails be sent."""
    _register_registrations()
    _register_events()
    _register_reminders()
    _register_invitations()
