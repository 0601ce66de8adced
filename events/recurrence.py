"""« Every first Tuesday »: the days of a series, by the recurrence rules of RFC 5545. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule

from .enums import Frequency

MOST = 104  # two years of weeks
LONGEST = timedelta(days=731)


def days(first: date, frequency: str, until: date, *, except_on: Iterable[date] = ()) -> list[date]:
    """The days of a series, `first` included, up to and with `until`, MOST at the most.

    « The same day of the week each month » counts from the month's beginning (« first Tuesday »); a fifth one, which not every
    month has, is read as the last. A date that a month does not have (31) is skipped, as RFC 5545 does.
    """
    start = datetime.combine(first, datetime.min.time())
    if frequency == Frequency.WEEKLY:
        rule = rrule(WEEKLY, dtstart=start)
    elif frequency == Frequency.MONTHLY_DATE:
        rule = rrule(MONTHLY, dtstart=start, bymonthday=first.day)
    else:
        nth = (first.day - 1) // 7 + 1
        weekday = type(MO)(first.weekday())
        rule = rrule(MONTHLY, dtstart=start, byweekday=weekday(nth if nth < 5 else -1))
    out = set(except_on)
    found = []
    for moment in rule:
        day = moment.date()
        if day > until or len(found) == MOST:
            break
        if day not in out:
            found.append(day)
    return found
