"""Reports that came from the field while their visit had changed: the list, and both sides of one, field by field."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Service
from outreach import perms, services
from outreach.enums import VisitState
from outreach.exports import field as field_exports
from outreach.field_comparison import BOTH, LABELS, PHONE, SERVER, differences
from outreach.filters.field import FieldReportSearch
from outreach.models import FieldReport
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50


@allowed(perms.READ_REPORTS)
@never_cache
@require_safe
def field_conflict_list(request: HttpRequest) -> HttpResponse:
    """What waits to be compared, the oldest first; tabs reach what was settled."""
    search = FieldReportSearch(request.GET)
    total = next(count for state, _name, count, _query in search.tabs if state == search.state)
    context = {
        "page_title": _("Comptes rendus à comparer"),
        "search": search,
        "understood": search.understood,
        "page": paginate(search.found().for_list(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
    }
    return render(request, "outreach/field_conflict_list.html", context)


@allowed(perms.READ_REPORTS)
@require_safe
def field_conflicts_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = FieldReportSearch(request.GET).found()
    return csv_response("comptes-rendus-du-terrain", field_exports.labels(), field_exports.rows(found))


@allowed(perms.READ_REPORTS)
@require_safe
def field_conflicts_xlsx(request: HttpRequest) -> FileResponse:
    found = FieldReportSearch(request.GET).found()
    rows = field_exports.rows(found)
    return xlsx_response("comptes-rendus-du-terrain", _("Comptes rendus"), field_exports.labels(), rows)


@allowed(perms.READ_REPORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def field_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """What the portal holds beside what the phone sent; what is chosen is written, once."""
    report = get_object_or_404(FieldReport.objects.for_list(), pk=pk)
    error = ""
    if request.method == "POST":
        if not perms.can_write(request.user):
            raise PermissionDenied
        error = _settled(request, report)
        if not error:
            return redirect("field_conflict", pk)
    visit = report.visit
    server = services.server_content(visit)
    lines = differences(server, report.content, dict(Service.objects.values_list("code", "name")))
    context = {
        "page_title": _("Comparer un compte rendu"),
        "report": report,
        "visit": visit,
        "is_cancelled": visit.state == VisitState.CANCELLED,
        "lines": [(line, _choices(line), request.POST.get(line.field, line.advised)) for line in lines],
        "same": [label for field, label in LABELS.items() if field not in {line.field for line in lines}],
        "error": error,
    }
    return render(request, "outreach/field_conflict.html", context)


def _settled(request: HttpRequest, report: FieldReport) -> str:
    """Write what was chosen and say it; else why not. `tout`: one side as a whole."""
    version = request.POST.get("version", "")
    read_version = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        is_done = services.settle_report(report, _chosen(request.POST), by=_user(request), read_version=read_version)
    except services.OutreachError as error:
        return str(error)
    messages.success(request, _("C’est enregistré.") if is_done else _("C’était déjà tranché\u00a0: rien n’a changé."))
    return ""


def _chosen(posted: Mapping[str, str]) -> dict[str, str]:
    whole = posted.get("tout", "")
    if whole in (SERVER, PHONE):
        return dict.fromkeys(LABELS, whole)
    return {field: posted[field] for field in LABELS if posted.get(field) in (SERVER, PHONE, BOTH)}


def _choices(line: Any) -> list[tuple[str, str, list[str]]]:
    """The values to choose from: what is posted, its name, its lines."""
    sides = [(SERVER, _("Sur le portail"), line.server), (PHONE, _("Sur le téléphone"), line.phone)]
    return [*sides, (BOTH, _("Les deux, à la suite"), [])] if line.can_keep_both else sides


def _user(request: HttpRequest) -> Any:
    return request.user
