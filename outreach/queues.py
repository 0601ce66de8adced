"""What waits for the team in the outreach, on its home page."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy

from outreach import perms
from outreach.filters.commitments import LATE
from outreach.filters.visits import RENEW, UNWRITTEN
from outreach.models import Commitment, FieldReport, TourStop, Visit
from soco.web.registries import Queue, Waiting


def _to_write_down() -> Waiting:
    return Waiting(**Visit.objects.waiting_since(timezone.now()))


def _late() -> Waiting:
    return _since(**Commitment.objects.waiting_since(timezone.localdate()))


def _to_contact_again() -> Waiting:
    return _since(**Visit.objects.contacts_due(timezone.localdate()))


def _since(count: int, first: date | None) -> Waiting:
    return Waiting(count, datetime.combine(first, time(), tzinfo=UTC) if first else None)


VISIT_QUEUES = (
    Queue(
        code="outreach.to_write_down",
        label=gettext_lazy("Visites à écrire"),
        help=gettext_lazy("Leur heure est passée\u00a0: il reste à dire ce qu’elles ont donné."),
        url_name="visit_list",
        query=f"?etat={UNWRITTEN}",
        permission=perms.VIEW,
        measure=_to_write_down,
        order=30,
    ),
    Queue(
        code="outreach.late_commitments",
        label=gettext_lazy("Engagements en retard"),
        help=gettext_lazy("Ce qui a été promis à des collectivités, et dont la date est passée."),
        url_name="commitment_list",
        query=f"?etat={LATE}",
        permission=perms.VIEW,
        measure=_late,
        order=31,
    ),
    Queue(
        code="outreach.to_contact_again",
        label=gettext_lazy("Collectivités à recontacter"),
        help=gettext_lazy("Le prochain contact était prévu aujourd’hui ou avant."),
        url_name="visit_list",
        query=f"?etat={RENEW}",
        permission=perms.VIEW,
        measure=_to_contact_again,
        order=32,
    ),
)


def _to_settle() -> Waiting:
    """Collectivités that asked for another date, or declined."""
    found = TourStop.objects.waiting_since()
    return Waiting(found["count"], found["since"])


TOUR_QUEUES = (
    Queue(
        code="outreach.slots",
        label=gettext_lazy("Rendez-vous à régler"),
        help=gettext_lazy("Des collectivités demandent une autre date, ou déclinent une visite."),
        url_name="slot_queue",
        permission=perms.VIEW,
        measure=_to_settle,
        order=32,
    ),
)


def _to_compare() -> Waiting:
    return Waiting(**FieldReport.objects.waiting_since())


FIELD_QUEUE = Queue(
    code="outreach.field_conflicts",
    label=gettext_lazy("Comptes rendus à comparer"),
    help=gettext_lazy(
        "Écrits sans réseau, pendant que la visite changeait sur le portail\u00a0: rien n’est remplacé sans vous."
    ),
    url_name="field_conflict_list",
    permission=perms.READ_REPORTS,
    measure=_to_compare,
    order=22,
)

QUEUES = (*VISIT_QUEUES, *TOUR_QUEUES, FIELD_QUEUE)
