"""How many actors each filter value would leave, under the text and the other filters, all in one statement.

A count beside a value answers « and if I chose this one too? »: each facet is counted under every filter but itself.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import BooleanField, Case, When
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import Freshness, Nature, PopulationBand
from directory.models import Actor, ActorQuerySet
from directory.search import SearchText, folded

Row = tuple[str, str, str, int]  # facet, value, label, count


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Facets:
    total: int
    facets: list[Facet]


# Départements of a région and most of its intercommunalités; of the whole of France, the most frequent (a page stays light).
MOST_OPTIONS = 60

CONDITIONS = {
    "nature": ActorQuerySet.of_nature_q,
    "departement": ActorQuerySet.in_departements_q,
    "epci": ActorQuerySet.in_epci_q,
    "population": ActorQuerySet.in_population_bands_q,
    "fraicheur": ActorQuerySet.with_freshness_q,
}
LABELS = {
    "nature": dict(Nature.choices),
    "population": dict(PopulationBand.choices),
    "fraicheur": dict(Freshness.choices),
}


def titles() -> dict[str, str]:
    return {
        "nature": _("Nature"),
        "departement": _("Département"),
        "epci": _("Intercommunalité"),
        "population": _("Population"),
        "fraicheur": _("Dernière confirmation"),
    }


def count(textual: ActorQuerySet, *, chosen: dict[str, list[str]], text: SearchText) -> Facets:
    """The total and the facets of a search.

    `textual`: the actors that answer the text alone. `chosen`: facet name → chosen values, empty ones left out.
    Searches without text are cached until the répertoire changes (`counts_version`), at most DIRECTORY_FACETS_SECONDS.
    """
    if text:
        return _presented(_rows(textual, chosen), chosen)
    key = f"directory.facets:{counts_version.current()}:{sorted(chosen.items())}".replace(" ", "")
    rows = cache.get(key) if len(key) < 200 else None
    if rows is None:
        rows = _rows(textual, chosen)
        if len(key) < 200:
            cache.set(key, rows, settings.DIRECTORY_FACETS_SECONDS)
    return _presented(rows, chosen)


def statement(textual: ActorQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    """The SQL that counts everything, and its parameters."""
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    base_sql, base_params = (
        textual.order_by()
        .values("id", "nature", "departement_codes", "epci_id", "population", "verified_at")
        .annotate(**flags)
        .query.sql_with_params()
    )

    def where(*left_out: str, extra: str = "") -> str:
        conditions = [f"ok_{name}" for name in chosen if name not in left_out] + ([extra] if extra else [])
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""

    table = Actor._meta.db_table
    lower_bounds = [band.bounds[0] for band in PopulationBand]
    green, orange = ActorQuerySet.freshness_limits()
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where()}", ()),
        (f"SELECT 'nature', nature, '', count(*) FROM base {where('nature')} GROUP BY nature", ()),
        (
            f"""SELECT 'population', (%s::text[])[width_bucket(population, %s::int[])], '', count(*)
                FROM base {where("population", extra="population IS NOT NULL")} GROUP BY 2""",
            (PopulationBand.values, lower_bounds),
        ),
        (
            f"""SELECT 'fraicheur', CASE WHEN verified_at > %s THEN %s WHEN verified_at > %s THEN %s
                  WHEN verified_at IS NOT NULL THEN %s ELSE %s END, '', count(*)
                FROM base {where("fraicheur")} GROUP BY 2""",
            (green, Freshness.GREEN, orange, Freshness.ORANGE, Freshness.RED, Freshness.NEVER),
        ),
        (
            f"""SELECT 'departement', d.code, d.name, counted.n FROM (
                  SELECT code, count(*) AS n FROM base, unnest(departement_codes) AS code {where("departement")} GROUP BY code
                ) counted JOIN {table} d ON d.nature = 'departement' AND d.code = counted.code""",
            (),
        ),
    ]
    if "departement" in chosen or "epci" in chosen:
        left_out = ("epci",) if "departement" in chosen else ()  # alone, an EPCI's neighbours would be all of France's
        own_epci = "CASE WHEN nature = 'epci' THEN id ELSE epci_id END"
        counted.append(
            (
                f"""SELECT 'epci', e.code, coalesce(nullif(e.short_name, ''), e.name), counted.n FROM (
                      SELECT {own_epci} AS epci, count(*) AS n FROM base {where(*left_out)} GROUP BY 1
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


def _presented(rows: list[Row], chosen: dict[str, list[str]]) -> Facets:
    """Counted rows as facets: closed lists in their own order, départements and intercommunalités by name."""
    total = next(n for name, _value, _label, n in rows if name == "total")
    facets = []
    for name, title in titles().items():
        counts = {value: (label, n) for facet, value, label, n in rows if facet == name}
        for value in chosen.get(name, []):
            counts.setdefault(value, ("", 0))
        known = LABELS.get(name)
        order = (
            [value for value in known if value in counts]
            if known
            else sorted(counts, key=lambda v: folded(counts[v][0] or v))
        )
        options = [
            Option(
                value=value,
                label=str(known[value]) if known else counts[value][0] or value,
                count=counts[value][1],
                is_chosen=value in chosen.get(name, []),
            )
            for value in order
        ]
        if len(options) > MOST_OPTIONS and not known:
            largest = sorted(options, key=lambda option: (not option.is_chosen, -option.count))[:MOST_OPTIONS]
            shown = {option.value for option in largest}
            options = [option for option in options if option.value in shown]
        if options:
            facets.append(Facet(name=name, label=title, options=options))
    return Facets(total=total, facets=facets)
