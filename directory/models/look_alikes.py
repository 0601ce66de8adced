"""Pairs of fiches that look like one, found for the whole table in two statements, whatever its size.

Names are compared by their words, in any order, stemmed and without articles (« Comité jumelage Limoges » is « Comité de
jumelage de Limoges »): equal words meet by a hash join. Names that are only alike are compared where few rows meet: around the
same point (read from the spatial index), under the same domain of mail, or twinned with the same collectivité.
Official collectivités are in no pair: their file knows each once.
"""

from typing import Any

from django.db import connection

from directory.domains import GENERIC
from directory.duplicates import ALIKE, HELD, NEAR_KM, NEARLY_SAME, Pair, Reason, without_repetition
from directory.enums import PARTNER_NATURES
from directory.geography import EARTH_RADIUS_KM, KM_PER_DEGREE

# Great-circle kilometres between a and b; NULL if one has no place.
_KM = """CASE WHEN a.latitude IS NOT NULL AND b.latitude IS NOT NULL THEN 2 * %(earth)s * asin(least(1, sqrt(
  power(sin(radians(a.latitude - b.latitude) / 2), 2)
  + cos(radians(a.latitude)) * cos(radians(b.latitude)) * power(sin(radians(a.longitude - b.longitude) / 2), 2)))) END"""
# The words of a name, sorted and stemmed; a name of empty words only stands for itself.
_WORDS = """coalesce(nullif(array_to_string(tsvector_to_array(to_tsvector('public.fr', {key})), ' '), ''), {key})"""
_NUMBERS = "regexp_replace({side}.bare_key, '[^0-9]+', ' ', 'g')"

_ACTORS = """
WITH who AS MATERIALIZED (
  SELECT id, nature, country_id, is_demo, bare_key, search_key(short_name) AS short_key, latitude, longitude,
         siren, siret, rna, lower(email) AS email, split_part(lower(email), '@', 2) AS domain
  FROM directory_actor
  WHERE valid_until IS NULL AND nature = ANY(%(natures)s)
), named AS MATERIALIZED (
  SELECT id, country_id, {words_of_name} AS words FROM who
  UNION SELECT id, country_id, {words_of_short} FROM who WHERE short_key <> ''
), spots AS MATERIALIZED (
  SELECT DISTINCT latitude, longitude FROM who WHERE latitude IS NOT NULL
), near AS MATERIALIZED (
  SELECT a.latitude AS from_latitude, a.longitude AS from_longitude, around.latitude, around.longitude
  FROM spots a CROSS JOIN LATERAL (
    SELECT DISTINCT b.latitude, b.longitude FROM directory_actor b
    WHERE point(b.longitude, b.latitude) <@ box(
      point(a.longitude + {width}, a.latitude + {height}), point(a.longitude - {width}, a.latitude - {height}))) around
), met AS (
  SELECT a.id AS first, b.id AS second, 'words' AS how, NULL AS told
    FROM named a JOIN named b USING (words, country_id) WHERE a.id < b.id
  UNION ALL SELECT a.id, b.id, 'siret', NULL FROM who a JOIN who b USING (siret) WHERE a.siret <> '' AND a.id < b.id
  UNION ALL SELECT a.id, b.id, 'rna', NULL FROM who a JOIN who b USING (rna) WHERE a.rna <> '' AND a.id < b.id
  UNION ALL SELECT a.id, b.id, 'siren', NULL FROM who a JOIN who b USING (siren)
    WHERE a.siren <> '' AND a.id < b.id AND '' IN (a.siret, b.siret)
  UNION ALL SELECT a.id, b.id, 'courriel', NULL FROM who a JOIN who b USING (email)
    WHERE a.email <> '' AND a.id < b.id AND similarity(a.bare_key, b.bare_key) >= %(alike)s
  UNION ALL SELECT a.id, b.id, 'domaine', a.domain FROM who a JOIN who b USING (domain)
    WHERE a.domain <> '' AND a.domain <> ALL(%(generic)s) AND a.id < b.id AND a.email <> b.email
      AND similarity(a.bare_key, b.bare_key) >= %(alike)s
  UNION ALL SELECT a.id, b.id, 'meme-jumelle', c.name
    FROM directory_jumelage j
    JOIN directory_jumelage k ON k.collectivite_id = j.collectivite_id AND j.partner_id < k.partner_id
    JOIN who a ON a.id = j.partner_id JOIN who b ON b.id = k.partner_id AND b.country_id = a.country_id
    JOIN directory_actor c ON c.id = j.collectivite_id
    WHERE j.successor_id IS NULL AND k.successor_id IS NULL
      AND (similarity(a.bare_key, b.bare_key) >= %(alike)s OR strict_word_similarity(a.bare_key, b.bare_key) >= %(held)s
           OR strict_word_similarity(b.bare_key, a.bare_key) >= %(held)s)
  UNION ALL SELECT a.id, b.id, 'near', NULL
    FROM near n JOIN who a ON a.latitude = n.from_latitude AND a.longitude = n.from_longitude
    JOIN who b ON b.latitude = n.latitude AND b.longitude = n.longitude AND b.nature = a.nature AND b.country_id = a.country_id
    WHERE a.id < b.id
      AND 4 * abs(length(a.bare_key) - length(b.bare_key)) <= greatest(length(a.bare_key), length(b.bare_key))
      AND similarity(a.bare_key, b.bare_key) >= %(nearly)s AND {numbers_a} = {numbers_b}
), measured AS (
  SELECT m.first, m.second, m.how, m.told, {km} AS km
  FROM met m JOIN who a ON a.id = m.first JOIN who b ON b.id = m.second
  WHERE a.is_demo = b.is_demo
), told AS (
  SELECT first, second, km, told,
         CASE how WHEN 'words' THEN CASE WHEN km IS NULL THEN 'nom-sans-lieu' ELSE 'nom' END
                  WHEN 'near' THEN 'nom-proche' ELSE how END AS reason
  FROM measured
  WHERE how NOT IN ('words', 'near') OR km <= %(near)s OR (how = 'words' AND km IS NULL)
)
SELECT first, second, array_agg(DISTINCT reason), min(km),
       coalesce(min(told) FILTER (WHERE reason = 'domaine'), ''), coalesce(min(told) FILTER (WHERE reason = 'meme-jumelle'), '')
FROM told GROUP BY first, second ORDER BY first, second
""".format(
    words_of_name=_WORDS.format(key="bare_key"),
    words_of_short=_WORDS.format(key="short_key"),
    height="%(degrees)s",
    width="%(degrees)s / greatest(0.01, cos(radians(a.latitude)))",
    numbers_a=_NUMBERS.format(side="a"),
    numbers_b=_NUMBERS.format(side="b"),
    km=_KM,
)

