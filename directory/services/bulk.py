"""Actors by the thousand, as dictionaries of columns: read, added by COPY, changed by one statement a batch.

The ORM's bulk methods give the same rows from a Python object and an expression for each value: three times longer on
the 36,000 rows of France. History triggers see these writes like any other.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg.types.json import Jsonb

from directory.models import Actor

READ_BATCH = 5000
LINKS = {
    "region": "region_id",
    "departement": "departement_id",
    "epci": "epci_id",
    "seat": "seat_id",
    "successor": "successor_id",
}
CONTENT = ("description", "address", "email", "phone", "website")
COLUMNS = (
    "pk", "nature", "code", "name", "short_name", "siren", "legal_form", *LINKS.values(), "departement_codes",
    "region_codes", "latitude", "longitude", "postal_codes", "former_names", "former_codes", "population", "member_count",
    *CONTENT, "valid_from", "valid_until", "provenance", "search_terms",
)  # fmt: skip
TABLE = Actor._meta.db_table

Values = dict[str, Any]


def read_rows(pks: Sequence[int], *, lock: bool = False) -> Iterator[Values]:
    """The COLUMNS of these actors, in the order of `pks` if sorted; locked until the transaction ends if `lock`."""
    for start in range(0, len(pks), READ_BATCH):
        actors = Actor.objects.filter(pk__in=pks[start : start + READ_BATCH]).order_by("pk")
        yield from (actors.select_for_update(of=("self",)) if lock else actors).values(*COLUMNS)


def new_ids(count: int) -> list[int]:
    """Ids for rows to add, known before they are written: a commune and its EPCI point at each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [TABLE, count])
        return [pk for (pk,) in cursor.fetchall()]


def blank_row(model: type[Model] = Actor) -> Values:
    """All columns of a new row, `id` and generated ones apart, before anything is known of it."""
    now = timezone.now()
    columns = (column for column in model._meta.concrete_fields if not column.generated and not column.primary_key)
    return {column.attname: column.get_default() for column in columns} | {"created_at": now, "updated_at": now}


def add_rows(rows: Sequence[Values], model: type[Model] = Actor) -> None:
    """Add rows that all have the same columns. Raises IntegrityError."""
    columns = list(rows[0])
    sql = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            values = [Jsonb(row[name]) if name == "provenance" else row[name] for name in columns]
            copy.write_row(values)


def change_rows(columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Write the same columns of many rows, each a dictionary of `id` and those columns."""
    types = {column.attname: column.db_type(connection) for column in Actor._meta.concrete_fields}
    assigned = ", ".join(f"{name} = incoming.{name}" for name in columns)
    described = ", ".join(f"{name} {types[name]}" for name in columns)
    parameters: Any = [Jsonb(rows, dumps=_dump)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET {assigned}, updated_at = now() "  # noqa: S608  the names of our own columns
            f"FROM jsonb_to_recordset(%s) AS incoming(id bigint, {described}) WHERE {TABLE}.id = incoming.id",
            parameters,
        )


def refresh_statistics() -> None:
    """Tell PostgreSQL's planner what the table holds now, without waiting for its own round."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")


def _dump(rows: Any) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False)
