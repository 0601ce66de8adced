"""The mails of the répertoire: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .attachments import (
    attachment_accepted,
    attachment_announced,
    attachment_ended,
    attachment_principal,
    attachment_refused,
    invitation,
    invitation_link,
)
from .attachments import register as _register_attachments
from .confirmation import CONFIRMATION_KINDS, confirmation, jumelage_link, link_of
from .confirmation import register as _register_confirmation
from .contact import RELAY, Letter, contact_relay
from .contact import register as _register_contact
from .proposals import proposal_decided, report_handled
from .proposals import register as _register_proposals

__all__ = [
    "CONFIRMATION_KINDS",
    "RELAY",
    "Letter",
    "attachment_accepted",
    "attachment_announced",
    "attachment_ended",
    "attachment_principal",
    "attachment_refused",
    "confirmation",
    "contact_relay",
    "invitation",
    "invitation_link",
    "jumelage_link",
    "link_of",
    "proposal_decided",
    "register",
    "report_handled",
]


def register() -> None:
    """Let these mails be sent; called once, when the app is ready."""
    _register_proposals()
    _register_confirmation()
    _register_attachments()
    _register_contact()
