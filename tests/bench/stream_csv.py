"""One CSV export read to its end, in a process of its own: prints its lines, its seconds and its peak memory in MB.

The peak is the kernel's VmHWM: ru_maxrss would start at the parent's, which exec hands down.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from directory.views import public as views  # noqa: E402
from tests.bench.pages import request_of  # noqa: E402

start = time.perf_counter()
lines = sum(chunk.count(b"\n") for chunk in views.export_csv(request_of(f"/repertoire/export.csv{sys.argv[1]}")))
seconds = time.perf_counter() - start
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(lines - 1, seconds, int(status["VmHWM"].split()[0]) / 1024)
