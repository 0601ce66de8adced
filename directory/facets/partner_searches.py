"""How many announcements each filter value would leave, under the text and the other filters, all in one statement."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, F, When
from django.utils.translation import gettext as _

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind
from directory.geography import EUROPE
from directory.models.cooperation import EUROPE_CODE
from directory.models.partner_search import PartnerSearchQuerySet

from .common import Facets, Layout, Row, presented, where

CONDITIONS = {
    "objet": PartnerSearchQuerySet.of_kinds_q,
    "pays": PartnerSearchQuerySet.with_countries_q,
    "theme": PartnerSearchQuerySet.with_themes_q,
    "taille": PartnerSearchQuerySet.with_sizes_q,
    "identite": PartnerSearchQuerySet.with_identity_q,
    "langue": PartnerSearchQuerySet.with_languages_q,
}
LABELS: dict[str, dict[str, Any]] = {
    "objet": dict(SearchKind.choices),
    "taille": dict(PopulationBand.choices),
    "identite": dict(IdentityTag.choices),
    "langue": dict(Language.choices),
}
# Each country that an announcement names, or that its author lies in; « any » is counted with every one of them.
COUNTRIES = "(country_codes || CASE WHEN country <> 'FR' THEN ARRAY[country] ELSE '{}'::varchar[] END)"
ANY_COUNTRY = "(country = 'FR' AND country_codes = '{}')"


def titles() -> dict[str, str]:
    return {
        "objet": _("Objet"),
        "pays": _("Pays"),
        "theme": _("Thème"),
        "taille": _("Taille souhaitée"),
        "identite": _("Identité du territoire"),
        "langue": _("Langue de travail"),
    }


LAYOUT = Layout("recherches", titles, closed=LABELS, by_count=frozenset({"pays"}))


def count_searches(textual: PartnerSearchQuerySet, *, chosen: dict[str, list[str]]) -> Facets:
    """The total and the facets of a search. `textual`: the announcements that answer the text alone. Counted anew each time:
    they are few, and one closes by itself on its last day."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(textual, chosen))
        rows: list[Row] = cursor.fetchall()
    return presented(LAYOUT, rows, chosen)


def statement(textual: PartnerSearchQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    """The SQL that counts everything, and its parameters."""
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    base_sql, base_params = (
        textual.order_by()
        .values("id", "kind", "country_codes", "theme_codes", "population_bands", "identity_tags", "languages")
        .annotate(country=F("actor__country"), **flags)
        .query.sql_with_params()
    )
    listed = [
        (
            f"""SELECT '{name}', value, '', count(*) FROM base, unnest({column}) AS value
                {where(chosen, name)} GROUP BY value""",
            (),
        )
        for name, column in (("theme", "theme_codes"), ("identite", "identity_tags"), ("langue", "languages"))
    ]
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}", ()),
        (f"SELECT 'objet', kind, '', count(*) FROM base {where(chosen, 'objet')} GROUP BY kind", ()),
        (
            f"""SELECT 'pays', value, '', count(DISTINCT id)
                  + (SELECT count(*) FROM base {where(chosen, "pays", extra=ANY_COUNTRY)})
                FROM base, unnest({COUNTRIES}) AS value {where(chosen, "pays")} GROUP BY value""",
            (),
        ),
        (
            f"""SELECT 'pays', %s, '', count(*) FROM base
                {where(chosen, "pays", extra=f"({ANY_COUNTRY} OR {COUNTRIES} && %s::varchar[])")}""",
            (EUROPE_CODE, sorted(EUROPE)),
        ),
        (
            f"""SELECT 'taille', value, '', count(*) FROM base, unnest(%s::varchar[]) AS value
                {where(chosen, "taille", extra="(value = ANY(population_bands) OR population_bands = '{}')")}
                GROUP BY value""",
            (PopulationBand.values,),
        ),
        *listed,
    ]
    sql = f"WITH base AS MATERIALIZED ({base_sql}) {' UNION ALL '.join(part for part, _ in counted)}"
    return sql, (*base_params, *(value for _, values in counted for value in values))
