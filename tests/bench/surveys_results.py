"""The results of a wave of 36,000 responses to 43 questions: the page, its published version, the file."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from soco.accounts.models import User
from surveys.models import Response, Wave
from surveys.views import result_exports, results

from . import survey_answers
from .measure import Figure, timed

RESPONSES, EXPORTED = 36_000, 20_000
COLD, WARM, CSV = 1000, 100, 2000  # ms
SECTION, CROSSING = "engagement", "departement"


def surveys_results(full: bool) -> Iterator[Figure]:
    """The staff's page of one part, crossed by département, then what is published of it; the tally is of all questions each time.
    Cold: an empty cache. Baseline: `SELECT count(*)` of the same responses; then the answers read by the ORM and counted in
    Python, without any stratum."""
    wave = survey_answers.wave_of("mesure-36000", RESPONSES)
    counted = timed(_plain_count(wave), times=20)
    naive = timed(lambda: _naive(wave), times=1, warm=0)
    for name, page in (("results", _staff_page(wave)), ("results_published", _public_page(wave))):
        cold = timed(_cold(page), times=7, warm=1)
        yield Figure(
            f"{name}_cold", RESPONSES, cold.median, "ms", p95=cold.p95,
            baseline=naive.median, limit=COLD if name == "results" else None,
        )  # fmt: skip
        warm = timed(page, times=30)
        yield Figure(f"{name}_warm", RESPONSES, warm.median, "ms", p95=warm.p95, baseline=counted.median, limit=WARM)


def surveys_csv(full: bool) -> Iterator[Figure]:
    """The file with one row for each of 20,000 responses, read to its end. Baseline: the same rows read by the ORM, not written."""
    wave = survey_answers.wave_of("mesure-20000", EXPORTED)
    request = _request("/", User(is_superuser=True, is_active=True))

    def read() -> None:
        lines = sum(chunk.count(b"\n") for chunk in result_exports.wave_export_csv(request, wave.slug))
        if lines != EXPORTED + 1:
            raise RuntimeError(f"{lines} lines")

    written = timed(read, times=3, warm=1)
    rows = Response.objects.of_wave(wave).finished().values_list("pk", "values")
    bare = timed(lambda: sum(1 for _row in rows.iterator(chunk_size=500)), times=3, warm=1)
    yield Figure("surveys_csv", EXPORTED, written.median, "ms", p95=written.p95, baseline=bare.median, limit=CSV)


def _request(address: str, user: Any) -> Any:
    request = RequestFactory().get(address)
    request.user = user
    return request


def _staff_page(wave: Wave) -> Any:
    request = _request(f"/?partie={SECTION}&croiser={CROSSING}", User(is_superuser=True, is_active=True))
    return _read(lambda: results.wave_results(request, wave.slug))


def _public_page(wave: Wave) -> Any:
    request = _request(f"/?partie={SECTION}&croiser={CROSSING}", AnonymousUser())
    return _read(lambda: results.published_results(request, wave.slug))


def _read(page: Any) -> Any:
    def read() -> None:
        # The header and the banners of every page are measured elsewhere, and need a session.
        with patch("soco.web.slots.blocks", return_value=[]):
            if page().status_code != 200:
                raise RuntimeError("no page of results")

    return read


def _cold(page: Any) -> Any:
    def read() -> None:
        cache.clear()
        page()

    return read


def _plain_count(wave: Wave) -> Any:
    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM surveys_response WHERE wave_id = %s", [wave.pk])
            cursor.fetchone()

    return count


def _naive(wave: Wave) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for response in Response.objects.of_wave(wave).finished().iterator(chunk_size=500):
        for code, value in response.values.items():
            for each in value if isinstance(value, list) else [value]:
                found[code, str(each)] += 1
    return found
