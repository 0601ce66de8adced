"""The pages and files of open data."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.referentiel import DATASETS as OFFICIAL
from soco.web.access import public
from soco.web.exports import csv_response, geojson_response, in_blocks, json_response, xlsx_response

from . import catalogue, datasets, iati
from .api import words
from .api.endpoints import api
from .datasets import Dataset

API_ROOT = "/api/v1/"


def _dataset(code: str) -> Dataset:
    if code not in datasets.BY_CODE:
        raise Http404
    return datasets.BY_CODE[code]


@public
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What is given away, how fresh it is, under which licence, and how to cite it."""
    context = {
        "page_title": _("Données ouvertes"),
        "datasets": [{"dataset": dataset, "figures": dataset.figures()} for dataset in datasets.DATASETS],
        "formats": catalogue.FORMATS,
        "official": OFFICIAL,
        "licence_url": datasets.LICENCE,
        "caution": datasets.caution(),
        "aid_count": iati.activities().count(),
        "requests_a_minute": settings.OPENDATA_REQUESTS_A_MINUTE,
    }
    return render(request, "opendata/open_data.html", context)


@public
@require_safe
def open_data_csv(request: HttpRequest, dataset: str) -> StreamingHttpResponse:
    found = _dataset(dataset)
    return csv_response(found.code, found.header, found.rows())


@public
@require_safe
def open_data_xlsx(request: HttpRequest, dataset: str) -> FileResponse:
    found = _dataset(dataset)
    return xlsx_response(found.code, str(found.title), found.titles, found.rows())


@public
@require_safe
def open_data_geojson(request: HttpRequest, dataset: str) -> StreamingHttpResponse:
    found = _dataset(dataset)
    return geojson_response(found.code, found.features())


@public
@require_safe
def open_data_json(request: HttpRequest, dataset: str) -> StreamingHttpResponse:
    found = _dataset(dataset)
    return json_response(found.code, found.records())


@public
@require_safe
def open_data_schema(request: HttpRequest, dataset: str) -> JsonResponse:
    """The Table Schema of the CSV."""
    return JsonResponse(_dataset(dataset).schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@public
@require_safe
def open_data_catalogue(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        catalogue.document(),
        content_type="application/ld+json; charset=utf-8",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@public
@require_safe
def open_data_iati(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The IATI file; with nothing to tell, 404 and a sentence.

    A harvester keeps a file that it fetched with 200 and then counts it invalid (the standard has no empty list), and
    reads 204 as an empty, broken file; a 404 is « not there today », asked again at the next round. As long as it lasts,
    neither the catalogue nor the page offers the address.
    """
    told = iati.document()
    if told is None:
        sentence = _("Aucun projet éligible à l’aide publique au développement n’est publié à ce jour.")
        return HttpResponse(f"{sentence}\n", status=404, content_type="text/plain; charset=utf-8")
    return StreamingHttpResponse(in_blocks(told), content_type="application/xml; charset=utf-8")


@lru_cache(maxsize=1)
def _contract() -> dict[str, Any]:
    """The API's contract, the same as long as the process lives."""
    return api.get_openapi_schema(path_prefix=API_ROOT)


def api_openapi(request: HttpRequest) -> JsonResponse:
    """Opened in urls.py, as the addresses that it describes."""
    return JsonResponse(
        _contract() | {"servers": [{"url": settings.SITE_URL}]}, json_dumps_params={"ensure_ascii": False}
    )


def api_unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /api/v1/: said in JSON, as a program reads it. Opened in urls.py."""
    return words.not_found()


@public
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The contract as a page to read, drawn from the contract itself."""
    addresses = [
        {"path": path, "summary": told["get"]["summary"], "parameters": _parameters(told["get"])}
        for path, told in _contract()["paths"].items()
    ]
    context = {
        "page_title": _("API des données ouvertes"),
        "addresses": addresses,
        "requests_a_minute": settings.OPENDATA_REQUESTS_A_MINUTE,
        "licence_url": datasets.LICENCE,
    }
    return render(request, "opendata/api_docs.html", context)


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Each parameter of an address with its values, when they are a closed list."""
    told = []
    for parameter in operation["parameters"]:
        if parameter["in"] == "header":
            continue
        schema = parameter["schema"]
        told.append(
            {
                "name": parameter["name"],
                "description": parameter.get("description", ""),
                "values": schema.get("items", schema).get("enum", []),
                "is_several": schema.get("type") == "array",
            }
        )
    return told
