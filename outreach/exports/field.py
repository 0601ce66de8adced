"""The columns of the list of reports to compare: which, whose, since when. Never what they say."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import FieldReportQuerySet

CHUNK = 500


def labels() -> list[str]:
    return [
        *(_("numéro"), _("collectivité"), _("code"), _("date de la visite"), _("envoyé par"), _("écrit le")),
        *(_("reçu le"), _("état")),
    ]


def rows(reports: FieldReportQuerySet) -> Iterator[list[Any]]:
    for report in reports.for_list().iterator(chunk_size=CHUNK):
        actor = report.visit.actor
        yield [
            *(report.pk, actor.name, actor.code, _moment(report.visit.starts_at), str(report.user or "")),
            *(_moment(report.written_at), _moment(report.received_at), str(report.get_state_display())),
        ]


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
