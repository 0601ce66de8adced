"""The répertoire's public pages: search, map, exports, one actor, home, sources."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory import contours, counts_version, exports, facets, perms, structured_data
from directory.enums import Nature
from directory.fiche_names import label_of, suggestions
from directory.filters import ActorFilter
from directory.models import Actor, ActorQuerySet, DatasetLoad, Jumelage
from directory.neighbours import neighbours_of
from directory.referentiel import DATASETS
from directory.search import understand
from soco.web.access import public
from soco.web.exports import csv_response, geojson_response, xlsx_response
from soco.web.htmx import render_page
from soco.web.pagination import paginate

from .searching import search_context

SUGGESTIONS = 8
NEIGHBOURS = 8
CARDS_OF_A_PLACE = 12
MEMBERS_A_PAGE = 90
SHOWN_JUMELAGES = 30


def _search(request: HttpRequest) -> dict[str, Any]:
    """The search that an address asks for: its filters, their counts, and the wanted page of answers."""
    filterset = ActorFilter(request.GET, queryset=Actor.objects.published())
    counted = facets.count(filterset.textual, chosen=filterset.chosen, text=filterset.text)
    return search_context(request, filterset, counted)


@public
@require_safe
def actor_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "directory/actor_list.html", "directory/_actor_search.html", _search(request))


@public
@require_safe
def actor_suggestions(request: HttpRequest) -> HttpResponse:
    """The first names for what is being typed."""
    text = understand(request.GET.get("q", ""))
    actors = Actor.objects.published().search(text).for_card()[:SUGGESTIONS] if text else []
    return render(request, "directory/_suggestions.html", {"actors": actors, "text": text})


@public
@require_safe
def structure_suggestions(request: HttpRequest) -> HttpResponse:
    """The first fiches for what is being typed in « Votre structure », or in a question about one."""
    typed = next(iter(request.GET.values()), "")  # whatever the box that asks is called
    labels = [label_of(actor) for actor in suggestions(typed)]
    return render(request, "directory/_structures.html", {"labels": labels})


@public
@require_safe
def actor_map(request: HttpRequest) -> HttpResponse:
    context = _search(request) | {"tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION}
    return render_page(request, "directory/actor_map.html", "directory/_actor_search.html", context)


@public
@require_safe
def actor_points(request: HttpRequest) -> JsonResponse:
    """The located answers as columns of whole numbers (degrees × 10 000), a third of the weight of named objects."""
    filterset = ActorFilter(request.GET, queryset=Actor.objects.published())
    points = filterset.qs.order_by().located().values_list("pk", "latitude", "longitude", "nature")
    natures = [nature.value for nature in Nature]
    columns: dict[str, list[Any]] = {"id": [], "lat": [], "lon": [], "nature": []}
    for pk, latitude, longitude, nature in points:
        columns["id"].append(pk)
        columns["lat"].append(round(latitude * 10_000))
        columns["lon"].append(round(longitude * 10_000))
        columns["nature"].append(natures.index(nature))
    return JsonResponse(columns | {"natures": natures})


@public
@require_safe
def map_outlines(request: HttpRequest) -> JsonResponse:
    """The outlines under the points: the départements of the portal's région."""
    features = contours.departement_features(settings.REGION_CODE)
    response = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@public
@require_safe
def map_card(request: HttpRequest, pk: int) -> HttpResponse:
    """What is shown when a point of the map is chosen: every actor of that place."""
    published = Actor.objects.published()
    actor = get_object_or_404(published, pk=pk)
    actors = published.at_the_place_of(actor).by_population().for_card()[:CARDS_OF_A_PLACE]
    return render(request, "directory/_place.html", {"actors": actors})


def _exported(request: HttpRequest) -> ActorQuerySet:
    return ActorFilter(request.GET, queryset=Actor.objects.published()).sorted()


@public
@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("repertoire", exports.COLUMNS, exports.rows(_exported(request), settings.SITE_URL))


@public
@require_safe
def export_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.rows(_exported(request), settings.SITE_URL)
    return xlsx_response("repertoire", _("Répertoire"), exports.LABELS, rows)


@public
@require_safe
def export_geojson(request: HttpRequest) -> StreamingHttpResponse:
    return geojson_response("repertoire", exports.features(_exported(request), settings.SITE_URL))


