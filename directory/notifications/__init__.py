"""The mails of the répertoire: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .attachments import (
    attachment_accepted,
    attachment_announced,
    attachment_ended,
    attachment_principal,
    attachment_refused,
    attachment_replaced,
    invitation,
    invitation_link,
)
from .attachments import register as _register_attachments
from .confirmation import CONFIRMATION_KINDS, confirmation, jumelage_link, link_of
from .confirmation import register as _register_confirmation
from .contact import RELAY, Letter, contact_relay
from .contact import register as _register_contact
from .contacts import CONSENT, contact_consent, contact_link
from .contacts import register as _register_contacts
from .jumelages import LETTER_KINDS, Occasion, jumelage_letter, occasion_of, params_of
from .jumelages import register as _register_jumelages
from .partner_searches import register as _register_searches
from .partner_searches import (
    search_ending,
    search_link,
    search_matched,
    search_published,
    search_received,
    search_refused,
)
from .proposals import proposal_decided, report_handled
from .proposals import register as _register_proposals

__all__ = [
    "CONFIRMATION_KINDS",
    "CONSENT",
    "LETTER_KINDS",
    "RELAY",
    "Letter",
    "Occasion",
    "attachment_accepted",
    "attachment_announced",
    "attachment_ended",
    "attachment_principal",
    "attachment_refused",
    "attachment_replaced",
    "confirmation",
    "contact_consent",
    "contact_link",
    "contact_relay",
    "invitation",
    "invitation_link",
    "jumelage_letter",
    "jumelage_link",
    "link_of",
    "occasion_of",
    "params_of",
    "proposal_decided",
    "register",
    "report_handled",
    "search_ending",
    "search_link",
    "search_matched",
    "search_published",
    "search_received",
    "search_refused",
]


def register() -> None:
    """Let these mails be sent; called once, when the app is ready."""
    _register_proposals()
    _register_confirmation()
    _register_attachments()
    _register_contact()
    _register_searches()
    _register_jumelages()
    _register_contacts()
