"""Whom to meet next, and why: the list, one collectivité, what each signal is worth."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import Actor
from outreach import perms, priority, services
from outreach.exports import priorities as exports
from outreach.filters.priorities import PrioritySearch
from outreach.forms.priorities import WeightsForm
from outreach.models import Priority, PrioritySettings, Visit
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 30


def _search(request: HttpRequest) -> PrioritySearch:
    return PrioritySearch(request.GET, request.user, timezone.localdate())


@allowed(perms.VIEW)
@never_cache
@require_safe
def priority_list(request: HttpRequest) -> HttpResponse:
    """The most pressing first, each with its reasons."""
    search, weights = _search(request), services.current_weights()
    rows = search.found.highest_first().for_list()
    page = paginate(rows, asked=request.GET.get("page"), total=search.found.count(), size=PAGE_SIZE)
    context = {
        "page_title": _("À rencontrer"),
        "search": search,
        "understood": search.understood,
        "page": page,
        "lines": [(row, priority.points(row.signals, weights)) for row in page.rows],
        "can_write": perms.can_write(request.user),
        "today": search.today,
    }
    return render(request, "outreach/priority_list.html", context)


@allowed(perms.VIEW)
@require_safe
def priority_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("a-rencontrer", exports.priority_labels(), _rows(request))


@allowed(perms.VIEW)
@require_safe
def priority_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("a-rencontrer", _("À rencontrer"), exports.priority_labels(), _rows(request))


def _rows(request: HttpRequest) -> Any:
    return exports.priority_rows(_search(request).found.highest_first(), services.current_weights())


@allowed(perms.VIEW)
@never_cache
@require_safe
def priority_why(request: HttpRequest, slug: str) -> HttpResponse:
    """« Pourquoi pas elle ? »: the points of one collectivité, its place, what would give it more."""
    actor = get_object_or_404(Actor.objects.collectivites().for_page().at_address(slug))
    row, weights = Priority.objects.of_actor(actor).first(), services.current_weights()
    signals: dict[str, Any] = row.signals if row else {}
    near = Priority.objects.in_departement_of(actor)
    context = {
        "page_title": _("Pourquoi elle, pourquoi pas elle\u00a0?"),
        "actor": actor,
        "row": row,
        "points": priority.points(signals, weights),
        "missing": priority.missing(signals, weights) if row else [],
        "rank": services.rank_of(row) if row else None,
        "total": Priority.objects.count(),
        "near_rank": near.above(row.score).count() + 1 if row else None,
        "near_total": near.count(),
        "is_at_rest": actor.is_at_rest(timezone.localdate()),
        "next_visit": Visit.objects.of_actor(actor).to_come(timezone.now()).soonest_first().for_list().first(),
        "can_write": perms.can_write(request.user),
    }
    return render(request, "outreach/priority_why.html", context)


@allowed(perms.WRITE)
@require_POST
def priority_count(request: HttpRequest) -> HttpResponse:
    """Count anew, now rather than at the next hour."""
    if changed := services.score_priorities():
        messages.success(request, _("Collectivités dont les points ont changé\u00a0: %(count)s.") % {"count": changed})
    else:
        messages.success(request, _("Rien n’a changé depuis le dernier calcul."))
    return redirect("priority_list")


@allowed(perms.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def priority_settings(request: HttpRequest) -> HttpResponse:
    """What each signal is worth: read by those who visit, changed by the team."""
    if request.method == "POST":
        perms.require(request.user, perms.WEIGHTS)
    form = WeightsForm(request.POST if request.method == "POST" else None, weights=services.current_weights())
    if form.is_valid():
        is_new = services.change_weights(form.cleaned_data, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("C’est enregistré, et tout est recompté.") if is_new else _("Rien n’a changé."))
        return redirect("priority_list")
    context = {
        "page_title": _("Ce que vaut chaque raison"),
        "form": form,
        "can_change": request.user.has_perm(perms.WEIGHTS),
        "settings": PrioritySettings.objects.first(),
        "lines": [
            (priority.LABELS[code], priority.signed(value)) for code, value in services.current_weights().items()
        ],
    }
    return render(request, "outreach/priority_settings.html", context)
