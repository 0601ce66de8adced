"""The files of events and groups: added, removed; the file itself goes once its row is gone for good."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from events import notifications
from events.models import Document

SAME_PAGE = timedelta(minutes=2)


@transaction.atomic
def add_document(document: Document, *, by: str) -> Document:
    """Keep a file; `document` is not saved yet and says what it is of. Minutes are announced to the members of their group."""
    document.added_by = by
    recent = Document.objects.same_as(document, since=timezone.now() - SAME_PAGE)
    if known := recent.first():
        return known  # the same page sent twice
    document.save()
    notifications.minutes_added(document)
    return document


@transaction.atomic
def remove_document(document: Document) -> None:
    document.delete()
    transaction.on_commit(partial(document.file.storage.delete, str(document.file.name)))
