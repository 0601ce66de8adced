"""Look-alikes among 50,000 partners, with the whole of France loaded: the time, the statements, the index."""

from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.models import Actor, look_alikes

from . import databases
from .measure import Figure, timed

PARTNERS, TWINS = 50_000, 500
SEED = """
INSERT INTO directory_actor (nature, name, short_name, slug, code, siren, siret, rna, legal_form, description, country_id,
  departement_id, departement_codes, region_codes, latitude, longitude, postal_codes, former_codes, former_names, identity_tags,
  address, email, phone, website, search_terms, partner_terms, provenance, link_version, is_published, is_demo, jumelage_count,
  cooperation_countries, cooperation_themes, contact_state, created_at, updated_at)
SELECT CASE n %% 3 WHEN 0 THEN 'comite' WHEN 1 THEN 'association' ELSE 'enseignement' END,
  (ARRAY['Comité de jumelage de ', 'Association des amis de ', 'Lycée de '])[n %% 3 + 1] || c.name || CASE
    WHEN n > %(partners)s - %(twins)s OR n <= %(twins)s THEN '' ELSE ' ' || o.name END,
  '', 'bench-p' || n, 'bench-p' || n, '', '', '', '', '', 'FR', c.departement_id, c.departement_codes, c.region_codes,
  c.latitude, c.longitude, c.postal_codes, '{}', '{}', '{}', '', CASE WHEN n %% 2 = 0 THEN 'contact' || n || '@asso' || n / 20 ||
  '.fr' ELSE '' END, '', '', '', '', '{}', 1, true, false, 0, '{}', '{}', 'jamais_touchee', now(), now()
FROM generate_series(1, %(partners)s) n
JOIN (SELECT row_number() OVER (ORDER BY population DESC NULLS LAST, id) AS rank, * FROM directory_actor WHERE nature = 'commune') c
  ON c.rank = CASE WHEN n > %(partners)s - %(twins)s THEN n - %(partners)s + %(twins)s WHEN n <= %(twins)s THEN n
     WHEN n %% 5 = 0 THEN n %% 200 + 1 ELSE n %% 30000 + 1 END
JOIN (SELECT row_number() OVER (ORDER BY code) AS rank, name FROM directory_actor WHERE nature = 'commune') o
  ON o.rank = n * 7919 %% 30011 + 1
"""


COPY = "bench_duplicates"


def _fill() -> None:
    """A copy of the base of France, with the partners, as a base that has lived: committed and vacuumed."""
    databases.ready(databases.FRANCE)
    databases.use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{COPY}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{COPY}" TEMPLATE "{databases.FRANCE}"')
    databases.use(COPY)
    with connection.cursor() as cursor:
        cursor.execute(SEED, {"partners": PARTNERS, "twins": TWINS})
        cursor.execute("VACUUM ANALYZE directory_actor")


def duplicates(full: bool) -> Iterator[Figure]:
    """All pairs that look alike among 50,000 partners, in two statements. Baseline: one pass over the same names, folded and
    stemmed. Then the look-alikes of one fiche, as the page that adds a partner asks. Fails if the spatial index is not read."""
    _fill()
    yield from _measured()


def _measured() -> Iterator[Figure]:
    with CaptureQueriesContext(connection) as captured:
        found = look_alikes.pairs_of_actors() + look_alikes.pairs_of_jumelages()
    if len(captured) != 2:
        raise RuntimeError(f"{len(captured)} statements instead of 2")
    if len(found) < TWINS * 2 // 3:
        raise RuntimeError(f"only {len(found)} pairs found")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured[0]["sql"].replace("%", "%%"), ())
        plan = "\n".join(line for (line,) in cursor.fetchall())
    if "actor_spot" not in plan:
        raise RuntimeError(f"neighbours are not read from the spatial index:\n{plan}")
    whole = timed(lambda: (look_alikes.pairs_of_actors(), look_alikes.pairs_of_jumelages()), times=5, warm=1)
    once = timed(_pass, times=5, warm=1)
    size = Actor.objects.partners().count()
    yield Figure("duplicates_of_all", size, whole.median, "ms", p95=whole.p95, baseline=once.median, limit=20_000)
    one = Actor.objects.partners().order_by("-pk").values_list("pk", flat=True)[0]
    alone = timed(lambda: look_alikes.like_actor(one), times=20)
    yield Figure("duplicates_of_one", size, alone.median, "ms", p95=alone.p95, limit=200)
    yield Figure("duplicates_pairs", size, float(len(found)), "pairs")


def _pass() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(to_tsvector('public.fr', name_key)) FROM directory_actor WHERE code LIKE 'bench-p%'"
        )
        cursor.fetchall()
