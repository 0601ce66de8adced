"""The agenda: people who register over HTTP against the site as it runs, the page that they read, the reminders that are due."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

from django.db import connection, transaction
from django.utils import timezone

from events import services
from events.enums import EventStatus, Reminder
from events.enums import RegistrationState as State
from events.models import Event, Participant, PlannedReminder, Registration
from soco.mailing.models import Message
from tests.running_site import Visitor, running

from . import databases
from .measure import Figure

AGENDA = "bench_agenda"
CLIENTS = 4
SECONDS = 8  # of each measure, after a second that does not count
ROOM = 9_000  # seats of the event: nobody waits, everybody is counted on each page
EVENTS, REGISTRATIONS, DUE = 100, 100_000, 1_000


def _database() -> None:
    databases.kept(AGENDA)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_event, mailing_message CASCADE")


def _event(title: str, *, days: float = 30, capacity: int | None = ROOM) -> Event:
    starts = timezone.now() + timedelta(days=days)
    event = Event(
        title=title,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=90),
        capacity=capacity,
        city="Pau",
        place_name="Salle du conseil",
        summary="Un petit-déjeuner entre voisins.",
        programme="Accueil\nTour de table\nQuestions",
        reminders=[Reminder.WEEK, Reminder.DAY],
    )
    return services.create_event(event, by="bench", publish=True)


def registrations(full: bool) -> Iterator[Figure]:
    """Complete registrations of guests a second (form, post, page of the registration), then readings a second of the event's page
    with its live count of seats: gunicorn, two workers, four clients. Baseline: the lightest page of the same site, read by
    the same clients (`/robots.txt`).
    """
    _database()
    event = _event("Petit-déjeuner de mesure")
    address, numbers = event.get_absolute_url(), count()

    def register(visitor: Visitor) -> None:
        number = next(numbers)
        visitor.get(f"{address}inscription/")
        answer = visitor.post(f"{address}inscription/", name=f"Personne {number}", email=f"p{number}@exemple.fr")
        page = visitor.get(answer.location)
        if answer.status != 302 or "Votre place est réservée" not in page.body:
            raise RuntimeError(f"registration {number}: {answer.status} {page.status}")

    def read(visitor: Visitor) -> None:
        if "places" not in visitor.get(address).body:
            raise RuntimeError("the event's page does not say its seats")

    with running(EVENTS_REGISTRATIONS_AN_HOUR="1000000", WEB_CONCURRENCY="2") as port:
        light, _ = _rate(port, lambda visitor: visitor.get("/robots.txt"))
        registered, slowest = _rate(port, register)
        pages, slowest_page = _rate(port, read)
    taken, _, _ = Registration.objects.of_event(event).taken_and_last_rank()
    if taken != Registration.objects.of_event(event).confirmed().count():
        raise RuntimeError("the seats are not those of the registrations")
    yield Figure("registrations", taken, registered, "per_s", p95=slowest, baseline=light, limit=40, at_most=False)
    yield Figure("event_page", taken, pages, "per_s", p95=slowest_page, baseline=light, limit=150, at_most=False)


def _rate(port: int, action: Callable[[Visitor], object]) -> tuple[float, float]:
    """How often a second CLIENTS visitors do `action` together, and the 95th percentile of its milliseconds."""
    begins = time.perf_counter() + 1
    ends = begins + SECONDS

    def visit(_client: int) -> list[float]:
        visitor, spent = Visitor(port), []
        while (start := time.perf_counter()) < ends:
            action(visitor)
            if start >= begins:
                spent.append((time.perf_counter() - start) * 1000)
        visitor.close()
        return spent

    with ThreadPoolExecutor(CLIENTS) as pool:
        spent = sorted(each for client in pool.map(visit, range(CLIENTS)) for each in client)
    return len(spent) / SECONDS, spent[round(len(spent) * 0.95) - 1]


def reminders(full: bool) -> Iterator[Figure]:
    """Asking for the reminders that are due: 1,000 of the 100,000 registrations of a hundred events. Baseline: the same among
    1,000 registrations of one event. Fails without the index.
    """
    _database()
    alone = _due_in(1, DUE)
    _database()
    many = _due_in(EVENTS, REGISTRATIONS)
    yield Figure("queue_reminders", REGISTRATIONS, many, "ms", baseline=alone, ratio=None, limit=2000)


def _due_in(events: int, registrations: int) -> float:
    """Milliseconds of `queue_reminders` when one event of `events` is to be reminded."""
    each = registrations // events
    for number in range(events):
        event = _event(f"Rencontre {number}", days=8.7 + number if number else 7.5, capacity=None)
        rows = Registration.objects.bulk_create(
            Registration(
                event=event,
                state=State.CONFIRMED,
                rank=rank,
                name=f"P{rank}",
                email=f"p{number}.{rank}@exemple.fr",
                state_at=timezone.now() - timedelta(days=1),
            )
            for rank in range(1, each + 1)
        )
        Participant.objects.bulk_create(Participant(registration=row, name=row.name) for row in rows)
    now = timezone.now() + timedelta(days=0.6)  # the first event is then to be reminded, the others later
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_registration, events_plannedreminder, events_event")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a hundred rows are read whole: is the index fit for more?
        plan = PlannedReminder.objects.due(now).explain()
    if "planned_reminder_due" not in plan:
        raise RuntimeError(f"the reminders that are due do not use their index:\n{plan}")
    plan = Registration.objects.of_event(Event.objects.soonest_first()[0]).confirmed().explain()
    if events > 1 and "Seq Scan" in plan:
        raise RuntimeError(f"the registrations of an event are looked for among all:\n{plan}")
    start = time.perf_counter()
    asked = services.queue_reminders(now)
    spent = (time.perf_counter() - start) * 1000
    if asked != DUE or Message.objects.count() != DUE or event.status != EventStatus.PUBLISHED:
        raise RuntimeError(f"{asked} reminders asked for")
    return spent
