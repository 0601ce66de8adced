"""How far the network has come: the board of the région and of a département, the lists behind its figures, targets."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import Actor
from outreach import coverage, coverage_map, perms, services
from outreach.bars import Bars
from outreach.exports import coverage as coverage_exports
from outreach.filters.coverage import BlankSearch, CoverageSearch
from outreach.forms.coverage import REGION, TargetForm
from outreach.models import CoverageTarget
from outreach.models.coverage_words import collectivites
from outreach.months import month_words
from outreach.services import OutreachError
from soco.web.access import allowed
from soco.web.exports import csv_response, workbook_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50


def _board(departement: str = "") -> coverage.Board:
    today = timezone.localdate()
    if not departement:
        return coverage.board_of_region(settings.REGION_CODE, today=today)
    return coverage.board_of_departement(settings.REGION_CODE, _place(departement), today=today)


def _place(code: str) -> Actor:
    return get_object_or_404(collectivites(settings.REGION_CODE).departements(), code=code)


def _page(request: HttpRequest, board: coverage.Board, **words: Any) -> HttpResponse:
    rows, sort = coverage.sorted_rows(board.areas, request.GET.get("tri", ""))
    context = {
        "board": board,
        "rows": rows,
        "sort": sort,
        "states": coverage.STATES,
        "legend": coverage_map.legend(),
        "definitions": coverage.DEFINITIONS,
        "trend": Bars([(month_words(month.first), month.count) for month in board.months]),
        "may_aim": request.user.has_perm(perms.TARGETS),
        **words,
    }
    return render(request, "outreach/coverage_board.html", context)


@allowed(perms.VIEW)
@never_cache
@require_safe
def coverage_board(request: HttpRequest) -> HttpResponse:
    board = _board()
    drawn = coverage_map.map_of_region(settings.REGION_CODE, board.areas)
    return _page(request, board, page_title=_("Couverture"), map=drawn)


@allowed(perms.VIEW)
@never_cache
@require_safe
def coverage_departement(request: HttpRequest, departement: str) -> HttpResponse:
    board = _board(departement)
    drawn = coverage_map.map_of_departement(settings.REGION_CODE, departement, board.areas)
    title = f"{board.place.name} ({departement})" if board.place else ""
    return _page(request, board, page_title=title, map=drawn)


@allowed(perms.VIEW)
@require_safe
def coverage_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("couverture", coverage_exports.table_labels(), coverage_exports.figures(_board()))


@allowed(perms.VIEW)
@require_safe
def coverage_xlsx(request: HttpRequest) -> FileResponse:
    return workbook_response("couverture", coverage_exports.sheets(_board()))


@allowed(perms.VIEW)
@require_safe
def coverage_departement_csv(request: HttpRequest, departement: str) -> StreamingHttpResponse:
    figures = coverage_exports.figures(_board(departement))
    return csv_response(f"couverture-{departement}", coverage_exports.table_labels(), figures)


@allowed(perms.VIEW)
@require_safe
def coverage_departement_xlsx(request: HttpRequest, departement: str) -> FileResponse:
    return workbook_response(f"couverture-{departement}", coverage_exports.sheets(_board(departement)))


# --- the lists behind the figures -----------------------------------------------------------------------------------------
@allowed(perms.VIEW)
@never_cache
@require_safe
def coverage_list(request: HttpRequest) -> HttpResponse:
    search = CoverageSearch(request.GET)
    found = search.found
    page = paginate(found.for_line(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE)
    context = {"page_title": _("Collectivités par état du contact"), "search": search, "page": page}
    return render(request, "outreach/coverage_list.html", context | {"understood": search.understood})


@allowed(perms.VIEW)
@require_safe
def coverage_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = CoverageSearch(request.GET).found
    return csv_response("collectivites-contact", coverage_exports.line_labels(), coverage_exports.lines(found))


@allowed(perms.VIEW)
@require_safe
def coverage_list_xlsx(request: HttpRequest) -> FileResponse:
    rows = coverage_exports.lines(CoverageSearch(request.GET).found)
    return xlsx_response("collectivites-contact", _("Collectivités"), coverage_exports.line_labels(), rows)


@allowed(perms.VIEW)
@never_cache
@require_safe
def coverage_blank(request: HttpRequest) -> HttpResponse:
    search = BlankSearch(request.GET)
    found = search.found
    page = paginate(found.for_line(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE)
    context = {"page_title": _("Zones blanches"), "search": search, "page": page, "understood": search.understood}
    return render(request, "outreach/coverage_blank.html", context)


@allowed(perms.VIEW)
@require_safe
def coverage_blank_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = coverage_exports.lines(BlankSearch(request.GET).found)
    return csv_response("zones-blanches", coverage_exports.line_labels(), rows)


@allowed(perms.VIEW)
@require_safe
def coverage_blank_xlsx(request: HttpRequest) -> FileResponse:
    rows = coverage_exports.lines(BlankSearch(request.GET).found)
    return xlsx_response("zones-blanches", _("Zones blanches"), coverage_exports.line_labels(), rows)


# --- targets --------------------------------------------------------------------------------------------------------------
@allowed(perms.TARGETS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def coverage_targets(request: HttpRequest) -> HttpResponse:
    """What is aimed at; the form sets a target, or changes that of its territory."""
    targets = {target.departement or REGION: target for target in CoverageTarget.objects.order_by("departement")}
    place = request.GET.get("territoire", "")
    asked = targets.get(place)
    initial = {"departement": place, "percent": asked.percent, "reach_by": asked.reach_by} if asked else None
    form = TargetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(**form.cleaned_data, by=request.user.email)  # type: ignore[union-attr]
        except OutreachError as error:
            form.add_error("reach_by", str(error))
        else:
            messages.success(request, _("L’objectif est fixé."))
            return redirect("coverage_targets")
    names = dict(form.fields["departement"].choices)  # type: ignore[attr-defined]
    lines = [(target, code, names.get(code, code)) for code, target in targets.items()]
    context = {"page_title": _("Objectifs de couverture"), "form": form, "lines": lines}
    return render(request, "outreach/coverage_targets.html", context)


@allowed(perms.TARGETS)
@require_POST
def coverage_target_drop(request: HttpRequest, pk: int) -> HttpResponse:
    done = services.drop_target(pk)
    messages.success(request, _("L’objectif est retiré.") if done else _("Cet objectif était déjà retiré."))
    return redirect("coverage_targets")
