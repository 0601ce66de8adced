"""What an address's owner and its server told us: oppositions, honoured at once, and failures, told to staff."""

import re

from django.db import transaction
from django.utils import timezone

from .enums import OPPOSABLE, Category, Reason, State
from .models import Address, Message

# RFC 3463, class 5.1: the address itself is bad; other permanent refusals (5.7: policy, 5.2: full box…) say nothing of it.
_BAD_ADDRESS = re.compile(r"\b5\.1\.\d+\b")
_ANY_ENHANCED = re.compile(r"\b5\.\d+\.\d+\b")


def normalised(email: str) -> str:
    return email.strip().lower()


@transaction.atomic
def oppose(email: str, category: str) -> None:
    """Send this address nothing of `category` any more, what already waits included. Safe twice."""
    address = _of(email)
    field = _opposition_field(category)
    if getattr(address, field) is None:
        setattr(address, field, timezone.now())
        address.save(update_fields=[field])
    _take_back(email, [category], Reason.OPPOSED)


@transaction.atomic
def accept(email: str, category: str) -> None:
    """Undo an opposition: the owner changed their mind. Safe twice."""
    address = _of(email)
    field = _opposition_field(category)
    setattr(address, field, None)
    address.save(update_fields=[field])


@transaction.atomic
def mark_failing(email: str, failure: str) -> None:
    """A server said that the address does not exist: nothing leaves for it until staff says that it works. Safe twice."""
    address = _of(email)
    if address.failing_since is None:
        address.failing_since, address.failure = timezone.now(), failure
        address.save(update_fields=["failing_since", "failure"])
    _take_back(email, [c for c in Category if c != Category.ACCOUNT], Reason.ADDRESS_FAILING)


@transaction.atomic
def mark_working(email: str) -> None:
    """Staff checked: the address works (again). Safe twice."""
    address = _of(email)
    address.failing_since, address.failure = None, ""
    address.save(update_fields=["failing_since", "failure"])


@transaction.atomic
def bounced(*, message_id: str, email: str, description: str, is_permanent: bool) -> None:
    """A provider says that a mail came back: the ledger's line says so, and a permanent failure marks the address.

    The line is found by its Message-ID; a provider that gives its own instead means the last one sent to that address,
    unless that address is known to fail already. Safe twice: providers tell the same thing several times.
    """
    found = Message.objects.filter(message_id=message_id).first() if message_id else None
    if found is None and not Address.objects.failing().filter(email=normalised(email)).exists():
        found = Message.objects.filter(state=State.SENT).to_address(email).order_by("-sent_at", "-pk").first()
    if found and found.to_email == normalised(email):
        Message.objects.filter(pk=found.pk, state=State.SENT).update(state=State.BOUNCED, error=description)
    if is_permanent:
        mark_failing(email, description)


@transaction.atomic
def carry_over(former: str, email: str) -> None:
    """The owner of `former` now bears `email`: what they opposed, they still oppose. Safe twice."""
    known = Address.objects.of(former)
    for category in OPPOSABLE:
        if known and known.refuses(category):
            oppose(email, category)


def says_address_is_bad(code: int, words: str) -> bool:
    """Does a server's refusal of a recipient mean that the address does not exist (and not that it dislikes the mail)?"""
    if _BAD_ADDRESS.search(words):
        return True
    return code in (550, 551, 553) and not _ANY_ENHANCED.search(words)


def _of(email: str) -> Address:
    address, _is_new = Address.objects.get_or_create(email=normalised(email))
    return Address.objects.select_for_update().get(pk=address.pk)


def _opposition_field(category: str) -> str:
    if category not in OPPOSABLE:
        raise ValueError(f"nobody can oppose mails of category {category}")
    return f"{category}_opposed_at"


def _take_back(email: str, categories: list[str], reason: Reason) -> None:
    Message.objects.to_address(email).waiting().filter(category__in=categories).close(State.SKIPPED, reason)
