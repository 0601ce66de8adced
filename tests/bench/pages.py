"""The search pages, with the whole of France loaded."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.cache import cache
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

from . import databases, synthetic
from .measure import Figure, compared, timed

FILTERED = "/repertoire/?q=saint+martin&nature=commune&departement=33"
PLAIN = "/repertoire/"
MAX_RATIO = 1.6


def request_of(address: str) -> HttpRequest:
    request = RequestFactory(headers={"host": urlsplit(settings.SITE_URL).netloc}).get(address)
    request.htmx = HtmxDetails(request)
    return request


def server() -> Callable[[str], Any]:
    """The whole of Django, middleware included, without the test client's own weight."""
    handler = BaseHandler()
    handler.load_middleware()

    def answer(address: str) -> bytes:
        response = handler.get_response(request_of(address))
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        return response.content

    return answer


def _raw(address: str) -> Callable[[], Any]:
    """The baseline: the page's own SQL through psycopg, and its template rendered on constants."""
    request = request_of(address)
    context = views._search(request)
    render_to_string(
        "directory/actor_list.html", context, request=request
    )  # what a busy site has in its cache is there
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
            raw.execute(statement, prepare=False).fetchall()  # searches differ: none would find its plan ready
        render_to_string("directory/actor_list.html", context, request=request)

    return run


def search_page(full: bool) -> Iterator[Figure]:
    """A search with text, two filters and its counts, then the page with none; without a jumelage, then with 50,000 of them.
    Baseline: the page's raw SQL through psycopg + the template on constants."""
    databases.ready(databases.FRANCE)
    yield from _search_pages("")
    synthetic.ready()
    yield from _search_pages("_with_links")


def _search_pages(suffix: str) -> Iterator[Figure]:
    answer = server()
    for name, address in (("search_page_filtered", FILTERED), ("search_page_plain", PLAIN)):
        cache.clear()  # counts of another database
        timing = compared(lambda address=address: answer(address), _raw(address))
        yield Figure(
            f"{name}{suffix}", Actor.objects.count(), timing.first.median, "ms", p95=timing.first.p95,
            baseline=timing.second.median, ratio=timing.ratio, limit=MAX_RATIO,
        )  # fmt: skip


SCAN = "unaccent(name) ILIKE '%%' || unaccent(%s) || '%%' OR unaccent(search_terms) ILIKE '%%' || unaccent(%s) || '%%'"
NAIVE = (
    f"SELECT id FROM directory_actor WHERE {SCAN} ORDER BY name LIMIT 20",
    f"SELECT count(*) FROM directory_actor WHERE {SCAN}",
    f"SELECT nature, count(*) FROM directory_actor WHERE {SCAN} GROUP BY 1",
    f"SELECT population / 2000, count(*) FROM directory_actor WHERE {SCAN} GROUP BY 1",
    f"SELECT verified_at IS NULL, count(*) FROM directory_actor WHERE {SCAN} GROUP BY 1",
    f"SELECT d, count(*) FROM directory_actor, unnest(departement_codes) d WHERE {SCAN} GROUP BY 1",
    f"SELECT epci_id, count(*) FROM directory_actor WHERE {SCAN} GROUP BY 1",
)


def search_sql(full: bool) -> Iterator[Figure]:
    """The SQL of the search page, run through psycopg. Baseline: the same answers (page, total, five facets), each by the
    scan `unaccent(name) ILIKE '%…%' OR unaccent(search_terms) ILIKE '%…%'`; then one such scan alone, without a promise."""
    databases.ready(databases.FRANCE)
    with CaptureQueriesContext(connection) as captured:
        views._search(request_of(FILTERED))
    statements = [query["sql"] for query in captured]
    typed = ["saint martin"] * 2

    def run(queries: Sequence[str], parameters: list[str] | None) -> None:
        with connection.cursor() as cursor:
            for query in queries:
                cursor.execute(query, parameters)
                cursor.fetchall()

    indexed = timed(lambda: run(statements, None), times=40)
    for name, queries, limit in (("search_sql_vs_naive_page", NAIVE, 50), ("search_sql_vs_one_scan", NAIVE[1:2], None)):
        scanned = timed(lambda queries=queries: run(queries, typed), times=3, warm=1)
        yield Figure(
            name, Actor.objects.count(), indexed.median, "ms", p95=indexed.p95,
            baseline=scanned.median, ratio=scanned.median / indexed.median, limit=limit, at_most=False,
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
