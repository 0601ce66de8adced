"""Delivery: claim a few rows, send them with no transaction open, settle each one; sweep up what a killed worker left.

At least once: a worker killed between the server's « 250 » and the settling of that one row sends it a second time, with the
same Message-ID. At most that one row: each is settled before the next is sent.
"""

import logging
import smtplib
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from soco.web import signed_links

from . import addresses, hours, kinds, rendering
from .enums import OPPOSABLE, Category, Reason, State
from .models import Address, Message

logger = logging.getLogger(__name__)

BATCH = 10
# Minutes before each new try: about a day in all, so that a server closed for the night is not a failure.
RETRY_MINUTES = (1, 5, 15, 60, 180, 420, 720)
# Refusals that say nothing of the mail: the site's account, name or sender is refused, whatever it sends.
OF_THE_SERVER = (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
TOO_LARGE = 552  # also said of a sender, when the size is told with it (RFC 1870)
OPPOSITION_DAYS = 3 * 365


@dataclass(frozen=True)
class Outcome:
    """What became of one try. `is_sure`: did the server say so itself, or must the rest of the batch wait?"""

    state: State
    reason: str = ""
    error: str = ""
    rendered: rendering.Rendered | None = None
    connection_is_lost: bool = False
    address_is_bad: bool = False


def deliver(*, seconds: float = 50) -> int:
    """Send what is due, batch after batch, for about `seconds`; return how many rows were settled.

    When time is up and more is due, the caller starts again: a task stays short, whatever the queue's length.
    """
    deadline = time.monotonic() + seconds
    settled = 0
    while time.monotonic() < deadline and (batch := claim()):
        settled += _send_batch(batch)
    return settled


def is_anything_due() -> bool:
    """Would a delivery find a row to send now?"""
    now = timezone.now()
    return any(Message.objects.due(now).of_category(category).exists() for category in hours.open_categories(now))


@transaction.atomic
def claim(size: int = BATCH) -> list[Message]:
    """Take up to `size` due rows for this worker: categories in order, the oldest first; two workers never take the same."""
    now = timezone.now()
    taken: list[Message] = []
    for category in hours.open_categories(now):
        wanted = Message.objects.due(now).of_category(category).oldest_first()
        taken += wanted.select_for_update(skip_locked=True)[: size - len(taken)]
        if len(taken) >= size:
            break
    Message.objects.filter(pk__in=[message.pk for message in taken]).update(
        state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    for message in taken:
        message.state, message.claimed_at, message.attempts = State.SENDING, now, message.attempts + 1
    return taken


def sweep() -> dict[str, int]:
    """Give back the rows of killed workers, and skip those whose moment is over; safe to run twice at once."""
    now = timezone.now()
    lease = timedelta(seconds=settings.MAILING_LEASE_SECONDS)
    abandoned = Message.objects.abandoned(now - lease)
    return {
        # A row whose every try killed its worker would kill the next one too.
        "given_up": abandoned.filter(attempts__gt=len(RETRY_MINUTES)).close(
            State.FAILED, error="chaque essai a tué l’exécutant"
        ),
        "given_back": abandoned.update(state=State.RETRY, due_at=now),
        "too_late": Message.objects.out_of_date(now).close(State.SKIPPED, Reason.TOO_LATE),
    }


def _send_batch(batch: list[Message]) -> int:
    """Send claimed rows one by one. Rows left when the lease is half over, or the server gone, are given back untried."""
    stop_at = time.monotonic() + settings.MAILING_LEASE_SECONDS / 2
    connection = get_connection()
    settled = 0
    try:
        for position, message in enumerate(batch):
            if time.monotonic() > stop_at:
                _give_back(batch[position:])
                break
            if not _hold(message):
                continue
            outcome = _try(message, Address.objects.of(message.to_email), connection)
            _settle(message, outcome)
            settled += 1
            if outcome.connection_is_lost:
                _give_back(batch[position + 1 :], wait=True)
                break
    finally:
        _close(connection)
    return settled


def _hold(message: Message) -> bool:
    """Renew the lease of this one row; False if it is no longer this worker's: taken over, taken back, or erased."""
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)
    return bool(ours.update(claimed_at=timezone.now()))


def _try(message: Message, address: Address | None, connection: BaseEmailBackend) -> Outcome:
    """One try at one row; whatever goes wrong becomes an outcome."""
    kind = kinds.get(message.kind)
    if reason := _why_not(message, address):
        return Outcome(State.SKIPPED, reason=reason)
    if kind is None:
        return Outcome(State.FAILED, error=f"modèle de courriel inconnu : {message.kind}")
    try:
        email, rendered = build(message, kind)
    except kinds.NotRelevant as refusal:
        return Outcome(State.SKIPPED, reason=refusal.reason)
    except Exception as error:
        logger.exception("mail %s could not be rendered", message.pk)
        return Outcome(State.FAILED, error=f"le courriel n’a pas pu être rédigé : {error}")
    return replace(_hand_over(email, connection), rendered=rendered)


def _why_not(message: Message, address: Address | None) -> str:
    if message.relevant_until and message.relevant_until <= timezone.now():
        return Reason.TOO_LATE
    if address and message.category in OPPOSABLE and address.refuses(message.category):
        return Reason.OPPOSED
    if address and address.is_failing and message.category != Category.ACCOUNT:
        return Reason.ADDRESS_FAILING
    return ""


def build(message: Message, kind: kinds.MailKind) -> tuple[EmailMultiAlternatives, rendering.Rendered]:
    """The mail itself. Raises NotRelevant, or BadWording."""
    shown = kind.tried(message.params).kind if kind.tried else kind
    opposition = opposition_url(message) if shown.category in OPPOSABLE else ""
    rendered = rendering.compose(kind, message.params, name=message.to_name, unsubscribe_url=opposition)
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if opposition:
        headers |= {"List-Unsubscribe": f"<{opposition}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    email = EmailMultiAlternatives(
        rendered.subject,
        rendered.text,
        settings.DEFAULT_FROM_EMAIL,
        [message.to_email],
        reply_to=[message.reply_to or settings.MAIL_REPLY_TO],
        headers=headers,
    )
    email.attach_alternative(rendered.html, "text/html")
    for name, content, mime_type in kind.attachments(message.params):
        email.attach(name, content, mime_type)
    return email, rendered


def opposition_url(message: Message) -> str:
    """The address of the page where the recipient says « stop » to this category; it says nothing of who they are."""
    link = signed_links.make("stop", message.pk, days=OPPOSITION_DAYS, since=timezone.localdate(message.created_at))
    return settings.SITE_URL + reverse("opposition", args=[link.token])


def _hand_over(email: EmailMultiAlternatives, connection: BaseEmailBackend) -> Outcome:
    """Give the mail to the server and read its answer (RFC 5321: 4xx later, 5xx never)."""
    email.connection = connection
    try:
        connection.open()  # kept open for the rest of the batch
        email.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        is_bad = code >= 500 and addresses.says_address_is_bad(code, _words(words))
        return replace(_refused(code, words), address_is_bad=is_bad)
    except smtplib.SMTPResponseException as refusal:
        # The conversation is in an unknown state after a refusal: the next mail starts a new one.
        _close(connection)
        outcome = _refused(refusal.smtp_code, refusal.smtp_error)
        is_of_the_server = isinstance(refusal, OF_THE_SERVER) or (
            isinstance(refusal, smtplib.SMTPSenderRefused) and refusal.smtp_code != TOO_LARGE
        )
        return replace(
            outcome,
            state=State.RETRY if is_of_the_server else outcome.state,
            connection_is_lost=is_of_the_server or refusal.smtp_code == 421,
        )
    except (smtplib.SMTPException, OSError) as failure:
        _close(connection)
        return Outcome(State.RETRY, error=f"{type(failure).__name__} : {failure}", connection_is_lost=True)
    except Exception as failure:
        logger.exception("the mail backend failed")
        _close(connection)
        return Outcome(State.RETRY, error=f"{type(failure).__name__} : {failure}")
    return Outcome(State.SENT)


def _refused(code: int, words: bytes | str) -> Outcome:
    return Outcome(State.FAILED if code >= 500 else State.RETRY, error=f"{code} {_words(words)}")


def _words(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _settle(message: Message, outcome: Outcome) -> None:
    """Write what became of a row, unless another worker took it over meanwhile (its number of tries tells)."""
    now = timezone.now()
    changes: dict[str, Any] = {"state": outcome.state, "reason": outcome.reason, "error": outcome.error}
    if outcome.state == State.RETRY:
        if message.attempts > len(RETRY_MINUTES):
            changes["state"] = State.FAILED
        else:
            changes["due_at"] = now + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    if outcome.rendered:
        changes |= {"subject": outcome.rendered.subject[:300], "text": outcome.rendered.text}
    if outcome.state == State.SENT:
        changes["sent_at"] = now
    if message.category == Category.ACCOUNT:
        # Whoever reads the journal must not read a code, wherever its words put it.
        kind = kinds.get(message.kind)
        changes |= {"text": "", "subject": str(kind.label) if kind else ""} | (
            {} if changes["state"] == State.RETRY else {"params": {}}
        )
    Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts).update(**changes)
    if outcome.address_is_bad:
        addresses.mark_failing(message.to_email, outcome.error)


def _give_back(batch: Iterable[Message], *, wait: bool = False) -> None:
    """Rows that were claimed and not tried: nothing is counted against them. `wait`: the server is not there just now."""
    later = {"due_at": timezone.now() + timedelta(minutes=RETRY_MINUTES[0])} if wait else {}
    for message in batch:
        Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts).update(
            state=State.QUEUED, attempts=F("attempts") - 1, claimed_at=None, **later
        )


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        logger.info("the mail server's connection was already lost")
