"""The columns of the needs' exports, for staff, and one row of each need."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import NeedQuerySet

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size


def labels() -> list[str]:
    return [
        *(_("numéro"), _("acteur"), _("code"), _("département"), _("ce qui est demandé"), _("précisions")),
        *(_("service"), _("source"), _("exprimé le"), _("état"), _("suivi par"), _("à traiter avant le")),
        *(_("en retard"), _("réponse, ou raison"), _("répondu le"), _("répondu ou classé par")),
    ]


def rows(needs: NeedQuerySet) -> Iterator[list[Any]]:
    """The needs of a list, as cells under `labels`."""
    today = timezone.localdate()
    for need in needs.for_list().iterator(chunk_size=CHUNK):
        actor = need.actor
        yield [
            *(need.pk, actor.name, actor.code, actor.departement.name if actor.departement else ""),
            *(need.label, need.detail, need.service.name if need.service else ""),
            *(need.source_words, _day(need.created_at), str(need.get_state_display())),
            *(str(need.owner or ""), need.due_on.isoformat() if need.due_on else ""),
            *(_("oui") if need.is_late(today) else "", need.answer, _day(need.answered_at), need.closed_by),
        ]


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
