"""What other pages show of tours: the team's tools, and what waits for somebody."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from outreach import perms
from outreach.models import TourStop
from soco.web.registries import Queue, Waiting
from soco.web.slots import Block


def staff_tools(request: HttpRequest, subject: Any) -> Block | None:
    """Among the tools of the team's home."""
    return ("outreach/_tour_tools.html", {}) if perms.can_view(request.user) else None


def _to_settle() -> Waiting:
    """Collectivités that asked for another date, or declined."""
    found = TourStop.objects.waiting_since()
    return Waiting(found["count"], found["since"])


QUEUES = (
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
