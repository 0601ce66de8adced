"""The agenda of the demonstration: fictitious groups, events and people, in fictitious places; nobody is written to."""

import re
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.models import Actor
from directory.referentiel.lines import Line, read_lines
from events.enums import Audience, EventKind, EventStatus, GroupKind, JoinPolicy
from events.enums import RegistrationState as State
from events.models import Event, Group, Participant, Registration, Session
from events.usual import USUAL

from .planning import slug_of

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"
GROUPS, EVENTS = "demonstration_groupes.csv", "demonstration_evenements.csv"
GROUP_COLUMNS = ("nature", "adresse", "nom", "phrase", "presentation", "pays", "themes", "adhesion")
EVENT_COLUMNS = (
    *(
        "nature",
        "titre",
        "jours",
        "heure",
        "minutes",
        "groupe",
        "accueil",
        "lieu",
        "phrase",
        "programme",
        "intervenants",
    ),
    *("pays", "themes", "places", "inscrits", "attente"),
)
CODE = re.compile(r"[A-Z]{2}|[a-z-]{2,40}")
DAYS = re.compile(r"-?\d{1,3}")  # before the loading, if negative
FIRST_NAMES = ("Camille", "Dominique", "Claude", "Sacha", "Noé", "Inès", "Aurèle", "Zoé", "Ali", "Maëlle", "Léonie")
LAST_NAMES = ("Exemple", "Dupré-Fictif", "Modèle", "Imaginaire", "Essai", "Lavigne-Fictive", "Démo")
STEP = 11  # communes between two events on the map: they spread over the territory


@transaction.atomic
def seed_demo_agenda(by: str) -> int:
    """Add the fictitious groups and events that are missing; return how many. Safe to call twice."""
    groups = _groups()
    present = set(Event.objects.demo().values_list("title", flat=True))
    lines = [line for line in read_lines(DATA_FOLDER, EVENTS, EVENT_COLUMNS) if line.text("titre", 150) not in present]
    points = _points()
    for line in lines:
        _add_event(line, by, next(points, None))
    return groups + len(lines)


def _groups() -> int:
    present = set(Group.objects.demo().values_list("slug", flat=True))
    lines = [
        line for line in read_lines(DATA_FOLDER, GROUPS, GROUP_COLUMNS) if line.text("adresse", 140) not in present
    ]
    Group.objects.bulk_create(
        Group(
            kind=line.among("nature", tuple(GroupKind.values)),
            name=line.text("nom", 120),
            slug=line.text("adresse", 140),
            summary=line.text("phrase", 250),
            presentation=line.text("presentation", 2000),
            country_codes=_codes(line, "pays"),
            theme_codes=_codes(line, "themes"),
            join_policy=line.among("adhesion", tuple(JoinPolicy.values)),
            is_demo=True,
        )
        for line in lines
    )
    return len(lines)


def _points() -> "islice[tuple[float, float]]":
    """Points of real communes, so that the map has something to show; the communes themselves stay untouched."""
    communes = Actor.objects.published().of_nature([Nature.COMMUNE]).located().real().by_population()
    points = list(communes[: 20 * STEP].values_list("latitude", "longitude"))[::STEP]
    return islice(cycle(points), 200) if points else islice((), 0)


def _add_event(line: Line, by: str, point: tuple[float, float] | None) -> None:
    kind = EventKind(line.among("nature", tuple(EventKind.values)))
    usual = USUAL[kind]
    starts = _weekday_at(int(line.matching("jours", DAYS, _("un nombre de jours"))), line.text("heure", 5))
    host = Actor.objects.demo().filter(name=line.cells["accueil"]).first() if line.cells["accueil"] else None
    event = Event(
        kind=kind,
        title=line.text("titre", 150),
        status=EventStatus.PUBLISHED,
        summary=line.text("phrase", 250),
        description=_("Événement fictif, ajouté pour la démonstration."),
        programme=line.text("programme", 2000).replace("|", "\n"),
        speakers=line.text("intervenants", 500, optional=True).replace("|", "\n"),
        accessibility="" if usual.is_online else _("De plain-pied, places de stationnement réservées."),
        country_codes=_codes(line, "pays"),
        theme_codes=_codes(line, "themes"),
        group=Group.objects.demo().filter(slug=line.cells["groupe"]).first(),
        host=host,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=line.integer("minutes") or usual.minutes),
        place_name=line.text("lieu", 150, optional=True),
        city=host.name if host else "",
        departement=host.departement if host else None,
        is_online=usual.is_online,
        online_url="https://visio.example/salle-de-demonstration" if usual.is_online else "",
        capacity=line.integer("places"),
        audience=Audience.PUBLIC,
        seats_per_actor=usual.seats_per_actor,
        offer_hours=usual.offer_hours,
        created_by=by,
        published_at=timezone.now(),
        is_demo=True,
    )
    if point and not usual.is_online:
        event.latitude, event.longitude = point
    event.slug = slug_of(event)
    event.save(force_insert=True)
    if kind == EventKind.FORMATION:
        _add_sessions(event)
    _add_people(event, line.integer("inscrits") or 0, line.integer("attente") or 0)


def _weekday_at(days: int, hour: str) -> datetime:
    """So many days from today, on a Tuesday or a Thursday: nobody plans a petit-déjeuner on a Sunday."""
    day = timezone.localdate() + timedelta(days=days)
    day += timedelta(days={0: 1, 2: 1, 4: 4, 5: 3, 6: 2}.get(day.weekday(), 0))
    return timezone.make_aware(datetime.strptime(f"{day} {hour}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007 - made aware


def _add_sessions(event: Event) -> None:
    half = timedelta(hours=3)
    Session.objects.create(event=event, title=_("Le matin"), starts_at=event.starts_at, ends_at=event.starts_at + half)
    Session.objects.create(
        event=event, title=_("L’après-midi"), starts_at=event.ends_at - half / 1.5, ends_at=event.ends_at
    )


def _add_people(event: Event, confirmed: int, waiting: int) -> None:
    """People who do not exist, written straight into the tables: no mail is asked for."""
    state = State.PRESENT if event.is_past else State.CONFIRMED
    rows = Registration.objects.bulk_create(
        Registration(
            event=event,
            state=state if rank <= confirmed else State.WAITING,
            rank=rank,
            name=f"{FIRST_NAMES[rank % len(FIRST_NAMES)]} {LAST_NAMES[rank % len(LAST_NAMES)]}",
            email=f"personne{rank}@demonstration.example",
            structure=event.host.name if event.host and rank % 3 == 0 else _("Structure fictive"),
            is_listed=rank % 4 == 0,
        )
        for rank in range(1, confirmed + waiting + 1)
    )
    Participant.objects.bulk_create(
        Participant(registration=row, name=row.name, attended=True if event.is_past else None) for row in rows
    )


@transaction.atomic
def remove_demo_agenda() -> int:
    """Delete the fictitious groups and events, with their people and their history; return how many."""
    count = count_demo_agenda()
    with pghistory.context(source="staff", by="démonstration"):
        Event.objects.demo().delete()
    Event.pgh_event_model.objects.filter(is_demo=True).delete()  # type: ignore[attr-defined] # made by the history decorator
    Group.objects.demo().delete()
    return count


def count_demo_agenda() -> int:
    """How many fictitious groups and events there are."""
    return Event.objects.demo().count() + Group.objects.demo().count()


def _codes(line: Line, column: str) -> list[str]:
    return list(line.several(column, CODE, _("des codes séparés par «\u00a0|\u00a0»")))
