"""What waits for staff in questionnaires, on the home page of the team."""

from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy

from soco.web.registries import Queue, Waiting
from surveys import perms
from surveys.models import Invitation, Response


def _to_read() -> Waiting:
    return Waiting(**Response.objects.waiting_since())


def _to_call_back() -> Waiting:
    found = Invitation.objects.of_running_waves().to_call_back(timezone.localdate())
    first = found.order_by("call_back_on").first()
    since = datetime.combine(first.call_back_on, time(), tzinfo=UTC) if first and first.call_back_on else None
    return Waiting(found.count(), since)


QUEUES = (
    Queue(
        code="surveys.to_read",
        label=gettext_lazy("Réponses à relire"),
        help=gettext_lazy(
            "Des collectivités ont répondu à une enquête\u00a0: ce qu’elles changent au répertoire attend."
        ),
        url_name="survey_to_read",
        permission=perms.READ,
        measure=_to_read,
        order=25,
    ),
    Queue(
        code="surveys.to_call_back",
        label=gettext_lazy("Collectivités à rappeler"),
        help=gettext_lazy("Elles ont demandé d’être rappelées, aujourd’hui ou avant."),
        url_name="survey_to_call",
        permission=perms.ENTER,
        measure=_to_call_back,
        order=26,
    ),
)
