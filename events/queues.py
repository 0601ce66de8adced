"""What waits for staff in the agenda, on the home page of the team."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from events import perms
from events.models import Event, Registration
from soco.web.registries import Queue, Waiting


def _waiting_list() -> Waiting:
    """Requests that wait for a seat of an event to come."""
    found = Registration.objects.waiting_for_coming(timezone.now())
    return Waiting(found["count"], found["since"])


def _minutes() -> Waiting:
    """Meetings whose minutes nobody added."""
    missing = Event.objects.missing_minutes(timezone.now()).soonest_first()
    first = missing.first()
    return Waiting(missing.count(), first.ends_at if first else None)


QUEUES = (
    Queue(
        code="events.waiting",
        label=gettext_lazy("Demandes en attente d’une place"),
        help=gettext_lazy(
            "Une salle plus grande, une autre date\u00a0? Chaque événement dit pourquoi elles attendent."
        ),
        url_name="event_board",
        permission=perms.MANAGE,
        measure=_waiting_list,
        order=40,
    ),
    Queue(
        code="events.minutes",
        label=gettext_lazy("Comptes rendus attendus"),
        help=gettext_lazy("Des réunions de groupe sont passées sans compte rendu."),
        url_name="event_board",
        permission=perms.MANAGE,
        measure=_minutes,
        query="?quand=passes",
        order=45,
    ),
)
