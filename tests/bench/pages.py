"""The search pages, with the whole of France loaded."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_htmx.middleware import HtmxDetails

from directory.models import Actor
from directory.search import understand
from directory.views import public as views

from . import databases
from .measure import Figure, interleaved, timed

FILTERED = "/repertoire/?q=saint+martin&nature=commune&departement=33"
PLAIN = "/repertoire/"
MAX_RATIO = 1.6


def _request(address: str) -> HttpRequest:
    request = RequestFactory(headers={"host": urlsplit(settings.SITE_URL).netloc}).get(address)
    request.htmx = HtmxDetails(request)
    return request


def _server() -> Callable[[str], Any]:
    """The whole of Django, middleware included, without the test client's own weight."""
    handler = BaseHandler()
    handler.load_middleware()

    def answer(address: str) -> bytes:
        response = handler.get_response(_request(address))
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        return response.content

    return answer


def _raw(address: str) -> Callable[[], Any]:
    """The baseline: the page's own SQL through psycopg, and its template rendered on constants."""
    request = _request(address)
    with CaptureQueriesContext(connection) as captured:
        context = views._search(request)
        render_to_string("directory/actor_list.html", context, request=request)
    statements = [query["sql"] for query in captured]
    raw = psycopg.connect(
        host=connection.settings_dict["HOST"], user=connection.settings_dict["USER"], dbname=connection.settings_dict["NAME"],
        autocommit=True, options=connection.settings_dict["OPTIONS"]["options"],
    )  # fmt: skip

    def run() -> None:
        for statement in statements:
            raw.execute(statement).fetchall()
        render_to_string("directory/actor_list.html", context, request=request)

    return run


def search_page(full: bool) -> Iterator[Figure]:
    """A search with text, two filters and its counts. Baseline: its raw SQL through psycopg + the template on constants."""
    databases.ready(databases.FRANCE)
    server = _server()
    for name, address in (("search_page_filtered", FILTERED), ("search_page_plain", PLAIN)):
        page, raw = interleaved(lambda address=address: server(address), _raw(address))
        yield Figure(
            name, Actor.objects.count(), page.median, "ms", p95=page.p95,
            baseline=raw.median, ratio=page.median / raw.median, limit=MAX_RATIO,
        )  # fmt: skip


def search_sql(full: bool) -> Iterator[Figure]:
    """The search's SQL for a name. Baseline: the scan `unaccent(name) ILIKE '%…%'` over name and search terms."""
    databases.ready(databases.FRANCE)
    text = understand("saint martin de")

    def search() -> None:
        list(Actor.objects.published().search(text).values_list("pk")[:20])

    with CaptureQueriesContext(connection) as captured:
        search()
    statements = [query["sql"] for query in captured]

    def indexed() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    def scan() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM directory_actor WHERE unaccent(name || ' ' || search_terms) ILIKE unaccent(%s) LIMIT 20000",
                ["%saint-martin-de%"],
            )
            cursor.fetchall()

    fast, slow = timed(indexed, times=40), timed(scan, times=3, warm=1)
    yield Figure(
        "search_sql_vs_ilike_scan", Actor.objects.count(), fast.median, "ms", p95=fast.p95,
        baseline=slow.median, ratio=slow.median / fast.median, limit=50, at_most=False,
    )  # fmt: skip


def facets_cached(full: bool) -> Iterator[Figure]:
    """The counts of the page with no filter, from the cache. Baseline: counting them again over all rows."""
    from directory import counts_version, facets

    databases.ready(databases.FRANCE)
    everyone = Actor.objects.published()

    def cached() -> None:
        facets.count(everyone, chosen={}, text=understand(""))

    def counted() -> None:
        counts_version.bump()
        cached()

    warm, cold = timed(cached, times=40), timed(counted, times=5)
    yield Figure(
        "facets_plain_cached", everyone.count(), warm.median, "ms", p95=warm.p95,
        baseline=cold.median, ratio=warm.median / cold.median, limit=0.1,
    )  # fmt: skip
