"""The mails that tell people what became of what they proposed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from directory.models import ChangeProposal
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category


def proposal_decided(proposal: ChangeProposal) -> None:
    """Thank the author for what was accepted, explain what was not; nothing without an address."""
    _tell("directory.proposal_decided", proposal)


def report_handled(proposal: ChangeProposal) -> None:
    """Tell the author of a report what was done about it; nothing without an address."""
    _tell("directory.report_handled", proposal)


def _tell(kind: str, proposal: ChangeProposal) -> None:
    if not proposal.by_email:
        return
    mail = outbox.Mail(
        kind=kind,
        to=proposal.by_email,
        to_name=proposal.by_name,
        occasion=str(proposal.pk),
        params={"proposal": proposal.pk},
        about=f"actor:{proposal.actor_id}",
    )
    outbox.enqueue(mail)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


def _example() -> dict[str, Any] | None:
    return None


def register() -> None:
    kinds.register(
        kinds.MailKind(
            "directory.proposal_decided", _("Suite d’une proposition"), Category.TRANSACTION, _context, _example
        ),
        kinds.MailKind(
            "directory.report_handled", _("Suite d’un signalement"), Category.TRANSACTION, _context, _example
        ),
    )
