"""The agenda that another site shows in a frame: no script, no cookie, the same bytes for every visitor."""

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from directory.views.widget import POLICY
from events.filters import EventFilter
from events.models import Event
from soco.web.access import public

from .addresses import address_of

SHOWN = 6
SECONDS = 900  # an event that is cancelled must be read as such soon
OF_THE_WIDGET = ("q", "type", "departement", "pays", "theme", "groupe", "pres", "km")


def _kept(understood: QueryDict) -> QueryDict:
    """The parameters of a search that a frame follows: neither a month nor what is over, which would make it empty one day."""
    params = understood.copy()
    for name in [name for name in params if name not in OF_THE_WIDGET]:
        del params[name]
    return params


def snippet(understood: QueryDict) -> str:
    """The code to copy into a page, that shows what this search finds."""
    address = escape(settings.SITE_URL + address_of("event_widget", _kept(understood)))
    title = escape(_("L’agenda de %(network)s") % {"network": settings.NETWORK_NAME})
    return f'<iframe src="{address}" title="{title}" width="100%" height="480" loading="lazy"></iframe>'


@public
@require_safe
@xframe_options_exempt
@csp_replace(POLICY)
def event_widget(request: HttpRequest) -> HttpResponse:
    """The next events that answer the parameters of the agenda (`departement`, `groupe`…), and the way to all. Rendered without the
    request: no cookie is read nor set."""
    filterset = EventFilter(_kept(request.GET), queryset=Event.objects.listed())
    events = list(filterset.qs.soonest_first().for_card()[: SHOWN + 1])
    context = {
        "events": events[:SHOWN],
        "has_more": len(events) > SHOWN,
        "agenda_url": settings.SITE_URL + address_of("event_list", filterset.understood),
        "network_name": settings.NETWORK_NAME,
        "site_url": settings.SITE_URL,
    }
    response = HttpResponse(render_to_string("events/widget.html", context))
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    return response
