"""Why a collectivité did not answer, as who called or came writes it down."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from soco.mailing.enums import Reason
from surveys import notifications
from surveys.enums import NonResponse
from surveys.models import Invitation, Respondent


@transaction.atomic
def note_outcome(
    invitation: Invitation, outcome: NonResponse, *, by: str, call_back_on: date | None = None, note: str = ""
) -> Invitation:
    """Write why nobody answered; one that refuses gets no more mail of this wave. Written again, the last word stands."""
    kept = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    kept.outcome, kept.outcome_note = outcome, note.strip()
    kept.call_back_on = call_back_on if outcome == NonResponse.CALL_BACK else None
    kept.outcome_at, kept.outcome_by = timezone.now(), by
    kept.save(update_fields=["outcome", "outcome_note", "call_back_on", "outcome_at", "outcome_by"])
    if outcome == NonResponse.REFUSAL:
        for respondent in Respondent.objects.of_invitation(kept).standing():
            notifications.take_back_mails(respondent, Reason.OPPOSED)
    return kept


@transaction.atomic
def forget_outcome(invitation: Invitation) -> Invitation:
    """They answer after all. Twice is once."""
    kept = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    kept.outcome, kept.outcome_note, kept.call_back_on = "", "", None
    kept.outcome_at, kept.outcome_by = None, ""
    kept.save(update_fields=["outcome", "outcome_note", "call_back_on", "outcome_at", "outcome_by"])
    return kept
