"""The yearly question « votre fiche est-elle à jour ? »: who is asked, who is reminded, when it stops.

It asks about a fiche and its jumelages: it is asked when one of these facts is old, and stops when none is any more.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directory import notifications
from directory.enums import ConfirmationOutcome
from directory.models import Actor, ActorQuerySet, ConfirmationRequest
from directory.models.campaign_words import stale_before
from soco.mailing import outbox
from soco.mailing.enums import Reason

MOST_REMINDERS = 2


def ask_for_confirmations(today: date, limit: int) -> int:
    """Ask at most `limit` actors a day whose facts nobody confirmed for months; return how many were asked now.

    An address that serves several actors gets one mail a day. Called twice the same day, nobody is asked twice.
    """
    left = limit - ConfirmationRequest.objects.first_asked_on(today).count()
    return sum(_ask(pk, today) for pk in _next_to_ask(today, left))


def remind_confirmations(today: date, limit: int) -> int:
    """Remind those who have not answered, twice at most, and close the questions that make no sense any more.

    At most `limit` a day, the oldest first: after a pause, reminders do not leave in a burst. Returns how many reminders
    were asked for. Called twice the same day, nobody is reminded twice.
    """
    asked_before = today - timedelta(days=settings.DIRECTORY_CONFIRMATION_REMINDER_DAYS)
    silent = ConfirmationRequest.objects.unanswered(asked_before, MOST_REMINDERS)
    for pk in list(silent.values_list("pk", flat=True)):
        _give_up(pk)
    due = ConfirmationRequest.objects.to_remind(asked_before, MOST_REMINDERS)
    written = _addresses_written(today)
    left = limit - ConfirmationRequest.objects.reminded_on(today).count()
    reminded = 0
    for pk in list(due.values_list("pk", flat=True)):
        if reminded >= left:
            break
        reminded += _remind(pk, today, written)
    return reminded


@transaction.atomic
def close_request(actor: Actor, outcome: ConfirmationOutcome) -> bool:
    """The question to `actor` is over: its waiting mails are taken back. False if none was open."""
    request = _open_about(actor)
    if request is None:
        return False
    close(request, outcome)
    return True


@transaction.atomic
def close_if_answered(actor: Actor) -> bool:
    """The question to `actor` is over if all it asked about, fiche and jumelages, is confirmed: False while some is left,
    or if none was open."""
    request = _open_about(actor)
    if request is None or not request.is_answered():
        return False
    close(request, ConfirmationOutcome.CONFIRMED)
    return True


def _open_about(actor: Actor) -> ConfirmationRequest | None:
    return ConfirmationRequest.objects.open().about(actor).select_for_update(of=("self",)).first()


def _next_to_ask(today: date, limit: int) -> list[int]:
    """The ids of the next actors, those with a fact never confirmed first; one for each address."""
    if limit <= 0:
        return []
    written = _addresses_written(today)
    chosen: list[int] = []
    for pk, email in _to_ask(today).least_confirmed_first().values_list("pk", "email").iterator():
        if email.lower() in written:
            continue
        written.add(email.lower())
        chosen.append(pk)
        if len(chosen) == limit:
            break
    return chosen


def _to_ask(today: date) -> ActorQuerySet:
    limit = stale_before(today)
    return Actor.objects.to_ask_again(confirmed_before=limit, asked_since=timezone.localdate(limit))


@transaction.atomic
def _ask(pk: int, today: date) -> bool:
    """Ask one actor. Its row is locked before its state is read again: two clocks may run at once."""
    Actor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=pk)
    actor = _to_ask(today).filter(pk=pk).first()
    if actor is None:
        return False
    request = ConfirmationRequest.objects.create(actor=actor, asked_on=today, last_asked_on=today)
    notifications.confirmation(request)
    return True


@transaction.atomic
def _remind(pk: int, today: date, written: set[str]) -> bool:
    rows = ConfirmationRequest.objects.open().select_related("actor").select_for_update(of=("self",))
    request = rows.filter(pk=pk).first()
    if request is None or request.last_asked_on >= today:
        return False
    actor = request.actor
    if over := _reason_to_stop(request):
        close(request, over)
        return False
    if actor.email.lower() in written:
        return False  # tomorrow: its host was written to today about another fiche
    written.add(actor.email.lower())
    request.reminders += 1
    request.last_asked_on = today
    request.save(update_fields=["reminders", "last_asked_on"])
    notifications.confirmation(request)
    return True


def _reason_to_stop(request: ConfirmationRequest) -> ConfirmationOutcome | None:
    actor = request.actor
    if not actor.is_published or actor.is_closed:
        return ConfirmationOutcome.GONE
    if request.is_answered():
        return ConfirmationOutcome.CONFIRMED
    if not Actor.objects.reachable().filter(pk=actor.pk).exists():
        return ConfirmationOutcome.UNREACHABLE
    return None


@transaction.atomic
def _give_up(pk: int) -> None:
    request = ConfirmationRequest.objects.open().select_for_update(of=("self",)).filter(pk=pk).first()
    if request:
        close(request, ConfirmationOutcome.SILENT)


def close(request: ConfirmationRequest, outcome: ConfirmationOutcome) -> None:
    """End a locked question, and take back its mails that have not left."""
    request.closed_at, request.outcome = timezone.now(), outcome
    request.save(update_fields=["closed_at", "outcome"])
    for kind in notifications.CONFIRMATION_KINDS:
        outbox.cancel(kind=kind, occasion=str(request.pk), reason=Reason.ALREADY_DONE)


def _addresses_written(day: date) -> set[str]:
    """The addresses that a question or a reminder was written to on that day."""
    emails = ConfirmationRequest.objects.written_on(day).values_list("actor__email", flat=True)
    return {email.lower() for email in emails}
