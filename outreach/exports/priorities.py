"""The columns of the outreach's exports, for staff. Free reports are in none of them without the right, see `perms`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from outreach import priority
from outreach.models.planning import PriorityQuerySet

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size


def priority_labels() -> list[str]:
    return [
        *(_("collectivité"), _("code"), _("niveau"), _("département"), _("intercommunalité"), _("population")),
        *(_("contact"), _("dernière rencontre"), _("points"), _("raisons")),
    ]


def priority_rows(rows: PriorityQuerySet, weights: Mapping[str, int]) -> Iterator[list[Any]]:
    """Whom to meet next, as cells under `priority_labels`."""
    for row in rows.for_list().iterator(chunk_size=CHUNK):
        actor = row.actor
        yield [
            *(actor.name, actor.code, str(actor.nature_label), actor.departement.name if actor.departement else ""),
            *(actor.epci.name if actor.epci else "", actor.population or "", str(actor.get_contact_state_display())),
            *(actor.last_met_on.isoformat() if actor.last_met_on else "", row.score),
            " ; ".join(point.sentence for point in priority.points(row.signals, weights)),
        ]
