"""The list of the collectivités of a wave, as a file: who stands where, to call and to visit."""

from collections.abc import Iterable, Iterator
from typing import Any

from surveys.enums import Progress
from surveys.models import Invitation, SurveyInvitationQuerySet

CHUNK = 500
LABELS = (
    *("Code", "Collectivité", "Niveau", "Département", "Population", "Téléphone", "Courriel public", "Où en est-elle"),
    *("Sans courriel, car", "Sans réponse, car", "À rappeler le", "Précision", "Commencée le", "Envoyée le", "Arrivée"),
    "Réponse spontanée",
)


def rows(found: SurveyInvitationQuerySet) -> Iterator[list[Any]]:
    """One collectivité a line, under LABELS; memory stays flat."""
    return _lines(found.for_export().iterator(chunk_size=CHUNK))


def _lines(invitations: Iterable[Invitation]) -> Iterator[list[Any]]:
    for invitation in invitations:
        actor, response = invitation.actor, getattr(invitation, "response", None)
        yield [
            actor.code,
            actor.name,
            invitation.get_nature_display(),
            invitation.departement,
            invitation.get_band_display(),
            actor.phone,
            actor.email,
            str(Progress(invitation.progress).label),  # type: ignore[attr-defined]
            invitation.get_kept_out_display(),
            invitation.get_outcome_display(),
            invitation.call_back_on.isoformat() if invitation.call_back_on else "",
            invitation.outcome_note,
            response.started_at.date().isoformat() if response else "",
            response.submitted_at.date().isoformat() if response and response.submitted_at else "",
            response.get_channel_display() if response else "",
            "oui" if invitation.is_spontaneous else "",
        ]
