"""The staff's board of events: how full, who waits, whose minutes are missing."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events import organiser_exports as exports
from events import perms
from events.forms.planning import BoardFilter
from events.models import Event
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 30


def _found(request: HttpRequest) -> Any:
    return BoardFilter(request.GET).applied_to(Event.objects.all())


@allowed(perms.MANAGE)
@never_cache
@require_safe
def event_board(request: HttpRequest) -> HttpResponse:
    form = BoardFilter(request.GET)
    found = form.applied_to(Event.objects.all())
    now = timezone.now()
    context = {
        "page_title": _("Agenda de l’équipe"),
        "form": form,
        "page": paginate(
            found.for_card().with_minutes(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE
        ),
        "missing": Event.objects.missing_minutes(now).latest_first()[:5],
    }
    return render(request, "events/event_board.html", context)


@allowed(perms.MANAGE)
@require_safe
def event_board_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("agenda", exports.board_labels(), exports.board_rows(_found(request), settings.SITE_URL))


@allowed(perms.MANAGE)
@require_safe
def event_board_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.board_rows(_found(request), settings.SITE_URL)
    return xlsx_response("agenda", _("Agenda"), exports.board_labels(), rows)
