"""What the API answers: pages of each dataset with the filters of its search, one row by its number, and the two lists."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError

from directory.filters import ActorFilter, JumelageFilter, ProjectFilter
from directory.models import Actor, Country, Theme
from events.filters import DayFilter
from opendata.datasets import ACTORS, EVENTS, LINKS, PROJECTS, Dataset

from . import cursors, shapes, words
from .door import VERSION

SINGLE = ("q", "limite", "curseur", "verifier", "passes")  # parameters that take one value
NOT_FILTERS = ("limite", "curseur")
OF_PAGES_ONLY = ("tri", "page", "pres", "km")  # of the search of a page: the API has its own order and its own pages
SEARCHES = {
    ACTORS.code: ActorFilter,
    LINKS.code: JumelageFilter,
    PROJECTS.code: ProjectFilter,
    EVENTS.code: DayFilter,
}
TELLS = {
    "literal_error": "n’est pas une des valeurs connues",
    "string_pattern_mismatch": "n’a pas la forme attendue",
    "string_too_long": "est trop long",
    "too_long": "a trop de valeurs",
    "int_parsing": "n’est pas un nombre entier",
    "int_parsing_size": "est un nombre trop grand",
    "greater_than_equal": "est trop petit",
    "less_than_equal": "est trop grand",
}
COMMON: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-None-Match",
            "required": False,
            "schema": {"type": "string"},
            "description": "L’ETag d’une réponse déjà lue\u00a0: 304 si rien n’a changé.",
        }
    ],
    "responses": {
        200: {"headers": {"ETag": {"description": "La version de la réponse.", "schema": {"type": "string"}}}},
        304: words.UNCHANGED,
        429: words.TOO_MANY,
    },
}

api = NinjaAPI(
    title="Données ouvertes du réseau",
    version=VERSION,
    description=(
        "Acteurs, jumelages, projets et rendez-vous, en lecture seule et sans clé. Licence Ouverte 2.0. Les filtres sont ceux des"
        " pages du portail\u00a0; les lignes viennent dans l’ordre de leur numéro, page après page, en suivant «\u00a0next\u00a0»."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="opendata-api",
)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = []
    for told in error.errors:
        name = next((part for part in reversed(told["loc"]) if isinstance(part, str)), "")
        details.append(f"«\u00a0{name}\u00a0» {TELLS.get(told['type'], 'n’est pas valable')}.")
    return words.not_understood(list(dict.fromkeys(details)))


def _listed(path: str, shape: type[Schema], summary: str, name: str) -> Any:
    return api.get(
        path,
        response={200: shape, 422: words.Problem},
        summary=summary,
        url_name=name,
        operation_id=name,
        openapi_extra=COMMON,
    )


def _one(path: str, shape: type[Schema], summary: str, name: str) -> Any:
    return api.get(
        path,
        response={200: shape, 404: words.Problem, 422: words.Problem},
        summary=summary,
        url_name=name,
        operation_id=name,
        openapi_extra=COMMON,
    )


@_listed("acteurs", shapes.Actors, "Les acteurs, avec les filtres du répertoire", "api_actors")
def api_actors(request: HttpRequest, asked: Query[shapes.ActorsIn]) -> Any:
    return _page(request, ACTORS, asked)


@_one("acteurs/{nature}/{code}", shapes.ActorOut, "Un acteur par sa nature et son code", "api_actor_by_code")
def api_actor_by_code(request: HttpRequest, nature: Path[shapes.NatureIn], code: Path[shapes.CodeIn]) -> Any:
    return _row(ACTORS, Actor.objects.open_data().of_nature([nature]).with_code(code))


@_one("acteurs/{slug}", shapes.ActorOut, "Un acteur par la fin de l’adresse de sa fiche", "api_actor")
def api_actor(request: HttpRequest, slug: Path[shapes.SlugIn]) -> Any:
    return _row(ACTORS, Actor.objects.open_data().at_address(slug))


@_listed("jumelages", shapes.Links, "Les jumelages et partenariats, avec leurs filtres", "api_jumelages")
def api_jumelages(request: HttpRequest, asked: Query[shapes.LinksIn]) -> Any:
    return _page(request, LINKS, asked)


@_one("jumelages/{numero}", shapes.LinkOut, "Un jumelage par son numéro", "api_jumelage")
def api_jumelage(request: HttpRequest, numero: Path[shapes.NumberIn]) -> Any:
    return _row(LINKS, LINKS.queryset().numbered([numero]))


@_listed("projets", shapes.Projects, "Les projets, avec leurs filtres", "api_projects")
def api_projects(request: HttpRequest, asked: Query[shapes.ProjectsIn]) -> Any:
    return _page(request, PROJECTS, asked)


@_one("projets/{numero}", shapes.ProjectOut, "Un projet par son numéro", "api_project")
def api_project(request: HttpRequest, numero: Path[shapes.NumberIn]) -> Any:
    return _row(PROJECTS, PROJECTS.queryset().numbered([numero]))


@_listed("evenements", shapes.Events, "Les rendez-vous de l’agenda, avec ses filtres", "api_events")
def api_events(request: HttpRequest, asked: Query[shapes.EventsIn]) -> Any:
    return _page(request, EVENTS, asked)


@_one("evenements/{numero}", shapes.EventOut, "Un rendez-vous par son numéro", "api_event")
def api_event(request: HttpRequest, numero: Path[shapes.NumberIn]) -> Any:
    return _row(EVENTS, EVENTS.queryset().numbered([numero]))


@_listed("pays", shapes.Countries, "Les pays, avec leurs codes", "api_countries")
def api_countries(request: HttpRequest) -> Any:
    rows = [
        {
            "iso2": country.iso2,
            "iso3": country.iso3,
            "nom": country.name,
            "nom_anglais": country.name_en,
            "latitude": country.latitude,
            "longitude": country.longitude,
            "eligible_apd": country.is_oda_eligible,
        }
        for country in Country.objects.order_by("pk")
    ]
    return _strangers(request) or {"results": rows, "next": None}


@_listed("themes", shapes.Themes, "Les thèmes, avec leurs codes-objet et leurs objectifs", "api_themes")
def api_themes(request: HttpRequest) -> Any:
    rows = [
        {"code": theme.code, "nom": theme.name, "codes_cad": theme.dac_codes, "odd": theme.sdgs}
        for theme in Theme.objects.all()
    ]
    return _strangers(request) or {"results": rows, "next": None}


def _page(request: HttpRequest, dataset: Dataset, asked: Any) -> HttpResponse:
    """A page of the rows that answer the filters, and the address of the next one."""
    params = request.GET.copy()
    for name in NOT_FILTERS:
        params.pop(name, None)
    search = SEARCHES[dataset.code](params, queryset=dataset.queryset())
    details = [_("«\u00a0%(told)s\u00a0» n’a pas été compris.") % {"told": told} for told in search.ignored]
    details += [
        _("«\u00a0%(told)s\u00a0» ne sert qu’aux pages du portail.") % {"told": name}
        for name in OF_PAGES_ONLY
        if name in params and name not in search.ignored
    ]
    details += _repeated(request)
    if details:
        return words.not_understood(details)
    after = cursors.read(asked.curseur) if asked.curseur else 0
    numbers = list(search.qs.numbers_after(after)[: asked.limite + 1])
    shown = numbers[: asked.limite]
    following = None
    if len(numbers) > asked.limite:
        params["limite"], params["curseur"] = str(asked.limite), cursors.written(shown[-1])
        following = f"{settings.SITE_URL}{request.path}?{params.urlencode()}"
    response = _json({"results": dataset.page(dataset.queryset().numbered(shown)), "next": following})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _row(dataset: Dataset, queryset: Any) -> HttpResponse:
    """The only row of a queryset, or 404."""
    rows = dataset.page(queryset)
    return _json(rows[0]) if rows else words.not_found()


def _json(body: dict[str, Any]) -> JsonResponse:
    """A body whose shape the dataset's columns already are: it is not checked against itself again, tests do that."""
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _repeated(request: HttpRequest) -> list[str]:
    return [
        _("«\u00a0%(told)s\u00a0» ne prend qu’une valeur.") % {"told": name}
        for name in SINGLE
        if len(request.GET.getlist(name)) > 1
    ]


def _strangers(request: HttpRequest) -> HttpResponse | None:
    """A list without parameters takes none: what was meant to narrow it would be ignored in silence."""
    if not request.GET:
        return None
    return words.not_understood(
        [_("«\u00a0%(told)s\u00a0» n’a pas été compris.") % {"told": name[:60]} for name in request.GET][:8]
    )
