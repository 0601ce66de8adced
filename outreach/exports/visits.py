"""The columns of the exports of visits, and one row of each. Free reports and people are in columns of their own, given only to
those who may export them."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.checklists import POINTS
from outreach.models import Visit, VisitQuerySet

CHUNK = 500  # rows fetched at a time


def labels(*, with_reports: bool = False) -> list[str]:
    """The header. `with_reports`: with the free report and who was met."""
    told = [
        *(_("numéro"), _("collectivité"), _("code"), _("département"), _("type"), _("état"), _("jour"), _("heure")),
        *(_("voltigeur"), _("durée en minutes"), _("distance en km"), _("objet"), _("points abordés")),
        *(_("prochain contact le"), _("compte rendu écrit le")),
    ]
    return [*told, _("personnes rencontrées"), _("compte rendu")] if with_reports else told


def rows(visits: VisitQuerySet, *, with_reports: bool = False) -> Iterator[list[Any]]:
    """The visits of a list, as cells under `labels`."""
    found = visits.for_export() if with_reports else visits.for_list()
    for visit in found.iterator(chunk_size=CHUNK):
        yield _row(visit) + (_told(visit) if with_reports else [])


def _row(visit: Visit) -> list[Any]:
    actor, starts = visit.actor, timezone.localtime(visit.starts_at)
    return [
        *(visit.pk, actor.name, actor.code, actor.departement.name if actor.departement else ""),
        *(str(visit.get_kind_display()), str(visit.get_state_display()), f"{starts:%Y-%m-%d}", f"{starts:%H:%M}"),
        *(str(visit.voltigeur or ""), visit.minutes, visit.km, visit.subject),
        " ; ".join(str(POINTS[code]) for code in visit.checklist if code in POINTS),
        visit.next_contact_on.isoformat() if visit.next_contact_on else "",
        timezone.localdate(visit.written_at).isoformat() if visit.written_at else "",
    ]


def _told(visit: Visit) -> list[str]:
    return [" ; ".join(str(person) for person in visit.people.all()), visit.report]
