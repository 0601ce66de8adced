"""How many actors each filter value would leave, under the text and the other filters, all in one statement.

A count beside a value answers « and if I chose this one too? »: each facet is counted under every filter but itself.
"""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext as _

from directory.enums import Freshness, Nature, PopulationBand
from directory.geography import EUROPE
from directory.models import Actor, ActorQuerySet
from directory.models.cooperation import EUROPE_CODE
from directory.search import SearchText

from .common import Facets, Layout, Row, cached, where

CONDITIONS = {
    "nature": ActorQuerySet.of_nature_q,
    "departement": ActorQuerySet.in_departements_q,
    "epci": ActorQuerySet.in_epci_q,
    "population": ActorQuerySet.in_population_bands_q,
    "fraicheur": ActorQuerySet.with_freshness_q,
    "pays": ActorQuerySet.with_countries_q,
    "theme": ActorQuerySet.with_themes_q,
}
LABELS = {
    "nature": dict(Nature.choices),
    "population": dict(PopulationBand.choices),
    "fraicheur": dict(Freshness.choices),
}


COOPERATION = ("country_id", "jumelage_count", "cooperation_countries", "cooperation_themes")
COOPERATES = "(jumelage_count > 0 OR country_id <> 'FR')"


def titles() -> dict[str, str]:
    return {
        "nature": _("Nature"),
        "departement": _("Département"),
        "epci": _("Intercommunalité"),
        "pays": _("Pays de coopération"),
        "theme": _("Thème"),
        "population": _("Population"),
        "fraicheur": _("Dernière confirmation"),
    }


LAYOUT = Layout("actors", titles, closed=LABELS, by_count=frozenset({"pays"}))


def count(textual: ActorQuerySet, *, chosen: dict[str, list[str]], text: SearchText) -> Facets:
    """The total and the facets of a search.

    `textual`: the actors that answer the text alone. `chosen`: facet name → chosen values, empty ones left out.
    """
    return cached(LAYOUT, chosen, text, lambda: _rows(textual, chosen))


def statement(textual: ActorQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    """The SQL that counts everything, and its parameters."""
    flags = {
        f"ok_{name}": ExpressionWrapper(CONDITIONS[name](values), output_field=BooleanField())
        for name, values in chosen.items()
    }
    base_sql, base_params = (
        textual.order_by()
        .values("id", "nature", "departement_codes", "epci_id", "population", "verified_at", *COOPERATION)
        .annotate(**flags)
        .query.sql_with_params()
    )

    table = Actor._meta.db_table
    lower_bounds = [band.bounds[0] for band in PopulationBand]
    green, orange = ActorQuerySet.freshness_limits()
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}", ()),
        (f"SELECT 'nature', nature, '', count(*) FROM base {where(chosen, 'nature')} GROUP BY nature", ()),
        (
            f"""SELECT 'population', (%s::text[])[width_bucket(population, %s::int[])], '', count(*)
                FROM base {where(chosen, "population", extra="population IS NOT NULL")} GROUP BY 2""",
            (PopulationBand.values, lower_bounds),
        ),
        (
            f"""SELECT 'fraicheur', CASE WHEN verified_at > %s THEN %s WHEN verified_at > %s THEN %s
                  WHEN verified_at IS NOT NULL THEN %s ELSE %s END, '', count(*)
                FROM base {where(chosen, "fraicheur")} GROUP BY 2""",
            (green, Freshness.GREEN, orange, Freshness.ORANGE, Freshness.RED, Freshness.NEVER),
        ),
        (
            f"""SELECT 'departement', d.code, d.name, counted.n FROM (
                  SELECT code, count(*) AS n FROM base, unnest(departement_codes) AS code
                  {where(chosen, "departement")} GROUP BY code
                ) counted JOIN {table} d ON d.nature = 'departement' AND d.code = counted.code""",
            (),
        ),
    ]
    counted += [
        (
            f"""SELECT 'pays', code, '', count(*) FROM base, unnest(
                  CASE WHEN country_id <> 'FR' THEN ARRAY[country_id] ELSE cooperation_countries END) AS code
                {where(chosen, "pays", extra=COOPERATES)} GROUP BY code""",
            (),
        ),
        (
            f"""SELECT 'pays', %s, '', count(*) FROM base
                {where(chosen, "pays", extra="(cooperation_countries && %s::varchar[] OR country_id = ANY(%s::varchar[]))")}""",
            (EUROPE_CODE, sorted(EUROPE), sorted(EUROPE)),
        ),
        (
            f"""SELECT 'theme', code, '', count(*) FROM base, unnest(cooperation_themes) AS code
                {where(chosen, "theme", extra=COOPERATES)} GROUP BY code""",
            (),
        ),
    ]
    if "departement" in chosen or "epci" in chosen:
        left_out = ("epci",) if "departement" in chosen else ()  # alone, an EPCI's neighbours would be all of France's
        own_epci = "CASE WHEN nature = 'epci' THEN id ELSE epci_id END"
        counted.append(
            (
                f"""SELECT 'epci', e.code, coalesce(nullif(e.short_name, ''), e.name), counted.n FROM (
                      SELECT {own_epci} AS epci, count(*) AS n FROM base {where(chosen, *left_out)} GROUP BY 1
                    ) counted JOIN {table} e ON e.id = counted.epci""",
                (),
            )
        )
    sql = f"WITH base AS MATERIALIZED ({base_sql}) {' UNION ALL '.join(part for part, _ in counted)}"
    return sql, (*base_params, *(value for _, values in counted for value in values))


def _rows(textual: ActorQuerySet, chosen: dict[str, list[str]]) -> list[Row]:
    with connection.cursor() as cursor:
        sql, parameters = statement(textual, chosen)
        cursor.execute(sql, parameters)
        return cursor.fetchall()
