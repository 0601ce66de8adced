"""The public pages of jumelages: search, map, exports, one jumelage; countries and themes, the other ways in."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory import contours, counts_version, facets, link_exports, perms
from directory.enums import Vitality
from directory.filters import JumelageFilter
from directory.geography import EUROPE
from directory.models import Actor, Country, Jumelage, JumelageQuerySet, Theme
from directory.models.cooperation import EUROPE_CODE
from directory.models.jumelage import merged_into
from directory.models.reference import country_names, theme_names
from directory.timeline import facts_of_jumelage, steps_of
from soco.web.access import public
from soco.web.exports import csv_response, geojson_response, xlsx_response
from soco.web.htmx import render_page

from .searching import search_context

SHOWN_OF_A_COUNTRY = 12
CARDS_OF_A_PLACE = 12


def _search(request: HttpRequest) -> dict[str, Any]:
    """The search that an address asks for: its filters, their counts, and the wanted page of answers."""
    filterset = JumelageFilter(request.GET, queryset=Jumelage.objects.published())
    counted = facets.count_jumelages(filterset.textual, chosen=filterset.chosen, text=filterset.text)
    return search_context(request, filterset, counted)


@public
@require_safe
def jumelage_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "directory/jumelage_list.html", "directory/_jumelage_search.html", _search(request))


@public
@require_safe
def jumelage_map(request: HttpRequest) -> HttpResponse:
    context = _search(request) | {"tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION}
    return render_page(request, "directory/jumelage_map.html", "directory/_jumelage_search.html", context)


@public
@require_safe
def jumelage_points(request: HttpRequest) -> JsonResponse:
    """The answers whose two sides are located, as columns of whole numbers (degrees × 10 000)."""
    filterset = JumelageFilter(request.GET, queryset=Jumelage.objects.published())
    columns: dict[str, list[int]] = {"id": [], "lat": [], "lon": [], "to_lat": [], "to_lon": []}
    for pk, *place in filterset.qs.order_by().ends():
        columns["id"].append(pk)
        for name, degrees in zip(("lat", "lon", "to_lat", "to_lon"), place, strict=True):
            columns[name].append(round(degrees * 10_000))
    return JsonResponse(columns)


@public
@require_safe
def world_outlines(request: HttpRequest) -> HttpResponse:
    """The outlines of countries under the lines."""
    response = HttpResponse(contours.world(), content_type="application/geo+json")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@public
@require_safe
def jumelage_card(request: HttpRequest, pk: int) -> HttpResponse:
    """What is shown when a line of the map is chosen."""
    jumelages = Jumelage.objects.published().for_card()
    return render(request, "directory/_jumelage_place.html", {"jumelage": get_object_or_404(jumelages, pk=pk)})


def _exported(request: HttpRequest) -> JumelageQuerySet:
    return JumelageFilter(request.GET, queryset=Jumelage.objects.published()).sorted()


@public
@require_safe
def jumelage_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = link_exports.rows(_exported(request), settings.SITE_URL)
    return csv_response("jumelages", link_exports.COLUMNS, rows)


@public
@require_safe
def jumelage_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = link_exports.rows(_exported(request), settings.SITE_URL)
    return xlsx_response("jumelages", _("Jumelages"), link_exports.LABELS, rows)


@public
@require_safe
def jumelage_export_geojson(request: HttpRequest) -> StreamingHttpResponse:
    return geojson_response("jumelages", link_exports.features(_exported(request), settings.SITE_URL))


def jumelage_with(slug: str) -> Jumelage | None:
    """The jumelage whose address ends with this number, whatever the names in it."""
    ending = slug.rpartition("-")[2]
    if not (ending.isascii() and ending.isdigit() and len(ending) < 12):
        return None
    return Jumelage.objects.for_page().filter(pk=int(ending)).first()


def published_jumelage_at(slug: str) -> Jumelage:
    """The jumelage of this address, however its names are spelled in it, or the one that it was merged into. Raises Http404."""
    found = jumelage_with(slug)
    jumelage = merged_into(found) if found else None
    if jumelage is None or not Jumelage.objects.published().filter(pk=jumelage.pk).exists():
        raise Http404
    return jumelage


@public
@require_safe
def jumelage_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One jumelage. Another spelling of its address, or one that was merged into it, leads to it for good (301)."""
    jumelage = published_jumelage_at(slug)
    if jumelage.slug != slug:
        return redirect(jumelage, permanent=True)
    can_edit = perms.can_edit(request.user, jumelage.collectivite)
    documents = jumelage.documents.newest_first()
    context = {
        "jumelage": jumelage,
        "can_edit": can_edit,
        "can_publish": perms.can_publish(request.user),
        "participations": list(jumelage.participations.shown().in_order()),
        "documents": list(documents if can_edit else documents.shown()),
        "others": list(
            Jumelage.objects.published().of_actor(jumelage.partner).exclude(pk=jumelage.pk).by_size().for_card()[:8]
        ),
        "themes": {code: theme_names().get(code, code) for code in jumelage.theme_codes},
        "facts": facts_of_jumelage(jumelage),
        "steps_of_life": steps_of(jumelage, timezone.localdate()),
        "canonical_url": settings.SITE_URL + jumelage.get_absolute_url(),
        **_small_map([jumelage.collectivite]),
    }
    return render(request, "directory/jumelage_detail.html", context)


