"""How many jumelages each filter value would leave, under the text and the other filters, all in one statement."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, F, Q, When
from django.utils.translation import gettext as _

from directory.enums import Freshness, JumelageKind, Vitality
from directory.geography import EUROPE
from directory.models import Actor, JumelageQuerySet
from directory.models.cooperation import EUROPE_CODE
from directory.models.jumelage import UNKNOWN
from directory.search import SearchText

from .common import Facets, Layout, Row, cached, where

CONDITIONS = {
    "pays": JumelageQuerySet.with_countries_q,
    "type": JumelageQuerySet.of_kinds_q,
    "vitalite": JumelageQuerySet.with_vitality_q,
    "theme": JumelageQuerySet.with_themes_q,
    "departement": JumelageQuerySet.in_departements_q,
    "epci": JumelageQuerySet.in_epci_q,
    "fraicheur": JumelageQuerySet.with_freshness_q,
    "verifier": lambda values: Q(to_verify=True),
}
LABELS: dict[str, dict[str, Any]] = {
    "type": dict(JumelageKind.choices),
    "vitalite": {**dict(Vitality.choices), UNKNOWN: "Inconnue"},
    "fraicheur": dict(Freshness.choices),
    "verifier": {"oui": "À vérifier"},
}


def titles() -> dict[str, str]:
    return {
        "pays": _("Pays du partenaire"),
        "type": _("Type de lien"),
        "vitalite": _("Vitalité"),
        "theme": _("Thème"),
        "departement": _("Département"),
        "epci": _("Intercommunalité"),
        "fraicheur": _("Dernière confirmation"),
        "verifier": _("À vérifier"),
    }


LAYOUT = Layout("jumelages", titles, closed=LABELS, by_count=frozenset({"pays"}))


def count_jumelages(textual: JumelageQuerySet, *, chosen: dict[str, list[str]], text: SearchText) -> Facets:
    """The total and the facets of a search. `textual`: the jumelages that answer the text alone."""
    return cached(LAYOUT, chosen, text, lambda: _rows(textual, chosen))


def statement(textual: JumelageQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    """The SQL that counts everything, and its parameters."""
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    base_sql, base_params = (
        textual.order_by()
        .values("id", "kind", "vitality", "theme_codes", "verified_at", "to_verify")
        .annotate(
            departements=F("collectivite__departement_codes"),
            epci_id=F("collectivite__epci"),
            nature=F("collectivite__nature"),
            collectivite_pk=F("collectivite"),
            country=F("partner__country"),
            **flags,
        )
        .query.sql_with_params()
    )
    green, orange = JumelageQuerySet.freshness_limits()
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}", ()),
        (f"SELECT 'pays', country, '', count(*) FROM base {where(chosen, 'pays')} GROUP BY country", ()),
        (
            f"SELECT 'pays', %s, '', count(*) FROM base {where(chosen, 'pays', extra='country = ANY(%s::varchar[])')}",
            (EUROPE_CODE, sorted(EUROPE)),
        ),
        (f"SELECT 'type', kind, '', count(*) FROM base {where(chosen, 'type')} GROUP BY kind", ()),
        (
            f"""SELECT 'vitalite', coalesce(nullif(vitality, ''), %s), '', count(*) FROM base
                {where(chosen, "vitalite")} GROUP BY 2""",
            (UNKNOWN,),
        ),
        (
            f"""SELECT 'theme', code, '', count(*) FROM base, unnest(theme_codes) AS code
                {where(chosen, "theme")} GROUP BY code""",
            (),
        ),
        (
            f"""SELECT 'departement', d.code, d.name, counted.n FROM (
                  SELECT code, count(*) AS n FROM base, unnest(departements) AS code {where(chosen, "departement")}
                  GROUP BY code
                ) counted JOIN {Actor._meta.db_table} d ON d.nature = 'departement' AND d.code = counted.code""",
            (),
        ),
        (
            f"""SELECT 'fraicheur', CASE WHEN verified_at > %s THEN %s WHEN verified_at > %s THEN %s
                  WHEN verified_at IS NOT NULL THEN %s ELSE %s END, '', count(*)
                FROM base {where(chosen, "fraicheur")} GROUP BY 2""",
            (green, Freshness.GREEN, orange, Freshness.ORANGE, Freshness.RED, Freshness.NEVER),
        ),
        (f"SELECT 'verifier', 'oui', '', count(*) FROM base {where(chosen, 'verifier', extra='to_verify')}", ()),
    ]
    if "departement" in chosen or "epci" in chosen:
        left_out = ("epci",) if "departement" in chosen else ()  # alone, an EPCI's neighbours would be all of France's
        counted.append(
            (
                f"""SELECT 'epci', e.code, coalesce(nullif(e.short_name, ''), e.name), counted.n FROM (
                      SELECT CASE WHEN nature = 'epci' THEN collectivite_pk ELSE epci_id END AS epci, count(*) AS n
                      FROM base {where(chosen, *left_out)} GROUP BY 1
                    ) counted JOIN {Actor._meta.db_table} e ON e.id = counted.epci""",
                (),
            )
        )
    sql = f"WITH base AS MATERIALIZED ({base_sql}) {' UNION ALL '.join(part for part, _ in counted)}"
    return sql, (*base_params, *(value for _, values in counted for value in values))


def _rows(textual: JumelageQuerySet, chosen: dict[str, list[str]]) -> list[Row]:
    with connection.cursor() as cursor:
        sql, parameters = statement(textual, chosen)
        cursor.execute(sql, parameters)
        return cursor.fetchall()
