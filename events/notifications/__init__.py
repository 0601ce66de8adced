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
from .invitations import INVITATION, invitations, take_back_invitation
from .invitations import register as _register_invitations
from .letters import letter
from .letters import register as _register_letters
from .registrations import participant_told, registration_link, registration_told, removed_told
from .registrations import register as _register_registrations
from .reminders import register as _register_reminders
from .reminders import reminder
from .thanks import register as _register_thanks
from .thanks import thanks

__all__ = [
    "GROUP_INVITATION",
    "INVITATION",
    "about_group",
    "about_invitation",
    "event_changed",
    "event_postponed",
    "group_invitation",
    "invitations",
    "letter",
    "membership_accepted",
    "membership_asked",
    "membership_ended",
    "membership_refused",
    "minutes_added",
    "participant_told",
    "register",
    "registration_link",
    "registration_told",
    "reminder",
    "removed_told",
    "take_back_invitation",
    "thanks",
]


def register() -> None:
    """Let the agenda's mails be sent."""
    _register_registrations()
    _register_events()
    _register_reminders()
    _register_letters()
    _register_groups()
    _register_thanks()
    _register_invitations()
