"""Reads the GeoJSON of a search of jumelages (the query of its address) to its end; says how many features, and after how
many milliseconds the first bytes came, and the peak memory in MB (VmHWM, as in stream_csv)."""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.test import RequestFactory  # noqa: E402

from directory.views.jumelages import jumelage_export_geojson  # noqa: E402


def _peak() -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def main() -> None:
    start = time.perf_counter()
    answer = jumelage_export_geojson(RequestFactory().get(f"/jumelages/export.geojson{sys.argv[1]}"))
    count, first = 0, 0.0
    for chunk in answer.streaming_content:
        first = first or (time.perf_counter() - start) * 1000
        count += chunk.count(b'"type":"Feature",')
    print(count, round(first, 1), _peak())


main()
