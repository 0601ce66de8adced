"""The demonstration: partners that do not exist, marked as such, placed in real communes that stay untouched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import PARTNER_NATURES, Nature, Source
from directory.models import Actor, DatasetLoad, Jumelage, PartnerSearch, Project
from directory.referentiel import DATA_FOLDER
from directory.referentiel.lines import read_lines

from .demo_searches import seed_demo_searches
from .errors import DirectoryError
from .jumelages import remove_jumelages
from .naming import actor_slug
from .partners import create_partner

BY = "démonstration"
DATASET, SEEDED, REMOVED = "demo", "seeded", "removed"  # the trace that keeps a removed demonstration from coming back
STEP = 7  # takes one commune out of seven, from the largest down: towns and villages, spread over the territory
FILE = "demonstration.csv"
COLUMNS = ("nature", "nom", "description", "jours", "pays", "lat", "lon")


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


@transaction.atomic
def seed_demo(*, if_empty: bool = False) -> int:
    """Add the fictitious partners that are missing and return how many. Safe to call twice.

    With `if_empty`, only where there is no partner and no demonstration was ever added or removed. Raises
    DirectoryError if no commune is loaded to place them in.
    """
    if if_empty and (Actor.objects.partners().exists() or DatasetLoad.objects.filter(dataset=DATASET).exists()):
        return 0
    present = set(Actor.objects.demo().values_list("nature", "name"))
    missing = [sketch for sketch in _sketches() if (sketch.nature, sketch.name) not in present]
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
            description=f"{sketch.description}\n\n{_('Acteur fictif, ajouté pour la démonstration.')}",
            email=f"contact@{actor_slug(sketch.name, 'demo')}.example",
            country_id=sketch.country,
            verified_at=None if sketch.days is None else timezone.now() - timedelta(days=sketch.days),
            is_demo=True,
            **place,
        )
    seed_demo_searches()
    count = len(missing)
    if count:
        DatasetLoad.objects.create(dataset=DATASET, scope=SEEDED, counts={"created": count})
    return count


@transaction.atomic
def remove_demo() -> int:
    """Delete every fictitious actor, with its history, and return how many. They do not come back by themselves.

    Raises ProtectedError if a real record points at one of them.
    """
    fictitious = list(Actor.objects.demo().order_by("pk").values_list("pk", flat=True))
    links_of_them = list(Jumelage.objects.demo().values_list("pk", flat=True))
    with pghistory.context(source=str(Source.STAFF), by=BY):
        PartnerSearch.objects.demo().delete()
        Project.objects.demo().delete()
        remove_jumelages(links_of_them, by=BY)
        Actor.objects.filter(pk__in=fictitious).delete()
    for model in (Actor, Jumelage, Project):
        event_model: Any = model.pgh_event_model  # type: ignore[union-attr]  # made by the history decorator
        event_model.objects.filter(is_demo=True).delete()
    DatasetLoad.objects.get_or_create(dataset=DATASET, scope=REMOVED)
    transaction.on_commit(counts_version.bump)
    return len(fictitious)


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
