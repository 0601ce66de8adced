"""The coverage board of the whole of France: 36,000 collectivités, a third of which were met, on days drawn with a fixed seed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from outreach.coverage import board_of_region
from outreach.models import ContactFact
from outreach.models.coverage_words import EVERYWHERE, collectivites
from outreach.services import settle_contacts
from outreach.views import coverage as views
from soco.accounts.models import User

from . import databases
from .measure import Figure, timed

DATABASE = "bench_coverage"
PAGE, MOST_QUERIES = 1500, 7  # ms; queries of the board, whatever its size
DRAWN = """
    INSERT INTO outreach_visit (actor_id, kind, state, starts_at, subject, checklist, report, version, once, is_demo, written_at,
                                written_by, created_at, created_by, updated_at, minutes, km)
    SELECT id, 'visite', 'realisee', now() - (random() * 900 || ' days')::interval, '', '{}', '', 1, '', false, now(), '',
           now(), '', now(), 60, 40
      FROM directory_actor
     WHERE nature IN ('commune', 'epci', 'departement', 'region') AND valid_until IS NULL AND random() < 0.35
"""


def coverage_board(full: bool) -> Iterator[Figure]:
    """The board's figures, then the whole page with its map. Baselines: for the figures, one bare `GROUP BY` of the same rows by
    département and state; for the page, the same rows read by the ORM and counted in Python. The number of queries is bounded."""
    _ready()
    today = timezone.localdate()
    rows = collectivites(EVERYWHERE)
    size = rows.count()
    bare = timed(_bare_group_by, times=10)
    board = timed(lambda: board_of_region(EVERYWHERE, today=today), times=10)
    yield Figure("coverage_board", size, board.median, "ms", p95=board.p95, baseline=bare.median)
    with CaptureQueriesContext(connection) as captured:
        board_of_region(EVERYWHERE, today=today)
    yield Figure("coverage_board_queries", size, float(len(captured)), "queries", limit=MOST_QUERIES)
    naive = timed(lambda: Counter((row.departement_id, row.contact_state) for row in rows.for_line()), times=2, warm=1)
    with override_settings(REGION_CODE=EVERYWHERE):
        page = timed(_page, times=10)
    yield Figure("coverage_board_page", size, page.median, "ms", p95=page.p95, baseline=naive.median, limit=PAGE)


def _ready() -> None:
    if not databases.exists(DATABASE):
        databases.ready(databases.FRANCE)
        databases.copied(databases.FRANCE, DATABASE)
    databases.ready(DATABASE)
    if not ContactFact.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute("SELECT setseed(0.5)")
            cursor.execute(DRAWN)
        settle_contacts()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _bare_group_by() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT departement_id, contact_state, count(*) FROM directory_actor GROUP BY 1, 2")
        cursor.fetchall()


def _page() -> None:
    request: Any = RequestFactory().get("/equipe/couverture/")
    request.user = User(is_superuser=True, is_active=True)
    # The header and the banners of every page are measured elsewhere, and need a session.
    with patch("soco.web.slots.blocks", return_value=[]):
        if views.coverage_board(request).status_code != 200:
            raise RuntimeError("no board")
