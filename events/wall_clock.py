"""Moments moved on the clock on the wall, in Paris: nine o'clock two weeks later is nine o'clock, whatever the clock change."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone


def between(before: datetime, after: datetime) -> timedelta:
    """How far apart two aware moments are on the wall's clock: each day has 24 hours."""
    return _shown(after) - _shown(before)


def moved(moment: datetime, shift: timedelta) -> datetime:
    """An aware moment moved by so much on the wall's clock."""
    return timezone.make_aware(_shown(moment) + shift).astimezone(UTC)


def moved_span(starts_at: datetime, ends_at: datetime, shift: timedelta) -> dict[str, datetime]:
    """Both ends of something moved so, by name. In the hour that a spring takes, the end would fall on the beginning: it then lasts
    what it lasted."""
    starts, ends = moved(starts_at, shift), moved(ends_at, shift)
    return {"starts_at": starts, "ends_at": ends if ends > starts else starts + (ends_at - starts_at)}


def _shown(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)
