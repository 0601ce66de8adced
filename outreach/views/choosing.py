"""Whom the criteria of a new tour propose: the best stops first, some others to replace them with; why not another one."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from directory.models import Actor
from outreach import priority, routing, services
from outreach.enums import LeftOut
from outreach.forms.tours import ChooseForm
from outreach.models import candidates, for_stops, left_out
from outreach.rounds import place_of
from soco.web.templatetags.soco import kilometres

READ = 300  # candidates that are compared one with another: far more than a day can hold
OTHERS = 12  # shown below those proposed
HINDRANCES = {LeftOut.CLOSED, LeftOut.NO_PLACE, LeftOut.AT_REST, LeftOut.ON_TOUR}  # no stop, even by hand


@dataclass(frozen=True)
class Candidate:
    """Somebody to meet: why, how far from the start, and whether it is ticked."""

    actor: Actor
    points: int
    distance: str
    why: list[str]
    is_kept: bool


@dataclass(frozen=True)
class Proposal:
    proposed: list[Candidate] = field(default_factory=list)
    others: list[Candidate] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.proposed) + len(self.others)


@dataclass(frozen=True)
class Asked:
    """« Pourquoi pas elle ? »: a collectivité that was named; `why` it is not proposed, in sentences; `line`: what to tick so that
    it is a stop all the same, None if it is shown already or cannot be one."""

    actor: Actor
    why: list[str]
    line: Candidate | None = None


def asked_for(form: ChooseForm, proposal: Proposal) -> Asked | None:
    """Why the collectivité that valid criteria name is not proposed; None if they name none. Three queries."""
    said = form.cleaned_data
    actor: Actor | None = said["elle"]
    if actor is None:
        return None
    if actor.pk in {line.actor.pk for line in proposal.proposed}:
        return Asked(actor, [_("elle est proposée")])
    if actor.pk in {line.actor.pk for line in proposal.others}:
        return Asked(actor, [_("elle vient juste après celles qui sont proposées, parmi les suivantes")])
    found = left_out(
        actor, said["jour"], natures=form.visited, departements=said["departements"], epci_codes=form.epci_codes
    )
    why = [str(each.label) for each in found] or [_("d’autres ont plus de points, ou sont plus près du départ")]
    stop = None if HINDRANCES.intersection(found) else for_stops([actor.pk]).first()
    start = place_of(said["depart"])
    line = _candidate(stop, start, services.current_weights(), is_kept=False) if stop else None
    return Asked(actor, why, line)


def proposal_of(form: ChooseForm, *, kept: list[int]) -> Proposal:
    """What valid criteria propose. `kept`: those ticked on a page that came back with something to correct; else the best are
    ticked. Three queries, whatever the area."""
    said = form.cleaned_data
    found = candidates(
        said["jour"],
        said["depart"],
        natures=form.visited,
        departements=said["departements"],
        epci_codes=form.epci_codes,
    )
    read = list(found[:READ])
    start = place_of(said["depart"])
    best = routing.good_stops(
        start, [(actor.points, place_of(actor)) for actor in read], said["combien"] + OTHERS  # type: ignore[attr-defined]
    )  # fmt: skip
    chosen = [read[number] for number in best]
    added = [number for number in kept if number not in {actor.pk for actor in chosen}]
    chosen += list(for_stops(added[: routing.MOST_STOPS])) if added else []
    weights = services.current_weights()
    lines = [
        _candidate(actor, start, weights, is_kept=actor.pk in kept if kept else rank < said["combien"])
        for rank, actor in enumerate(chosen)
    ]
    return Proposal(lines[: said["combien"]], lines[said["combien"] :])


def _candidate(actor: Actor, start: routing.Place, weights: dict[str, int], *, is_kept: bool) -> Candidate:
    points: int = actor.points  # type: ignore[attr-defined]
    return Candidate(
        actor,
        points,
        kilometres(routing.distance_km(start, place_of(actor))),
        [point.sentence for point in priority.points(getattr(actor, "signals", None) or {}, weights)],
        is_kept,
    )
