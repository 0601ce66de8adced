"""The slot of each stop: proposed once, answered by the town hall, settled by staff; an hour that was agreed is kept."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from outreach import services
from outreach.enums import StopState, VisitState
from outreach.models import Tour, TourStop, Visit
from outreach.rounds import round_of
from outreach.services import OutreachError, VisitChanged
from soco.mailing.enums import State
from soco.mailing.models import Message
from tests.outreach.touring import BY, hours, names, stops

pytestmark = pytest.mark.django_db


# --- the slots ------------------------------------------------------------------------------------------------------------------
def sent(kind: str) -> list[str]:
    return list(Message.objects.of_kind(f"outreach.{kind}").order_by("pk").values_list("to_email", flat=True))


def answer(stop: TourStop, state: StopState, **values: object) -> bool:
    fresh = TourStop.objects.for_settling().get(pk=stop.pk)
    return services.answer_slot(fresh, state, **({"seen": fresh.starts_at} | values))


def test_slots_are_proposed_once_when_the_tour_is_confirmed(tour: Tour) -> None:
    with pytest.raises(OutreachError, match="confirmez d’abord"):
        services.send_slots(tour)
    services.confirm_tour(tour, by=BY)

    assert services.send_slots(tour, {stops(tour)[0].pk}).count == 1
    assert services.send_slots(tour).count == 3
    assert services.send_slots(tour).count == 0

    assert sent("slot") == [f"mairie{n}@mairies.exemple" for n in (1, 2, 3, 4)]
    mail = Message.objects.of_kind("outreach.slot").oldest_first().first()
    assert mail.about == f"tour_stop:{stops(tour)[0].pk}"
    assert mail.relevant_until == stops(tour)[0].starts_at


def test_those_who_cannot_be_written_to_are_said(confirmed: Tour) -> None:
    first, second, third, _fourth = (stop.actor for stop in stops(confirmed))
    Actor.objects.filter(pk=first.pk).update(email="")
    Actor.objects.filter(pk=second.pk).update(contact_state=ContactState.REFUSED)
    Tour.objects.filter(pk=confirmed.pk).update(is_demo=False)

    told = services.send_slots(confirmed)

    assert told.count == 2
    assert [(stop.actor.name, why.split("\u00a0")[0]) for stop, why in told.kept_out] == [
        ("Lescar", "aucune adresse électronique connue"),
        ("Artix", "ne souhaite pas être contactée"),
    ]
    assert third.email in sent("slot")


def test_nothing_leaves_from_a_demonstration(confirmed: Tour) -> None:
    Tour.objects.filter(pk=confirmed.pk).update(is_demo=True)

    assert services.send_slots(confirmed).count == 0
    assert sent("slot") == []


def test_a_slot_that_changes_is_to_propose_again(confirmed: Tour) -> None:
    services.send_slots(confirmed)

    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(8))

    assert {stop.state for stop in stops(confirmed)} == {StopState.TO_ASK}
    waiting = Message.objects.of_kind("outreach.slot")
    assert {message.state for message in waiting} == {State.CANCELLED}
    assert services.send_slots(confirmed).count == 4
    assert len(sent("slot")) == 8


def test_a_slot_that_moved_and_came_back_is_proposed_again(confirmed: Tour) -> None:
    services.send_slots(confirmed)
    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(8))
    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(8, 30))

    assert services.send_slots(confirmed).count == 4
    states = Message.objects.of_kind("outreach.slot").values_list("state", flat=True)
    assert sorted(states).count(State.CANCELLED) == 4
    assert len(states) == 8


def test_accepting_confirms_with_a_calendar_file_and_tells_the_voltigeur_once(confirmed: Tour) -> None:
    services.send_slots(confirmed)
    stop = stops(confirmed)[0]

    assert answer(stop, StopState.ACCEPTED, message="Avec la maire.")
    assert not answer(stop, StopState.ACCEPTED, message="Avec la maire.")

    kept = TourStop.objects.get(pk=stop.pk)
    assert (kept.state, kept.answer, kept.is_to_settle) == (StopState.ACCEPTED, "Avec la maire.", False)
    assert sent("slot_agreed") == ["mairie1@mairies.exemple"]
    assert sent("slot_answered") == ["ana@reseau.exemple"]
    assert Message.objects.of_kind("outreach.slot_answered").get().about == confirmed.about


def test_an_agreed_hour_does_not_move_with_the_tour(confirmed: Tour) -> None:
    stop = stops(confirmed)[1]
    answer(stop, StopState.ACCEPTED)

    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(9, 30))

    assert hours(confirmed)[1] == "10:10"
    assert hours(confirmed)[0] == "09:50"
    later = Tour.objects.for_page().get(pk=confirmed.pk)
    assert round_of(later, stops(later)).lines[1].timed.late == 56


def test_the_last_answer_wins_until_the_hour(confirmed: Tour) -> None:
    stop = stops(confirmed)[0]
    answer(stop, StopState.ACCEPTED)
    answer(stop, StopState.OTHER_DATE, wanted=date(2027, 3, 9), message="Plutôt le matin.")
    kept = TourStop.objects.get(pk=stop.pk)
    assert kept.answer == "Jour souhaité\u00a0: mardi 9 mars 2027.\nPlutôt le matin."
    assert kept.is_to_settle
    answer(stop, StopState.DECLINED)

    assert TourStop.objects.get(pk=stop.pk).state == StopState.DECLINED
    TourStop.objects.filter(pk=stop.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(OutreachError, match="passé ou annulé"):
        answer(stop, StopState.ACCEPTED)


def test_a_slot_that_changed_meanwhile_is_not_accepted_unread(confirmed: Tour) -> None:
    stop = stops(confirmed)[0]
    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=time(8))

    with pytest.raises(OutreachError, match="Le créneau a changé"):
        answer(stop, StopState.ACCEPTED, seen=stop.starts_at)
    assert answer(stop, StopState.DECLINED, seen=stop.starts_at)


def test_settling_the_same_day_keeps_the_agreed_hour(confirmed: Tour) -> None:
    first = stops(confirmed)[0]
    answer(first, StopState.OTHER_DATE, message="L’après-midi")
    afternoon = timezone.make_aware(datetime.combine(confirmed.day, time(17)))

    assert services.settle_with_slot(first, afternoon, by=BY)

    assert names(confirmed) == ["Artix", "Lacq", "Orthez", "Lescar"]
    last = stops(confirmed)[-1]
    assert (last.starts_at, last.visit.starts_at, last.state) == (afternoon, afternoon, StopState.ACCEPTED)
    assert not last.is_to_settle
    assert sent("slot_agreed") == ["mairie1@mairies.exemple"]


def test_settling_another_day_takes_the_visit_out_of_the_tour(confirmed: Tour) -> None:
    first = stops(confirmed)[0]
    answer(first, StopState.OTHER_DATE, message="La semaine d’après")
    later = first.starts_at + timedelta(days=7)

    assert not services.settle_with_slot(first, later, by=BY)

    assert names(confirmed) == ["Artix", "Lacq", "Orthez"]
    visit = Visit.objects.get(pk=first.visit_id)
    assert (visit.starts_at, visit.state) == (later, VisitState.PLANNED)
    assert sent("slot_called_off") == []
    with pytest.raises(OutreachError, match="déjà passé"):
        services.settle_with_slot(stops(confirmed)[0], timezone.now() - timedelta(days=1), by=BY)


def test_settling_as_it_is_empties_the_queue_once(confirmed: Tour) -> None:
    stop = stops(confirmed)[0]
    answer(stop, StopState.DECLINED)
    assert TourStop.objects.to_settle().count() == 1

    assert services.settle_as_is(stop)
    assert not services.settle_as_is(stop)
    assert TourStop.objects.to_settle().count() == 0
    answer(stop, StopState.OTHER_DATE, message="Finalement, en mars")
    assert TourStop.objects.to_settle().count() == 1


def test_whoever_expects_a_visit_is_told_that_it_is_called_off(confirmed: Tour) -> None:
    services.send_slots(confirmed, {stop.pk for stop in stops(confirmed)[:2]})
    Message.objects.of_kind("outreach.slot").update(state=State.SENT, sent_at=timezone.now())
    answer(stops(confirmed)[0], StopState.ACCEPTED)

    services.cancel_tour(confirmed)

    assert sent("slot_called_off") == ["mairie1@mairies.exemple", "mairie2@mairies.exemple"]


def test_a_visit_changed_by_a_colleague_stops_the_gesture(confirmed: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = TourStop.objects.for_page().get(pk=stops(confirmed)[0].pk)
    services.change_plan(
        Visit.objects.get(pk=stop.visit_id), read_version=stop.visit.version, subject="Vu avec la maire"
    )

    with pytest.raises(VisitChanged):
        services.change_plan(stop.visit, read_version=stop.visit.version, minutes=30)


def test_old_messages_are_forgotten_in_time(confirmed: Tour) -> None:
    answer(stops(confirmed)[0], StopState.DECLINED, message="Pas le temps")
    Tour.objects.filter(pk=confirmed.pk).update(day=timezone.localdate() - timedelta(days=1200))
    limit = timezone.localdate() - timedelta(days=1095)

    assert services.forget_old_answers(limit, apply=False) == 1
    assert services.forget_old_answers(limit, apply=True) == 1
    assert services.forget_old_answers(limit, apply=True) == 0