_JUMELAGES = """
WITH standing AS MATERIALIZED (
  SELECT j.id, least(collectivite_id, partner_id) AS one, greatest(collectivite_id, partner_id) AS other, kind, year_started,
         j.is_demo
  FROM directory_jumelage j WHERE successor_id IS NULL AND is_published
)
SELECT a.id, b.id, CASE WHEN a.year_started IS NULL OR b.year_started IS NULL THEN 'paire-sans-annee' ELSE 'paire-autre-annee' END
FROM standing a JOIN standing b USING (one, other, kind, is_demo)
WHERE a.id < b.id
ORDER BY 1, 2
"""

# The same for one fiche, cheap enough for the page that adds it: each branch reads an index.
_LIKE_ONE = """
WITH a AS (SELECT * FROM directory_actor WHERE id = %(actor)s), met AS (
  SELECT b.id FROM a JOIN directory_actor b ON b.bare_key = a.bare_key
    WHERE b.country_id = a.country_id AND coalesce({km}, 0) <= %(near)s
  UNION SELECT b.id FROM a JOIN directory_actor b ON b.siren = a.siren WHERE a.siret <> '' AND b.siret = a.siret
  UNION SELECT b.id FROM a JOIN directory_actor b
    ON point(b.longitude, b.latitude) <@ box(
         point(a.longitude + {width}, a.latitude + {height}), point(a.longitude - {width}, a.latitude - {height}))
    WHERE b.country_id = a.country_id AND {km} <= %(near)s
      AND similarity(a.bare_key, b.bare_key) >= %(nearly)s AND {numbers_a} = {numbers_b}
)
SELECT b.id FROM met JOIN directory_actor b USING (id) CROSS JOIN a
WHERE b.id <> a.id AND b.valid_until IS NULL AND b.nature = ANY(%(natures)s) AND b.is_demo = a.is_demo
ORDER BY similarity(a.bare_key, b.bare_key) DESC, b.id LIMIT %(most)s
""".format(
    height="%(degrees)s",
    width="%(degrees)s / greatest(0.01, cos(radians(a.latitude)))",
    numbers_a=_NUMBERS.format(side="a"),
    numbers_b=_NUMBERS.format(side="b"),
    km=_KM,
)

MOST_SHOWN = 3


def _parameters(**others: Any) -> dict[str, Any]:
    return {
        "natures": [str(nature) for nature in PARTNER_NATURES],
        "generic": sorted(GENERIC),
        "alike": ALIKE,
        "nearly": NEARLY_SAME,
        "held": HELD,
        "near": NEAR_KM,
        "degrees": NEAR_KM / KM_PER_DEGREE,
        "earth": EARTH_RADIUS_KM,
    } | others


def pairs_of_actors() -> list[Pair]:
    """Every two partners that look like one, those said to be two included; in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS, _parameters())
        return [
            Pair(first, second, without_repetition(reasons), False, km, domain, twin)
            for first, second, reasons, km, domain, twin in cursor.fetchall()
        ]


def pairs_of_jumelages() -> list[Pair]:
    """Every two published jumelages of the same pair and kind; in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_JUMELAGES)
        return [
            Pair(first, second, (Reason(reason),), is_of_jumelages=True) for first, second, reason in cursor.fetchall()
        ]


def like_actor(pk: int) -> list[int]:
    """The ids of at most three partners that look like one fiche: nearly the same name at the same place, or the same SIRET."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKE_ONE, _parameters(actor=pk, most=MOST_SHOWN))
        return [found for (found,) in cursor.fetchall()]
