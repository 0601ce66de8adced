"""Who visits, notes and is met is forgotten: on their demand, or in time; that a visit took place stays."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from outreach.models import (
    Adhesion,
    Commitment,
    ContactChange,
    ContactFact,
    ContactWish,
    CoverageTarget,
    FieldArea,
    FieldReport,
    PersonMet,
    PrioritySettings,
    QuickNote,
    Tour,
    TourStop,
    Visit,
)
from soco.accounts.models import User

# The columns that say who did something.
SIGNED: tuple[tuple[type[models.Model], str], ...] = (
    (Visit, "written_by"),
    (Visit, "created_by"),
    (QuickNote, "by"),
    (Commitment, "done_by"),
    (ContactFact, "by"),
    (ContactWish, "by"),
    (ContactWish, "lifted_by"),
    (ContactChange, "by"),
    (Adhesion, "added_by"),
    (CoverageTarget, "set_by"),
    (PrioritySettings, "changed_by"),
)
# Those of which the history keeps the rows as they were.
SIGNED_ONCE: tuple[tuple[Any, str], ...] = (
    (Visit, "written_by"),
    (Visit, "created_by"),
    (Adhesion, "added_by"),
    (PrioritySettings, "changed_by"),
)
FORGOTTEN = {"name": "", "email": "", "phone": "", "agrees": False}


@transaction.atomic
def forget_person(user: Any) -> str:
    """Make anonymous what this person signed, in the history too, and who was met at one of their addresses."""
    addresses = user.every_address()
    signed = sum(
        model._default_manager.filter(**{f"{column}__in": addresses}).update(**{column: ""}) for model, column in SIGNED
    )
    made = Visit.objects.by_voltigeur(user).update(voltigeur=None)
    made += QuickNote.objects.written_by(user).update(user=None)
    Commitment.objects.owned_by(user).update(owner=None)
    met = _forget(PersonMet.objects.at_addresses(addresses)) + _forget_as_sent(addresses)
    for model, column in SIGNED_ONCE:
        model.pgh_event_model.objects.filter(**{f"{column}__in": addresses}).update(**{column: ""})
    _history().filter(voltigeur=user.pk).update(voltigeur=None)
    if not (signed or made or met):
        return ""
    return _("Les visites et les échanges avec des collectivités sont gardés, sans votre nom ni votre adresse.")


@transaction.atomic
def forget_old_people(before: datetime, *, apply: bool) -> int:
    """Those met before a moment: their function stays; without `apply`, only count them."""
    old = PersonMet.objects.kept_since_before(before)
    return _forget(old) if apply else old.count()


@transaction.atomic
def forget_old_reports(before: datetime, *, apply: bool) -> int:
    """The free reports of visits, and the words of notes, from before a moment, in the history too; without `apply`, only count
    them."""
    visits, notes = Visit.objects.reported_before(before), QuickNote.objects.worded_before(before.date())
    if not apply:
        return visits.count() + notes.count()
    pks = list(visits.values_list("pk", flat=True))
    Visit.objects.filter(pk__in=pks).update(report="")
    _history().filter(starts_at__lt=before).exclude(report="").update(report="")
    return len(pks) + notes.update(text="")


@transaction.atomic
def forget_voltigeur(user: User) -> str:
    """Their area and the address of their calendar go; their tours stay, nobody's. Return what is kept and why."""
    FieldArea.objects.of_user(user).delete()
    Tour.objects.filter(created_by__in=user.every_address()).update(created_by="")
    count = Tour.objects.by_voltigeur(user).update(voltigeur=None)
    return (
        _("Vos tournées restent, sans votre nom\u00a0: elles disent quelles collectivités ont été visitées.")
        if count
        else ""
    )


@transaction.atomic
def forget_old_answers(before: date, *, apply: bool) -> int:
    """The messages on slots of tours before that day; return how many are, or would be, forgotten."""
    old = TourStop.objects.of_tours_before(before).with_a_message()
    return old.update(answer="") if apply else old.count()


def _forget(people: Any) -> int:
    """A function may be all that is left; who had none is « somebody »."""
    pks = list(people.values_list("pk", flat=True))
    PersonMet.objects.filter(pk__in=pks, job="").update(job=_("fonction non précisée"))
    return PersonMet.objects.filter(pk__in=pks).update(**FORGOTTEN)


def _forget_as_sent(addresses: Iterable[str]) -> int:
    """The same in the reports as phones sent them."""
    theirs = {address.lower() for address in addresses}
    reports = FieldReport.objects.meeting(theirs)
    for report in reports:
        for who in report.content["people"]:
            if who["email"].lower() in theirs:
                who.update(FORGOTTEN)
        report.save(update_fields=["content"])
    return len(reports)


def _history() -> Any:
    """Visits as they were."""
    return Visit.pgh_event_model.objects.all()  # type: ignore[attr-defined]
