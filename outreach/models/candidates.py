"""Whom a tour may go to: collectivités of an area, by what they are worth from where the day starts."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from directory.models import Actor, ActorQuerySet
from outreach.enums import LeftOut, TourState
from outreach.routing import KILOMETRES_A_POINT

from .planning import area_q
from .tours import TourStop
from .visits import Visit

PLANNED_DAYS = 30  # a visit planned within this many days of the tour keeps its collectivité out
SHOWN = (
    *("name", "slug", "nature", "legal_form", "code", "departement_codes", "population", "latitude", "longitude"),
    *("contact_state", "paused_until", "last_met_on", "country"),
)


def candidates(
    day: date, start: Actor, *, natures: Sequence[str], departements: Sequence[str] = (), epci_codes: Sequence[str] = ()
) -> ActorQuerySet:
    """Those that a tour of that day, from `start`, may go to: real, located, that may be contacted that day, neither on a standing
    tour of the day nor with a visit planned until PLANNED_DAYS after it.

    Adds `points` (0 without a score), `signals`, `distance` (as the crow flies from the start) and `departement_name`; the best
    first: points, less one for each KILOMETRES_A_POINT kilometres.
    """
    on_tour, planned = _engaged(day)
    found = Actor.objects.published().real().of_nature(list(natures)).located().not_at_rest(day)
    found = found.filter(area_q(departements, epci_codes)).exclude(on_tour).exclude(planned)
    found = found.only(*SHOWN).annotate(
        points=Coalesce(F("priority__score"), 0),
        signals=F("priority__signals"),
        departement_name=F("departement__name"),
    )
    found = found.with_distance_from(start.latitude, start.longitude)
    return found.annotate(worth=F("points") - F("distance") / KILOMETRES_A_POINT).order_by("-worth", "pk")


def _engaged(day: date) -> tuple[Exists, Exists]:
    """Whether an actor is on a standing tour of that day; whether a visit of it is planned until PLANNED_DAYS after."""
    on_tour = TourStop.objects.filter(actor=OuterRef("pk"), tour__day=day).exclude(tour__state=TourState.CANCELLED)
    planned = Visit.objects.planned().coming_before(day + timedelta(days=PLANNED_DAYS)).filter(actor=OuterRef("pk"))
    return Exists(on_tour), Exists(planned)


def left_out(
    actor: Actor, day: date, *, natures: Sequence[str], departements: Sequence[str] = (), epci_codes: Sequence[str] = ()
) -> list[LeftOut]:
    """What keeps this actor out of `candidates` asked with the same words; nothing for one of them. Two queries."""
    on_tour, planned = _engaged(day)
    found = Actor.objects.published().real().filter(pk=actor.pk)
    row = found.annotate(on_tour=on_tour, planned=planned).values("on_tour", "planned").first()
    is_in_area = found.filter(area_q(departements, epci_codes)).exists()
    told = {
        LeftOut.LEVEL: actor.nature not in natures,
        LeftOut.CLOSED: row is None,
        LeftOut.NO_PLACE: not actor.is_located,
        LeftOut.AT_REST: actor.is_at_rest(day),
        LeftOut.ELSEWHERE: row is not None and not is_in_area,
        LeftOut.ON_TOUR: row is not None and row["on_tour"],
        LeftOut.PLANNED: row is not None and row["planned"],
    }
    return [why for why, holds in told.items() if holds]


def for_stops(numbers: Sequence[int]) -> ActorQuerySet:
    """The collectivités of these ids that a tour may go to at all: existing and located; with their `points`,
    `signals` and `departement_name`."""
    found = Actor.objects.existing().collectivites().located().filter(pk__in=list(numbers))
    return found.defer("search_document", "search_terms", "partner_terms", "former_keys").annotate(
        points=Coalesce(F("priority__score"), 0),
        signals=F("priority__signals"),
        departement_name=F("departement__name"),
    )
