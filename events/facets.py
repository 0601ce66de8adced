"""How many events each filter value of the agenda would leave, under the text, the place and the other filters, all in one
statement.

A count beside a value answers « and if I chose this one too? »: each facet is counted under every filter but itself.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, F, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.facets.common import Facets, Layout, Row, presented, where
from directory.geography import EUROPE
from directory.models.cooperation import EUROPE_CODE
from events.enums import EventKind
from events.models import EventQuerySet

CONDITIONS = {
    "type": EventQuerySet.of_kinds_q,
    "mois": EventQuerySet.in_months_q,
    "departement": EventQuerySet.in_departements_q,
    "pays": EventQuerySet.with_countries_q,
    "theme": EventQuerySet.with_themes_q,
    "groupe": EventQuerySet.in_groups_q,
}
# What an event is about is its own, and its group's.
COUNTRIES = "(country_codes || coalesce(group_countries, '{}'))"
THEMES = "(theme_codes || coalesce(group_themes, '{}'))"
# Every month that an event touches; one that ends at midnight sharp does not touch the day that begins.
MONTHS = """generate_series(date_trunc('month', starts_at AT TIME ZONE 'Europe/Paris'),
                            (ends_at AT TIME ZONE 'Europe/Paris') - interval '1 microsecond', interval '1 month')"""


def titles() -> dict[str, str]:
    return {
        "type": _("Type"),
        "mois": _("Mois"),
        "departement": _("Département"),
        "pays": _("Pays"),
        "theme": _("Thème"),
        "groupe": _("Groupe"),
    }


LAYOUT = Layout("agenda", titles, closed={"type": dict(EventKind.choices)}, by_count=frozenset({"pays"}))


def month_label(month: str) -> str:
    """« 2026-12 » → « décembre 2026 »."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


def count_events(textual: EventQuerySet, *, chosen: dict[str, list[str]]) -> Facets:
    """The total and the facets of a search. `textual`: the events that answer the text, the place and the time alone. Counted anew
    each time: they are few, and each ends by itself."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(textual, chosen))
        rows: list[Row] = cursor.fetchall()
    months = sorted({value for name, value, _label, _n in rows if name == "mois"} | set(chosen.get("mois", [])))
    layout = replace(LAYOUT, closed={**LAYOUT.closed, "mois": {month: month_label(month) for month in months}})
    return presented(layout, rows, chosen)


def statement(textual: EventQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    """The SQL that counts everything, and its parameters."""
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    base_sql, base_params = (
        textual.order_by()
        .values("id", "kind", "starts_at", "ends_at", "country_codes", "theme_codes")
        .annotate(
            departement_code=F("departement__code"),
            departement_name=F("departement__name"),
            group_slug=Case(When(group__is_published=True, then=F("group__slug"))),
            group_name=F("group__name"),
            group_countries=F("group__country_codes"),
            group_themes=F("group__theme_codes"),
            **flags,
        )
        .query.sql_with_params()
    )
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}", ()),
        (f"SELECT 'type', kind, '', count(*) FROM base {where(chosen, 'type')} GROUP BY kind", ()),
        (
            f"""SELECT 'mois', to_char(month, 'YYYY-MM'), '', count(*) FROM base, {MONTHS} AS month
                {where(chosen, "mois")} GROUP BY 2""",
            (),
        ),
        *(
            (
                f"""SELECT '{name}', {value}, max({label}), count(*) FROM base
                    {where(chosen, name, extra=f"{value} IS NOT NULL")} GROUP BY {value}""",
                (),
            )
            for name, value, label in (
                ("departement", "departement_code", "departement_name"),
                ("groupe", "group_slug", "group_name"),
            )
        ),
        *(
            (
                f"""SELECT '{name}', value, '', count(DISTINCT id) FROM base, unnest({codes}) AS value
                    {where(chosen, name)} GROUP BY value""",
                (),
            )
            for name, codes in (("pays", COUNTRIES), ("theme", THEMES))
        ),
        (
            f"SELECT 'pays', %s, '', count(*) FROM base {where(chosen, 'pays', extra=f'{COUNTRIES} && %s::varchar[]')}",
            (EUROPE_CODE, sorted(EUROPE)),
        ),
    ]
    sql = f"WITH base AS MATERIALIZED ({base_sql}) {' UNION ALL '.join(part for part, _ in counted)}"
    return sql, (*base_params, *(value for _, values in counted for value in values))
