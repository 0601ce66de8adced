"""The figures of needs, for staff: a page and its two files."""

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory import need_figures as computed
from directory import perms
from directory.filters.needs import PeriodSearch
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response


def _figures(search: PeriodSearch) -> computed.Figures:
    return computed.figures_of(search.found(), search.today)


def _search(request: HttpRequest) -> PeriodSearch:
    return PeriodSearch(request.GET, timezone.localdate())


@allowed(perms.VIEW_NEEDS)
@never_cache
@require_safe
def need_figures(request: HttpRequest) -> HttpResponse:
    """Of the needs expressed in a period: all of them without one."""
    search = _search(request)
    context = {
        "page_title": _("Chiffres des besoins"),
        "search": search,
        "understood": search.understood,
        "figures": _figures(search),
    }
    return render(request, "directory/need_figures.html", context)


@allowed(perms.VIEW_NEEDS)
@require_safe
def need_figures_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("besoins-chiffres", computed.labels(), computed.rows(_figures(_search(request))))


@allowed(perms.VIEW_NEEDS)
@require_safe
def need_figures_xlsx(request: HttpRequest) -> FileResponse:
    rows = computed.rows(_figures(_search(request)))
    return xlsx_response("besoins-chiffres", _("Chiffres"), computed.labels(), rows)
