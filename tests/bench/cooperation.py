"""The pages of jumelages, with the whole of France and 50,000 links loaded."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.models import Actor, Jumelage
from directory.neighbours import neighbours_of

from . import databases, synthetic
from .measure import Figure, compared, timed
from .pages import server

MOST_RATIO = 4
PAGES = {
    "jumelage_list": "/jumelages/",
    "jumelage_list_filtered": "/jumelages/?q=saint&pays=DE&vitalite=actif",
    "country_page": "/pays/de/",
    "theme_page": "/themes/sante/",
    "fiche_with_links": "",
}


def _busiest() -> Actor:
    """The commune with the most jumelages: the heaviest fiche, the most neighbours that share something."""
    return Actor.objects.of_nature(["commune"]).by_links().located()[0]


def _raw(statements: list[str]) -> Callable[[], Any]:
    """These statements through psycopg, their answers read."""
    raw = psycopg.connect(
        host=connection.settings_dict["HOST"], user=connection.settings_dict["USER"], dbname=connection.settings_dict["NAME"],
        autocommit=True, options=connection.settings_dict["OPTIONS"]["options"],
    )  # fmt: skip

    def run() -> None:
        for statement in statements:
            raw.execute(statement, prepare=False).fetchall()

    return run


def links_pages(full: bool) -> Iterator[Figure]:
    """Whole pages, middleware and templates included, with nothing in the cache: the worst visit, the first after a write.
    Baseline: the same page's own SQL alone, through psycopg; the number of statements is fixed by tests."""
    synthetic.ready()
    answer = server()
    for name, address in PAGES.items():
        address = address or _busiest().get_absolute_url()

        def cold(address: str = address) -> None:
            cache.clear()
            answer(address)

        timing = compared(cold, _raw(_statements(cold)), rounds=15)
        yield Figure(
            name, Jumelage.objects.count(), timing.first.median, "ms", p95=timing.first.p95,
            baseline=timing.second.median, ratio=timing.ratio, limit=MOST_RATIO,
        )  # fmt: skip


def _statements(action: Callable[[], Any]) -> list[str]:
    """What an action asks the database."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]


def neighbours(full: bool) -> Iterator[Figure]:
    """« Près de chez vous » for the busiest commune. Baseline: its two statements through psycopg. Fails without its index."""
    synthetic.ready()
    actor = _busiest()

    def block() -> None:
        neighbours_of(actor, km=30, most=8)

    block()
    with CaptureQueriesContext(connection) as captured:
        block()
    statements = [query["sql"] for query in captured]
    timing = compared(block, _raw(statements))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statements[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    if "actor_spot" not in plan or "Seq Scan on directory_actor " in plan:
        raise RuntimeError(f"the neighbours do not use their index:\n{plan}")
    print(plan, file=sys.stderr)
    yield Figure(
        "neighbour_block", len(statements), timing.first.median, "ms", p95=timing.first.p95,
        baseline=timing.second.median, ratio=timing.ratio, limit=MOST_RATIO,
    )  # fmt: skip


def links_stream(full: bool) -> Iterator[Figure]:
    """The GeoJSON of all links, read to its end in a process of its own. Baseline of the memory: that of the links of one
    département; the limit bounds what the others add."""
    synthetic.ready()
    script = "tests.bench.stream_links"
    small = databases.run(synthetic.FRANCE_LINKS, "-m", script, "?departement=33")
    everything = databases.run(synthetic.FRANCE_LINKS, "-m", script, "")
    small_count, _first, before_mb = (float(part) for part in small.last_line.split())
    count, first_ms, peak_mb = (float(part) for part in everything.last_line.split())
    yield Figure(
        "geojson_links_memory_added",
        int(count),
        peak_mb - before_mb,
        "MB",
        baseline=before_mb,
        limit=30,
    )
    yield Figure(
        "geojson_links_rows", int(count), (count - small_count) / (everything.seconds - small.seconds), "per_s"
    )
    yield Figure("geojson_links_first_byte", int(count), first_ms, "ms", limit=1000)


def sheet(full: bool) -> Iterator[Figure]:
    """« Fiche élu » of the commune with the most jumelages, « fiche jumelage » of one of them: whole answers, queries and PDF."""
    synthetic.ready()
    answer, actor = server(), _busiest()
    timing = timed(lambda: answer(f"{actor.get_absolute_url()}fiche.pdf"), times=30)
    yield Figure("sheet_pdf", actor.jumelage_count, timing.median, "ms", p95=timing.p95, limit=1000)
    jumelage = Jumelage.objects.published().of_actor(actor).order_by("pk").first()
    assert jumelage is not None
    timing = timed(lambda: answer(f"{jumelage.get_absolute_url()}fiche.pdf"), times=30)
    yield Figure("jumelage_sheet_pdf", 1, timing.median, "ms", p95=timing.p95, limit=1000)
