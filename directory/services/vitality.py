"""The clock of jumelages: those of which nobody told an action for long are flagged, so that somebody asks."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version, vitality
from directory.models import Jumelage
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
