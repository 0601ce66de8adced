"""What became of the mails of an event, in words: a line for each kind."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from soco.mailing import kinds
from soco.mailing.enums import WAITING, Reason, State

Line = tuple[str, int, int, list[tuple[str, int]]]


def mail_lines(counted: Iterable[tuple[str, str, str, int]]) -> list[Line]:
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
        (label_of_kind(code), line["sent"], line["waiting"], sorted(line["unsent"].items()))
        for code, line in found.items()
    ]
    return sorted(lines)


def label_of_kind(code: str) -> str:
    """What a kind of mail is called, also one that no longer exists."""
    kind = kinds.get(code)
    return str(kind.label) if kind else _("autre courriel")
