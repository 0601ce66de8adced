"""The announcements of the demonstration: fictitious, and of its fictitious actors only."""

import re
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind, SearchState
from directory.models import Actor, PartnerSearch
from directory.referentiel import DATA_FOLDER
from directory.referentiel.lines import Line, read_lines

from .partner_searches import slug_of

FILE = "demonstration_annonces.csv"
COLUMNS = ("objet", "acteur", "titre", "texte", "pays", "themes", "tailles", "langues", "identites", "jours")
CODE = re.compile(r"[A-Z]{2}|[a-z-]{2,40}|\d+-\d*")


def seed_demo_searches() -> int:
    """Publish the fictitious announcements that are missing, of the fictitious actors that are there; return how many. Safe
    twice."""
    actors = {actor.name: actor for actor in Actor.objects.demo().order_by("pk")}
    present = set(PartnerSearch.objects.demo().values_list("title", flat=True))
    lines = [line for line in read_lines(DATA_FOLDER, FILE, COLUMNS) if line.text("titre", 150) not in present]
    made = [_published(line, actors[line.text("acteur", 200)]) for line in lines if line.cells["acteur"] in actors]
    for search in made:
        search.save(force_insert=True)
        search.slug = slug_of(search)
        search.save(update_fields=["slug"])
    return len(made)


def _published(line: Line, actor: Actor) -> PartnerSearch:
    now = timezone.now()
    return PartnerSearch(
        kind=line.among("objet", tuple(SearchKind.values)),
        actor=actor,
        title=line.text("titre", 150),
        description=line.text("texte", 2000),
        country_codes=_codes(line, "pays"),
        theme_codes=_codes(line, "themes"),
        population_bands=[value for value in PopulationBand.values if value in _codes(line, "tailles")],
        languages=[value for value in Language.values if value in _codes(line, "langues")],
        identity_tags=[value for value in IdentityTag.values if value in _codes(line, "identites")],
        deadline=timezone.localdate(now) + timedelta(days=line.integer("jours") or 0),
        state=SearchState.PUBLISHED,
        confirmed_at=now,
        published_at=now,
        decided_at=now,
        decided_by="démonstration",
        is_demo=True,
    )


def _codes(line: Line, column: str) -> list[str]:
    return list(line.several(column, CODE, _("des codes séparés par «\u00a0|\u00a0»")))
