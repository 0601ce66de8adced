"""Staff's gestures on the ledger: send again, take back, put aside, change the words, open the information mails."""

from django.db import transaction
from django.utils import timezone

from soco.celery import kick

from .enums import Reason, State
from .kinds import MailKind, NotRelevant, Params
from .models import InformationSwitch, Message, Wording
from .outbox import Mail, enqueue
from .rendering import BadWording, Rendered, compose, shipped


@transaction.atomic
def send_again(messages: list[int]) -> int:
    """Give failed messages (ids) new tries, from the first; return how many. The same Message-ID: no double is made."""
    failed = Message.objects.failed().filter(pk__in=messages).exclude(params={}, text="")
    count = failed.update(state=State.QUEUED, reason="", attempts=0, due_at=timezone.now())
    if count:
        kick("mailing.deliver")
    return count


def take_back(messages: list[int]) -> int:
    """Cancel messages (ids) that have not left; return how many."""
    return Message.objects.waiting().filter(pk__in=messages).close(State.CANCELLED, Reason.BY_STAFF)


def put_aside(messages: list[int]) -> int:
    """Failed messages (ids) that staff has dealt with leave the queue; return how many."""
    return Message.objects.failed().filter(pk__in=messages).update(reason=Reason.BY_STAFF)


@transaction.atomic
def switch_information(*, is_on: bool, by: str) -> None:
    """Let mails of information leave, or hold them. Safe twice."""
    InformationSwitch.objects.update_or_create(pk=1, defaults={"is_on": is_on, "changed_by": by})
    if is_on:
        kick("mailing.deliver")


def preview(kind: MailKind, params: Params, *, words: tuple[str, str] | None = None) -> Rendered:
    """The mail of `kind` about `params`, as it would leave now. Raises BadWording, or kinds.NotRelevant."""
    return compose(kind, params, words=words)


@transaction.atomic
def change_wording(kind: MailKind, *, subject: str, body: str, by: str) -> None:
    """Use staff's words for `kind` from now on, also for what waits; the portal's own words again when they are the same.

    Raises BadWording, and changes nothing, if they cannot be rendered on a real row.
    """
    words = (subject.strip(), body.replace("\r\n", "\n").strip())
    example = kind.example()
    if example is not None:
        preview(kind, example, words=words)
    elif not all(words):
        raise BadWording
    if words == shipped(kind):
        Wording.objects.filter(kind=kind.code).delete()
        return
    Wording.objects.update_or_create(kind=kind.code, defaults={"subject": words[0], "body": words[1], "changed_by": by})


def restore_wording(kind: MailKind) -> None:
    """Use the portal's own words again. Safe twice."""
    Wording.objects.filter(kind=kind.code).delete()


def values_of(kind: MailKind) -> list[str]:
    """The names that words may use, as a real row gives them; none when there is no row yet."""
    example = kind.example()
    if example is None:
        return []
    try:
        return ["network_name", "site_url", "name", *kind.context(example)]
    except NotRelevant:
        return []


def send_test(kind: MailKind, *, to: str, words: tuple[str, str]) -> bool:
    """Send `kind` in `words` (subject, body), about a real row, to a staff member; False when there is no row to show yet.

    It is that kind's own mail, layout, buttons and files, marked « [Essai] ». Raises BadWording, and sends nothing, if the
    words cannot be rendered.
    """
    example = kind.example()
    if example is None:
        return False
    preview(kind, example, words=words)
    enqueue(
        Mail(
            kind="mailing.test",
            to=to,
            occasion=f"{kind.code}:{timezone.now().isoformat()}",
            params={"kind": kind.code, "params": example, "words": words},
        )
    )
    return True
