"""The staff's pages of tours: their list, a new one chosen from whom to meet next, one tour and its gestures."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach import perms, services
from outreach.exports import tours as exports
from outreach.filters.tours import TourSearch
from outreach.forms.tours import AddStopForm, ChooseForm, PickForm, TourForm
from outreach.models import FieldArea, Tour, TourStop
from outreach.papers.tour_sheet import tour_sheet
from outreach.rounds import places_of, round_of
from outreach.services.errors import OutreachError
from outreach.tour_map import tour_map
from outreach.views.choosing import asked_for, proposal_of
from outreach.views.tour_gestures import GESTURES
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate
from soco.web.typesetting import pdf_response

PAGE_SIZE = 50


@allowed(perms.VIEW)
@never_cache
@require_safe
def tour_list(request: HttpRequest) -> HttpResponse:
    search = TourSearch(request.GET, request.user)
    found = search.found.newest_first()
    context = {
        "page_title": _("Tournées"),
        "search": search,
        "understood": search.understood,
        "page": paginate(found.for_list(), asked=request.GET.get("page"), total=search.found.count(), size=PAGE_SIZE),
        "can_make": perms.can_make_tours(request.user),
    }
    return render(request, "outreach/tour_list.html", context)


@allowed(perms.VIEW)
@require_safe
def tour_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("tournees", exports.labels(), exports.rows(TourSearch(request.GET, request.user).found))


@allowed(perms.VIEW)
@require_safe
def tour_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.rows(TourSearch(request.GET, request.user).found)
    return xlsx_response("tournees", _("Tournées"), exports.labels(), rows)


@allowed(perms.TOURS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tour_create(request: HttpRequest) -> HttpResponse:
    """The criteria are in the address; what they propose is below them, and is posted to the same address."""
    area = FieldArea.objects.of_user(request.user).for_page().first()
    form = ChooseForm(request.GET if "jour" in request.GET else None, user=request.user, area=area)  # type: ignore[arg-type]
    is_asked = form.is_bound and form.is_valid()
    pick = PickForm(request.POST if request.method == "POST" else None, auto_id="choix_%s", label_suffix="")
    chosen = [int(value) for value in request.POST.getlist("etape") if value.isdecimal() and len(value) < 10]
    if request.method == "POST" and is_asked and pick.is_valid():
        try:
            plan = form.plan(title=pick.cleaned_data["titre"])
            tour = services.create_tour(plan, chosen, by=request.user.email, once=pick.cleaned_data["once"])  # type: ignore[union-attr]
        except OutreachError as error:
            pick.add_error(None, str(error))
        else:
            messages.success(
                request, _("La tournée est prête, dans l’ordre le plus court. Relisez-la, puis confirmez-la.")
            )
            return redirect(tour)
    proposal = proposal_of(form, kept=chosen) if is_asked else None
    context = {
        "page_title": _("Nouvelle tournée"),
        "form": form,
        "pick": pick,
        "proposal": proposal,
        "asked": asked_for(form, proposal) if proposal else None,
    }
    return render(request, "outreach/tour_create.html", context)


@allowed(perms.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tour_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One tour; `geste` says which button was pressed."""
    tour = get_object_or_404(Tour.objects.for_page(), pk=pk)
    stops = list(TourStop.objects.of_tour(tour).in_order().for_page().with_signals())
    name, _colon, target = request.POST.get("geste", "").partition(":")
    forms_of = {
        "horaires": TourForm(request.POST if name == "horaires" else None, tour=tour, stops=stops),
        "ajouter": AddStopForm(request.POST if name == "ajouter" else None, auto_id="ajout_%s", label_suffix=""),
    }
    if request.method == "POST":
        if not perms.can_make_tours(request.user):
            raise PermissionDenied
        if _is_done(request, tour, name, target, forms_of.get(name)):
            return redirect(tour)
    return render(request, "outreach/tour_detail.html", _shown(request, tour, stops, forms_of))


def _is_done(request: HttpRequest, tour: Tour, name: str, target: str, form: Any) -> bool:
    """Do what a button asks for, and say it; False if its form has something to correct, or if no button was pressed."""
    if name not in GESTURES or (form is not None and not form.is_valid()):
        return False
    try:
        messages.success(request, GESTURES[name](request, tour, target, form))
    except OutreachError as error:
        if form is not None:
            form.add_error(None, str(error))
            return False
        messages.error(request, str(error))
    return True


def _shown(request: HttpRequest, tour: Tour, stops: list[TourStop], forms_of: dict[str, Any]) -> dict[str, Any]:
    start, *places = places_of(tour.start, stops)
    return {
        "page_title": str(tour),
        "tour": tour,
        "round": round_of(tour, stops),
        "map": tour_map(start, places, region=settings.REGION_CODE, returns=tour.returns),
        "hours_form": forms_of["horaires"],
        "add_form": forms_of["ajouter"],
        "can_change": perms.can_make_tours(request.user) and not tour.is_over,
        "can_finish": tour.is_confirmed and tour.day <= timezone.localdate(),
        "to_ask": sum(stop.is_to_ask for stop in stops),
        "has_moved": any(stop.is_moved_apart for stop in stops),
    }


@allowed(perms.VIEW)
@never_cache
@require_safe
def tour_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to print."""
    tour = get_object_or_404(Tour.objects.for_page(), pk=pk)
    stops = list(TourStop.objects.of_tour(tour).in_order().for_page().with_signals())
    return pdf_response(tour_sheet(tour, stops, now=timezone.now()), f"tournee-{tour.day:%Y-%m-%d}-{tour.pk}")