# --- countries and themes -------------------------------------------------------------------------------------------------
def _small_map(actors: list[Actor]) -> dict[str, Any]:
    """The région's map with the places of these collectivités."""
    flat = contours.region_map(settings.REGION_CODE)
    places = [(actor.latitude, actor.longitude) for actor in actors if actor.is_located]
    spots = [flat.place(*place) for place in places if flat.holds(*place)] if flat else []
    return {"map": flat if spots else None, "spots": spots}


def _counted(key: str, count: Any) -> Any:
    """Counts kept until the répertoire changes."""
    return cache.get_or_set(f"directory.{key}:{counts_version.current()}", count, settings.DIRECTORY_FACETS_SECONDS)


def _overview(jumelages: JumelageQuerySet, key: str) -> dict[str, Any]:
    """Who works somewhere, or on something: figures, how alive, the first cards, the places on the région's map."""
    counts = _counted(f"overview:{key}", lambda: (jumelages.sizes(), jumelages.counted_by_vitality()))
    sizes, by_vitality = counts
    labels = {**dict(Vitality.choices), "": _("Inconnue")}
    alive = [(value or "inconnue", labels[value], by_vitality[value]) for value in labels if by_vitality.get(value)]
    return {
        "sizes": sizes,
        "alive": alive,
        "jumelages": list(jumelages.by_size().for_card()[:SHOWN_OF_A_COUNTRY]),
        **_small_map(list(Actor.objects.published().leading(jumelages).for_spots())),
    }


@public
@require_safe
def country_list(request: HttpRequest) -> HttpResponse:
    """Every country where somebody of the répertoire has a jumelage."""
    counted = _counted("counted-countries", lambda: Jumelage.objects.published().counted_by_country())
    names = country_names()
    rows = [{"code": code, "name": names.get(code, code), "jumelages": n, "collectivites": c} for code, n, c in counted]
    context = {
        "page_title": _("Les pays de coopération"),
        "europe": [row for row in rows if row["code"] in EUROPE],
        "elsewhere": [row for row in rows if row["code"] not in EUROPE],
        "total": sum(row["jumelages"] for row in rows),
    }
    return render(request, "directory/country_list.html", context)


@public
@require_safe
def country_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Who works in a country, or in all of Europe."""
    if code != code.lower():
        return redirect("country_detail", code=code.lower(), permanent=True)
    is_europe = code == EUROPE_CODE
    country = None if is_europe else get_object_or_404(Country, pk=code.upper())
    value = EUROPE_CODE if is_europe else country.pk
    jumelages = Jumelage.objects.published().with_countries([value])
    context = _overview(jumelages, f"country:{value}") | {
        "country": country,
        "subject": country or EUROPE_CODE,
        "value": value,
        "search_query": f"pays={value}",
        "page_title": country.name if country else _("Toute l’Europe"),
        "towns": list(Actor.objects.published().partners().abroad_in(value).by_links().for_card()[:SHOWN_OF_A_COUNTRY]),
        "countries": _countries_of_europe() if is_europe else [],
    }
    return render(request, "directory/country_detail.html", context)


def _countries_of_europe() -> list[dict[str, Any]]:
    counted = _counted("counted-countries", lambda: Jumelage.objects.published().counted_by_country())
    names = country_names()
    return [{"code": code, "name": names.get(code, code), "jumelages": n} for code, n, _c in counted if code in EUROPE]


@public
@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    """Every theme, and how many jumelages are on it."""
    counted = _counted("counted-themes", lambda: Jumelage.objects.published().counted_by_theme())
    rows = [{"code": code, "name": name, "jumelages": counted.get(code, 0)} for code, name in theme_names().items()]
    return render(request, "directory/theme_list.html", {"page_title": _("Les thèmes de coopération"), "themes": rows})


@public
@require_safe
def theme_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Who works on a theme."""
    theme = get_object_or_404(Theme, pk=code)
    jumelages = Jumelage.objects.published().with_themes([code])
    by_country = _counted(f"theme-countries:{code}", jumelages.counted_by_country)
    names = country_names()
    context = _overview(jumelages, f"theme:{code}") | {
        "theme": theme,
        "search_query": f"theme={code}",
        "page_title": theme.name,
        "countries": [{"code": iso2, "name": names.get(iso2, iso2), "jumelages": n} for iso2, n, _c in by_country],
    }
    return render(request, "directory/theme_detail.html", context)
