"""The day after an event: thanks to those who came, and what they thought of it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events import notifications
from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, Registration, Satisfaction
from soco.mailing import outbox

from .errors import EventsError
from .locking import locked_registration

# A beat that was down catches up; later, thanks would be odd.
THANKED_WITHIN = timedelta(days=3)


def thank(now: datetime) -> int:
    """Ask for the thanks of the events that ended on the days before today, three at most; return how many mails are asked for.
    Safe to run twice: the ledger keeps one for each person and registration."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    ended = Event.objects.to_thank(since=today - THANKED_WITHIN, until=today).order_by("pk")
    return sum(_thank(event) for event in ended.select_related("organiser"))


@transaction.atomic
def _thank(event: Event) -> int:
    mails: list[outbox.Mail] = []
    until = event.ends_at + THANKED_WITHIN + timedelta(days=1)
    came = Registration.objects.who_came(event).order_by("pk").prefetch_related("participants")
    for registration in came:
        registration.event = event
        mails += notifications.thanks(registration, relevant_until=until)
    return outbox.enqueue_many(mails)


# --- what they thought of it ------------------------------------------------------------------------------------------------------
def opinion_obstacle(registration: Registration, now: datetime) -> str:
    """Why this registration may not say what it thought of its event, in French; « » if it may."""
    event = registration.event
    if registration.state not in (State.CONFIRMED, State.PRESENT) or event.status != EventStatus.PUBLISHED:
        return _("Ce questionnaire est pour les personnes qui ont participé.")
    if event.ends_at > now:
        return _("Ce questionnaire ouvrira quand l’événement sera terminé.")
    if event.ends_at + timedelta(days=settings.EVENTS_OPINION_DAYS) <= now:
        return _("Ce questionnaire est clos. Merci d’y avoir pensé\u00a0!")
    return ""


@transaction.atomic
def give_opinion(registration: Registration, *, rating: int, useful: str, wish: str) -> Satisfaction:
    """Keep what a registration thought of its event: `rating` from 1 to 5; given again, it replaces the one before. Raises
    EventsError before the end of the event, 60 days after, and for who did not come."""
    registration = locked_registration(registration)
    if obstacle := opinion_obstacle(registration, timezone.now()):
        raise EventsError(obstacle)
    values = {"rating": rating, "useful": useful.strip(), "wish": wish.strip()}
    return Satisfaction.objects.update_or_create(registration=registration, defaults=values)[0]


@dataclass(frozen=True)
class Opinions:
    """What an event's people thought of it. `average`, `useful` and `wishes` say nothing below EVENTS_LEAST_OPINIONS answers: with
    fewer, one would guess who said what."""

    count: int
    average: float | None = None
    useful: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()


def opinions_of(event: Event) -> Opinions:
    """For its organisers: texts in alphabetical order, so that the order of the answers tells nothing."""
    given = list(Satisfaction.objects.of_event(event))
    if len(given) < settings.EVENTS_LEAST_OPINIONS:
        return Opinions(len(given))
    return Opinions(
        len(given),
        sum(opinion.rating for opinion in given) / len(given),
        tuple(sorted(opinion.useful for opinion in given if opinion.useful)),
        tuple(sorted(opinion.wish for opinion in given if opinion.wish)),
    )
