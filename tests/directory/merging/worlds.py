"""Two fiches of one town, and what the tests look at: every row of every table, as the database holds it."""

import json
from typing import Any

from django.apps import apps
from django.db import connection

from directory.models import Actor, Jumelage, Project
from directory.services import editing, links, refresh_projects
from tests.factories import PartnerFactory

# The ledger of mergers itself, and the histories, are what a merger leaves behind.
LEFT_OUT = {"directory_merge"}


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every table of the répertoire, row by row, without what is counted from the rest, nor when a row was last written."""
    found = {}
    for model in apps.get_app_config("directory").get_models():
        table = model._meta.db_table
        if model._meta.proxy or table in LEFT_OUT or table.endswith("event"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t) - 'updated_at' FROM {table} t ORDER BY 1")
            found[table] = [row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()]
    return found


def settled() -> dict[str, list[dict[str, Any]]]:
    """The same, once words and counts say what the factories made."""
    editing.refresh_terms(Actor.objects.values_list("pk", flat=True))
    links.refresh_jumelages(Jumelage.objects.values_list("pk", flat=True))
    links.refresh_actors()
    refresh_projects(Project.objects.values_list("pk", flat=True))
    return dump()


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """What differs between two dumps, to be read in a failure."""
    return [
        (
            table,
            [row for row in one[table] if row not in other[table]],
            [row for row in other[table] if row not in one[table]],
        )
        for table in one
        if one[table] != other[table]
    ]


def two_fiches(**values: Any) -> tuple[Actor, Actor]:
    """« Fürth » twice: the fiche to keep, and the one to absorb."""
    kept = PartnerFactory(foreign=True, name="Fürth", country__iso2="DE", latitude=49.48, longitude=10.99)
    absorbed = PartnerFactory(foreign=True, name="Furth", country__iso2="DE", latitude=49.47, longitude=10.98, **values)
    return kept, absorbed
