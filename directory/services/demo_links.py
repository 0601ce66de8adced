"""What links the fictitious actors of the demonstration: their jumelages and projects, as fictitious as they are."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Carrier, JumelageKind, JumelageRole, ProjectRole, ProjectStatus, Source, Vitality
from directory.models import Actor, Jumelage, Project, Theme
from directory.referentiel import DATA_FOLDER
from directory.referentiel.lines import Line, read_lines

from .jumelages import create_jumelage
from .projects import create_project

JUMELAGES = "demonstration_jumelages.csv"
JUMELAGE_COLUMNS = (
    *(
        "collectivite",
        "partenaire",
        "type",
        "annee",
        "vitalite",
        "action_jours",
        "action",
        "anime_par",
        "themes",
        "odd",
    ),
    *("avec", "jours"),
)
PROJECTS = "demonstration_projets.csv"
PROJECT_COLUMNS = (
    *("titre", "avancement", "debut_jours", "duree_jours", "pays", "themes", "odd", "cad", "budget", "collectivite"),
    *("partenaire", "description", "acteurs", "jours"),
)
CODES, NUMBERS, COUNTRIES = re.compile(r"[a-z0-9-]{1,40}"), re.compile(r"\d{1,2}"), re.compile(r"[A-Z]{2}")
ROLE = re.compile(r"[^:|]+:[a-z-]+(:\d{1,7})?")
Roles = list[tuple[Actor, str, int | None]]


@dataclass(frozen=True)
class _Places:
    """The demonstration's actors by name, and the themes that exist here."""

    actors: dict[str, Actor]
    themes: set[str]

    def themes_of(self, line: Line) -> list[str]:
        return [code for code in line.several("themes", CODES, _("des codes de thèmes")) if code in self.themes]

    def named(self, name: str) -> Actor | None:
        return self.actors.get(name)


def add_links(by: str) -> int:
    """Add the jumelages and projects that are missing between the actors that are there; returns how many."""
    places = _Places(
        {actor.name: actor for actor in Actor.objects.demo()}, set(Theme.objects.values_list("code", flat=True))
    )
    count = 0
    for line in read_lines(DATA_FOLDER, JUMELAGES, JUMELAGE_COLUMNS):
        count += _add_jumelage(line, places, by)
    for line in read_lines(DATA_FOLDER, PROJECTS, PROJECT_COLUMNS):
        count += _add_project(line, places, by)
    return count


def _add_jumelage(line: Line, places: _Places, by: str) -> bool:
    one, other = places.named(line.text("collectivite", 200)), places.named(line.text("partenaire", 200))
    kind = line.among("type", tuple(JumelageKind.values))
    if not one or not other or Jumelage.objects.of_pair(one.pk, other.pk).of_kinds([kind]).exists():
        return False
    beside = places.named(line.text("avec", 200, optional=True))
    last_action = _ago(line.integer("action_jours"))
    create_jumelage(
        collectivite=one,
        partner=other,
        by=by,
        source=Source.STAFF,
        participants=[(beside, JumelageRole.CARRIER)] if beside else [],
        kind=kind,
        year_signed=line.integer("annee"),
        vitality=line.among("vitalite", ("", *Vitality.values)),
        vitality_on=last_action,
        last_action_on=last_action,
        last_action=line.text("action", 300, optional=True),
        carrier=line.among("anime_par", tuple(Carrier.values)),
        theme_codes=places.themes_of(line),
        sdgs=_numbers(line),
        context=_("Jumelage fictif, ajouté pour la démonstration."),
        verified_at=_moment_ago(line.integer("jours")),
        is_demo=True,
    )
    return True


def _add_project(line: Line, places: _Places, by: str) -> bool:
    title = line.text("titre", 250)
    if Project.objects.demo().filter(title=title).exists():
        return False
    start, length = _ago(line.integer("debut_jours")), line.integer("duree_jours")
    create_project(
        title=title,
        source=Source.STAFF,
        by=by,
        roles=_roles(line, places),
        jumelage=_jumelage_of(line, places),
        status=line.among("avancement", tuple(ProjectStatus.values)),
        starts_on=start,
        ends_on=start + timedelta(days=length) if start and length else None,
        country_codes=list(line.several("pays", COUNTRIES, _("des codes de pays"))),
        theme_codes=places.themes_of(line),
        sdgs=_numbers(line),
        dac_code=line.text("cad", 5, optional=True),
        budget=line.integer("budget"),
        description=f"{line.text('description', 500)}\n\n{_('Projet fictif, ajouté pour la démonstration.')}",
        verified_at=_moment_ago(line.integer("jours")),
        is_demo=True,
    )
    return True


def _jumelage_of(line: Line, places: _Places) -> Jumelage | None:
    one = places.named(line.text("collectivite", 200, optional=True))
    other = places.named(line.text("partenaire", 200, optional=True))
    return Jumelage.objects.demo().filter(collectivite=one, partner=other).first() if one and other else None


def _roles(line: Line, places: _Places) -> Roles:
    """« nom:rôle:montant », those of actors that are there."""
    told: Roles = []
    for cell in line.several("acteurs", ROLE, _("des « nom:rôle » ou « nom:rôle:montant »")):
        name, role, *amount = cell.split(":")
        if actor := places.named(name):
            told.append((actor, ProjectRole(role), int(amount[0]) if amount else None))
    return told


def _numbers(line: Line) -> list[int]:
    return [int(number) for number in line.several("odd", NUMBERS, _("des numéros d’objectifs"))]


def _ago(days: int | None) -> date | None:
    return None if days is None else timezone.localdate() - timedelta(days=days)


def _moment_ago(days: int | None) -> Any:
    return None if days is None else timezone.now() - timedelta(days=days)
