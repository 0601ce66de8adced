"""Two processes, or two people, on the same collectivités at once: nothing is lost, nobody waits for the other for ever."""

import json
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from outreach import services, tasks
from outreach.enums import SentState, StopState, VisitState, WishKind
from outreach.field_content import read
from outreach.models import Adhesion, ContactChange, ContactFact, CoverageTarget, FieldReport, Priority, TourStop, Visit
from outreach.priority import WEIGHTS
from outreach.services import OutreachError, Report, TourPlan, VisitChanged, VisitGone
from outreach.services.demo import remove_demo_outreach, seed_demo_outreach
from tests.directory.test_attachments_at_once import at_once
from tests.factories import (
    AdhesionFactory,
    CommitmentFactory,
    CommuneFactory,
    QuickNoteFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.field_reports import sent

pytestmark = pytest.mark.django_db(transaction=True)
BY = "ana@reseau.exemple"
Gesture = Callable[[], Any]


def during(first: Gesture, meanwhile: Gesture, then: Gesture = lambda: None) -> list[Any]:
    """Run `first` in a transaction that ends, after `then`, while `meanwhile` runs on a connection of its own."""
    is_held = Event()

    def hold() -> Any:
        with transaction.atomic():
            found = first()
            is_held.set()
            sleep(0.6)
            then()
        return found

    def run() -> Any:
        is_held.wait()
        return meanwhile()

    return at_once(hold, run)


def reported(visit: Visit, by: Any) -> Visit:
    said = Report(result=VisitState.DONE, starts_at=timezone.now() - timedelta(hours=1))
    return services.record_visit(visit, said, by=by, read_version=visit.version)


# --- contact states -------------------------------------------------------------------------------------------------------------
def test_a_visit_is_not_undone_by_who_had_read_the_facts_before_it() -> None:
    visit, user = VisitFactory(), UserFactory()

    def note_then_settle_all() -> int:
        QuickNoteFactory(actor_id=visit.actor_id)
        return services.settle_contacts()

    during(lambda: reported(visit, user), note_then_settle_all)

    assert Actor.objects.get(pk=visit.actor_id).contact_state == ContactState.MET
    steps = ContactChange.objects.of_actor(visit.actor_id).values_list("before", "after")
    assert list(steps) == [(ContactState.NEVER, ContactState.MET)]


def test_a_refusal_noted_while_all_is_settled_stops_neither() -> None:
    note = QuickNoteFactory()
    actor = Actor.objects.get(pk=note.actor_id)

    given = during(
        lambda: Actor.objects.select_for_update(no_key=True).get(pk=actor.pk),
        services.settle_contacts,
        then=lambda: services.note_wish(actor, WishKind.REFUSAL, by=BY),
    )

    assert not [each for each in given if isinstance(each, Exception)]
    actor.refresh_from_db()
    assert actor.contact_state == ContactState.REFUSED
    assert ContactFact.objects.of_actor(actor).count() == 1


def test_all_settled_by_two_processes_moves_each_once() -> None:
    notes = QuickNoteFactory.create_batch(30)

    moved = at_once(*[services.settle_contacts] * 3)

    assert sum(moved) == 30
    assert ContactChange.objects.count() == 30
    assert ContactFact.objects.count() == len(notes)


def test_who_writes_many_fiches_for_long_is_neither_waited_for_nor_stopped() -> None:
    first, second, third = QuickNoteFactory.create_batch(3)

    given = during(
        lambda: Actor.objects.filter(pk=second.actor_id).update(phone="05 55 00 00 00"),
        tasks.settle_contacts,
        then=lambda: Actor.objects.filter(pk=first.actor_id).update(phone="05 55 00 00 01"),
    )

    assert not [each for each in given if isinstance(each, Exception)]
    moved = Actor.objects.filter(contact_state=ContactState.REACHED).values_list("pk", flat=True)
    assert set(moved) == {first.actor_id, third.actor_id}
    tasks.settle_contacts()
    assert Actor.objects.filter(contact_state=ContactState.REACHED).count() == 3


def test_a_wish_noted_twice_at_once_stands_once() -> None:
    actor = CommuneFactory()

    given = at_once(*[lambda: services.note_wish(actor, WishKind.REFUSAL, by=BY).pk] * 4)

    assert len(set(given)) == 1
    assert ContactChange.objects.of_actor(actor).count() == 1


# --- priorities -----------------------------------------------------------------------------------------------------------------
def test_points_counted_meanwhile_are_those_of_the_new_weights() -> None:
    actor = CommuneFactory()
    services.score_priorities()
    never_met = Priority.objects.get(actor=actor).score

    given = during(
        lambda: services.change_weights({**WEIGHTS, "never_met": WEIGHTS["never_met"] + 7}, by=BY),
        services.score_priorities,
    )

    assert given[0] is True
    assert Priority.objects.get(actor=actor).score == never_met + 7


def test_points_are_counted_by_several_at_once() -> None:
    CommuneFactory.create_batch(30)

    given = at_once(*[services.score_priorities] * 4)

    assert not [each for each in given if isinstance(each, Exception)]
    assert Priority.objects.count() == Actor.objects.collectivites().count()


# --- targets --------------------------------------------------------------------------------------------------------------------
def test_a_target_set_twice_at_once_is_one() -> None:
    day = timezone.localdate() + timedelta(days=90)

    given = at_once(*[lambda: services.set_target(departement="16", percent=30, reach_by=day, by=BY).pk] * 4)

    assert not [each for each in given if isinstance(each, Exception)]
    assert CoverageTarget.objects.count() == 1


# --- visits ---------------------------------------------------------------------------------------------------------------------
def test_of_two_reports_at_once_one_is_written_and_the_other_is_told() -> None:
    visit, ana, lea = VisitFactory(), UserFactory(), UserFactory()

    given = at_once(lambda: reported(visit, ana), lambda: reported(visit, lea))

    assert sum(isinstance(each, VisitChanged) for each in given) == 1
    assert Visit.objects.get(pk=visit.pk).version == 2


def test_a_phone_a_colleague_and_a_tour_write_one_visit() -> None:
    places, ana, lea = CommuneFactory.create_batch(3), UserFactory(), UserFactory()
    plan = TourPlan(timezone.localdate() + timedelta(days=1), places[0], time(8, 30), ana)
    tour = services.create_tour(plan, [place.pk for place in places[1:]], by=BY)
    services.confirm_tour(tour, by=BY)
    visit = Visit.objects.planned().order_by("pk").first()
    phone = read(json.dumps(sent(visit, ana)).encode())

    given = at_once(
        lambda: services.receive_report(phone, by=ana),
        lambda: reported(visit, lea),
        lambda: services.change_tour(tour, minutes={}, by=BY, leaves_at=time(9, 30)),
        services.settle_contacts,
    )

    wrong = [each for each in given if isinstance(each, Exception) and not isinstance(each, OutreachError)]
    assert wrong == []
    assert isinstance(given[0], FieldReport)
    kept = Visit.objects.get(pk=visit.pk)
    assert kept.is_written or given[0].state == SentState.CONFLICT
    steps = ContactChange.objects.of_actor(visit.actor_id)
    assert steps.count() <= 1


def test_a_slot_accepted_while_its_tour_is_cancelled_is_one_or_the_other() -> None:
    places = [CommuneFactory(email=f"mairie{n}@mairies.exemple") for n in range(3)]
    plan = TourPlan(timezone.localdate() + timedelta(days=7), places[0], time(8, 30), None)
    tour = services.create_tour(plan, [place.pk for place in places[1:]], by=BY)
    services.confirm_tour(tour, by=BY)
    services.send_slots(tour)
    stop = TourStop.objects.of_tour(tour).in_order().for_settling().first()

    given = at_once(
        lambda: services.answer_slot(stop, StopState.ACCEPTED, seen=stop.starts_at), lambda: services.cancel_tour(tour)
    )

    assert given[0] is True or isinstance(given[0], OutreachError)
    assert given[1] is True
    assert not Visit.objects.planned().exists()


def test_stops_moved_while_a_colleague_adds_one_keep_each_their_rank() -> None:
    places = CommuneFactory.create_batch(6)
    plan = TourPlan(timezone.localdate() + timedelta(days=7), places[0], time(8, 30), None)
    tour = services.create_tour(plan, [place.pk for place in places[1:5]], by=BY)
    services.confirm_tour(tour, by=BY)
    last = TourStop.objects.of_tour(tour).in_order().last().pk

    given = at_once(
        lambda: services.move_stop(tour, last, up=True, by=BY),
        lambda: services.add_stop(tour, places[5], by=BY),
        lambda: services.put_in_shortest_order(tour, by=BY),
        lambda: services.remove_stop(tour, last, by=BY),
    )

    assert not [each for each in given if isinstance(each, Exception) and not isinstance(each, OutreachError)]
    ranks = list(TourStop.objects.of_tour(tour).in_order().values_list("rank", flat=True))
    assert ranks == [1, 2, 3, 4]
    assert Visit.objects.planned().count() == 4


# --- what is gone ---------------------------------------------------------------------------------------------------------------
def test_what_a_colleague_removed_meanwhile_is_said_to_be_gone() -> None:
    visit, user = VisitFactory(), UserFactory()
    promise, adhesion = CommitmentFactory(visit=visit), AdhesionFactory()
    Visit.objects.filter(pk=visit.pk).delete()
    Adhesion.objects.filter(pk=adhesion.pk).delete()

    assert services.keep_promise(promise, by=user) is False
    with pytest.raises(VisitGone):
        reported(visit, user)
    with pytest.raises(OutreachError, match="retirée"):
        services.end_adhesion(adhesion, adhesion.ends_on - timedelta(days=1))
    with pytest.raises(OutreachError, match="retirée"):
        services.change_adhesion(
            adhesion, year=2026, starts_on=adhesion.starts_on, ends_on=adhesion.ends_on, note="Chèque"
        )


# --- files ----------------------------------------------------------------------------------------------------------------------
def test_a_file_imported_twice_at_once_writes_each_line_once(tmp_path: Path) -> None:
    actors = CommuneFactory.create_batch(20)
    path = tmp_path / "adhesions.csv"
    path.write_text("code;annee\n" + "\n".join(f"{actor.code};2026" for actor in actors))

    given = at_once(*[lambda: services.import_adhesions(path, name="a.csv", by=BY, dry_run=False)] * 3)

    assert not [each for each in given if isinstance(each, Exception) and not isinstance(each, OutreachError)]
    assert Adhesion.objects.count() == 20
    assert ContactChange.objects.count() == 20


def test_the_demonstration_leaves_while_all_is_settled() -> None:
    for number in range(40):
        CommuneFactory(population=9000 - number, latitude=45 + number / 1000, longitude=1.0)
    seed_demo_outreach("démonstration")
    note = QuickNoteFactory()

    given = at_once(remove_demo_outreach, services.settle_contacts, services.score_priorities)

    assert not [each for each in given if isinstance(each, Exception)]
    services.settle_contacts()
    moved = Actor.objects.exclude(contact_state=ContactState.NEVER)
    assert list(moved.values_list("pk", flat=True)) == [note.actor_id]
    assert set(ContactChange.objects.values_list("is_demo", flat=True)) == {False}
