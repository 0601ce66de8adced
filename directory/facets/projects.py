"""How many projects each filter value would leave, under the text and the other filters, all in one statement."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, When
from django.utils.translation import gettext as _

from directory.enums import ProjectStatus
from directory.geography import EUROPE
from directory.models import Actor, ProjectActor
from directory.models.cooperation import EUROPE_CODE
from directory.models.project import ProjectQuerySet
from directory.search import SearchText

from .common import Facets, Layout, Row, cached, where

CONDITIONS = {
    "pays": ProjectQuerySet.with_countries_q,
    "theme": ProjectQuerySet.with_themes_q,
    "statut": ProjectQuerySet.with_statuses_q,
    "departement": ProjectQuerySet.in_departements_q,
}


def titles() -> dict[str, str]:
    return {"pays": _("Pays"), "theme": _("Thème"), "statut": _("Avancement"), "departement": _("Département")}


LAYOUT = Layout("projets", titles, closed={"statut": dict(ProjectStatus.choices)}, by_count=frozenset({"pays"}))


def count_projects(textual: ProjectQuerySet, *, chosen: dict[str, list[str]], text: SearchText) -> Facets:
    """The total and the facets of a search. `textual`: the projects that answer the text alone."""
    return cached(LAYOUT, chosen, text, lambda: _rows(textual, chosen))


def _statement(textual: ProjectQuerySet, chosen: dict[str, list[str]]) -> tuple[str, tuple[Any, ...]]:
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    columns = textual.order_by().values("id", "status", "country_codes", "theme_codes").annotate(**flags)
    base_sql, base_params = columns.query.sql_with_params()
    actor, role = Actor._meta.db_table, ProjectActor._meta.db_table
    unnested = "SELECT '{0}', code, '', count(*) FROM base, unnest({0}_codes) AS code {1} GROUP BY code"
    in_europe = where(chosen, "pays", extra="country_codes && %s::varchar[]")
    counted = [
        f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}",
        f"SELECT 'statut', status, '', count(*) FROM base {where(chosen, 'statut')} GROUP BY status",
        unnested.format("theme", where(chosen, "theme")),
        unnested.format("country", where(chosen, "pays")).replace("'country'", "'pays'"),
        f"SELECT 'pays', '{EUROPE_CODE}', '', count(*) FROM base {in_europe}",
        f"""SELECT 'departement', d.code, d.name, counted.n FROM (
              SELECT place.code, count(DISTINCT base.id) AS n
              FROM base JOIN {role} r ON r.project_id = base.id JOIN {actor} a ON a.id = r.actor_id AND a.is_published,
                   unnest(a.departement_codes) AS place(code) {where(chosen, "departement")} GROUP BY place.code
            ) counted JOIN {actor} d ON d.nature = 'departement' AND d.code = counted.code""",
    ]
    sql = f"WITH base AS MATERIALIZED ({base_sql}) {' UNION ALL '.join(counted)}"
    return sql, (*base_params, sorted(EUROPE))


def _rows(textual: ProjectQuerySet, chosen: dict[str, list[str]]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(*_statement(textual, chosen))
        return cursor.fetchall()
