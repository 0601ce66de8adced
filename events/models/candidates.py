"""The words of the actors around an event: which ones a search of « inviter autour » means, and what keeps each from being
invited."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower

from directory.enums import COLLECTIVITE_NATURES, PARTNER_NATURES, Nature
from directory.geography import bounding_box
from directory.models import Actor, ActorQuerySet
from directory.models.cooperation import NO_DISTANCE
from directory.models.expressions import InBox
from events.enums import Exclusion
from soco.mailing.models import Address

from .event import Event
from .invitation import EventInvitation
from .registration import Registration

# Foreign local authorities are left out: nobody writes to them in French, all at once.
PARTNERS = tuple(nature for nature in PARTNER_NATURES if nature != Nature.ETRANGERE)


@dataclass(frozen=True)
class Criteria:
    """What « autour » means; each criterion adds its own actors, unless `needs_all`.

    `km`: kilometres around the place. `epci`: a SIREN, for it and its communes. `departement`, `country`, `theme`: codes.
    """

    km: int | None = None
    epci: str = ""
    departement: str = ""
    country: str = ""
    theme: str = ""
    needs_all: bool = False
    never_met: bool = False
    with_partners: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.km or self.epci or self.departement or self.country or self.theme)


def point_of(event: Event) -> tuple[float, float] | None:
    """(latitude, longitude) of its place in degrees, else of its commune's town hall; None if neither is known."""
    for place in (event, event.commune):
        if place is not None and place.latitude is not None and place.longitude is not None:
            return place.latitude, place.longitude
    return None


def actors_around(event: Event, criteria: Criteria) -> ActorQuerySet:
    """The actors of France that the criteria mean, the nearest first, with their `distance` (None without coordinates)."""
    grounds = _grounds(event, criteria)
    if not grounds:
        return Actor.objects.none()
    natures = [*COLLECTIVITE_NATURES, *PARTNERS] if criteria.with_partners else list(COLLECTIVITE_NATURES)
    found = Actor.objects.existing().of_nature(natures).abroad_in("FR")
    if criteria.never_met:
        found = found.never_met()
    found = with_distance(found, event).filter(reduce(and_ if criteria.needs_all else or_, grounds))
    return found.order_by(F("distance").asc(nulls_last=True), "name_key", "pk")


def with_distance(actors: ActorQuerySet, event: Event) -> ActorQuerySet:
    """Adds `distance`: kilometres from the place of the event."""
    point = point_of(event)
    return actors.with_distance_from(*point) if point else actors.annotate(distance=NO_DISTANCE)


def _grounds(event: Event, criteria: Criteria) -> list[Q]:
    grounds = []
    point = point_of(event)
    if criteria.km:
        box = bounding_box(*point, criteria.km) if point else None
        near = Q(InBox(F("longitude"), F("latitude"), *box)) & Q(distance__lte=criteria.km) if box else Q(pk=None)
        grounds.append(near)
    if criteria.epci:
        grounds.append(Actor.objects.in_epci_q([criteria.epci]))
    if criteria.departement:
        grounds.append(Actor.objects.in_departements_q([criteria.departement]))
    if criteria.country:
        grounds.append(Actor.objects.with_countries_q([criteria.country]))
    if criteria.theme:
        grounds.append(Actor.objects.with_themes_q([criteria.theme]))
    return grounds


def with_exclusion(actors: ActorQuerySet, event: Event, day: date) -> ActorQuerySet:
    """Adds `exclusion` (an Exclusion, or « ») and `mailbox`, the public address in small letters."""
    invited = EventInvitation.objects.of_event(event).order_by()
    registered = Registration.objects.of_event(event).live().order_by()
    known_to = [
        (Exclusion.INVITED, invited),
        (Exclusion.REGISTERED, registered),
    ]
    rules = [When(Q(pk=event.host_id), then=Value(Exclusion.HOST.value))] if event.host_id else []
    for exclusion, rows in known_to:
        actors_of = rows.filter(actor__isnull=False).values("actor")
        rules.append(When(Q(pk__in=actors_of) | Q(mailbox__in=rows.values("email")), then=Value(exclusion.value)))
    held_back = [
        (Exclusion.DEMO, Q(is_demo=True)),
        (Exclusion.HIDDEN, Q(is_published=False)),
        (Exclusion.REFUSED, Actor.objects.refusing_q()),
        (Exclusion.PAUSED, Actor.objects.paused_q(day)),
        (Exclusion.NO_ADDRESS, Q(email="")),
        (Exclusion.OPPOSED, Q(mailbox__in=Address.objects.opposing_service().order_by().values("email"))),
        (Exclusion.FAILING, Q(mailbox__in=Address.objects.failing().order_by().values("email"))),
    ]
    rules += [When(condition, then=Value(exclusion.value)) for exclusion, condition in held_back]
    why = Case(*rules, default=Value(""), output_field=models.CharField())
    return actors.annotate(mailbox=Lower("email")).annotate(exclusion=why)
