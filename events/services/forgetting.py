"""What the agenda forgets: a person who asks for it, answers about health a month after the event, people three years after."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
from soco.accounts.addresses import verified_addresses
from soco.mailing.models import Message
from soco.mailing.retention import redact

from .errors import EventsError
from .registrations import pass_on, remove_participant, withdraw

NOBODY = "—"
NO_ADDRESS = "efface@efface.invalid"
_KEPT = _("Vos inscriptions restent comptées dans leurs événements, sans votre nom, vos coordonnées ni vos réponses.")
SIGNED = (
    (Participant, "attended_by"),
    (Document, "added_by"),
    (EventInvitation, "sent_by"),
    (Series, "created_by"),
    (Event, "created_by"),
)


@transaction.atomic
def forget_person(user: Any) -> str:
    """Withdraw what is to come, so that the seat serves somebody else, then take the person off everything past, off the mails that
    name them to others and off what they did for others. Return a sentence on what is kept."""
    mine = Registration.objects.of_user(user)
    names = {*mine.filter(user=user.pk).values_list("name", flat=True), user.get_full_name()}
    proved = [address.lower() for address in (user.email, *verified_addresses(user))]
    of_person = list(Registration.objects.of_user(user).order_by("pk").values_list("pk", flat=True))
    pks = set(of_person)
    for registration in mine.concerned().select_related("event"):
        if registration.can_withdraw and _leave(registration, proved, by=user.email):
            pks.discard(registration.pk)
    people = Participant.objects.reached_at(proved)
    about = {*of_person, *people.values_list("registration", flat=True)}
    for person in people.to_come(timezone.now()).select_related("registration").order_by("registration__event", "pk"):
        remove_participant(person)  # a colleague who comes alone keeps their seat, this person's is free
    people.update(name=NOBODY, email="", job="")
    _anonymise(sorted(pks))
    _forget_signatures(user.every_address())
    _forget_invitations(list(EventInvitation.objects.to_addresses(proved).values_list("pk", flat=True)))
    redact(Message.objects.about_any(f"registration:{pk}" for pk in about), [*user.every_address(), *names])
    return str(_KEPT) if pks else ""


def _leave(registration: Registration, addresses: list[str], *, by: str) -> bool:
    """Take the person out of their own registration. True if it goes on as that of a colleague, who keeps a seat."""
    people = list(registration.participants.order_by("pk"))
    colleague = next((who for who in people if who.email and who.email not in addresses), None)
    if colleague is not None:
        for who in people:
            if who.name == registration.name and who.email in ("", *addresses):
                remove_participant(who)
                break
        try:
            pass_on(colleague, by="")
            return True
        except EventsError:  # the colleague has a registration of their own
            pass
    withdraw(registration, by=by)
    return False


def _forget_signatures(addresses: list[str]) -> None:
    """What the person did for others stays done, and no longer says by whom."""
    Transition.objects.signed_by(addresses).update(by="")
    for model, column in SIGNED:
        model._default_manager.filter(**{f"{column}__in": addresses}).update(**{column: ""})
    # After the events themselves: changing these has just kept what they were.
    history = apps.get_model("events", "EventEvent")
    history._default_manager.filter(created_by__in=addresses).update(created_by="")


def _forget_invitations(pks: list[int]) -> None:
    """Keep that somebody was invited, without the address; the personal links die."""
    for pk in pks:
        EventInvitation.objects.filter(pk=pk).update(email=f"{pk}-{NO_ADDRESS}", link_version=0)


def _anonymise(pks: list[int]) -> None:
    """Keep the rows for the counts of an event, without anything of the person; their links die."""
    Registration.objects.filter(pk__in=pks).update(
        name=NOBODY, email="", phone="", structure="", user=None, answers={}, is_listed=False, once="", link_version=0
    )
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
