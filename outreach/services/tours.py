"""A tour: made in its shortest order, changed, confirmed, cancelled. Each gesture locks the tour's row, sets its hours again and
keeps the planned visits in step; what was agreed with a collectivité keeps its hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Actor
from outreach import notifications, routing
from outreach.enums import StopState, TourState, VisitKind
from outreach.models import MOST_STOPS, Tour, TourStop, for_stops
from outreach.rounds import MIDNIGHT, moment_on, place_of, places_of, timed_stops
from soco.accounts.models import User

from .errors import OutreachError
from .reaching import reached
from .visits import cancel_visit, change_plan, plan_visit


@dataclass(frozen=True, slots=True)
class TourPlan:
    """A day to go and meet collectivités. `minutes`: on site, for each stop. `departement_codes`, `epci`: the area chosen from."""

    day: date
    start: Actor
    leaves_at: time
    voltigeur: User | None
    minutes: int = 60
    returns: bool = True
    title: str = ""
    departement_codes: Sequence[str] = ()
    epci: Actor | None = None


# --- made -----------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_tour(plan: TourPlan, actors: Sequence[int], *, by: str, once: str = "", is_demo: bool = False) -> Tour:
    """Make a tour through these collectivités (ids), in the shortest order. `once`: the number of the page it was typed on: sent
    twice, it is one tour.

    Raises OutreachError for a day that is over, a start nobody knows the place of, no stop, too many, or one that cannot be met.
    """
    if known := _made_on(once):
        return known
    if plan.day < timezone.localdate():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: ce jour est déjà passé."))
    if not plan.start.is_located:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: la commune de départ n’est pas située sur la carte."))
    chosen = _allowed(actors, plan.day)
    try:
        with transaction.atomic():
            tour = Tour.objects.create(
                title=plan.title.strip(), day=plan.day, start=plan.start, leaves_at=plan.leaves_at, returns=plan.returns,
                voltigeur=plan.voltigeur, departement_codes=list(plan.departement_codes), epci=plan.epci, once=once,
                created_by=by, is_demo=is_demo,
            )  # fmt: skip
    except IntegrityError:
        if known := _made_on(once):  # the same page, sent twice at once
            return known
        raise
    stops = [TourStop(tour=tour, actor=actor, rank=0, minutes=plan.minutes, score=actor.points) for actor in chosen]  # type: ignore[attr-defined]
    stops = _shortest(tour, stops)
    _time(tour, stops)
    TourStop.objects.bulk_create(stops)
    return tour


def _made_on(once: str) -> Tour | None:
    return Tour.objects.filter(once=once).first() if once else None


def _allowed(numbers: Sequence[int], day: date) -> list[Actor]:
    """The collectivités of these ids. Raises OutreachError if there are none, too many, or one that is not to be met that day."""
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: choisissez au moins une collectivité."))
    if len(wanted) > MOST_STOPS:
        raise OutreachError(
            _("Rien n’a été enregistré\u00a0: une tournée a %(most)d étapes au plus, vous en avez choisi %(n)d.")
            % {"most": MOST_STOPS, "n": len(wanted)}
        )
    found = {actor.pk: actor for actor in for_stops(wanted)}
    if missing := len(wanted) - len(found):
        raise OutreachError(
            ngettext(
                "Rien n’a été enregistré\u00a0: %(n)d étape n’est pas une collectivité située sur la carte.",
                "Rien n’a été enregistré\u00a0: %(n)d étapes ne sont pas des collectivités situées sur la carte.",
                missing,
            )
            % {"n": missing}
        )
    for actor in found.values():
        if actor.is_at_rest(day):
            raise OutreachError(
                _("Rien n’a été enregistré\u00a0: %(name)s a demandé à ne pas être contactée.") % {"name": actor.name}
            )
    return [found[number] for number in wanted]


# --- its order ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def put_in_order(tour: Tour, stops: Sequence[int], *, by: str) -> Tour:
    """Give the stops (ids) this order. Raises OutreachError if they are not those of the tour, in which case a colleague changed
    it meanwhile."""
    kept, rows = _held(tour)
    known = {row.pk: row for row in rows}
    if sorted(stops) != sorted(known):
        raise OutreachError(
            _("Rien n’a été enregistré\u00a0: les étapes ont changé entre-temps. Voici la tournée d’aujourd’hui.")
        )
    return _kept(kept, [known[number] for number in stops], by)


@transaction.atomic
def move_stop(tour: Tour, stop: int, *, up: bool, by: str) -> Tour:
    """One place up or down; at the end, nothing moves."""
    kept, rows = _held(tour)
    place = _index(rows, stop)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return _kept(kept, rows, by)


@transaction.atomic
def put_in_shortest_order(tour: Tour, *, by: str) -> Tour:
    kept, rows = _held(tour)
    return _kept(kept, _shortest(kept, rows), by)


# --- its stops ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_stop(tour: Tour, actor: Actor, *, by: str, minutes: int = 60) -> TourStop:
    """Go there too, where it lengthens the round the least; already a stop, nothing changes. Raises OutreachError as
    `create_tour`."""
    kept, rows = _held(tour)
    if known := next((row for row in rows if row.actor_id == actor.pk), None):
        return known
    if len(rows) >= MOST_STOPS:
        raise OutreachError(
            _("Rien n’a été enregistré\u00a0: une tournée a %(most)d étapes au plus.") % {"most": MOST_STOPS}
        )
    (allowed,) = _allowed([actor.pk], kept.day)
    distances = routing.distances_between([*places_of(kept.start, rows), place_of(allowed)])
    rank = routing.best_rank(distances, range(1, len(rows) + 1), len(rows) + 1, returns=kept.returns)
    points: int = allowed.points  # type: ignore[attr-defined]
    stop = TourStop.objects.create(tour=kept, actor=allowed, rank=len(rows) + 1, minutes=minutes, score=points)
    _kept(kept, [*rows[:rank], stop, *rows[rank:]], by)
    return stop


@transaction.atomic
def remove_stop(tour: Tour, stop: int, *, by: str) -> bool:
    """Do not go there: its planned visit is cancelled, and a collectivité that was told of its slot is told; False if it was no
    stop already."""
    kept, rows = _held(tour)
    row = next((row for row in rows if row.pk == stop), None)
    if row is None:
        return False
    _call_off(row)
    rows.remove(row)
    row.delete()
    _kept(kept, rows, by)
    return True


def _call_off(stop: TourStop) -> None:
    """Its visit will not take place, and whoever expects it is told."""
    notifications.take_back_slot(stop)
    slot = notifications.told_slot(stop)
    if stop.visit and stop.visit.is_planned:
        cancel_visit(stop.visit, read_version=stop.visit.version)
    if slot is not None and slot > timezone.now():
        where = reached([stop.actor])[stop.actor_id]
        if not where.why_not and not stop.tour.is_demo:
            notifications.called_off(stop, slot=slot, to=where.address)


# --- its hours ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def change_tour(tour: Tour, *, minutes: Mapping[int, int], by: str, **values: Any) -> Tour:
    """Change `title`, `note`, `leaves_at`, `returns`, `voltigeur`, and the minutes on site by stop (id)."""
    kept, rows = _held(tour)
    for name, value in values.items():
        setattr(kept, name, value)
    for row in rows:
        row.minutes = minutes.get(row.pk, row.minutes)
    kept.save(update_fields=list(values))
    return _kept(kept, rows, by)


# --- its life -------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def confirm_tour(tour: Tour, *, by: str) -> bool:
    """The tour takes place: its visits are planned, each in its slot; False if it was confirmed already."""
    kept, rows = _held(tour)
    if kept.is_confirmed:
        return False
    if not rows:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: ajoutez au moins une étape."))
    if kept.day < timezone.localdate():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: ce jour est déjà passé."))
    kept.state = TourState.CONFIRMED
    kept.save(update_fields=["state"])
    _kept(kept, rows, by)
    return True


@transaction.atomic
def cancel_tour(tour: Tour) -> bool:
    """The tour does not take place: its visits still planned are cancelled, and whoever was told of a slot is told; False if it was
    cancelled already."""
    kept = _locked(tour)
    if kept.is_cancelled:
        return False
    if kept.state == TourState.DONE:
        raise OutreachError(_("Rien n’a été changé\u00a0: cette tournée est terminée."))
    for row in _stops_of(kept):
        _call_off(row)
    kept.state = TourState.CANCELLED
    kept.save(update_fields=["state"])
    return True


@transaction.atomic
def finish_tour(tour: Tour) -> bool:
    """The tour took place; False if that was said already. Its visits wait for their reports."""
    kept = _locked(tour)
    if kept.state == TourState.DONE:
        return False
    if not kept.is_confirmed or kept.day > timezone.localdate():
        raise OutreachError(_("Rien n’a été changé\u00a0: une tournée se termine le jour venu, une fois confirmée."))
    kept.state = TourState.DONE
    kept.save(update_fields=["state"])
    return True


# --- what they share ------------------------------------------------------------------------------------------------------------
def _locked(tour: Tour) -> Tour:
    Tour.objects.select_for_update(of=("self",)).only("pk").get(pk=tour.pk)
    return Tour.objects.for_page().get(pk=tour.pk)


def _stops_of(tour: Tour) -> list[TourStop]:
    rows = list(TourStop.objects.of_tour(tour).in_order().for_page())
    for row in rows:
        row.tour = tour
    return rows


def held_tour(tour: Tour) -> tuple[Tour, list[TourStop]]:
    """The tour, its row locked, and its stops. Raises OutreachError once it is over."""
    kept = _locked(tour)
    if kept.is_over:
        raise OutreachError(
            _("Rien n’a été changé\u00a0: cette tournée est %(state)s.") % {"state": kept.get_state_display()}
        )
    return kept, _stops_of(kept)


_held = held_tour


def _index(rows: list[TourStop], stop: int) -> int:
    for place, row in enumerate(rows):
        if row.pk == stop:
            return place
    raise OutreachError(_("Rien n’a été enregistré\u00a0: cette étape n’est plus dans la tournée."))


def _shortest(tour: Tour, stops: Sequence[TourStop]) -> list[TourStop]:
    distances = routing.distances_between(places_of(tour.start, stops))
    best, current = routing.shortest_round(distances, returns=tour.returns), range(1, len(stops) + 1)
    shortest, today = (routing.length_of(distances, order, returns=tour.returns) for order in (best, current))
    is_as_short = today <= shortest + 0.001  # a metre: of orders as short, the one that people read already stays
    return [stops[number - 1] for number in (current if is_as_short else best)]


def _time(tour: Tour, stops: Sequence[TourStop]) -> None:
    """Write the rank and the slot of each stop. A slot that was proposed and has moved is to propose again. Raises OutreachError
    for a day that would end after midnight."""
    for rank, (stop, (_km, timed)) in enumerate(zip(stops, timed_stops(tour, stops), strict=True), 1):
        if timed.ends >= MIDNIGHT:
            raise OutreachError(
                _(
                    "Rien n’a été enregistré\u00a0: l’étape %(name)s finirait après minuit. "
                    "Partez plus tôt, restez moins longtemps ou retirez une étape."
                )
                % {"name": stop.actor.name}
            )
        starts_at = moment_on(tour, timed.starts)
        if stop.state == StopState.ASKED and stop.starts_at != starts_at:
            notifications.take_back_slot(stop)
            stop.state = StopState.TO_ASK
        stop.rank, stop.starts_at = rank, starts_at


def kept_tour(tour: Tour, stops: list[TourStop], by: str) -> Tour:
    """Write the stops in this order, with their slots; the visits of a confirmed tour follow."""
    before = {stop.pk: stop.starts_at for stop in stops}
    _time(tour, stops)
    TourStop.objects.bulk_update(stops, ["rank", "starts_at", "minutes", "state"])
    if tour.is_confirmed:
        for stop in stops:
            _keep_visit(tour, stop, before[stop.pk], by)
    return tour


_kept = kept_tour


def _keep_visit(tour: Tour, stop: TourStop, before: datetime | None, by: str) -> None:
    """Plan its visit, or let it follow; one that somebody moved apart is left where it is."""
    if stop.starts_at is None:
        return
    if stop.visit is None:
        stop.visit = plan_visit(
            stop.actor, kind=VisitKind.ON_SITE, starts_at=stop.starts_at, voltigeur=tour.voltigeur, by=by,
            minutes=stop.minutes, once=f"etape:{stop.pk}", is_demo=tour.is_demo,
        )  # fmt: skip
        stop.save(update_fields=["visit"])
    elif stop.visit.is_planned and stop.visit.starts_at == before:
        stop.visit = change_plan(
            stop.visit, read_version=stop.visit.version, starts_at=stop.starts_at, minutes=stop.minutes,
            voltigeur=tour.voltigeur,
        )  # fmt: skip
