"""What the tests of tours say often."""

from datetime import date, time, timedelta

from django.urls import reverse
from django.utils import timezone

from directory.models import Actor
from outreach.models import Tour, TourStop
from outreach.services import TourPlan
from soco.accounts.models import User

BY = "ana@reseau.exemple"


def next_week() -> date:
    return timezone.localdate() + timedelta(days=7)


def plan(start: Actor, user: User | None = None, **values: object) -> TourPlan:
    return TourPlan(**({"day": next_week(), "start": start, "leaves_at": time(8, 30), "voltigeur": user} | values))


def names(tour: Tour) -> list[str]:
    return list(TourStop.objects.of_tour(tour).in_order().values_list("actor__name", flat=True))


def hours(tour: Tour) -> list[str]:
    return [f"{timezone.localtime(stop.starts_at):%H:%M}" for stop in TourStop.objects.of_tour(tour).in_order()]


def stops(tour: Tour) -> list[TourStop]:
    return list(TourStop.objects.of_tour(tour).in_order().for_page())


def criteria(start: Actor, **values: str) -> str:
    """The address of the page that proposes a tour of next week."""
    day = timezone.localdate() + timedelta(days=7)
    asked = {"jour": day.isoformat(), "heure": "08:30", "depart": "Pau", "combien": "3", "minutes": "60"} | values
    return reverse("tour_create") + "?" + "&".join(f"{name}={value}" for name, value in asked.items())
