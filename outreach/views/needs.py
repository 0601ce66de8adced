"""Needs that neighbours have in common: the groups, and one of them with what can be done for all at once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import contours
from directory.models import Actor, Service
from directory.perms import VIEW_NEEDS, can_follow_needs, need_followers
from directory.services import Treated
from events.enums import EventKind
from outreach import services
from outreach.exports import needs as need_exports
from outreach.filters.needs import CommonNeedSearch
from outreach.forms.needs import ActTogetherForm, AnswerTogetherForm
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 20
ACT, ANSWER = "agir", "repondre"


def _map_of(actors: list[Actor]) -> dict[str, Any]:
    """The map of the région and the points of these actors, each once; no map where no outline is known."""
    flat = contours.region_map(settings.REGION_CODE)
    points = {(actor.latitude, actor.longitude) for actor in actors if actor.is_located}
    spots = [flat.place(*point) for point in sorted(points) if flat.holds(*point)] if flat else []  # type: ignore[misc]
    return {"map": flat if spots else None, "spots": spots}


# --- the groups ---------------------------------------------------------------------------------------------------------------
@allowed(VIEW_NEEDS)
@never_cache
@require_safe
def common_need_list(request: HttpRequest) -> HttpResponse:
    """Who asks for the same thing at the same place, the largest groups first."""
    search = CommonNeedSearch(request.GET)
    groups = services.common_needs(**search.narrowing)
    page = paginate(groups, asked=request.GET.get("page"), total=len(groups), size=PAGE_SIZE)
    lines = services.described(page.rows)
    context = {
        "page_title": _("Besoins communs à des voisins"),
        "search": search,
        "understood": search.understood,
        "page": page,
        "lines": lines,
        **_map_of([actor for line in lines for actor in line.actors]),
    }
    return render(request, "outreach/common_need_list.html", context)


@allowed(VIEW_NEEDS)
@require_safe
def common_need_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    groups = services.common_needs(**CommonNeedSearch(request.GET).narrowing)
    return csv_response("besoins-communs", need_exports.labels(), need_exports.rows(groups))


@allowed(VIEW_NEEDS)
@require_safe
def common_need_export_xlsx(request: HttpRequest) -> FileResponse:
    groups = services.common_needs(**CommonNeedSearch(request.GET).narrowing)
    return xlsx_response("besoins-communs", _("Besoins communs"), need_exports.labels(), need_exports.rows(groups))


# --- one group ----------------------------------------------------------------------------------------------------------------
@allowed(VIEW_NEEDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def common_need_detail(request: HttpRequest, service: str, place: int) -> HttpResponse:
    """The needs of a group, to tick; `geste` says whether they get one action or one answer. Empty once all are answered."""
    offered, where = get_object_or_404(Service, pk=service), get_object_or_404(Actor.objects.published(), pk=place)
    common = next(iter(services.described(services.common_needs(service=service, place=place))), None)
    typed = _forms(request, common)
    if request.method == "POST":
        if not can_follow_needs(request.user):
            raise PermissionDenied
        gesture = request.POST.get("geste", "")
        if gesture in typed and typed[gesture].is_valid():
            _tell(request, _done(request, gesture, typed[gesture]), typed[gesture].gone)
            return redirect("common_need_detail", service, place)
    context = {
        "page_title": f"{offered.name}, {where.name}",
        "service": offered,
        "place": where,
        "common": common,
        "act_form": typed[ACT],
        "answer_form": typed[ANSWER],
        "unticked": _unticked(request, common),
        "breakfast": EventKind.PETIT_DEJEUNER.value,
        "today": timezone.localdate(),
        **_map_of(common.actors if common else []),
    }
    return render(request, "outreach/common_need_detail.html", context)


def _forms(request: HttpRequest, common: services.CommonNeed | None) -> dict[str, Any]:
    """Both forms by gesture; the one whose button was pressed holds what was typed."""
    gesture = request.POST.get("geste", "")
    data = {name: request.POST if name == gesture else None for name in (ACT, ANSWER)}
    needs = common.group.needs if common else ()
    initial = {"colleague": request.user.pk}
    return {
        ACT: ActTogetherForm(data[ACT], needs=needs, people=need_followers(), initial=initial),
        ANSWER: AnswerTogetherForm(data[ANSWER], needs=needs),
    }


def _done(request: HttpRequest, gesture: str, form: Any) -> Treated:
    said = form.cleaned_data
    if gesture == ANSWER:
        return services.answer_together(list(form.ticked), said["text"], by=request.user)  # type: ignore[arg-type]
    return services.act_together(form.ticked, note=said["note"], owner=said["colleague"], due_on=said["due_on"])


def _unticked(request: HttpRequest, common: services.CommonNeed | None) -> list[int]:
    """The needs whose box was left empty, on a page that comes back to be corrected; all are ticked at first."""
    if request.method != "POST" or common is None:
        return []
    ticked = AnswerTogetherForm(request.POST, needs=common.group.needs).ticked
    return [pk for pk in common.group.needs if pk not in ticked]


def _tell(request: HttpRequest, treated: Treated, gone: int) -> None:
    if treated.changed:
        said = ngettext("%(n)s besoin est mis à jour.", "%(n)s besoins sont mis à jour.", treated.changed)
        messages.success(request, said % {"n": treated.changed})
    if treated.already:
        messages.info(request, _("C’était déjà fait\u00a0: rien n’a changé."))
    for need, why in treated.refused:
        messages.error(request, f"{need.actor}\u00a0: {why}")
    if gone:
        said = ngettext(
            "%(n)s besoin coché n’est plus dans ce groupe\u00a0: il n’a pas changé.",
            "%(n)s besoins cochés ne sont plus dans ce groupe\u00a0: ils n’ont pas changé.",
            gone,
        )
        messages.warning(request, said % {"n": gone})
