"""Whole rows as JSON, written down before and after a gesture and put back as they were: PostgreSQL itself says and reads them,
so that a moment keeps its microseconds and an array its type."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db import connection, models
from psycopg import sql

# Written from other columns, or at each writing: neither compared nor put back.
DERIVED = [
    *("updated_at", "link_version", "search_terms", "search_document", "name_key", "bare_key", "former_keys"),
    *("jumelage_count", "cooperation_countries", "cooperation_themes", "partner_terms"),
]
DERIVED_SLUGS = ("directory.Jumelage", "directory.Project")  # their address follows their names; an actor's does not

Columns = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row of a table; `columns` is None once it is gone."""

    label: str  # « directory.Jumelage »
    pk: int
    columns: Columns | None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def key(self) -> tuple[str, int]:
        return self.label, self.pk

    def as_json(self) -> list[Any]:
        return [self.label, self.pk, self.columns]


def from_json(rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [Row(*row) for row in rows]


def read(model: type[models.Model], pks: Iterable[int], *, lock: bool = False) -> list[Row]:
    """These rows as they are, in the order of their ids, those that are gone included; locked until the transaction ends if
    `lock`, without stopping those who only point to them."""
    wanted = sorted(set(pks))
    if not wanted:
        return []
    label = model._meta.label
    query = sql.SQL("SELECT id, to_jsonb(t) - %s::text[] FROM {table} t WHERE id = ANY(%s) ORDER BY id{lock}").format(
        table=_table(model), lock=sql.SQL(" FOR NO KEY UPDATE OF t" if lock else "")
    )
    left_out = [*DERIVED, "slug"] if label in DERIVED_SLUGS else DERIVED
    with connection.cursor() as cursor:
        cursor.execute(_as_text(query), [left_out, wanted])
        found = {pk: json.loads(columns) if isinstance(columns, str) else columns for pk, columns in cursor.fetchall()}
    return [Row(label, pk, found.get(pk)) for pk in wanted]


def put_back(before: Row, after: Row) -> None:
    """Make a row what it was: the columns that `after` changed, or the whole row if it is gone. One statement."""
    assert before.columns is not None  # noqa: S101 - a merger adds no row
    table, said = _table(before.model), json.dumps(before.columns)
    if after.columns is None:
        names = [sql.Identifier(name) for name in before.columns]
        query = sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, %s)"
        ).format(table=table, names=sql.SQL(", ").join(names))
        parameters = [said]
    else:
        changed = [name for name in before.columns if before.columns[name] != after.columns[name]]
        if not changed:
            return
        assigned: list[sql.Composable] = [
            sql.SQL("{name} = r.{name}").format(name=sql.Identifier(name)) for name in changed
        ]
        if _has_moment(before.model):
            assigned.append(sql.SQL("updated_at = now()"))
        query = sql.SQL(
            "UPDATE {table} t SET {assigned} FROM jsonb_populate_record(NULL::{table}, %s) r WHERE t.id = r.id"
        ).format(table=table, assigned=sql.SQL(", ").join(assigned))
        parameters = [said]
    with connection.cursor() as cursor:
        cursor.execute(_as_text(query), parameters)


def _has_moment(model: type[models.Model]) -> bool:
    return any(field.name == "updated_at" for field in model._meta.concrete_fields)


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _as_text(query: sql.Composed) -> str:
    """As a plain text: what listens to statements (history, tests) adds to it."""
    return query.as_string(cast(Any, connection.connection))


class Touched:
    """The rows that a gesture touches, each as it was when it was first touched, in that order."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, int], Row] = {}

    def touch(self, model: type[models.Model], pks: Iterable[int]) -> None:
        """Lock these rows and write down what they are, before the gesture changes or removes them."""
        new = [pk for pk in pks if (model._meta.label, pk) not in self._before]
        self._before.update((row.key, row) for row in read(model, new, lock=True))

    def snapshots(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """What there was, and what there is now: two lists of the same rows, as JSON."""
        now = read_again(self._before.values())
        return [row.as_json() for row in self._before.values()], [now[key].as_json() for key in self._before]


def read_again(known: Iterable[Row], *, lock: bool = False) -> dict[tuple[str, int], Row]:
    """The same rows as they are now, one statement for each table, in the order of their names."""
    wanted: dict[str, list[int]] = {}
    for row in known:
        wanted.setdefault(row.label, []).append(row.pk)
    return {row.key: row for label in sorted(wanted) for row in read(apps.get_model(label), wanted[label], lock=lock)}
