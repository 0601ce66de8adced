"""The demonstration: collectivités and partners that do not exist, marked as such, with the jumelages and projects that link
them; partners are placed in real communes, which stay untouched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import COLLECTIVITE_NATURES, PARTNER_NATURES, Nature, Source
from directory.models import Actor, DatasetLoad, Jumelage, PartnerSearch, Project
from directory.referentiel import DATA_FOLDER
from directory.referentiel.lines import read_lines

from .demo_links import add_links
from .demo_searches import seed_demo_searches
from .editing import place_names, terms_of
from .errors import DirectoryError
from .jumelages import remove_jumelages, said
from .naming import actor_slug
from .partners import create_partner

BY = "démonstration"
DATASET, SEEDED, REMOVED = "demo", "seeded", "removed"  # the trace that keeps a removed demonstration from coming back
STEP = 7  # takes one commune out of seven, from the largest down: towns and villages, spread over the territory
FILE = "demonstration.csv"
COLUMNS = ("nature", "nom", "description", "jours", "pays", "lat", "lon")
TERRITORIES = "demonstration_collectivites.csv"
TERRITORY_COLUMNS = ("nature", "code", "nom", "population", "description", "jours")


@dataclass(frozen=True)
class Addition:
    """What an app above adds to the demonstration: each gesture returns how many things it made, removed, or finds."""

    seed: Callable[[str], int]
    remove: Callable[[], int]
    count: Callable[[], int]


ADDITIONS: dict[str, Addition] = {}


def extend(app: str, addition: Addition) -> None:
    """Let an app above take part in the demonstration; the same app again replaces its part."""
    ADDITIONS[app] = addition


@dataclass(frozen=True, slots=True)
class Sketch:
    """A fictitious partner. `days`: how long ago somebody confirmed it, None for never. Without coordinates, it takes
    those of a commune."""

    nature: str
    name: str
    description: str
    days: int | None
    country: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Territory:
    """A fictitious collectivité. `days` as in `Sketch`."""

    nature: str
    code: str
    name: str
    population: int | None
    description: str
    days: int | None


@transaction.atomic
def seed_demo(*, if_empty: bool = False) -> int:
    """Add the fictitious fiches that are missing (actors, jumelages, projects) and return how many. Safe to call twice.

    With `if_empty`, only where there is no partner and no demonstration was ever added or removed. Raises
    DirectoryError if no commune is loaded to place them in.
    """
    if if_empty and (Actor.objects.partners().exists() or DatasetLoad.objects.filter(dataset=DATASET).exists()):
        return 0
    present = set(Actor.objects.demo().values_list("nature", "name"))
    missing = [sketch for sketch in _sketches() if (sketch.nature, sketch.name) not in present]
    absent = [territory for territory in _territories() if (territory.nature, territory.name) not in present]
    towns = _towns(len(missing)) if missing else iter(())
    for sketch in missing:
        place = (
            {"seat": next(towns)}
            if sketch.latitude is None
            else {"latitude": sketch.latitude, "longitude": sketch.longitude}
        )
        create_partner(
            nature=sketch.nature,
            name=sketch.name,
            by=BY,
            source=Source.STAFF,
            description=_described(sketch.description),
            email=f"contact@{actor_slug(sketch.name, 'demo')}.example",
            country_id=sketch.country,
            verified_at=_days_ago(sketch.days),
            is_demo=True,
            **place,
        )
    _add_territories(absent)
    count = len(missing) + len(absent) + add_links(BY) + seed_demo_searches()
    count += sum(addition.seed(BY) for addition in ADDITIONS.values())
    if count:
        DatasetLoad.objects.create(dataset=DATASET, scope=SEEDED, counts={"created": count})
    return count


@transaction.atomic
def remove_demo() -> int:
    """Delete every fictitious fiche, with its history, and return how many. They do not come back by themselves.

    Raises ProtectedError if a real record points at one of them.
    """
    count = count_demo()
    fictitious = list(Actor.objects.demo().order_by("pk").values_list("pk", flat=True))
    links_of_them = list(Jumelage.objects.demo().values_list("pk", flat=True))
    with pghistory.context(source=str(Source.STAFF), by=BY):
        for addition in ADDITIONS.values():
            addition.remove()
        PartnerSearch.objects.demo().delete()
        Project.objects.demo().delete()
        remove_jumelages(links_of_them, by=BY)
        actors = Actor.objects.filter(pk__in=fictitious)
        actors.exclude(nature=Nature.DEPARTEMENT).delete()  # which lie in it
        actors.delete()
    for model in (Actor, Jumelage, Project):
        event_model: Any = model.pgh_event_model  # type: ignore[union-attr]  # made by the history decorator
        event_model.objects.filter(is_demo=True).delete()
    DatasetLoad.objects.get_or_create(dataset=DATASET, scope=REMOVED)
    transaction.on_commit(counts_version.bump)
    return count


def count_demo() -> int:
    """How many fictitious things there are: actors, jumelages, projects, searches for partners, and those of apps above."""
    models: tuple[Any, ...] = (Actor, Jumelage, Project, PartnerSearch)
    ours = sum(model.objects.filter(is_demo=True).count() for model in models)
    return ours + sum(addition.count() for addition in ADDITIONS.values())


def _described(description: str) -> str:
    return f"{description}\n\n{_('Acteur fictif, ajouté pour la démonstration.')}"


def _days_ago(days: int | None) -> datetime | None:
    return None if days is None else timezone.now() - timedelta(days=days)


def _add_territories(territories: list[Territory]) -> None:
    """Their département is fictitious too: no real page counts them among its communes, no real neighbour is near them."""
    for territory in territories:
        home = Actor.objects.demo().filter(nature=Nature.DEPARTEMENT).first()
        actor = Actor(
            nature=territory.nature,
            code=territory.code,
            name=territory.name,
            slug=actor_slug(territory.name, territory.code),
            departement=home,
            departement_codes=[home.code if home else territory.code],
            population=territory.population,
            description=_described(territory.description),
            email=f"contact@{actor_slug(territory.name, 'demo')}.example",
            country_id="FR",
            verified_at=_days_ago(territory.days),
            provenance={"*": said(Source.STAFF, BY)},
            is_demo=True,
        )
        actor.search_terms = terms_of(actor, place_names([actor]))
        with pghistory.context(source=str(Source.STAFF), by=BY):
            actor.save(force_insert=True)


def _territories() -> list[Territory]:
    return [
        Territory(
            nature=line.among("nature", tuple(COLLECTIVITE_NATURES)),
            code=line.text("code", 9),
            name=line.text("nom", 200),
            population=line.integer("population"),
            description=line.text("description", 500),
            days=line.integer("jours"),
        )
        for line in read_lines(DATA_FOLDER, TERRITORIES, TERRITORY_COLUMNS)
    ]


def _sketches() -> list[Sketch]:
    sketches = []
    for line in read_lines(DATA_FOLDER, FILE, COLUMNS):
        latitude, longitude = line.point()
        sketches.append(
            Sketch(
                nature=line.among("nature", tuple(PARTNER_NATURES)),
                name=line.text("nom", 200),
                description=line.text("description", 500),
                days=line.integer("jours"),
                country=line.text("pays", 2),
                latitude=latitude,
                longitude=longitude,
            )
        )
    return sketches


def _towns(count: int) -> Iterator[Actor]:
    """Communes of the portal's région, else of any: one out of seven from the most populated down, then again."""
    communes = Actor.objects.published().of_nature([Nature.COMMUNE]).located().by_population()
    for queryset in (communes.filter(region_codes__contains=[settings.REGION_CODE]), communes):
        if towns := list(queryset[: count * STEP]):
            return cycle(towns[::STEP])
    raise DirectoryError(
        _("Aucune commune n’est chargée, la démonstration ne peut pas être placée. Lancez d’abord load_referentiel.")
    )
