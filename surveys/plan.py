"""The calendar of a wave: when its mails leave, when its lists of calls and visits begin. Pure.

The rule (the campaign of the study's questionnaire): an invitation, two reminders, never more than three mails, seven days apart
at least, none at week-ends nor in August.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MOST_MAILS = 3
DAYS_APART = 7
AUGUST = 8
SATURDAY = 5


@dataclass(frozen=True)
class Plan:
    """Days after the opening."""

    reminders: tuple[int, ...] = (7, 21)
    calls: int = 30
    visits: int = 45
    closing: int = 60


def plan_of(said: Mapping[str, Any]) -> Plan:
    """The usual plan, but for what `said` says otherwise."""
    usual = Plan()
    return Plan(
        reminders=tuple(said.get("reminders", usual.reminders))[: MOST_MAILS - 1],
        calls=said.get("calls", usual.calls),
        visits=said.get("visits", usual.visits),
        closing=said.get("closing", usual.closing),
    )


def as_dict(plan: Plan) -> dict[str, Any]:
    return {
        "reminders": list(plan.reminders),
        "calls": plan.calls,
        "visits": plan.visits,
        "closing": plan.closing,
    }


def mail_day(day: date) -> date:
    """That day, or the next one on which a town hall may be written to."""
    while day.weekday() >= SATURDAY or day.month == AUGUST:
        day += timedelta(days=1)
    return day


def mail_days(opens_on: date, plan: Plan, mailed_on: Sequence[date] = ()) -> list[date]:
    """The days of the invitation and of its reminders: those when mails left (`mailed_on`), then those that are planned."""
    days = list(mailed_on)
    for position, after in enumerate((0, *plan.reminders)):
        if position >= len(days):
            earliest = opens_on + timedelta(days=after)
            if days:
                earliest = max(earliest, days[-1] + timedelta(days=DAYS_APART))
            days.append(mail_day(earliest))
    return days
