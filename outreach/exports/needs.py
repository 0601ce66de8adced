"""The columns of the needs that neighbours have in common, one row of each need, group after group."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.services import CommonNeed, described
from outreach.services.common_needs import Group

BATCH = 100  # groups described at a time: memory stays flat whatever the export's size


def labels() -> list[str]:
    return [
        *(_("service"), _("autour de"), _("collectivités du groupe"), _("numéro du besoin"), _("collectivité"), _("code")),
        *(_("département"), _("ce qui est demandé"), _("exprimé le"), _("état"), _("suivi par"), _("à traiter avant le")),
    ]  # fmt: skip


def rows(groups: Sequence[Group]) -> Iterator[list[Any]]:
    """The needs of these groups, as cells under `labels`."""
    for start in range(0, len(groups), BATCH):
        for common in described(groups[start : start + BATCH]):
            yield from _rows(common)


def _rows(common: CommonNeed) -> Iterator[list[Any]]:
    for need in common.needs:
        actor = need.actor
        yield [
            *(common.service.name, common.place.name, common.group.size, need.pk, actor.name, actor.code),
            *(actor.departement.name if actor.departement else "", need.label),
            *(timezone.localdate(need.created_at).isoformat(), str(need.get_state_display()), str(need.owner or "")),
            need.due_on.isoformat() if need.due_on else "",
        ]
