"""« Près de chez vous »: the neighbours with whom a collectivité could act, and why, each reason a sentence."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory import adjacency
from directory.enums import Nature
from directory.models import Actor, Jumelage
from directory.models.reference import country_names, theme_names

NATURES = (Nature.COMMUNE, Nature.EPCI)  # a département is no neighbour one meets on a Tuesday


@dataclass(frozen=True)
class Neighbour:
    """A collectivité nearby. `distance`: kilometres between town halls; `place`: what makes it a neighbour; `reasons`: why."""

    actor: Actor
    distance: float | None
    place: str
    reasons: list[str]


def neighbours_of(actor: Actor, *, km: float, most: int) -> list[Neighbour]:
    """At most `most` neighbours of `actor` (same EPCI, touching, or within `km`) that share a country, a theme or a partner
    with it, the nearest first. Two queries; none if it has no jumelage or is no commune nor EPCI."""
    if actor.nature not in NATURES or not actor.jumelage_count:
        return []
    region = (actor.region_codes or [""])[0]
    touching = adjacency.touching(actor.code, region) if actor.nature == Nature.COMMUNE else frozenset()
    found = list(
        Actor.objects.published()
        .of_nature(list(NATURES))
        .around(actor, km=km, codes=sorted(touching))
        .sharing_with(actor)
        .for_neighbours()[:most]
    )
    partners = _common_partners(actor, found)
    countries, themes = country_names(), theme_names()
    return [
        Neighbour(
            actor=other,
            distance=other.distance,  # type: ignore[attr-defined]
            place=_place(actor, other, touching),
            reasons=_reasons(actor, other, partners[other.pk], countries, themes),
        )
        for other in found
    ]


def _common_partners(actor: Actor, others: list[Actor]) -> dict[int, list[str]]:
    """By neighbour: the names of the partners that it shares with the actor."""
    shared: dict[int, list[str]] = defaultdict(list)
    for pk, name in Jumelage.objects.published().shared_partners(actor, [other.pk for other in others]):
        shared[pk].append(name)
    return shared


def _place(actor: Actor, other: Actor, touching: frozenset[str]) -> str:
    if other.nature == Nature.COMMUNE and other.code in touching:
        return _("commune voisine")
    if other.pk == actor.epci_id or other.epci_id == actor.pk:
        return _("même intercommunalité")
    if actor.epci_id and other.epci_id == actor.epci_id:
        return _("même intercommunalité")
    return ""


def _reasons(
    actor: Actor, other: Actor, partners: list[str], countries: dict[str, str], themes: dict[str, str]
) -> list[str]:
    reasons = []
    if partners:
        reasons.append(_("Vous avez le même partenaire\u00a0: %(names)s.") % {"names": ", ".join(partners)})
    same = [countries.get(code, code) for code in actor.cooperation_countries if code in other.cooperation_countries]
    if same:
        reasons.append(_("Vous coopérez avec le même pays\u00a0: %(names)s.") % {"names": ", ".join(same)})
    about = [themes.get(code, code) for code in actor.cooperation_themes if code in other.cooperation_themes]
    if about:
        reasons.append(_("Vous travaillez sur le même thème\u00a0: %(names)s.") % {"names": ", ".join(about)})
    return reasons
