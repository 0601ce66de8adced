"""Open data with France and 50,000 links: a page of the API, an unchanged one, and files that stream."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from . import databases, synthetic
from .measure import Figure, compared, timed
from .pages import request_of

PAGES = {
    "api_page_100_actors": "/api/v1/acteurs?departement=33&nature=commune",
    "api_page_100_links": "/api/v1/jumelages?pays=DE",
}
FILES = ("jumelages.geojson", "jumelages.json", "jumelages.csv", "acteurs.json")
NOTHING = "/donnees/jumelages.schema.json"  # the same process, without a row
MOST_RATIO = 8  # a hundred rows of JSON are little beside the objects that carry them


def _server() -> Callable[..., Any]:
    """The whole of Django, middleware included; the pace of the API let free."""
    settings.OPENDATA_REQUESTS_A_MINUTE = 10**9
    handler = BaseHandler()
    handler.load_middleware()

    def answer(address: str, etag: str = "") -> Any:
        request = request_of(address)
        if etag:
            request.META["HTTP_IF_NONE_MATCH"] = etag
        return handler.get_response(request)

    return answer


def _raw(statements: list[str], body: Any) -> Callable[[], None]:
    """The least that such a page costs: its own SQL through psycopg, and its rows, ready made, written as JSON."""
    database = connection.settings_dict
    raw = psycopg.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"], autocommit=True)

    def run() -> None:
        for statement in statements:
            raw.execute(statement, prepare=False).fetchall()
        json.dumps(body)

    return run


def api_page(full: bool) -> Iterator[Figure]:
    """A page of 100 rows of the API, filtered. Baseline: its SQL through psycopg and its JSON written from ready rows.
    Then the same page unchanged (304), against the page itself."""
    synthetic.ready()
    server = _server()
    for name, address in PAGES.items():
        first = server(address)
        if first.status_code != 200 or len(json.loads(first.content)["results"]) != 100:
            raise RuntimeError(f"{address}: {first.status_code}, {first.content[:200]!r}")
        with CaptureQueriesContext(connection) as captured:
            server(address)
        statements = [re.sub(r"^DECLARE .*? FOR (?=SELECT)", "", query["sql"]) for query in captured]
        timing = compared(lambda address=address: server(address), _raw(statements, json.loads(first.content)))
        yield Figure(
            name, 100, timing.first.median, "ms", p95=timing.first.p95,
            baseline=timing.second.median, ratio=timing.ratio, limit=MOST_RATIO,
        )  # fmt: skip
        kept = timed(lambda address=address, etag=first["ETag"]: server(address, etag), times=40)
        if server(address, first["ETag"]).status_code != 304:
            raise RuntimeError(f"{address}: not a 304")
        yield Figure(
            f"{name}_unchanged", 100, kept.median, "ms", p95=kept.p95,
            baseline=timing.first.median, ratio=kept.median / timing.first.median, limit=1,
        )  # fmt: skip


def open_data_stream(full: bool) -> Iterator[Figure]:
    """Each file read to its end in a process of its own. Baseline of the memory: the same process that reads a schema."""
    synthetic.ready()
    base = float(databases.run(synthetic.FRANCE_LINKS, "-m", "tests.bench.stream_open", NOTHING).last_line.split()[-1])
    for name in FILES:
        line = databases.run(synthetic.FRANCE_LINKS, "-m", "tests.bench.stream_open", f"/donnees/{name}").last_line
        status, size, first, seconds, peak = (float(part) for part in line.split())
        if status != 200:
            raise RuntimeError(f"{name}: {status}")
        told = name.replace(".", "_")
        yield Figure(f"open_{told}_memory_added", int(size), peak - base, "MB", baseline=base, limit=30)
        yield Figure(f"open_{told}_first_row", int(size), first, "ms", limit=1000)
        yield Figure(f"open_{told}_speed", int(size), size / seconds / 1e6, "MB/s")
