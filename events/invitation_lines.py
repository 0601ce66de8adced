"""One invitation as a line of the list and of its export: who, what became of the mail, what they answered."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.fiche_names import label_of
from events.enums import InvitationAnswer
from events.models import EventInvitation
from soco.mailing.enums import Reason, State

COLOURS = {InvitationAnswer.REGISTERED: "vert", InvitationAnswer.DECLINED: "rouge", InvitationAnswer.WAITING: ""}


@dataclass(frozen=True)
class Line:
    """`answer`: in French, with the `colour` of its pill; `mail`: what became of the mail, « » once the ledger forgot it."""

    invitation: EventInvitation
    name: str
    answer: str
    colour: str
    mail: str
    is_undelivered: bool


def line_of(row: Any) -> Line:
    """`row`: an invitation loaded `for_list`."""
    answer = InvitationAnswer(row.answer)
    return Line(
        invitation=row,
        name=label_of(row.actor) if row.actor else row.email,
        answer=str(answer.label),
        colour=COLOURS[answer],
        mail=_mail(row.mail_state, row.mail_reason),
        is_undelivered=row.mail_state in (State.FAILED, State.BOUNCED),
    )


def _mail(state: str | None, reason: str | None) -> str:
    if not state:
        return ""
    said = str(State(state).label)
    return f"{said}\u00a0: {Reason(reason).label}" if reason else said


def labels() -> list[str]:
    return [
        _("Structure"), _("Code"), _("Adresse électronique"), _("Réponse"), _("Courriel"), _("Invitée le"),
        _("Relancée le"), _("Pourquoi"), _("Par"),
    ]  # fmt: skip


def cells(row: EventInvitation) -> list[Any]:
    line = line_of(row)
    reminded = timezone.localtime(row.reminded_at).strftime("%Y-%m-%d %H:%M") if row.reminded_at else ""
    return [
        row.actor.name if row.actor else "",
        row.actor.code if row.actor else "",
        row.email,
        line.answer,
        line.mail,
        timezone.localtime(row.sent_at).strftime("%Y-%m-%d %H:%M"),
        reminded,
        row.reason,
        row.sent_by,
    ]
