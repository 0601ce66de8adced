"""The mails of the répertoire: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .proposals import proposal_decided, report_handled
from .proposals import register as _register_proposals

__all__ = ["proposal_decided", "register", "report_handled"]


def register() -> None:
    """Let these mails be sent; called once, when the app is ready."""
    _register_proposals()
