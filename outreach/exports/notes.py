"""The columns of the export of quick notes, and one row of each."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from outreach.models import QuickNoteQuerySet

CHUNK = 500


def labels(*, with_reports: bool = False) -> list[str]:
    """The header. `with_reports`: with what was said, free words of the team."""
    told = [_("numéro"), _("collectivité"), _("code"), _("département"), _("échange"), _("jour"), _("noté par")]
    return [*told, _("ce qui s’est dit")] if with_reports else told


def rows(notes: QuickNoteQuerySet, *, with_reports: bool = False) -> Iterator[list[Any]]:
    """The notes of a list, as cells under `labels`."""
    for note in notes.for_list().iterator(chunk_size=CHUNK):
        actor = note.actor
        row = [note.pk, actor.name, actor.code, actor.departement.name if actor.departement else ""]
        row += [str(note.get_kind_display()), note.on.isoformat(), str(note.user or note.by)]
        yield [*row, note.text] if with_reports else row
