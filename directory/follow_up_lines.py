"""The lines of the staff's follow-up: what happens, when, whom to write to, what was written; on the page and in exports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from directory import services, vitality
from directory.enums import FollowUp, FollowUpMail
from directory.models import Jumelage, JumelageQuerySet, Relaunch
from directory.services.letters import Recipient
from soco.mailing.models import Message

BATCH = 500
PURPOSES = {
    FollowUp.TO_VERIFY: FollowUpMail.SILENT,
    FollowUp.ANNIVERSARIES: FollowUpMail.ANNIVERSARY,
    FollowUp.AGREEMENTS: FollowUpMail.AGREEMENT,
}


@dataclass(frozen=True)
class Line:
    """One jumelage of a list. `what`: a sentence; `when`: a day or a year, as a spreadsheet sorts it; `purpose`: why to write."""

    jumelage: Jumelage
    what: str
    when: str
    recipient: Recipient
    purpose: FollowUpMail | None = None
    written: Message | None = None

    @property
    def relaunch(self) -> Relaunch | None:
        """The open one, read by `for_follow_up`."""
        found: list[Relaunch] = self.jumelage.open_relaunches  # type: ignore[attr-defined]
        return found[0] if found else None


def lines_of(jumelages: Sequence[Jumelage], view: FollowUp, today: date) -> list[Line]:
    """The lines of jumelages read by `for_follow_up`: two queries for all, addresses and letters."""
    recipients = services.recipients_of(jumelage.collectivite for jumelage in jumelages)
    purpose = PURPOSES.get(view)
    written = services.letters_about(jumelages, purpose, today) if purpose else {}
    lines = []
    for jumelage in jumelages:
        what, when = _TOLD[view](jumelage, today)
        recipient = recipients[jumelage.collectivite_id]
        lines.append(Line(jumelage, what, when, recipient, purpose, written.get(jumelage.pk)))
    return lines


def labels() -> list[str]:
    return [
        *(_("collectivité"), _("code"), _("département"), _("partenaire"), _("pays"), _("type de lien"), _("année")),
        *(_("vitalité"), _("ce qui se passe"), _("quand"), _("écrire à"), _("pourquoi pas"), _("écrit le")),
        *(_("écrit par"), _("relance commencée le"), _("relance, acquis")),
    ]


def rows(jumelages: JumelageQuerySet, view: FollowUp, today: date) -> Iterator[list[Any]]:
    """The lines of a whole list, as cells."""
    for batch in _batches(jumelages.for_follow_up().iterator(chunk_size=BATCH)):
        for line in lines_of(batch, view, today):
            yield _cells(line)


def _cells(line: Line) -> list[Any]:
    jumelage, relaunch = line.jumelage, line.relaunch
    collectivite, partner = jumelage.collectivite, jumelage.partner
    return [
        *(collectivite.name, collectivite.code, collectivite.departement.name if collectivite.departement else ""),
        *(partner.name, partner.country.name if partner.country else "", str(jumelage.get_kind_display())),
        *(jumelage.year or "", str(jumelage.get_vitality_display()), line.what, line.when),
        *(line.recipient.address if line.recipient else "", line.recipient.why_not),
        *(_day(line.written.created_at) if line.written else "", line.written.reply_to if line.written else ""),
        *(_day(relaunch.started_at) if relaunch else "", relaunch.progress if relaunch else ""),
    ]


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat()


def _batches(jumelages: Iterable[Jumelage]) -> Iterator[list[Jumelage]]:
    rest = iter(jumelages)
    while batch := list(islice(rest, BATCH)):
        yield batch


# --- what happens, and when ---------------------------------------------------------------------------------------------
def _to_verify(jumelage: Jumelage, today: date) -> tuple[str, str]:
    said = vitality.silence_sentence(jumelage.life)
    if jumelage.is_imported:
        said = _("%(said)s Venu d’un fichier, jamais confirmé.") % {"said": said}
    on = jumelage.last_action_on
    return said, on.isoformat() if on else str(jumelage.year or "")


def _anniversary(jumelage: Jumelage, today: date) -> tuple[str, str]:
    coming = vitality.next_anniversary(jumelage.year, today)
    return (vitality.anniversary_sentence(coming), str(coming.in_year)) if coming else ("", "")


def _agreement(jumelage: Jumelage, today: date) -> tuple[str, str]:
    ends_on = jumelage.agreement_ends_on
    return (vitality.agreement_sentence(ends_on, today), ends_on.isoformat()) if ends_on else ("", "")


def _relaunch(jumelage: Jumelage, today: date) -> tuple[str, str]:
    relaunch: Relaunch = jumelage.open_relaunches[0]  # type: ignore[attr-defined]
    missing = [str(step.label) for step, is_there in relaunch.steps if not is_there]
    told = {"progress": relaunch.progress, "missing": ", ".join(missing)}
    said = (
        _("%(progress)s acquis\u00a0; il manque %(missing)s.") if missing else _("%(progress)s acquis\u00a0: à clore.")
    )
    return said % told, _day(relaunch.started_at)


_TOLD = {
    FollowUp.TO_VERIFY: _to_verify,
    FollowUp.ANNIVERSARIES: _anniversary,
    FollowUp.AGREEMENTS: _agreement,
    FollowUp.RELAUNCHES: _relaunch,
}
