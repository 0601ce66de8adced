"""Moments moved on the clock on the wall, in Paris: nine o'clock two weeks later is nine o'clock, whatever the clock change."""

from datetime import datetime, timedelta

from django.utils import timezone


def between(before: datetime, after: datetime) -> timedelta:
    """How far apart two aware moments are on the wall's clock: each day has 24 hours."""
    return _shown(after) - _shown(before)


def moved(moment: datetime, shift: timedelta) -> datetime:
    """An aware moment moved by so much on the wall's clock."""
    return timezone.make_aware(_shown(moment) + shift)


def _shown(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)
