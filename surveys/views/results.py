"""The results of a wave: for staff, crossed and compared at will; for everybody, once they are published."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from soco.web.access import allowed, public
from soco.web.exports import csv_response
from surveys import perms
from surveys.analysis import public_file
from surveys.analysis.dimensions import DIMENSIONS
from surveys.analysis.open_lists import open_tables
from surveys.analysis.published_results import PublishedResults
from surveys.analysis.rates import Rate, unequal
from surveys.analysis.result_tables import Table
from surveys.analysis.results import Results, bias_note
from surveys.analysis.services_table import sections_needed, service_lines
from surveys.analysis.subjects import texts_of
from surveys.models import Wave
from surveys.outline import Section
from surveys.services import SurveysError, publish_results, withdraw_results


@allowed(perms.READ)
@never_cache
@require_safe
def wave_results(request: HttpRequest, slug: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.launched().for_list(), slug=slug)
    results = Results(wave)
    sections = results.outline.sections
    section = _section(sections, request.GET.get("partie"))
    others = Wave.objects.comparable_with(wave).for_list().newest_first()
    other = next((each for each in others if each.slug == request.GET.get("comparer")), None)
    crossable = results.crossable()
    crossing = _chosen(request, [*DIMENSIONS, *(question.code for question in crossable)])
    context = _common(wave, sections, section, crossing) | {
        "page_title": _("Résultats"),
        "other_slug": other.slug if other else "",
        "others": others,
        "crossable": crossable,
        "may_manage": request.user.has_perm(perms.MANAGE),
        "effect": results.weighting.design_effect,
        "audience": results.tally.audience,
        "responses": results.tally.responses,
    }
    context["note"] = _note(results.tally.responses, results.tally.audience, results)
    if section is None:
        context |= {"rates": _rates(results), "services": _services(results)}
    else:
        context["tables"] = results.tables(section, crossing=crossing, other=Results(other) if other else None)
        context["open_tables"] = open_tables(results, section)
        context["texts"] = texts_of(section)
    return render(request, "surveys/wave_results.html", context)


@public
@require_safe
def published_results(request: HttpRequest, slug: str) -> HttpResponse:
    found = _published(slug)
    sections = found.results.outline.sections
    section = _section(sections, request.GET.get("partie"))
    crossing = _chosen(request, list(DIMENSIONS))
    context = _common(found.wave, sections, section, crossing) | {
        "page_title": found.wave.title,
        "release": found.release,
        "note": _note(found.release.answered, found.release.invited, found),
    }
    if section is None:
        context |= {"rates": _rates(found), "services": _services(found)}
    else:
        context |= {"tables": found.tables(section, crossing=crossing), "unpublished": found.unpublished(section)}
    return render(request, "surveys/published_results.html", context)


@public
@require_safe
def published_results_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The responses of those who agreed, without anything that names them."""
    wave = _published(slug).wave
    return csv_response(f"reponses-{wave.slug}", public_file.columns_of(wave), public_file.rows_of(wave))


@allowed(perms.MANAGE)
@require_POST
def wave_results_publish(request: HttpRequest, slug: str) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.launched(), slug=slug)
    try:
        publish_results(wave)
        messages.success(request, _("Les résultats sont publiés."))
    except SurveysError as error:
        messages.error(request, str(error))
    return redirect("wave_results", slug=slug)


@allowed(perms.MANAGE)
@require_POST
def wave_results_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    withdraw_results(get_object_or_404(Wave.objects.launched(), slug=slug))
    messages.success(request, _("Les résultats ne sont plus publiés."))
    return redirect("wave_results", slug=slug)


def _published(slug: str) -> PublishedResults:
    found = PublishedResults(get_object_or_404(Wave.objects.published().for_list(), slug=slug))
    if found.release.is_empty:
        raise Http404
    return found


def _section(sections: Sequence[Section], code: str | None) -> Section | None:
    """The section of the address; none for the first page, of rates."""
    return next((section for section in sections if section.code == code), None)


def _chosen(request: HttpRequest, offered: list[str]) -> str:
    asked = request.GET.get("croiser", "")
    return asked if asked in offered else ""


def _common(wave: Wave, sections: Sequence[Section], section: Section | None, crossing: str) -> dict[str, Any]:
    kept = QueryDict(mutable=True)
    if crossing:
        kept["croiser"] = crossing
    return {
        "wave": wave,
        "sections": sections,
        "section": section,
        "section_code": section.code if section else "",
        "crossing": crossing,
        "dimensions": DIMENSIONS.items(),
        "kept": kept.urlencode(),
    }


def _rates(found: Results | PublishedResults) -> list[tuple[str, list[Rate]]]:
    return [(str(label), rates) for name, label in DIMENSIONS.items() if (rates := found.rates(name))]


def _note(answered: int, invited: int, found: Results | PublishedResults) -> str:
    return bias_note(answered, invited, [unequal(found.rates(name)) for name in ("niveau", "engagement")])


def _services(found: Results | PublishedResults) -> list[Any]:
    outline = found.results.outline if isinstance(found, PublishedResults) else found.outline
    tables: list[Table] = [
        table for section in sections_needed(outline) for table in found.tables(section) if table.base
    ]
    return service_lines(outline, tables) if tables else []
