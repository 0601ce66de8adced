"""The day after: thanks to those who came, with the documents and three questions; and what they answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import gettext as _

from events import notifications
from events.models import Event, Registration, Satisfaction

from .errors import EventsError
from .locking import locked_registration

OPEN_DAYS = 60  # how long the three questions may be answered
LEAST_ANSWERS = 5  # below, an average would tell who answered what (domain: cells under five are hidden)


def thank(now: datetime) -> int:
    """Ask for the thanks of the events that ended the day before; return how many mails are asked for. Safe to run
    twice: the ledger keeps one for each registration."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = Event.objects.to_thank(since=today - timedelta(days=1), until=today).real()
    return sum(_thank(pk) for pk in ended.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _thank(pk: int) -> int:
    """To those present; to all the registered if nobody was ticked at the door."""
    event = Event.objects.select_related("organiser").get(pk=pk)
    of_event = Registration.objects.of_event(event)
    came = of_event.present()
    found = came if came.exists() else of_event.confirmed()
    count = 0
    for registration in found.order_by("pk").prefetch_related("participants"):
        registration.event = event
        count += notifications.thanks(registration)
    return count


@transaction.atomic
def answer_satisfaction(registration: Registration, *, rating: int, useful: str, wish: str) -> Satisfaction:
    """Keep the three answers; again, they replace the first ones. Raises EventsError before the end of the event, after OPEN_DAYS,
    and for who did not come."""
    registration = locked_registration(registration)
    event = registration.event
    if not event.is_past or not (registration.is_confirmed or registration.is_present):
        raise EventsError(_("Cet avis se donne après l’événement, par les personnes qui y étaient."))
    if timezone.now() > event.ends_at + timedelta(days=OPEN_DAYS):
        raise EventsError(_("Les avis sur cet événement sont clos. Merci tout de même."))
    said = {"rating": rating, "useful": useful.strip(), "wish": wish.strip()}
    satisfaction, _is_new = Satisfaction.objects.update_or_create(registration=registration, defaults=said)
    return satisfaction


@dataclass(frozen=True)
class Opinions:
    """`average` of 5, None below LEAST_ANSWERS; `texts`: what was written, without names."""

    count: int
    average: float | None
    useful: list[str]
    wishes: list[str]


def opinions(event: Event) -> Opinions:
    found = Satisfaction.objects.filter(registration__event=event)
    figures = found.aggregate(count=Count("pk"), average=Avg("rating"))
    is_enough = figures["count"] >= LEAST_ANSWERS
    texts = list(found.order_by("?").values_list("useful", "wish")) if is_enough else []
    return Opinions(
        figures["count"],
        figures["average"] if is_enough else None,
        [useful for useful, _wish in texts if useful],
        [wish for _useful, wish in texts if wish],
    )
