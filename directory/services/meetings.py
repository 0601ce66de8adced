"""That the network met a collectivité: events, visits and calls say it here, everybody reads it on the collectivité's row."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from directory.enums import ContactState
from directory.models import Actor


@transaction.atomic
def note_meeting(actors: Iterable[int], *, on: date) -> int:
    """The network met these collectivités (ids) that day; return how many of them for the first time. Twice is once, an earlier day
    changes nothing, and a collectivité that refused or paused stays so."""
    met = Actor.objects.numbered(sorted(set(actors))).collectivites()
    met.not_met_since(on).update(last_met_on=on)
    return met.never_met().update(contact_state=ContactState.MET)
