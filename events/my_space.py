"""What « Mon espace » shows of the agenda: a seat to accept, the events to come and the last ones."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from events import services
from events.models import Registration
from soco.accounts.models import User
from soco.web.slots import Block

SHOWN = 10


def offered_seats(request: HttpRequest, subject: User) -> Block | None:
    """Seats that are kept for the person, the shortest delay first."""
    offers = list(Registration.objects.of_user(subject).still_offered(timezone.now()).for_page())
    return ("events/_my_offers.html", {"offers": offers}) if offers else None


def my_appointments(request: HttpRequest, subject: User) -> Block | None:
    """The events to come with where each registration stands, and those just over whose opinion may be given."""
    now = timezone.now()
    mine = Registration.objects.of_user(subject).for_page()
    coming = list(mine.live().coming(now).with_position().soonest_event_first()[:SHOWN])
    since = now - timedelta(days=settings.EVENTS_OPINION_DAYS)
    over = mine.attending().ended_between(since, now).with_opinion().latest_event_first()[:SHOWN]
    past = [(registration, not services.opinion_obstacle(registration, now)) for registration in over]
    if not (coming or past):
        return None
    return "events/_my_appointments.html", {"coming": coming, "past": past}
