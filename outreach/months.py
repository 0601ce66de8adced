"""Months: read from an address, counted back, said in French. Pure."""

import re
from datetime import date, timedelta

from django.utils.formats import date_format

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def month_of(text: str) -> date | None:
    """The first day of « 2026-11 »; None for anything else."""
    read = _MONTH.fullmatch(text)
    return date(int(read[1]), int(read[2]), 1) if read else None


def shifted(first: date, months: int) -> date:
    """The first day of the month that many months later (earlier, if negative)."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_day(first: date) -> date:
    return shifted(first, 1) - timedelta(days=1)


def months_back(day: date, count: int) -> list[date]:
    """The first days of the last months, that of `day` included, the oldest first."""
    return [shifted(day.replace(day=1), rank - count + 1) for rank in range(count)]


def month_words(first: date) -> str:
    """« novembre 2026 »."""
    return date_format(first, "F Y")
