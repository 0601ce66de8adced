"""Whatever people and organisers do, in whatever order: seats stay within the room, and each step follows the rules."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from directory.enums import ContactState
from events import seating, services, states
from events.enums import ExpiredOffer
from events.enums import RegistrationState as State
from events.models import Registration, Transition
from events.services import Applicant, Person
from events.services.seats import held
from tests.factories import CommuneFactory, EventFactory

BEGINS_IN = timedelta(days=60)
ENDED = {State.WITHDRAWN, State.EXPIRED, State.REFUSED, State.CANCELLED}


class Room(RuleBasedStateMachine):
    """One event, the people who want to come, and a clock that moves."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.now = self.clock.start()
        self.never_met = CommuneFactory()
        self.met = CommuneFactory(contact_state=ContactState.MET)
        self.event = EventFactory(
            capacity=3,
            reserved_seats=1,
            never_met_first=True,
            offer_hours=24,
            expired_offer=ExpiredOffer.END_OF_LINE,
            starts_at=timezone.now() + BEGINS_IN,
        )
        self.number = 0
        self.highest = 3  # the largest room since the seats last fitted in it
        self.ended: dict[int, str] = {}

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- what people do -----------------------------------------------------------------------------------------------
    @rule(seats=st.integers(1, 3), never_met=st.booleans())
    def somebody_registers(self, seats: int, never_met: bool) -> None:
        self.number += 1
        applicant = Applicant(
            f"P{self.number}", f"p{self.number}@exemple.fr", actor=self.never_met if never_met else self.met
        )
        services.register(self.event, applicant, people=[Person(f"P{self.number}.{n}") for n in range(seats)])

    @rule(data=st.data())
    @precondition(lambda self: self.live())
    def somebody_withdraws(self, data: st.DataObject) -> None:
        services.withdraw(data.draw(st.sampled_from(self.live())))

    @rule(data=st.data())
    @precondition(lambda self: self.live(State.OFFERED))
    def somebody_accepts(self, data: st.DataObject) -> None:
        registration = data.draw(st.sampled_from(self.live(State.OFFERED)))
        if registration.offer_until > timezone.now():
            assert services.accept_offer(registration).state == State.CONFIRMED
        else:
            with pytest.raises(services.EventsError):
                services.accept_offer(registration)

    @rule(data=st.data())
    @precondition(lambda self: self.live(State.CONFIRMED))
    def somebody_comes_with_one_less(self, data: st.DataObject) -> None:
        registration = data.draw(st.sampled_from(self.live(State.CONFIRMED)))
        services.remove_participant(registration.participants.first())

    # --- what organisers do -------------------------------------------------------------------------------------------
    @rule(capacity=st.integers(1, 6))
    def the_room_changes(self, capacity: int) -> None:
        services.save_event(self.event, {"capacity": capacity}, by="équipe")

    @rule(data=st.data())
    @precondition(lambda self: self.live())
    def the_organiser_refuses(self, data: st.DataObject) -> None:
        services.refuse(data.draw(st.sampled_from(self.live())), by="équipe", reason="essai")

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now.shift(timedelta(hours=hours))
        services.tend(timezone.now())

    # --- what always holds --------------------------------------------------------------------------------------------
    def live(self, *wanted: str) -> list[Registration]:
        return list(Registration.objects.of_event(self.event).in_states(list(wanted or states.LIVE)).in_line())

    @invariant()
    def seats_stay_within_the_room(self) -> None:
        """A smaller room puts nobody out; but then nothing is given until the seats fit again."""
        self.event.refresh_from_db()
        taken = held(self.event).taken.seats
        assert taken <= max(self.highest, self.event.capacity)
        self.highest = max(taken, self.event.capacity)

    @invariant()
    def nobody_waits_beside_a_seat_for_them(self) -> None:
        rules, taken = self.event.rules, held(self.event).taken
        waiting = Registration.objects.of_event(self.event).requests()
        assert [request for request in waiting if seating.fits(rules, taken, request)] == []

    @invariant()
    def what_ended_never_comes_back(self) -> None:
        now = dict(Registration.objects.of_event(self.event).values_list("pk", "state"))
        assert {pk: now[pk] for pk in self.ended} == self.ended
        self.ended = {pk: state for pk, state in now.items() if state in ENDED}

    @invariant()
    def every_step_is_one_of_the_machine(self) -> None:
        steps = Transition.objects.exclude(before="").values_list("before", "after").distinct()
        assert [step for step in steps if not states.may_follow(*step)] == []


@pytest.mark.django_db
def test_the_room_whatever_happens() -> None:
    checks = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Room, settings=checks)
