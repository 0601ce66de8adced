"""How many groups each filter value would leave, under the text and the other filters, all in one statement."""

from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, When
from django.utils.translation import gettext as _

from directory.facets.common import Facets, Layout, Row, presented, where
from directory.geography import EUROPE
from directory.models.cooperation import EUROPE_CODE
from events.enums import GroupKind
from events.models import GroupQuerySet

CONDITIONS = {
    "nature": GroupQuerySet.of_kinds_q,
    "pays": GroupQuerySet.with_countries_q,
    "theme": GroupQuerySet.with_themes_q,
}


def titles() -> dict[str, str]:
    return {"nature": _("Nature"), "pays": _("Pays"), "theme": _("Thème")}


LAYOUT = Layout("groupes", titles, closed={"nature": dict(GroupKind.choices)}, by_count=frozenset({"pays"}))


def count_groups(textual: GroupQuerySet, *, chosen: dict[str, list[str]]) -> Facets:
    """The total and the facets of a search. `textual`: the groups that answer the text alone. Counted anew: they are few."""
    flags = {
        f"ok_{name}": Case(When(CONDITIONS[name](values), then=True), default=False, output_field=BooleanField())
        for name, values in chosen.items()
    }
    rows = textual.order_by().values("id", "kind", "country_codes", "theme_codes").annotate(**flags)
    base, base_params = rows.query.sql_with_params()
    europe = where(chosen, "pays", extra="country_codes && %s::varchar[]")
    counted: list[tuple[str, tuple[Any, ...]]] = [
        (f"SELECT 'total', '', '', count(*) FROM base {where(chosen)}", ()),
        (f"SELECT 'nature', kind, '', count(*) FROM base {where(chosen, 'nature')} GROUP BY kind", ()),
        (f"SELECT 'pays', %s, '', count(*) FROM base {europe}", (EUROPE_CODE, sorted(EUROPE))),
    ]
    counted += [
        (
            f"""SELECT '{name}', value, '', count(*) FROM base, unnest({column}) AS value
                {where(chosen, name)} GROUP BY value""",
            (),
        )
        for name, column in (("pays", "country_codes"), ("theme", "theme_codes"))
    ]
    sql = f"WITH base AS MATERIALIZED ({base}) {' UNION ALL '.join(part for part, _values in counted)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, (*base_params, *(value for _part, values in counted for value in values)))
        found: list[Row] = cursor.fetchall()
    return presented(LAYOUT, found, chosen)
