"""What look-alikes and mergers show elsewhere: the staff's queue, a person's data, what is forgotten in time."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from directory import perms, services
from directory.models import Merge
from directory.services import look_alikes
from soco.web.registries import PersonalData, Purge, Queue, Waiting


def _export(user: Any) -> Iterator[dict[str, Any]]:
    for merge in Merge.objects.signed_by(user.every_address()).newest_first().for_list():
        yield {
            "fiche gardée": merge.kept_side.name,
            "fiche absorbée": merge.absorbed_side.name,
            "faite le": merge.merged_at,
            "défaite le": merge.undone_at,
        }


def _erase(user: Any) -> str:
    services.forget_person_in_mergers(user)  # who signed them: with the other gestures
    return ""


QUEUE = Queue(
    code="directory.duplicates",
    label=gettext_lazy("Doublons possibles"),
    help=gettext_lazy("Des fiches ou des jumelages qui se ressemblent, à comparer puis à fusionner ou à écarter."),
    url_name="duplicate_list",
    permission=perms.MERGE,
    measure=lambda: Waiting(look_alikes.count()),
    order=60,
)
PERSONAL_DATA = PersonalData(
    code="directory.mergers",
    label=gettext_lazy("Les fusions de fiches que vous avez faites ou défaites"),
    export=_export,
    erase=_erase,
    order=20,  # before attachments and invitations go: their rows name the person
)
PURGE = Purge(
    code="directory.mergers",
    rule=gettext_lazy(
        "Trente jours après, ou une fois défaite, une fusion oublie les lignes qu’elle gardait pour être défaite."
    ),
    run=lambda apply: services.forget_old_mergers(timezone.now(), apply=apply),
)
