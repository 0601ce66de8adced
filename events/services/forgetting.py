"""What the agenda forgets: a person who asks for it, answers about health a month after the event, people three years after."""

from datetime import datetime
from typing import Any

from django.db import transaction

from events.models import (
    EventInvitation,
    EventQuestion,
    Participant,
    Registration,
    Satisfaction,
    Transition,
)

from .registrations import withdraw

NOBODY = "—"
NO_ADDRESS = "efface@efface.invalid"


@transaction.atomic
def forget_person(user: Any) -> str:
    """Withdraw what is to come, so that the seat serves somebody else, then take the person off everything past. Return a sentence
    on what is kept."""
    mine = Registration.objects.of_user(user)
    for registration in mine.concerned().select_related("event"):
        if registration.can_withdraw:
            withdraw(registration, by=user.email)
    pks = list(Registration.objects.of_user(user).order_by("pk").values_list("pk", flat=True))
    addresses = user.every_address()
    people = Participant.objects.reached_at(addresses)
    people.update(name=NOBODY, email="", job="")
    _anonymise(pks)
    Transition.objects.signed_by(addresses).update(by="")
    _forget_invitations(list(EventInvitation.objects.to_addresses(addresses).values_list("pk", flat=True)))
    return ""


def _forget_invitations(pks: list[int]) -> None:
    """Keep that somebody was invited, without the address; the personal links die."""
    for pk in pks:
        EventInvitation.objects.filter(pk=pk).update(email=f"{pk}-{NO_ADDRESS}", link_version=0)


def _anonymise(pks: list[int]) -> None:
    """Keep the rows for the counts of an event, without anything of the person; their links die."""
    for pk in pks:
        Registration.objects.filter(pk=pk).update(
            name=NOBODY, email=f"{pk}-{NO_ADDRESS}", phone="", structure="", user=None, answers={}, is_listed=False,
            once="", link_version=0,
        )  # fmt: skip
    Participant.objects.filter(registration__in=pks).update(name=NOBODY, email="", job="")
    Satisfaction.objects.filter(registration__in=pks).update(useful="", wish="")
    Transition.objects.filter(registration__in=pks).update(by="", cause="")


def forget_sensitive_answers(before: datetime, *, apply: bool) -> int:
    """The answers about health of events that ended before a moment; return how many registrations lose some, or would."""
    count = 0
    for question in EventQuestion.objects.sensitive_of_past(before):
        found = Registration.objects.of_event(question.event).answering(question.pk)
        count += found.count()
        if apply:
            for registration in found:
                del registration.answers[str(question.pk)]
                registration.save(update_fields=["answers"])
    return count


@transaction.atomic
def forget_old_people(before: datetime, *, apply: bool) -> int:
    """The people of events that ended before a moment; return how many registrations and invitations
    lose theirs, or would."""
    pks = list(Registration.objects.old(before).named().order_by("pk").values_list("pk", flat=True))
    invited = list(EventInvitation.objects.old(before).named().order_by("pk").values_list("pk", flat=True))
    if apply:
        _anonymise(pks)
        _forget_invitations(invited)
    return len(pks) + len(invited)
