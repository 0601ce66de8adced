"""A tour: chosen, ordered, timed, confirmed, changed, cancelled; each gesture twice, and what it refuses."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from directory.enums import ContactState, Nature
from directory.models import Actor
from outreach import services
from outreach.enums import TourState, VisitState, WishKind
from outreach.models import MOST_STOPS, Tour, TourStop, Visit, candidates
from outreach.rounds import round_of
from outreach.services import OutreachError
from soco.accounts.models import User
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    PriorityFactory,
    TourFactory,
    TourStopFactory,
    VisitFactory,
)
from tests.outreach.touring import BY, hours, names, next_week, plan, stops

pytestmark = pytest.mark.django_db


# --- whom to choose from --------------------------------------------------------------------------------------------------------
def chosen(start: Actor, **values: object) -> list[str]:
    wanted = {"natures": [Nature.COMMUNE, Nature.EPCI]} | values
    return [actor.name for actor in candidates(next_week(), start, **wanted)]


def test_the_best_are_worth_their_points_less_their_distance(bearn: list[Actor]) -> None:
    PriorityFactory(actor=bearn[4], score=60)

    assert chosen(bearn[0])[:3] == ["Orthez", "Pau", "Lescar"]


def test_an_area_is_départements_and_intercommunalités(bearn: list[Actor]) -> None:
    landes = DepartementFactory(name="Landes", code="40")
    epci = EpciFactory(name="CC du Seignanx", code="244000865", departement=landes, departement_codes=["40"])
    CommuneFactory(name="Tarnos", departement=landes, departement_codes=["40"], epci=epci)
    CommuneFactory(name="Dax", departement=landes, departement_codes=["40"])

    assert set(chosen(bearn[0], departements=["64"])) == {actor.name for actor in bearn}
    assert set(chosen(bearn[0], epci_codes=["244000865"])) == {"CC du Seignanx", "Tarnos"}
    assert set(chosen(bearn[0], departements=["64"], epci_codes=["244000865"], natures=[Nature.EPCI])) == {
        "CC du Seignanx"
    }
    assert {"Dax", "Pau"} <= set(chosen(bearn[0]))


def test_those_who_are_not_to_be_met_that_day_are_left_out(bearn: list[Actor]) -> None:
    pau, lescar, artix, lacq, orthez, puyoo, peyrehorade = bearn
    lescar.contact_state = ContactState.REFUSED
    lescar.save()
    TourStopFactory(tour=TourFactory(day=next_week(), start=pau), actor=artix)
    TourStopFactory(tour=TourFactory(day=next_week(), start=pau, state=TourState.CANCELLED), actor=lacq)
    VisitFactory(actor=orthez, starts_at=timezone.now() + timedelta(days=20))
    VisitFactory(actor=puyoo, starts_at=timezone.now() + timedelta(days=60))
    VisitFactory(actor=puyoo, done=True)
    peyrehorade.latitude = peyrehorade.longitude = None
    peyrehorade.save()
    CommuneFactory(name="Démonstration", demo=True)
    PartnerFactory(name="Association", latitude=43.3, longitude=-0.3)

    assert set(chosen(pau)) == {"Pau", "Lacq", "Puyoô"}


def test_choosing_is_one_question_however_many_there_are(bearn: list[Actor], django_assert_num_queries) -> None:
    for actor in bearn:
        PriorityFactory(actor=actor)
    with django_assert_num_queries(1):
        found = list(candidates(next_week(), bearn[0], natures=[Nature.COMMUNE]))
        assert [actor.departement_name for actor in found] == ["Pyrénées-Atlantiques"] * 7


# --- made -----------------------------------------------------------------------------------------------------------------------
def test_a_tour_is_made_in_the_shortest_order_with_its_slots(bearn: list[Actor], voltigeur: User) -> None:
    PriorityFactory(actor=bearn[3], score=45)
    mixed = [bearn[n].pk for n in (4, 1, 3, 2)]

    made = services.create_tour(plan(bearn[0], voltigeur, returns=False), mixed, by=BY)

    assert names(made) == ["Lescar", "Artix", "Lacq", "Orthez"]
    assert hours(made) == ["08:50", "10:10", "13:30", "14:50"]
    assert [stop.score for stop in stops(made)] == [0, 0, 45, 0]
    assert made.state == TourState.DRAFT


def test_a_page_sent_twice_makes_one_tour(bearn: list[Actor]) -> None:
    one = services.create_tour(plan(bearn[0]), [bearn[1].pk], by=BY, once="n12345678")
    other = services.create_tour(plan(bearn[0]), [bearn[2].pk], by=BY, once="n12345678")

    assert one == other
    assert Tour.objects.count() == 1
    assert names(one) == ["Lescar"]


@pytest.mark.parametrize("count", [0, MOST_STOPS + 1])
def test_no_stop_and_thirteen_are_refused(bearn: list[Actor], count: int) -> None:
    many = [CommuneFactory(latitude=43.3, longitude=-0.4).pk for _ in range(count)]

    with pytest.raises(OutreachError, match=r"au moins une|12 étapes au plus"):
        services.create_tour(plan(bearn[0]), many, by=BY)
    assert not Tour.objects.exists()


def test_twelve_are_enough_for_a_day(bearn: list[Actor]) -> None:
    many = [CommuneFactory(latitude=43.3 + n / 1000, longitude=-0.4).pk for n in range(12)]

    made = services.create_tour(plan(bearn[0], minutes=30), many, by=BY)

    assert len(stops(made)) == 12


def test_what_cannot_be_visited_is_refused(bearn: list[Actor]) -> None:
    services.note_wish(bearn[2], WishKind.REFUSAL, by=BY)
    nowhere = CommuneFactory(latitude=None, longitude=None)

    for numbers, said in (
        ([bearn[2].pk], "a demandé à ne pas être contactée"),
        ([PartnerFactory(latitude=43.3, longitude=-0.3).pk], "n’est pas une collectivité située"),
        ([nowhere.pk, 999_999], "2 étapes ne sont pas"),
    ):
        with pytest.raises(OutreachError, match=said):
            services.create_tour(plan(bearn[0]), numbers, by=BY)
    with pytest.raises(OutreachError, match="déjà passé"):
        services.create_tour(plan(bearn[0], day=timezone.localdate() - timedelta(days=1)), [bearn[1].pk], by=BY)
    with pytest.raises(OutreachError, match="départ"):
        services.create_tour(plan(nowhere), [bearn[1].pk], by=BY)
    with pytest.raises(OutreachError, match="après minuit"):
        services.create_tour(plan(bearn[0], minutes=480, leaves_at=time(12)), [b.pk for b in bearn[3:5]], by=BY)
    assert not Tour.objects.exists()


# --- changed --------------------------------------------------------------------------------------------------------------------
def test_stops_move_one_place_and_their_hours_follow(tour: Tour) -> None:
    second = stops(tour)[1]

    services.move_stop(tour, second.pk, up=True, by=BY)
    assert names(tour) == ["Artix", "Lescar", "Lacq", "Orthez"]
    services.move_stop(tour, second.pk, up=True, by=BY)
    assert names(tour) == ["Artix", "Lescar", "Lacq", "Orthez"]
    services.move_stop(tour, second.pk, up=False, by=BY)
    assert names(tour) == ["Lescar", "Artix", "Lacq", "Orthez"]
    assert hours(tour) == ["08:50", "10:10", "13:30", "14:50"]


def test_an_order_given_by_hand_and_the_shortest_again(tour: Tour) -> None:
    backwards = [stop.pk for stop in reversed(stops(tour))]

    services.put_in_order(tour, backwards, by=BY)
    assert names(tour) == ["Orthez", "Lacq", "Artix", "Lescar"]
    services.put_in_shortest_order(tour, by=BY)
    assert names(tour) == ["Lescar", "Artix", "Lacq", "Orthez"]
    with pytest.raises(OutreachError, match="ont changé"):
        services.put_in_order(tour, backwards[1:], by=BY)
    with pytest.raises(OutreachError, match="ont changé"):
        services.put_in_order(tour, [*backwards[1:], TourStopFactory().pk], by=BY)


def test_a_stop_is_added_where_it_costs_least_and_once(tour: Tour, bearn: list[Actor]) -> None:
    services.remove_stop(tour, stops(tour)[1].pk, by=BY)

    added = services.add_stop(tour, bearn[2], by=BY)

    assert names(tour) == ["Lescar", "Artix", "Lacq", "Orthez"]
    assert services.add_stop(tour, bearn[2], by=BY) == added
    assert [stop.rank for stop in stops(tour)] == [1, 2, 3, 4]


def test_removing_twice_is_removing_once(tour: Tour) -> None:
    first = stops(tour)[0].pk

    assert services.remove_stop(tour, first, by=BY)
    assert not services.remove_stop(tour, first, by=BY)
    assert names(tour) == ["Artix", "Lacq", "Orthez"]


def test_hours_follow_the_start_and_the_minutes(tour: Tour) -> None:
    first = stops(tour)[0]

    services.change_tour(tour, minutes={first.pk: 30}, by=BY, leaves_at=time(9), title="Béarn")

    assert hours(tour) == ["09:20", "10:10", "13:30", "14:50"]
    assert Tour.objects.get(pk=tour.pk).title == "Béarn"


def test_the_round_says_its_estimated_travel(tour: Tour) -> None:
    driven = round_of(tour, stops(tour))

    assert driven.back_km == 0
    assert driven.km == pytest.approx(sum(line.km for line in driven.lines))
    assert driven.road_minutes == sum(line.timed.travel for line in driven.lines)
    assert [line.has_lunch_before for line in driven.lines] == [False, False, True, False]


# --- confirmed ------------------------------------------------------------------------------------------------------------------
def test_confirming_plans_the_visits_once(tour: Tour, voltigeur: User) -> None:
    assert services.confirm_tour(tour, by=BY)
    assert not services.confirm_tour(tour, by=BY)

    planned = list(Visit.objects.planned().soonest_first().values_list("actor__name", "voltigeur", "minutes"))
    assert planned == [(name, voltigeur.pk, 60) for name in ("Lescar", "Artix", "Lacq", "Orthez")]
    assert [stop.visit.starts_at for stop in stops(tour)] == [stop.starts_at for stop in stops(tour)]


def test_visits_stay_in_step_with_their_tour(confirmed: Tour, bearn: list[Actor]) -> None:
    last = stops(confirmed)[-1]
    versions = {stop.pk: stop.visit.version for stop in stops(confirmed)}

    services.move_stop(confirmed, last.pk, up=True, by=BY)
    added = services.add_stop(confirmed, bearn[5], by=BY)
    removed = stops(confirmed)[0]
    services.remove_stop(confirmed, removed.pk, by=BY)

    assert all(stop.visit.starts_at == stop.starts_at for stop in stops(confirmed))
    assert TourStop.objects.get(pk=last.pk).visit.version > versions[last.pk]
    assert TourStop.objects.get(pk=added.pk).visit.is_planned
    assert Visit.objects.get(pk=removed.visit_id).state == VisitState.CANCELLED


def test_a_visit_that_somebody_moved_apart_is_left_there(confirmed: Tour) -> None:
    first = stops(confirmed)[0]
    elsewhere = first.starts_at + timedelta(days=2)
    services.change_plan(first.visit, read_version=first.visit.version, starts_at=elsewhere)

    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(9))

    kept = stops(confirmed)[0]
    assert kept.visit.starts_at == elsewhere
    assert kept.is_moved_apart


def test_a_visit_already_told_keeps_its_hour(confirmed: Tour) -> None:
    first = stops(confirmed)[0]
    Visit.objects.filter(pk=first.visit_id).update(
        state=VisitState.REFUSED, written_at=timezone.now(), written_by=BY
    )  # fmt: skip

    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(7))

    assert stops(confirmed)[0].starts_at == first.starts_at
    assert Visit.objects.get(pk=first.visit_id).state == VisitState.REFUSED


def test_cancelling_cancels_what_is_still_planned_once(confirmed: Tour) -> None:
    told = stops(confirmed)[0]
    Visit.objects.filter(pk=told.visit_id).update(state=VisitState.ABSENT, written_at=timezone.now())

    assert services.cancel_tour(confirmed)
    assert not services.cancel_tour(confirmed)

    assert Visit.objects.in_states([VisitState.CANCELLED]).count() == 3
    assert Visit.objects.get(pk=told.visit_id).state == VisitState.ABSENT
    with pytest.raises(OutreachError, match="annulée"):
        services.add_stop(confirmed, told.actor, by=BY)


def test_a_tour_ends_when_its_day_has_come(confirmed: Tour) -> None:
    with pytest.raises(OutreachError, match="le jour venu"):
        services.finish_tour(confirmed)
    Tour.objects.filter(pk=confirmed.pk).update(day=timezone.localdate())

    assert services.finish_tour(confirmed)
    assert not services.finish_tour(confirmed)
    with pytest.raises(OutreachError, match="terminée"):
        services.cancel_tour(confirmed)


def test_a_tour_of_nobody_is_not_confirmed(bearn: list[Actor]) -> None:
    with pytest.raises(OutreachError, match="au moins une étape"):
        services.confirm_tour(TourFactory(start=bearn[0]), by=BY)


# --- forgotten ------------------------------------------------------------------------------------------------------------------
def test_a_voltigeur_is_forgotten_and_their_tours_stay(tour: Tour, voltigeur: User) -> None:
    said = services.forget_voltigeur(voltigeur)

    assert "restent, sans votre nom" in said
    kept = Tour.objects.get(pk=tour.pk)
    assert (kept.voltigeur, kept.created_by) == (None, "")
