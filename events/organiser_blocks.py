"""What the organisers' page of an event shows of its mails and of what people thought of it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from events import services
from events.models import Event, PlannedReminder, Registration
from soco.mailing import kinds
from soco.mailing.enums import WAITING, Reason, State
from soco.mailing.models import Message
from soco.web.slots import Block

Line = tuple[str, int, int, list[tuple[str, int]]]


def mails_of_event(request: HttpRequest, subject: Event) -> Block | None:
    """The reminders planned, sent or given up, and what became of every mail. Nothing for a draft."""
    if subject.is_draft:
        return None
    pks = Registration.objects.of_event(subject).order_by("pk").values_list("pk", flat=True)
    counted = Message.objects.about_any(f"registration:{pk}" for pk in pks).counted()
    context = {"reminders": PlannedReminder.objects.of_event(subject), "lines": lines_of(counted)}
    return "events/_mails_manage.html", context


def lines_of(counted: Iterable[tuple[str, str, str, int]]) -> list[Line]:
    """From how many mails there are of each kind, state and reason, to a line for each kind: its label, how many were sent, how
    many wait, why others were not sent."""
    found: dict[str, dict[str, Any]] = {}
    for code, state, reason, count in counted:
        line = found.setdefault(code, {"sent": 0, "waiting": 0, "unsent": {}})
        if state == State.SENT:
            line["sent"] += count
        elif state in (*WAITING, State.SENDING):
            line["waiting"] += count
        else:
            why = str(Reason(reason).label) if reason else str(State(state).label)
            line["unsent"][why] = line["unsent"].get(why, 0) + count
    lines = [
        (_label(code), line["sent"], line["waiting"], sorted(line["unsent"].items())) for code, line in found.items()
    ]
    return sorted(lines)


def _label(code: str) -> str:
    kind = kinds.get(code)
    return str(kind.label) if kind else _("autre courriel")


def opinions_on_event(request: HttpRequest, subject: Event) -> Block | None:
    """What people thought of an event that is over."""
    if subject.ends_at > timezone.now() or subject.is_draft or subject.is_cancelled:
        return None
    context = {"opinions": services.opinions_of(subject), "least": settings.EVENTS_LEAST_OPINIONS}
    return "events/_opinions.html", context
