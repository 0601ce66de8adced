"""The field work of the demonstration: fictitious visits, notes, a tour and memberships in real places, marked as such and removed
together with what they moved."""

from datetime import datetime, time, timedelta
from itertools import cycle

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.models import Actor
from outreach.enums import NoteKind, VisitKind, VisitState
from outreach.models import Adhesion, ContactChange, ContactFact, ContactWish, QuickNote, Tour, Visit
from soco.accounts.models import User

from .contact_states import settle_contacts
from .priorities import score_priorities
from .tours import TourPlan, confirm_tour, create_tour

DONE, PLANNED, NOTES, MEMBERS, STOPS = 30, 4, 8, 12, 4
STEP = 29  # communes between two visits, from the largest down: towns and villages, spread over the territory
KINDS = (VisitKind.ON_SITE, VisitKind.ON_SITE, VisitKind.PHONE, VisitKind.VIDEO, VisitKind.FAIR)
RESULTS = (*[VisitState.DONE] * 6, VisitState.ABSENT)
TOGETHER_KM = 25  # around the start of the tour


@transaction.atomic
def seed_demo_outreach(by: str) -> int:
    """Add the visits, notes, memberships and the tour if there is none; return how many rows. Safe to call twice."""
    if Visit.objects.demo().exists():
        return 0
    towns = list(
        Actor.objects.published().of_nature([Nature.COMMUNE]).located().by_population()[: STEP * (DONE + PLANNED)]
    )
    spread = towns[::STEP]
    if not spread:
        return 0
    voltigeur = User.objects.filter(is_staff=True, is_active=True).order_by("pk").first()
    settle_contacts()  # what really happened until now is no part of the demonstration
    count = _visits(spread, voltigeur, by) + _notes(towns[1::STEP], voltigeur, by) + _members(by)
    count += _tour(towns[0], voltigeur, by)
    settle_contacts(is_demo=True)
    score_priorities()
    return count


@transaction.atomic
def remove_demo_outreach() -> int:
    """Remove them, and what they moved."""
    count = count_demo_outreach()
    settle_contacts()  # what really happened meanwhile stays told
    for model in (Tour, Visit, QuickNote, Adhesion, ContactWish, ContactFact):
        model._default_manager.filter(is_demo=True).delete()
    settle_contacts(is_demo=True)
    ContactChange.objects.demo().delete()
    score_priorities()
    return count


def count_demo_outreach() -> int:
    return sum(model._default_manager.filter(is_demo=True).count() for model in (Visit, QuickNote, Adhesion, Tour))


def _visits(towns: list[Actor], voltigeur: User | None, by: str) -> int:
    now, said = timezone.now(), _("Compte rendu de démonstration\u00a0: personne n’a été rencontré.")
    kinds, results = cycle(KINDS), cycle(RESULTS)
    done = [
        Visit(
            actor=actor,
            kind=next(kinds),
            state=next(results),
            voltigeur=voltigeur,
            starts_at=_at(position * 5 + 1),
            minutes=45 + position % 4 * 15,
            km=20 + position * 7 % 80,
            checklist=["services", "besoins"],
            report=said,
            next_contact_on=timezone.localdate() + timedelta(days=position * 9 - 20) if position % 5 == 0 else None,
            written_at=now,
            written_by=by,
            created_by=by,
            is_demo=True,
        )
        for position, actor in enumerate(towns[:DONE])
    ]
    planned = [
        Visit(
            actor=actor,
            kind=next(kinds),
            voltigeur=voltigeur,
            starts_at=_at(-2 - position * 3),
            minutes=60,
            created_by=by,
            is_demo=True,
        )
        for position, actor in enumerate(towns[DONE:])
    ]
    return len(Visit.objects.bulk_create(done + planned))


def _notes(towns: list[Actor], voltigeur: User | None, by: str) -> int:
    kinds = cycle(NoteKind)
    rows = [
        QuickNote(
            actor=actor,
            kind=next(kinds),
            on=timezone.localdate() - timedelta(days=position * 6),
            text=_("Note de démonstration."),
            user=voltigeur,
            by=by,
            is_demo=True,
        )
        for position, actor in enumerate(towns[:NOTES])
    ]
    return len(QuickNote.objects.bulk_create(rows))


def _members(by: str) -> int:
    """The largest intercommunalités."""
    year = timezone.localdate().year
    rows = [
        Adhesion(
            actor=actor,
            year=year,
            starts_on=timezone.localdate().replace(month=1, day=1),
            ends_on=timezone.localdate().replace(month=12, day=31),
            note=_("Adhésion de démonstration."),
            added_by=by,
            is_demo=True,
        )
        for actor in Actor.objects.published().of_nature([Nature.EPCI]).by_population()[:MEMBERS]
    ]
    return len(Adhesion.objects.bulk_create(rows))


def _tour(start: Actor, voltigeur: User | None, by: str) -> int:
    """Tomorrow, around the largest commune."""
    towns = list(Actor.objects.published().peers_near(start, TOGETHER_KM)[: STOPS * 3 : 3])
    if not towns:
        return 0
    plan = TourPlan(
        day=timezone.localdate() + timedelta(days=1),
        start=start,
        leaves_at=time(8, 30),
        voltigeur=voltigeur,
        title=_("Tournée de démonstration"),
    )
    confirm_tour(create_tour(plan, [town.pk for town in towns], by=by, is_demo=True), by=by)
    return 1 + len(towns)


def _at(days: int) -> datetime:
    """Some days ago, or from now if negative, at half past nine."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9, 30)))
