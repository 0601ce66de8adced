"""What common pages show of the field: the staff's queue, « Mes données », what is forgotten, signing out."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach import perms
from outreach.models import FieldReport
from soco.web.registries import PersonalData, Purge, Queue, Waiting
from soco.web.slots import Block

KEPT_DAYS = 180  # a phone sends again within days: what was written is in the visit


def leaving(request: HttpRequest, subject: Any) -> Block | None:
    """On every page of the staff: signing out asks first, if this phone holds reports that were not sent. No query."""
    return ("outreach/_field_leaving.html", {}) if request.user.is_staff else None


def _waiting() -> Waiting:
    return Waiting(**FieldReport.objects.waiting_since())


QUEUE = Queue(
    code="outreach.field_conflicts",
    label=gettext_lazy("Comptes rendus à comparer"),
    help=gettext_lazy(
        "Écrits sans réseau, pendant que la visite changeait sur le portail\u00a0: rien n’est remplacé sans vous."
    ),
    url_name="field_conflict_list",
    permission=perms.READ_REPORTS,
    measure=_waiting,
    order=22,
)


def _export(user: Any) -> Iterator[dict[str, Any]]:
    """Their free words are in it for those alone who may take reports out of the portal."""
    may_take = user.has_perm(perms.EXPORT_REPORTS)
    for report in FieldReport.objects.sent_by(user).oldest_first().for_list():
        yield {
            "collectivite": report.visit.actor.name,
            "ecrit_le": report.written_at,
            "recu_le": report.received_at,
            "etat": str(report.get_state_display()),
            "compte_rendu": report.content.get("text", "") if may_take else "",
        }


def _erase(user: Any) -> str:
    """What waits to be compared is the network's work: it stays, without its author."""
    kept = FieldReport.objects.in_conflict().sent_by(user).exists()
    FieldReport.objects.sent_by(user).finished().delete()
    if not kept:
        return ""
    return _(
        "Vos comptes rendus du terrain qui attendent d’être comparés restent, sans votre nom\u00a0: ils parlent de visites."
    )


PERSONAL_DATA = PersonalData(
    code="terrain",
    label=gettext_lazy("Comptes rendus que vous avez envoyés du terrain"),
    export=_export,
    erase=_erase,
    order=48,
)


def _forget(apply: bool) -> int:
    rows = FieldReport.objects.finished().received_before(timezone.now() - timedelta(days=KEPT_DAYS))
    return rows.delete()[0] if apply else rows.count()


PURGE = Purge(
    code="outreach.field_reports",
    rule=gettext_lazy(
        "Comptes rendus du terrain, tels qu’un téléphone les a envoyés\u00a0: 180 jours, une fois dans leur visite"
    ),
    run=_forget,
)
