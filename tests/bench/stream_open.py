"""Reads an address of open data to its end, through the whole of Django; says how many bytes, after how many milliseconds the
first row came, how many seconds it took, and the peak memory in MB (VmHWM, as in stream_csv)."""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.handlers.base import BaseHandler  # noqa: E402

from tests.bench.pages import request_of  # noqa: E402

ROW = 1_000  # bytes: more than the header of any file

handler = BaseHandler()
handler.load_middleware()
handler.get_response(request_of("/donnees/jumelages.schema.json"))  # a process that already answered
start = time.perf_counter()
response = handler.get_response(request_of(sys.argv[1]))
size, first = 0, 0.0
for chunk in response if response.streaming else [response.content]:
    size += len(chunk)
    if not first and size > ROW:
        first = (time.perf_counter() - start) * 1000
seconds = time.perf_counter() - start
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(response.status_code, size, first, seconds, int(status["VmHWM"].split()[0]) / 1024)
