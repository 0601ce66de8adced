"""Two people, or one who clicks twice, at the same moment, each on a connection of their own."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from outreach import services
from outreach.enums import StopState, VisitState
from outreach.models import Tour, TourStop, Visit
from outreach.services import TourPlan
from soco.mailing.models import Message
from tests.directory.test_attachments_at_once import at_once
from tests.factories import CommuneFactory

BY = "ana@reseau.exemple"
pytestmark = pytest.mark.django_db(transaction=True)


def made(count: int = 3) -> Tour:
    places = [CommuneFactory(email=f"mairie{n}@mairies.exemple") for n in range(count + 1)]
    plan = TourPlan(timezone.localdate() + timedelta(days=7), places[0], time(8, 30), None)
    return services.create_tour(plan, [place.pk for place in places[1:]], by=BY)


def test_a_tour_confirmed_twice_at_once_plans_each_visit_once() -> None:
    tour = made()

    done = at_once(*[lambda: services.confirm_tour(tour, by=BY)] * 4)

    assert sorted(done) == [False, False, False, True]
    assert Visit.objects.planned().count() == 3


def test_a_page_sent_twice_at_once_makes_one_tour() -> None:
    place, other = CommuneFactory(), CommuneFactory()
    plan = TourPlan(timezone.localdate() + timedelta(days=7), place, time(8, 30), None)

    done = at_once(*[lambda: services.create_tour(plan, [other.pk], by=BY, once="n12345678").pk] * 4)

    assert len(set(done)) == 1
    assert (Tour.objects.count(), TourStop.objects.count()) == (1, 1)


def test_slots_sent_twice_at_once_leave_once_and_answers_do_not_cross() -> None:
    tour = made()
    services.confirm_tour(tour, by=BY)

    sent = at_once(*[lambda: services.send_slots(tour).count] * 3)
    assert sorted(sent) == [0, 0, 3]
    assert Message.objects.of_kind("outreach.slot").count() == 3

    stop = TourStop.objects.of_tour(tour).in_order().for_settling().first()
    done = at_once(
        lambda: services.answer_slot(stop, StopState.ACCEPTED, seen=stop.starts_at),
        lambda: services.answer_slot(stop, StopState.ACCEPTED, seen=stop.starts_at),
        lambda: services.change_tour(tour, minutes={}, by=BY, title="Béarn"),
    )
    assert sum(each is True for each in done) == 1
    assert Message.objects.of_kind("outreach.slot_agreed").count() == 1


def test_cancelling_while_a_stop_is_added_leaves_no_planned_visit() -> None:
    tour, place = made(), CommuneFactory()
    services.confirm_tour(tour, by=BY)

    at_once(lambda: services.cancel_tour(tour), lambda: services.add_stop(tour, place, by=BY))

    assert not Visit.objects.planned().exists()
    assert Visit.objects.in_states([VisitState.CANCELLED]).count() in (3, 4)
