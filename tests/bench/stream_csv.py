"""One CSV export read to its end, in a process of its own: prints its lines and its seconds."""

import sys
import time

import django

django.setup()

from directory.views import public as views  # noqa: E402
from tests.bench.pages import _request  # noqa: E402

start = time.perf_counter()
lines = sum(chunk.count(b"\n") for chunk in views.export_csv(_request(f"/repertoire/export.csv{sys.argv[1]}")))
print(lines - 1, time.perf_counter() - start)
