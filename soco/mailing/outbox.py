"""How a mail is asked for: a row written in the caller's transaction. Nothing is rendered or sent here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from soco.celery import kick

from . import kinds
from .enums import WAITING, Reason, State
from .models import Message

BATCH = 1000
# A mail that is held keeps its day, a century later: when it was to leave is not forgotten.
_HELD, _FAR = timedelta(days=36_525), datetime(2090, 1, 1, tzinfo=UTC)
KEY_LENGTH = NAME_LENGTH = 200


class UnknownKind(LookupError):
    """No app registered this kind of mail: a defect of the caller."""


@dataclass(frozen=True)
class Mail:
    """A mail to send.

    `occasion` makes it unique together with its kind and its recipient: `"<object>:<what happened>"`, such as
    `"42:2026-11-24"` for the registration 42's reminder of that day. `params`: JSON values, ids rather than words, from
    which the kind makes its context at the moment of sending. `about`: the thing it is about, « actor:42 », for the
    journal. `due_at`: not before (now if None). `relevant_until`: never after.
    """

    kind: str
    to: str
    occasion: str
    params: dict[str, Any] = field(default_factory=dict)
    to_name: str = ""
    about: str = ""
    reply_to: str = ""
    due_at: datetime | None = None
    relevant_until: datetime | None = None

    @property
    def key(self) -> str:
        return key_of(self.kind, self.occasion, self.to)


def key_of(kind: str, occasion: str, to: str) -> str:
    """The unique key of a message; one longer than its column says the address by its hash."""
    address = to.strip().lower()
    key = f"{kind}:{occasion}:{address}"
    return key if len(key) <= KEY_LENGTH else f"{kind}:{occasion}:{sha256(address.encode()).hexdigest()}"


def enqueue(mail: Mail) -> None:
    """Write `mail` in the ledger, in the caller's transaction; asking again for the same key does nothing.

    It leaves once that transaction is committed. Raises UnknownKind for a kind that no app registered.
    """
    enqueue_many([mail])


def enqueue_many(mails: Iterable[Mail]) -> int:
    """Write many mails at once, in the caller's transaction; return how many were asked for, doubles included."""
    rows = [_row(mail) for mail in mails]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    if any(row.state == State.QUEUED for row in rows):
        kick("mailing.deliver")
    return len(rows)


def cancel(*, kind: str, about: str = "", occasion: str = "", reason: Reason = Reason.NO_OBJECT) -> int:
    """Take back the mails of `kind` that have not left yet, about a thing or of an occasion; return how many."""
    if not (about or occasion):
        raise ValueError("say which mails: about a thing, or of an occasion")
    wanted = Q(kind=kind, state__in=WAITING)
    if about:
        wanted &= Q(about=about)
    if occasion:
        wanted &= Q(key__startswith=f"{kind}:{occasion}:")
    return Message.objects.filter(wanted).close(State.CANCELLED, reason)


def hold(*, kind: str, params: dict[str, Any]) -> int:
    """Let the mails of `kind` that have not left, and whose parameters hold these, wait until `let_go`; return how many."""
    waiting = Message.objects.of_kind(kind).with_params(params).waiting().due_before(_FAR)
    return waiting.update(state=State.PLANNED, due_at=F("due_at") + _HELD)


def let_go(*, kind: str, params: dict[str, Any]) -> int:
    """The mails that `hold` held leave when they were to, those whose day is over from now on; return how many."""
    held = Message.objects.of_kind(kind).with_params(params).waiting().due_from(_FAR)
    count = held.update(due_at=F("due_at") - _HELD)
    if count:
        kick("mailing.deliver")
    return count


def _row(mail: Mail) -> Message:
    kind = kinds.get(mail.kind)
    if kind is None:
        raise UnknownKind(mail.kind)
    now = timezone.now()
    is_later = mail.due_at is not None and mail.due_at > now
    return Message(
        key=mail.key,
        kind=kind.code,
        category=kind.category,
        state=State.PLANNED if is_later else State.QUEUED,
        to_email=mail.to.strip().lower(),
        to_name=mail.to_name[:NAME_LENGTH],
        about=mail.about,
        params=mail.params,
        reply_to=mail.reply_to,
        due_at=mail.due_at or now,
        relevant_until=mail.relevant_until,
    )
