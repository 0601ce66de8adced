"""Who came: marked, taken back, walked in, missing; the state of a registration follows, and nobody is written to."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from events import services
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration
from events.services import Applicant, EventsError, Person
from soco.mailing.models import Message
from tests.factories import CommuneFactory, EventFactory, ParticipantFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
BY = "accueil@exemple.fr"


@pytest.fixture
def event() -> Event:
    """It began a quarter of an hour ago."""
    return EventFactory(starts_at=timezone.now() - timedelta(minutes=15))


def states(registration: Registration) -> list[str]:
    return list(registration.transitions.order_by("pk").values_list("after", flat=True))


def state_of(registration: Registration) -> str:
    registration.refresh_from_db()
    return registration.state


def came(registration: Registration) -> Participant:
    return registration.participants.order_by("pk")[0]


def in_event(days: float, **values: Any) -> Event:
    """One that begins in so many days."""
    return EventFactory(starts_at=timezone.now() + timedelta(days=days), **values)


# --- marking --------------------------------------------------------------------------------------------------------------------
def test_somebody_who_comes_is_present_and_so_is_their_registration(event: Event) -> None:
    registration = RegistrationFactory(event=event)

    marked = services.mark(came(registration), True, by=BY)

    person = came(registration)
    assert (person.attended, person.attended_by, person.attended_at) == (True, BY, marked.attended_at)
    assert state_of(registration) == State.PRESENT
    assert Message.objects.count() == 0


def test_twice_is_once_and_the_first_time_stands(event: Event) -> None:
    registration = RegistrationFactory(event=event)
    first = services.mark(came(registration), True, by=BY)

    services.mark(came(registration), True, by="autre@exemple.fr")

    person = came(registration)
    assert (person.attended_at, person.attended_by) == (first.attended_at, BY)
    assert states(registration) == [State.PRESENT]


def test_a_wrong_tap_is_taken_back(event: Event) -> None:
    registration = RegistrationFactory(event=event)
    services.mark(came(registration), True, by=BY)

    services.mark(came(registration), None, by=BY)

    person = came(registration)
    assert (person.attended, person.attended_at, person.attended_by) == (None, None, "")
    assert state_of(registration) == State.CONFIRMED
    assert Message.objects.count() == 0  # « confirmed » again is no news for them


def test_present_then_absent_then_late(event: Event) -> None:
    registration = RegistrationFactory(event=event)
    for attended in (True, False, True):
        services.mark(came(registration), attended, by=BY)

    assert states(registration) == [State.PRESENT, State.ABSENT, State.PRESENT]


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        ((True, None), State.PRESENT),
        ((True, False), State.PRESENT),
        ((False, None), State.CONFIRMED),
        ((False, False), State.ABSENT),
    ],
)
def test_a_registration_of_two_follows_both(event: Event, marks: tuple[bool | None, ...], state: str) -> None:
    registration = RegistrationFactory(event=event, seats=2)

    for person, attended in zip(registration.participants.order_by("pk"), marks, strict=True):
        services.mark(person, attended, by=BY)

    assert state_of(registration) == state


def test_everybody_of_a_registration_at_once_and_twice(event: Event) -> None:
    registration = RegistrationFactory(event=event, seats=3)
    other = RegistrationFactory(event=event)

    for _time in range(2):
        services.mark_all(registration, by=BY)

    assert list(registration.participants.values_list("attended", flat=True)) == [True] * 3
    assert states(registration) == [State.PRESENT]
    assert came(other).attended is None


@pytest.mark.parametrize("state", [State.WAITING, State.WITHDRAWN, State.REFUSED, State.EXPIRED, State.CANCELLED])
def test_nobody_without_a_seat_is_marked(event: Event, state: str) -> None:
    registration = RegistrationFactory(event=event, state=state)

    with pytest.raises(EventsError, match="n’est plus sur la liste"):
        services.mark(came(registration), True, by=BY)

    assert (state_of(registration), came(registration).attended) == (state, None)


def test_somebody_removed_meanwhile_is_not_marked(event: Event) -> None:
    registration = RegistrationFactory(event=event, seats=2)
    person = came(registration)
    services.remove_participant(person)
    person.pk = person.pk or 0

    with pytest.raises(EventsError, match="n’est plus sur la liste"):
        services.mark(person, True, by=BY)


@pytest.mark.parametrize(
    ("event_in", "sentence"),
    [({"days": 2}, "à partir du jour"), ({"days": -32}, "trente jours après")],
)
def test_marking_has_its_days(event_in: dict[str, float], sentence: str) -> None:
    registration = RegistrationFactory(event=in_event(**event_in))

    with pytest.raises(EventsError, match=sentence):
        services.mark(came(registration), True, by=BY)

    assert came(registration).attended is None


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-03-09T23:30:00+01:00", False),
        ("2026-03-10T00:10:00+01:00", True),  # the day begins in Paris, an hour before it does in UTC
        ("2026-04-09T09:00:00+02:00", True),
        ("2026-04-10T00:00:00+02:00", False),
    ],
)
def test_the_door_is_open_from_the_day_to_thirty_days_after(now: str, is_open: bool) -> None:
    event = EventFactory(starts_at=datetime.fromisoformat("2026-03-10T08:30:00+01:00"))

    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        assert services.is_door_open(event) is is_open


@pytest.mark.parametrize("trait", ["draft", "cancelled", "postponed"])
def test_nobody_comes_to_what_does_not_take_place(trait: str) -> None:
    registration = RegistrationFactory(event=in_event(0, **{trait: True}))

    with pytest.raises(EventsError, match="publié"):
        services.mark(came(registration), True, by=BY)


# --- without registering --------------------------------------------------------------------------------------------------------
def test_a_walk_in_is_present_at_once_and_takes_no_seat() -> None:
    event = in_event(0, capacity=1)
    RegistrationFactory(event=event)
    actor = CommuneFactory()

    applicant = Applicant("Zoé Lefèvre", "Zoe@Exemple.fr ", actor=actor)
    registration = services.add_walk_in(event, applicant, [Person("Zoé Lefèvre", job="maire")], by=BY)

    registration.refresh_from_db()
    person = came(registration)
    assert (registration.state, registration.is_walk_in, registration.rank) == (State.PRESENT, True, 2)
    assert (registration.email, registration.structure) == ("zoe@exemple.fr", actor.name)
    assert (person.name, person.job, person.attended, person.attended_by) == ("Zoé Lefèvre", "maire", True, BY)
    assert Registration.objects.of_event(event).taken_and_last_rank()[0] == 1
    assert states(registration) == [State.PRESENT]
    assert Message.objects.count() == 0


def test_people_without_an_address_are_counted_each_once(event: Event) -> None:
    for name in ("Zoé", "Ali", "zoé"):
        services.add_walk_in(event, Applicant(name, ""), by=BY)

    people = Participant.objects.expected(event)
    assert sorted(people.values_list("name", "attended")) == [("Ali", True), ("Zoé", True)]
    assert Message.objects.count() == 0


def test_the_same_walk_in_twice_is_one(event: Event) -> None:
    first, second = (services.add_walk_in(event, Applicant("Zoé", "zoe@exemple.fr"), by=BY) for _ in range(2))

    assert first == second
    assert Participant.objects.expected(event).count() == 1


def test_a_known_address_is_marked_on_its_registration_accents_or_not(event: Event) -> None:
    known = RegistrationFactory(event=event, name="Zoé Lefèvre", email="zoe@exemple.fr")

    registration = services.add_walk_in(event, Applicant("zoe lefevre", "ZOE@exemple.fr"), by=BY)

    assert (registration, state_of(known), known.is_walk_in) == (known, State.PRESENT, False)
    assert Participant.objects.expected(event).count() == 1


def test_a_colleague_with_the_address_of_the_town_hall_joins_its_registration(event: Event) -> None:
    known = RegistrationFactory(event=event, name="Zoé Lefèvre", email="mairie@exemple.fr")

    services.add_walk_in(event, Applicant("Ali Benoît", "mairie@exemple.fr"), by=BY)

    people = Participant.objects.expected(event).values_list("name", "attended")
    assert list(people) == [("Ali Benoît", True), ("Zoé Lefèvre", None)]
    assert (state_of(known), known.seats) == (State.PRESENT, 1)


def test_somebody_who_waited_is_taken_in_beside_the_count() -> None:
    event = in_event(0, capacity=1)
    RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, waiting=True, name="Zoé", email="zoe@exemple.fr")

    services.add_walk_in(event, Applicant("Zoé", "zoe@exemple.fr"), by=BY)

    assert (state_of(waiting), waiting.is_walk_in) == (State.PRESENT, True)
    assert Registration.objects.of_event(event).taken_and_last_rank()[0] == 1
    assert Message.objects.count() == 0


def test_a_seat_that_was_offered_is_theirs() -> None:
    event = in_event(0, capacity=1)
    offered = RegistrationFactory(event=event, offered=True, name="Zoé", email="zoe@exemple.fr")

    services.add_walk_in(event, Applicant("Zoé", "zoe@exemple.fr"), by=BY)

    assert (state_of(offered), offered.is_walk_in, offered.offer_until) == (State.PRESENT, False, None)


def test_whoever_withdrew_and_comes_all_the_same_walks_in(event: Event) -> None:
    gone = RegistrationFactory(event=event, withdrawn=True, email="zoe@exemple.fr")

    registration = services.add_walk_in(event, Applicant("Zoé", "zoe@exemple.fr"), by=BY)

    assert registration != gone
    assert (state_of(gone), registration.state) == (State.WITHDRAWN, State.PRESENT)


def test_nobody_walks_in_before_the_day() -> None:
    event = in_event(3)

    with pytest.raises(EventsError, match="à partir du jour"):
        services.add_walk_in(event, Applicant("Zoé", "zoe@exemple.fr"), by=BY)

    assert Registration.objects.count() == 0


# --- closing --------------------------------------------------------------------------------------------------------------------
def test_closing_makes_absent_whoever_was_not_marked_once(event: Event) -> None:
    here, missing = RegistrationFactory(event=event), RegistrationFactory(event=event, seats=2)
    waiting = RegistrationFactory(event=event, waiting=True)
    elsewhere = RegistrationFactory(event=in_event(0))
    services.mark(came(here), True, by=BY)

    counts = [services.close_attendance(event, by=BY) for _ in range(2)]

    assert counts == [2, 0]
    assert [state_of(each) for each in (here, missing, waiting, elsewhere)] == [
        State.PRESENT, State.ABSENT, State.WAITING, State.CONFIRMED,
    ]  # fmt: skip
    assert Participant.objects.expected(event).no_shows().count() == 2
    assert states(missing) == [State.ABSENT]
    assert Message.objects.count() == 0


def test_somebody_late_is_marked_after_closing(event: Event) -> None:
    late = RegistrationFactory(event=event)
    services.close_attendance(event, by=BY)

    services.mark(came(late), True, by=BY)

    assert state_of(late) == State.PRESENT


def test_nothing_is_closed_before_the_beginning() -> None:
    with time_machine.travel(datetime.fromisoformat("2026-03-10T08:00:00+01:00"), tick=False):
        event = EventFactory(starts_at=timezone.now() + timedelta(minutes=30))
        registration = RegistrationFactory(event=event)

        with pytest.raises(EventsError, match="une fois l’événement commencé"):
            services.close_attendance(event, by=BY)

        assert state_of(registration) == State.CONFIRMED


# --- words ----------------------------------------------------------------------------------------------------------------------
def test_the_counts_of_the_door(event: Event) -> None:
    for attended in (True, True, False, None):
        ParticipantFactory(registration__event=event, attended=attended)
    RegistrationFactory(event=event, waiting=True)
    RegistrationFactory(event=event, withdrawn=True)

    counts = Participant.objects.expected(event).attendance()

    assert counts == {"expected": 4, "present": 2, "absent": 1, "awaited": 1}


def test_people_are_found_by_any_words_of_theirs(event: Event) -> None:
    zoe = ParticipantFactory(registration__event=event, registration__structure="Mairie de Dax", name="Zoé Lefèvre")
    ParticipantFactory(registration__event=event, registration__structure="Mairie de Pau", name="Ali Benoît")

    for text in ("zoe", "LEFEVRE dax", "  mairie lefè ", zoe.registration.email):
        assert list(Participant.objects.expected(event).naming(text)) == [zoe]
    assert Participant.objects.expected(event).naming("zoe pau").count() == 0
    assert Participant.objects.expected(event).naming("\x00").count() == 2
