"""Which fiche of the répertoire somebody means who types its name: suggested, never guessed."""

from dataclasses import dataclass

from directory.models import Actor
from directory.search import understand

MOST = 8


@dataclass(frozen=True)
class Found:
    """`actor`: the fiche meant, without doubt; `candidates`: those of exactly this name, when there are several."""

    actor: Actor | None = None
    candidates: tuple[Actor, ...] = ()


def label_of(actor: Actor) -> str:
    """« Pau (commune, 64) »: a name alone is not enough, 254 communes of the région share theirs."""
    where = actor.departement_codes[0] if actor.departement_codes else actor.country_id
    return f"{actor.name} ({actor.nature_label.lower()}, {where})"


def suggestions(typed: str) -> list[Actor]:
    """The first fiches for what is being typed."""
    text = understand(typed)
    return list(Actor.objects.published().search(text).for_page()[:MOST]) if text else []


def understood(typed: str) -> Found:
    """The fiche that a text names: by its label as suggested, by a code, or by a name that only one has."""
    typed = typed.strip()
    name = typed.rpartition(" (")[0].strip() if typed.endswith(")") else typed
    if not name:
        return Found()
    named = list(Actor.objects.published().named_exactly(understand(name)).for_page()[: MOST + 1])
    labelled = [actor for actor in named if label_of(actor).casefold() == typed.casefold()]
    if len(labelled) == 1:
        return Found(labelled[0])
    if len(named) == 1:
        return Found(named[0])
    return Found(candidates=tuple(named[:MOST]))
