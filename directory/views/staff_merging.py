"""Staff's look at look-alikes: the list, two fiches side by side, the mergers made, and the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from directory import duplicate_exports, perms, services
from directory.forms.merging import CompareForm, DuplicateSearch, MergeForm, MergeSearch
from directory.models import Actor, Jumelage, Merge
from directory.services import DirectoryError, comparison, look_alikes
from directory.services.comparison import Fiche
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate
from soco.web.templatetags.soco import day

PAIRS_A_PAGE = MERGES_A_PAGE = 25


@allowed(perms.MERGE)
@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Fiches that look like one, the strongest reasons first."""
    search = DuplicateSearch(request.GET)
    found = search.found
    page = paginate(found, asked=request.GET.get("page"), total=len(found), size=PAIRS_A_PAGE)
    context = {
        "page_title": _("Doublons possibles"),
        "search": search,
        "understood": search.understood,
        "compare": CompareForm(label_suffix=""),
        "page": page,
        "rows": look_alikes.with_fiches(page.rows),
    }
    return render(request, "directory/duplicate_list.html", context)


@allowed(perms.MERGE)
@require_safe
def duplicate_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = duplicate_exports.rows(DuplicateSearch(request.GET).found, settings.SITE_URL)
    return csv_response("doublons", duplicate_exports.labels(), rows)


@allowed(perms.MERGE)
@require_safe
def duplicate_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = duplicate_exports.rows(DuplicateSearch(request.GET).found, settings.SITE_URL)
    return xlsx_response("doublons", _("Doublons possibles"), duplicate_exports.labels(), rows)


@allowed(perms.MERGE)
@require_safe
def duplicate_compare(request: HttpRequest) -> HttpResponse:
    """Two fiches that somebody names, without any reason found."""
    form = CompareForm(request.GET if request.GET else None)
    if form.is_valid():
        return redirect("duplicate_pair", *sorted(actor.pk for actor in form.cleaned_data.values()))
    return render(request, "directory/duplicate_compare.html", {"page_title": _("Comparer deux fiches"), "form": form})


# --- two fiches side by side ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Gestures:
    """What differs between a page of two actors and a page of two jumelages."""

    title: Any
    refusal: Callable[[Any, Any], str]
    forecast: Callable[[Any, Any], services.Forecast]
    merge: Callable[..., Merge]


OF_ACTORS = Gestures(
    gettext_lazy("Deux fiches, un acteur\u00a0?"), services.refusal_to_merge, services.forecast, services.merge_actors
)
OF_JUMELAGES = Gestures(
    gettext_lazy("Deux jumelages, ou un seul\u00a0?"),
    services.refusal_to_merge_jumelages,
    lambda _kept, absorbed: services.forecast_of_jumelages(absorbed),
    services.merge_jumelages,
)


@allowed(perms.MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_pair(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Two actors side by side; POST merges them, says that they are two, or takes that back."""
    return _pair(request, OF_ACTORS, _found(Actor.objects.for_comparison(), first, second))


@allowed(perms.MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_jumelages(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """The same of two jumelages."""
    return _pair(request, OF_JUMELAGES, _found(Jumelage.objects.for_comparison(), first, second))


def _found(rows: Any, first: int, second: int) -> tuple[Fiche, Fiche]:
    found = rows.in_bulk([first, second])
    if len(found) != 2:
        raise Http404
    return found[first], found[second]


def _pair(request: HttpRequest, gestures: Gestures, pair: tuple[Fiche, Fiche]) -> HttpResponse:
    gesture = request.POST.get("geste", "")
    if gesture in APART:
        return APART[gesture](request, *pair)
    kept, absorbed = _in_order(pair, request.POST or request.GET)
    form = MergeForm(kept, absorbed, request.POST if gesture == "fusionner" else None)
    refused = gestures.refusal(kept, absorbed)
    if gesture == "fusionner" and not refused and form.is_valid():
        try:
            merged = gestures.merge(kept, absorbed, form.choices, by=request.user.email)  # type: ignore[union-attr]
            return _merged(request, merged)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context = {
        "page_title": gestures.title,
        "kept": kept,
        "absorbed": absorbed,
        "form": form,
        "alike": comparison.told_alike(kept, absorbed),
        "pair": services.why_alike(kept, absorbed),
        "said": services.said_to_be_two(kept, absorbed),
        "refused": refused,
        "forecast": None if refused else gestures.forecast(kept, absorbed),
        "is_of_jumelages": gestures is OF_JUMELAGES,
    }
    return render(request, "directory/duplicate_pair.html", context)


def _in_order(pair: tuple[Fiche, Fiche], asked: Mapping[str, Any]) -> tuple[Fiche, Fiche]:
    """(to keep, to absorb): as asked by `garder`, else as suggested."""
    one, other = pair
    chosen = asked.get("garder", "")
    if chosen in (str(one.pk), str(other.pk)):
        return (one, other) if chosen == str(one.pk) else (other, one)
    return comparison.suggested_order(one, other)


def _merged(request: HttpRequest, merged: Merge) -> HttpResponse:
    told = {"kept": merged.kept_side.name, "day": day(merged.last_moment)}
    messages.success(
        request,
        _(
            "C’est fait\u00a0: il n’y a plus qu’une fiche, «\u00a0%(kept)s\u00a0». L’adresse de l’autre y conduit. "
            "La fusion peut être défaite jusqu’au %(day)s, tant que rien de ce qu’elle a touché ne change."
        )
        % told,
    )
    return redirect("merge_list")


def _set_apart(request: HttpRequest, one: Fiche, other: Fiche) -> HttpResponse:
    services.set_apart(one, other, by=request.user.email)  # type: ignore[union-attr]
    messages.success(request, _("C’est noté\u00a0: ces deux fiches ne seront plus proposées."))
    return redirect("duplicate_list")


def _look_again(request: HttpRequest, one: Fiche, other: Fiche) -> HttpResponse:
    services.look_again(one, other)
    messages.success(request, _("Cette paire est de nouveau à regarder."))
    return redirect(request.path)


APART: dict[str, Callable[[HttpRequest, Fiche, Fiche], HttpResponse]] = {"deux": _set_apart, "revoir": _look_again}


# --- the mergers made -------------------------------------------------------------------------------------------------------
@allowed(perms.MERGE)
@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    """Every merger, the newest first, and whether it may still be undone."""
    search = MergeSearch(request.GET)
    found = search.applied_to(Merge.objects.newest_first())
    page = paginate(found.for_list(), asked=request.GET.get("page"), total=found.count(), size=MERGES_A_PAGE)
    obstacles = services.why_not_undone(page.rows)
    context = {
        "page_title": _("Fusions"),
        "search": search,
        "understood": search.understood,
        "page": page,
        "rows": [(merge, obstacles.get(merge.pk, "")) for merge in page.rows],
    }
    return render(request, "directory/merge_list.html", context)


@allowed(perms.MERGE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would put back; then the gesture."""
    merge = get_object_or_404(Merge.objects.for_list(), pk=pk)
    if request.method == "POST":
        try:
            if services.undo_merge(merge, by=request.user.email):  # type: ignore[union-attr]
                messages.success(request, _("C’est défait\u00a0: les deux fiches sont comme avant."))
            return redirect("merge_list")
        except DirectoryError as error:
            messages.error(request, str(error))
    context = {
        "page_title": _("Défaire une fusion"),
        "merge": merge,
        "obstacle": services.why_not_undone([merge]).get(merge.pk, ""),
        "touched": services.told_touched(merge),
    }
    return render(request, "directory/merge_undo.html", context)
