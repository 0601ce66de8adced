"""Weights of pages and files, the load of the whole of France, and exports that stream."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection

from directory.models import Actor

from . import databases
from .measure import Figure, timed
from .pages import server

CSS_JS = ["css/portal.css", "js/portal.js", "js/suggestions.js", "django_htmx/htmx-2.min.js"]
MAP = [*CSS_JS, "leaflet/leaflet.js", "leaflet/leaflet.css", "js/map.js"]


def _gzipped_kb(names: list[str]) -> float:
    return sum(len(gzip.compress(Path(finders.find(name)).read_bytes(), 9)) for name in names) / 1024


def weights(full: bool) -> Iterator[Figure]:
    """What a phone downloads, in KB: HTML as such, styles and scripts gzipped, the map's data gzipped."""
    databases.ready(databases.FRANCE)
    answer = server()
    largest = Actor.objects.published().of_nature(["departement"]).order_by("-member_count").first()
    metropole = Actor.objects.published().of_nature(["epci"]).order_by("-member_count").first()
    addresses = [
        "/", "/repertoire/", "/repertoire/?q=saint&departement=33", "/repertoire/?q=introuvable", "/repertoire/carte/",
        "/repertoire/limoges-87085/", largest.get_absolute_url(), metropole.get_absolute_url(), "/sources/",
    ]  # fmt: skip
    for address in addresses:
        yield Figure(f"html {address}", 1, len(answer(address)) / 1024, "KB", limit=60)
    yield Figure("css_js_gzip", len(CSS_JS), _gzipped_kb(CSS_JS), "KB", limit=40)
    yield Figure("map_css_js_gzip", len(MAP), _gzipped_kb(MAP), "KB", limit=90)
    data = len(gzip.compress(answer("/repertoire/carte/points.json"), 6)) + len(
        gzip.compress(answer("/repertoire/carte/contours.geojson"), 6)
    )
    yield Figure("map_data_gzip_france", Actor.objects.located().count(), data / 1024, "KB", limit=400)


def csv_stream(full: bool) -> Iterator[Figure]:
    """The CSV of the whole of France, each export in a process of its own. Baseline: the peak memory of the CSV of one
    département; the limit bounds what the other 36,000 lines add."""
    databases.ready(databases.FRANCE)
    small = databases.run(databases.FRANCE, "-m", "tests.bench.stream_csv", "?departement=33")
    large = databases.run(databases.FRANCE, "-m", "tests.bench.stream_csv", "")
    _lines, _seconds, small_mb = (float(part) for part in small.last_line.split())
    lines, seconds, large_mb = (float(part) for part in large.last_line.split())
    yield Figure("csv_france_memory_added", int(lines), large_mb - small_mb, "MB", baseline=small_mb, limit=30)
    yield Figure("csv_france_rows", int(lines), lines / seconds, "per_s")


def load_france(full: bool) -> Iterator[Figure]:
    """`load_referentiel --region all` on an empty base, then again. Baseline: a bare copy of the rows, no index, no check."""
    databases.make(databases.FRANCE)
    first = databases.command(databases.FRANCE, "load_referentiel", "--region", "all")
    second = databases.command(databases.FRANCE, "load_referentiel", "--region", "all")
    databases.command(databases.FRANCE, "load_contacts")
    databases.use(databases.FRANCE)

    def bare_copy() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bare AS SELECT nature, code, name, population, latitude, longitude FROM directory_actor"
            )
            cursor.execute("DROP TABLE bare")

    copied = timed(bare_copy, times=3, warm=1)
    count = Actor.objects.collectivites().count()
    yield Figure("load_france", count, first.seconds * 1000, "ms", baseline=copied.median, limit=60_000)
    yield Figure("load_france_memory", count, first.peak_mb, "MB", limit=500)
    yield Figure("load_france_again", count, second.seconds * 1000, "ms", baseline=first.seconds * 1000)
    changed = sum(int(part.split("=")[1]) for part in second.last_line.split()[1:] if not part.startswith("unchanged"))
    yield Figure("load_france_again_changes", count, float(changed), "rows", limit=0)
