"""What the agenda forgets of people: when they ask, and when its rules say so. The counts of an event stay true."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import RegistrationState as State
from events.models import (
    Document,
    Event,
    EventInvitation,
    EventQuestion,
    Participant,
    Registration,
    Satisfaction,
    Series,
    Transition,
)
from events.models.registration import FORGOTTEN_AT, RegistrationQuerySet

from .registrations import remove_participant, withdraw

SENSITIVE_KEPT = timedelta(days=30)
KEPT = timedelta(days=3 * 365)
NOBODY = "Une personne"


@transaction.atomic
def forget_person(user: Any, *, addresses: Iterable[str], signed: Iterable[str]) -> int:
    """Take a person out of the agenda: seats to come are given up first, so that others get them; then nothing says whose the
    registrations were. `addresses`: those proved to be theirs; `signed`: every address that may stand beside a gesture. Return how
    many registrations and participants are kept without a name."""
    addresses, now = list(addresses), timezone.now()
    mine = Registration.objects.of_person(user, addresses)
    pks = list(mine.named().order_by("pk").values_list("pk", flat=True))
    for registration in mine.coming(now).withdrawable().order_by("event", "pk"):
        withdraw(registration, cause=_("La personne a effacé son compte"))
    kept = forget_registrations(Registration.objects.filter(pk__in=pks))
    kept += _forget_colleague(addresses, now)
    _forget_signatures(list(signed))
    return kept


def _forget_colleague(addresses: list[str], now: datetime) -> int:
    """The person as somebody whom a colleague registered."""
    for registration in (
        Registration.objects.with_participant(addresses).coming(now).withdrawable().order_by("event", "pk")
    ):
        for who in registration.participants.at_addresses(addresses):
            who.registration = registration
            remove_participant(who)
    return Participant.objects.at_addresses(addresses).update(name=NOBODY, email="", job="")


def _forget_signatures(signed: list[str]) -> None:
    """What the person did for others stays done, and says no longer by whom."""
    Transition.objects.filter(by__in=signed).update(by="")
    Participant.objects.filter(attended_by__in=signed).update(attended_by="")
    Document.objects.filter(added_by__in=signed).update(added_by="")
    EventInvitation.objects.filter(sent_by__in=signed).update(sent_by="")
    Series.objects.filter(created_by__in=signed).update(created_by="")
    Event.objects.filter(created_by__in=signed).update(created_by="")
    # After the rows themselves: changing these has just kept what they were.
    history: Any = Event.pgh_event_model  # type: ignore[attr-defined] - pghistory adds it
    history.objects.filter(created_by__in=signed).update(created_by="")


def forget_registrations(registrations: RegistrationQuerySet) -> int:
    """Keep these registrations for the counts of their events, without anything about a person; return how many there are. Their
    personal links die."""
    pks = list(registrations.order_by("pk").values_list("pk", flat=True))
    Participant.objects.filter(registration__in=pks).update(name=NOBODY, email="", job="")
    steps = Transition.objects.filter(registration__in=pks)
    steps.update(by="")
    steps.filter(after=State.REFUSED).update(cause="")
    Satisfaction.objects.filter(registration__in=pks).update(useful="", wish="")
    return Registration.objects.filter(pk__in=pks).update(
        name=NOBODY,
        email=Concat(Cast("pk", CharField()), Value(FORGOTTEN_AT)),
        phone="",
        answers={},
        reason="",
        is_listed=False,
        user=None,
        once="",
        link_version=F("link_version") + 1,
    )


def forget_sensitive_answers(now: datetime, *, apply: bool) -> int:
    """Thirty days after an event, its answers on health are forgotten, and those to questions that exist no longer: nobody knows
    what they were about. Return how many registrations have such answers."""
    old = Registration.objects.old(now - SENSITIVE_KEPT).with_answers().order_by("pk")
    harmless = {str(pk) for pk in EventQuestion.objects.harmless().values_list("pk", flat=True)}
    changed = [
        registration for registration in old.only("pk", "answers") if not harmless.issuperset(registration.answers)
    ]
    if apply:
        for registration in changed:
            registration.answers = {pk: said for pk, said in registration.answers.items() if pk in harmless}
        Registration.objects.bulk_update(changed, ["answers"], batch_size=500)
    return len(changed)


@transaction.atomic
def forget_old_registrations(now: datetime, *, apply: bool) -> int:
    """Three years after an event, nothing says who registered for it. Return how many registrations still do."""
    old = Registration.objects.old(now - KEPT).named()
    return forget_registrations(old) if apply else old.count()
