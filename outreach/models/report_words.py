"""The words of a month's report: what was expressed, answered, promised and met for the first time between two days."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from directory.models import Need
from directory.models.needs import NeedQuerySet
from soco.accounts.models import User

from .commitments import Commitment, CommitmentQuerySet
from .contact import ContactFactQuerySet, QuickNote
from .coverage_words import first_meetings
from .visits import HEAVY, Visit


def met_first_between(first: date, last: date) -> ContactFactQuerySet:
    """The fact by which each collectivité was met for the first time, if it was by a visit on one of these days."""
    facts = first_meetings(last).filter(on__gte=first, origin__startswith="visit:")
    return facts.select_related("actor__departement").defer(*HEAVY).order_by("on", "pk")


def needs_expressed(first: date, last: date) -> NeedQuerySet:
    """The needs noted on one of these days, said in a visit or an exchange."""
    said = Q(origin__startswith="visit:") | Q(origin__startswith="note:")
    return Need.objects.filter(said, created_at__date__gte=first, created_at__date__lte=last).for_list().oldest_first()


def needs_closed(first: date, last: date) -> NeedQuerySet:
    """The needs answered, or dropped, on one of these days, wherever they were said."""
    return Need.objects.filter(closed_at__date__gte=first, closed_at__date__lte=last).for_list().oldest_first()


def made_by(user: User, visits: Iterable[int], notes: Iterable[int]) -> set[str]:
    """Of these visits and notes (ids), those of this person, as origins: « visit:7 », « note:3 »."""
    own = Visit.objects.by_voltigeur(user).filter(pk__in=list(visits)).values_list("pk", flat=True)
    written = QuickNote.objects.filter(user=user, pk__in=list(notes)).values_list("pk", flat=True)
    return {f"visit:{pk}" for pk in own} | {f"note:{pk}" for pk in written}


def kept_between(first: date, last: date) -> CommitmentQuerySet:
    """Promises kept on one of these days."""
    return Commitment.objects.filter(done_at__date__gte=first, done_at__date__lte=last)


def late_on(day: date) -> CommitmentQuerySet:
    """Promises whose day was before this one, and that were not kept before it either."""
    waiting = Q(done_at__isnull=True) | Q(done_at__date__gte=day)
    return Commitment.objects.filter(waiting, due_on__lt=day)
