"""The columns of the export of what was promised, and one row of each."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CommitmentQuerySet

CHUNK = 500


def labels() -> list[str]:
    return [
        *(_("numéro"), _("engagement"), _("collectivité"), _("code"), _("visite du"), _("qui s’en charge")),
        *(_("à faire avant le"), _("en retard"), _("fait le"), _("fait par")),
    ]


def rows(commitments: CommitmentQuerySet) -> Iterator[list[Any]]:
    """Those of a list, as cells under `labels`."""
    today = timezone.localdate()
    for row in commitments.for_list().iterator(chunk_size=CHUNK):
        actor = row.visit.actor
        yield [
            *(row.pk, row.text, actor.name, actor.code, timezone.localdate(row.visit.starts_at).isoformat()),
            *(str(row.owner or ""), row.due_on.isoformat() if row.due_on else ""),
            _("oui") if row.is_late(today) else "",
            *(timezone.localdate(row.done_at).isoformat() if row.done_at else "", row.done_by),
        ]
