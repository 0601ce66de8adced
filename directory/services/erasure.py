"""A person's name leaves the histories of fiches: what changed stays, who did it becomes « compte effacé »."""

import json
from collections.abc import Iterable

import pgtrigger
from django.db import connection, transaction
from django.utils.translation import gettext as _

from directory.models import Actor, Attachment, Jumelage, Project

# Each column where an address may stand as the author of a gesture: provenance of facts, contexts of changes.
JSON_COLUMNS = (
    ("directory_actor", "provenance"),
    ("directory_actorevent", "provenance"),
    ("directory_jumelage", "provenance"),
    ("directory_jumelageevent", "provenance"),
    ("directory_project", "provenance"),
    ("directory_projectevent", "provenance"),
    ("directory_merge", "before"),
    ("directory_merge", "after"),
    ("pghistory_context", "metadata"),
)

# Plain columns that hold who did something.
SIGNED_COLUMNS = (
    ("directory_changeproposal", "decided_by"),
    ("directory_fieldchange", "decided_by"),
    ("directory_attachment", "decided_by"),
    ("directory_attachmentevent", "decided_by"),
    ("directory_merge", "merged_by"),
    ("directory_merge", "undone_by"),
    ("directory_notduplicate", "said_by"),
    ("directory_relaunch", "started_by"),
    ("directory_relaunch", "closed_by"),
    ("directory_need", "closed_by"),
    ("directory_partnersearch", "decided_by"),
)


@transaction.atomic
def forget_name_in_histories(addresses: Iterable[str]) -> int:
    """Replace the addresses of one person, wherever they sign a change; return how many rows said one. Safe twice.

    It reads the histories through: an erasure is rare, and nothing is indexed by author.
    """
    found = 0
    nobody = str(_("compte effacé"))
    silent = [
        f"{model._meta.label}:update_update" for model in (Actor, Attachment, Jumelage, Project)
    ]  # no history of the forgetting itself
    with pgtrigger.ignore(*silent), connection.cursor() as cursor:
        for address in addresses:
            written, anonymous = json.dumps(address, ensure_ascii=False), json.dumps(nobody, ensure_ascii=False)
            for table, column in JSON_COLUMNS:
                cursor.execute(
                    f"UPDATE {table} SET {column} = replace({column}::text, %s, %s)::jsonb"  # noqa: S608  names of this file
                    f" WHERE position(%s in {column}::text) > 0",
                    [written, anonymous, written],
                )
                found += cursor.rowcount
            for table, column in SIGNED_COLUMNS:
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", [nobody, address])  # noqa: S608
                found += cursor.rowcount
    return found
