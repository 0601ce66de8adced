"""The clock of jumelages: those of which nobody told an action for long are flagged, so that somebody asks."""

from collections.abc import Callable
from datetime import date

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version, vitality
from directory.enums import FollowUp
from directory.models import Jumelage, JumelageQuerySet
from directory.models.expressions import Merged


@transaction.atomic
def flag_silent(today: date) -> int:
    """Flag « à vérifier » the jumelages that are silent `today`; return how many were not yet. Vitality is left as it is.

    One statement whose conditions are all on the row itself: held up by somebody who is writing an action or a confirmation,
    the database reads the row again before it flags it. Twice the same day flags nothing more. Somebody's confirmation clears
    a flag (`save_jumelage`), and none comes back before as many months have passed again.
    """
    since = vitality.silent_before(today, settings.DIRECTORY_VITALITY_MONTHS)
    now, clock = timezone.now(), _("le contrôle de vitalité")
    stamp = {"to_verify": {"source": "", "at": now.isoformat(timespec="seconds"), "by": clock}}
    with pghistory.context(by=clock, origin="vitality"):
        flagged = Jumelage.objects.shown().unflagged().silent_since(since)
        count = flagged.update(to_verify=True, provenance=Merged("provenance", stamp), updated_at=now)
    if count:
        transaction.on_commit(counts_version.bump)
    return count


def followed(jumelages: JumelageQuerySet, view: FollowUp, today: date) -> JumelageQuerySet:
    """Those among `jumelages` that one list of the staff's follow-up shows, in its order: what waits for longest first."""
    return _FOLLOWED[view](jumelages, today)


def _celebrated(jumelages: JumelageQuerySet, today: date) -> JumelageQuerySet:
    coming = vitality.celebrated(today)
    starts = [start for _in_year, all_starts in coming for start in all_starts]
    return jumelages.started_in(starts).by_anniversary(coming[0][1])


_FOLLOWED: dict[FollowUp, Callable[[JumelageQuerySet, date], JumelageQuerySet]] = {
    FollowUp.TO_VERIFY: lambda jumelages, today: jumelages.running().to_verify().by_silence(),
    FollowUp.ANNIVERSARIES: _celebrated,
    FollowUp.AGREEMENTS: lambda jumelages, today: jumelages.agreement_ending(today, vitality.watched_until(today)),
    FollowUp.RELAUNCHES: lambda jumelages, today: jumelages.being_relaunched().by_relaunch(),
}
