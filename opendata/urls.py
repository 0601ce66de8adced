"""The addresses of open data."""

from typing import Any

from django.urls import URLPattern, path

from . import views
from .api.door import opened
from .api.endpoints import api


def _api_addresses() -> list[Any]:
    """Those of the API, each behind the one door; its root is a page of ours."""
    return [
        path(f"api/v1/{route.pattern}", opened(route.callback), name=route.name)
        for route in api.urls[0]
        if isinstance(route, URLPattern) and route.name != "api-root"
    ]


urlpatterns = [
    path("donnees/", views.open_data, name="open_data"),
    path("donnees/catalogue.jsonld", views.open_data_catalogue, name="open_data_catalogue"),
    path("donnees/iati.xml", views.open_data_iati, name="open_data_iati"),
    path("donnees/<slug:dataset>.schema.json", views.open_data_schema, name="open_data_schema"),
    path("donnees/<slug:dataset>.csv", views.open_data_csv, name="open_data_csv"),
    path("donnees/<slug:dataset>.xlsx", views.open_data_xlsx, name="open_data_xlsx"),
    path("donnees/<slug:dataset>.geojson", views.open_data_geojson, name="open_data_geojson"),
    path("donnees/<slug:dataset>.json", views.open_data_json, name="open_data_json"),
    path("api/v1/", views.api_docs, name="api_docs"),
    path("api/v1/openapi.json", opened(views.api_openapi), name="api_openapi"),
    *_api_addresses(),
    path("api/v1/<path:rest>", opened(views.api_unknown), name="api_unknown"),
]
