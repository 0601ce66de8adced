"""A month as weeks of days, and which events fall on each. Pure."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

MONDAY = 0


@dataclass(frozen=True)
class Day:
    """A square of the month. `is_outside`: of the month before or after, that fills the week."""

    date: date
    is_outside: bool
    is_today: bool
    events: list[Any] = field(default_factory=list)


def previous(first_day: date) -> date:
    """The first day of the month before."""
    return (first_day - timedelta(days=1)).replace(day=1)


def following(first_day: date) -> date:
    """The first day of the month after."""
    return (first_day.replace(day=28) + timedelta(days=4)).replace(day=1)


def days_of(first_day: date, events: Iterable[Any], *, today: date) -> list[Day]:
    """The days of whole weeks that hold the month, each with the events that touch it, in the time of Paris. An event that ends at
    midnight does not touch the day that begins then."""
    by_day: dict[date, list[Any]] = {}
    for event in events:
        first = timezone.localdate(event.starts_at)
        last = timezone.localdate(event.ends_at - timedelta(microseconds=1))
        for number in range((last - first).days + 1):
            by_day.setdefault(first + timedelta(days=number), []).append(event)
    weeks = Calendar(MONDAY).itermonthdates(first_day.year, first_day.month)
    return [
        Day(
            date=day,
            is_outside=day.month != first_day.month,
            is_today=day == today,
            events=[] if day.month != first_day.month else by_day.get(day, []),
        )
        for day in weeks
    ]
