"""The mails that tell people what became of what they proposed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import french
from directory.enums import ChangeState
from directory.models import ChangeProposal, FieldChange
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category

DECIDED = "directory.proposal_decided"
HANDLED = "directory.report_handled"


def proposal_decided(proposal: ChangeProposal) -> None:
    """Thank the author for what was accepted, explain what was not; nothing without an address."""
    _tell(DECIDED, proposal)


def report_handled(proposal: ChangeProposal) -> None:
    """Tell the author of a report what was done about it; nothing without an address."""
    _tell(HANDLED, proposal)


def _tell(kind: str, proposal: ChangeProposal) -> None:
    if not proposal.by_email:
        return
    mail = outbox.Mail(
        kind=kind,
        to=proposal.by_email,
        to_name=proposal.by_name,
        occasion=f"{proposal.pk}:{proposal.decided_at:%Y%m%d%H%M%S}",  # read again, it is decided again
        params={"proposal": proposal.pk},
        about=f"actor:{proposal.actor_id}",
    )
    outbox.enqueue(mail)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    proposal = ChangeProposal.objects.for_list().filter(pk=params["proposal"]).first()
    if proposal is None:
        raise kinds.NotRelevant
    changes = list(proposal.changes.all())
    kept = (ChangeState.ACCEPTED, ChangeState.UNDONE)
    return {
        "actor": proposal.subject_name,
        "of_actor": french.of(proposal.subject_name),
        "address": settings.SITE_URL + proposal.subject_url,
        "kind": proposal.get_kind_display(),
        "is_accepted": proposal.state != "refused",
        "accepted": [_told(change) for change in changes if change.state in kept],
        "refused": [_told(change) for change in changes if change.state == ChangeState.REFUSED],
        "reason": proposal.reason,
    }


def _told(change: FieldChange) -> str:
    told = f"{change.label[:1].upper()}{change.label[1:]}\u00a0: {change.told_new or _('vide')}"
    return f"{told} ({change.reason})" if change.reason else told


def _example_of(*, is_report: bool) -> dict[str, Any] | None:
    rows = ChangeProposal.objects.reports() if is_report else ChangeProposal.objects.with_changes()
    proposal = rows.newest_first().first()
    return {"proposal": proposal.pk} if proposal else None


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=DECIDED,
            label=gettext_lazy("Suite donnée à une proposition"),
            category=Category.TRANSACTION,
            context=_context,
            example=lambda: _example_of(is_report=False),
        ),
        kinds.MailKind(
            code=HANDLED,
            label=gettext_lazy("Suite donnée à un signalement"),
            category=Category.TRANSACTION,
            context=_context,
            example=lambda: _example_of(is_report=True),
        ),
    )
