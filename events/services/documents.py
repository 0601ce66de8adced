"""The files of events and groups: added, removed; the file itself goes once its row is gone for good."""

from functools import partial

from django.db import transaction

from events import notifications
from events.models import Document


@transaction.atomic
def add_document(document: Document, *, by: str) -> Document:
    """Keep a file; `document` is not saved yet and says what it is of. Minutes are announced to the members of their group."""
    document.added_by = by
    document.save()
    notifications.minutes_added(document)
    return document


@transaction.atomic
def remove_document(document: Document) -> None:
    document.delete()
    transaction.on_commit(partial(document.file.storage.delete, str(document.file.name)))