@public
@require_safe
def actor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One actor. One that was absorbed leads to its successor for good (301)."""
    actor = Actor.objects.for_page().with_slug(slug)
    if actor is None or not actor.is_published:
        return _other_spelling(slug)
    today = _last_successor(actor)
    if today != actor and today.is_published and not today.is_closed:
        return redirect(today, permanent=True)
    published = Actor.objects.published()
    members = published.members_of(actor).by_name().only("name", "slug")
    km = settings.DIRECTORY_NEIGHBOUR_KM
    url = settings.SITE_URL + actor.get_absolute_url()
    region = actor.code if actor.nature == Nature.REGION else (actor.region_codes or [""])[0]
    flat = contours.region_map(region) if region else None
    context = {
        "actor": actor,
        "can_edit": perms.can_edit(request.user, actor),
        "members": paginate(members, asked=request.GET.get("page"), total=members.count(), size=MEMBERS_A_PAGE),
        "siblings": list(published.siblings_of(actor).by_population().for_card()[:NEIGHBOURS]),
        "nearest": list(published.peers_near(actor, km).for_card()[:NEIGHBOURS]) if actor.country_id == "FR" else [],
        "neighbour_km": km,
        "network_members": list(published.members_of_network(actor).by_name().only("name", "slug")[:MEMBERS_A_PAGE])
        if actor.nature == Nature.RESEAU
        else [],
        "links": list(
            Jumelage.objects.published().of_actor(actor).by_partner().for_card()[:SHOWN_JUMELAGES]
            if actor.jumelage_count
            else []
        ),
        "more_links": max(0, actor.jumelage_count - SHOWN_JUMELAGES),
        "neighbours": neighbours_of(actor, km=settings.DIRECTORY_COOPERATION_KM, most=NEIGHBOURS),
        "canonical_url": url,
        "json_ld": structured_data.as_script(structured_data.organization(actor, url=url)),
        "map": flat,
        "highlight": (actor.departement or actor).code,
        "spot": flat.place(actor.latitude, actor.longitude) if flat and actor.is_located else None,
    }
    return render(request, "directory/actor_detail.html", context)


def _other_spelling(slug: str) -> HttpResponse:
    """An address with the right code and another name leads to today's (a renamed commune, a link typed by hand)."""
    actors = list(Actor.objects.published().with_code(slug.rpartition("-")[2])[:2])
    if len(actors) != 1 or actors[0].slug == slug:
        raise Http404
    return redirect(actors[0], permanent=True)


def _last_successor(actor: Actor) -> Actor:
    """Follow successions to the actor that exists today (a commune absorbed by one absorbed in turn); a ring ends the walk."""
    seen = set()
    while actor.successor_id and actor.pk not in seen:
        seen.add(actor.pk)
        actor = actor.successor
    return actor


def _figures() -> dict[str, int]:
    """How many of each nature, and how many people live there; kept until the répertoire changes."""

    def counted() -> dict[str, int]:
        published = Actor.objects.published().real()
        return {**published.counted_by_nature(), "people": published.inhabitants()}

    key = f"directory.figures:{counts_version.current()}"
    return cache.get_or_set(key, counted, settings.HOME_FIGURES_SECONDS)


def _links() -> dict[str, int]:
    """How many jumelages, and in how many countries; kept as `_figures`."""

    def counted() -> dict[str, int]:
        by_country = Jumelage.objects.published().real().counted_by_country()
        return {"jumelages": sum(n for _code, n, _c in by_country), "countries": len(by_country)}

    return cache.get_or_set(f"directory.links:{counts_version.current()}", counted, settings.HOME_FIGURES_SECONDS)


def _label_lines(departement: Actor | None) -> list[str]:
    """« Charente-Maritime » on two lines, so that it fits its outline."""
    if departement is None:
        return []
    head, hyphen, tail = departement.name.rpartition("-")
    return [head + hyphen, tail] if hyphen else [departement.name]


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    figures = _figures()
    departements = {
        actor.code: actor for actor in Actor.objects.published().of_nature([Nature.DEPARTEMENT]).only("code", "name")
    }
    flat = contours.region_map(settings.REGION_CODE)
    context = {
        "has_search": True,
        "figures": figures,
        "links": _links(),
        "total": sum(count for name, count in figures.items() if name != "people"),
        "region": Actor.objects.published().region(settings.REGION_CODE),
        "map": flat,
        "outlines": [
            {
                "outline": outline,
                "departement": departements.get(outline.code),
                "lines": _label_lines(departements.get(outline.code)),
            }
            for outline in (flat.outlines if flat else ())
        ],
    }
    return render(request, "directory/home.html", context)


@public
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every official file the portal uses: who made it, under which licence, how old, when it was loaded here."""
    loads = {load.dataset: load for load in DatasetLoad.objects.latest_by_dataset()}
    datasets = [{"dataset": dataset, "load": loads.get(dataset.code)} for dataset in DATASETS]
    return render(request, "directory/sources.html", {"page_title": _("Sources et licences"), "datasets": datasets})
