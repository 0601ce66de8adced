"""Registering: who gets a seat, who waits, what each gesture does, and that doing it twice does it once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from directory.enums import ContactState
from events import services
from events.enums import ExpiredOffer
from events.enums import RegistrationState as State
from events.models import Event, Registration
from events.seating import Obstacle
from events.services import Applicant, Person
from soco.mailing.models import Message
from tests.factories import CommuneFactory, EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def somebody(number: int = 1, **fields: object) -> Applicant:
    return Applicant(name=f"Camille Petit {number}", email=f"camille{number}@exemple.fr", **fields)  # type: ignore[arg-type]


def registered(event: Event, number: int, seats: int = 1, **fields: object) -> Registration:
    people = [Person(f"Personne {number}.{index}") for index in range(seats)]
    return services.register(event, somebody(number, **fields), people=people)


def states(event: Event) -> list[str]:
    return list(Registration.objects.of_event(event).in_line().values_list("state", flat=True))


def kinds_to(email: str) -> list[str]:
    return list(Message.objects.filter(to_email=email).order_by("pk").values_list("kind", flat=True))


def test_a_free_seat_is_taken_at_once_and_the_mail_says_so() -> None:
    registration = registered(EventFactory(capacity=2), 1)

    assert registration.state == State.CONFIRMED
    assert [str(who) for who in registration.participants.all()] == ["Personne 1.0"]
    assert kinds_to("camille1@exemple.fr") == ["events.confirmed"]
    assert [(step.before, step.after) for step in registration.transitions.all()] == [("", State.CONFIRMED)]


def test_the_same_address_again_gives_back_its_registration() -> None:
    event = EventFactory(capacity=2)
    first = registered(event, 1)

    again = services.register(event, Applicant(name="Autre nom", email=" Camille1@Exemple.fr "))

    assert again.pk == first.pk
    assert states(event) == [State.CONFIRMED]
    assert kinds_to("camille1@exemple.fr") == ["events.confirmed"]


def test_without_a_free_seat_the_request_waits_at_its_place() -> None:
    event = EventFactory(capacity=1)
    registered(event, 1)
    second, third = registered(event, 2), registered(event, 3)

    assert (services.position(second), services.position(third)) == (1, 2)
    assert kinds_to("camille3@exemple.fr") == ["events.waiting"]


def test_without_a_waiting_list_a_full_event_refuses_and_writes_nothing() -> None:
    event = EventFactory(capacity=1, has_waiting_list=False)
    registered(event, 1)

    with pytest.raises(services.FullError):
        registered(event, 2)

    assert states(event) == [State.CONFIRMED]
    assert kinds_to("camille2@exemple.fr") == []


def test_a_seat_given_up_is_offered_to_the_first_in_line_and_accepted() -> None:
    event = EventFactory(capacity=1, offer_hours=48)
    first, second, third = registered(event, 1), registered(event, 2), registered(event, 3)

    assert services.withdraw(first) is True
    second.refresh_from_db()
    assert second.state == State.OFFERED
    assert second.offer_until is not None
    assert services.position(Registration.objects.get(pk=third.pk)) == 1

    assert services.accept_offer(second).state == State.CONFIRMED
    assert services.accept_offer(second).state == State.CONFIRMED
    assert states(event) == [State.WITHDRAWN, State.CONFIRMED, State.WAITING]
    assert kinds_to("camille2@exemple.fr") == ["events.waiting", "events.offered", "events.confirmed"]


def test_withdrawing_twice_frees_one_seat() -> None:
    event = EventFactory(capacity=1)
    first = registered(event, 1)
    registered(event, 2)
    registered(event, 3)

    assert (services.withdraw(first), services.withdraw(first)) == (True, False)

    assert states(event) == [State.WITHDRAWN, State.OFFERED, State.WAITING]
    assert kinds_to("camille1@exemple.fr") == ["events.confirmed", "events.withdrawn"]


def test_somebody_who_waits_withdraws_and_is_never_offered_a_seat() -> None:
    event = EventFactory(capacity=1)
    first, second, third = registered(event, 1), registered(event, 2), registered(event, 3)
    services.withdraw(second)

    services.withdraw(first)

    assert states(event) == [State.WITHDRAWN, State.WITHDRAWN, State.OFFERED]
    assert Registration.objects.get(pk=third.pk).is_offered


def test_whoever_withdrew_may_ask_again_and_takes_a_new_rank() -> None:
    event = EventFactory(capacity=1)
    first = registered(event, 1)
    registered(event, 2)
    services.withdraw(first)

    again = registered(event, 1)

    assert again.pk != first.pk
    assert (again.state, again.rank) == (State.WAITING, 3)


def test_without_a_delay_the_next_one_is_registered_at_once_in_other_words() -> None:
    event = EventFactory(capacity=1, offer_hours=0)
    first = registered(event, 1)
    registered(event, 2)

    services.withdraw(first)

    assert states(event) == [State.WITHDRAWN, State.CONFIRMED]
    assert kinds_to("camille2@exemple.fr") == ["events.waiting", "events.promoted"]


def test_an_offer_that_passes_goes_to_the_next_one() -> None:
    event = EventFactory(capacity=1, offer_hours=48)
    first = registered(event, 1)
    registered(event, 2)
    registered(event, 3)
    services.withdraw(first)

    with time_machine.travel(timezone.now() + timedelta(hours=49), tick=False):
        assert services.tend(timezone.now()) == 1
        assert services.tend(timezone.now()) == 0

    assert states(event) == [State.WITHDRAWN, State.EXPIRED, State.OFFERED]
    assert kinds_to("camille2@exemple.fr") == ["events.waiting", "events.offered", "events.expired"]


def test_an_offer_that_passes_may_send_its_request_to_the_end_of_the_line_once() -> None:
    event = EventFactory(capacity=1, offer_hours=24, expired_offer=ExpiredOffer.END_OF_LINE)
    first = registered(event, 1)
    second, third = registered(event, 2), registered(event, 3)
    services.withdraw(first)
    now = timezone.now()

    seen = []
    for hours in (25, 50, 75):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            services.tend(timezone.now())
        seen.append([Registration.objects.get(pk=pk).state for pk in (second.pk, third.pk)])

    assert seen == [
        [State.WAITING, State.OFFERED],
        [State.OFFERED, State.WAITING],
        [State.EXPIRED, State.OFFERED],
    ]


def test_an_offer_is_never_kept_beyond_the_beginning() -> None:
    event = EventFactory(capacity=1, offer_hours=72, starts_at=timezone.now() + timedelta(hours=5))
    first, second = registered(event, 1), registered(event, 2)

    services.withdraw(first)

    second.refresh_from_db()
    assert second.offer_until == event.starts_at


def test_a_passed_offer_cannot_be_accepted_even_before_the_clock_closes_it() -> None:
    event = EventFactory(capacity=1, offer_hours=1)
    first, second = registered(event, 1), registered(event, 2)
    services.withdraw(first)

    with (
        time_machine.travel(timezone.now() + timedelta(hours=2), tick=False),
        pytest.raises(services.EventsError, match="délai est passé"),
    ):
        services.accept_offer(second)


def test_a_request_for_two_waits_for_two_seats_and_lets_pass_who_needs_one() -> None:
    event = EventFactory(capacity=2)
    first, _second = registered(event, 1), registered(event, 2)
    pair, alone = registered(event, 3, seats=2), registered(event, 4)
    assert services.why_waiting(event) == {pair.pk: Obstacle.FULL, alone.pk: Obstacle.FULL}

    services.withdraw(first)

    assert states(event)[2:] == [State.WAITING, State.OFFERED]
    assert services.why_waiting(event) == {pair.pk: Obstacle.FULL}


def test_a_larger_room_is_filled_at_once() -> None:
    event = EventFactory(capacity=1)
    registered(event, 1)
    registered(event, 2, seats=2)
    registered(event, 3)

    services.save_event(event, {"capacity": 3}, by="équipe")

    assert states(event) == [State.CONFIRMED, State.OFFERED, State.WAITING]


def test_a_smaller_room_puts_nobody_out_and_gives_nothing_until_it_fits() -> None:
    event = EventFactory(capacity=3)
    first, _second, _third = registered(event, 1), registered(event, 2), registered(event, 3)
    registered(event, 4)
    services.save_event(event, {"capacity": 1}, by="équipe")

    services.withdraw(first)

    assert states(event) == [State.WITHDRAWN, State.CONFIRMED, State.CONFIRMED, State.WAITING]


def test_reserved_seats_wait_for_collectivites_never_met_then_go_to_all() -> None:
    event = EventFactory(capacity=2, reserved_seats=1)
    met = CommuneFactory(contact_state=ContactState.MET)
    registered(event, 1, actor=met)
    second = registered(event, 2)
    assert services.why_waiting(event) == {second.pk: Obstacle.RESERVED}

    newcomer = registered(event, 3, actor=CommuneFactory())
    assert newcomer.state == State.CONFIRMED

    services.withdraw(newcomer)
    assert Registration.objects.get(pk=second.pk).is_waiting
    with time_machine.travel(event.starts_at - timedelta(days=2), tick=False):
        services.tend(timezone.now())
    assert Registration.objects.get(pk=second.pk).is_offered


def test_collectivites_never_met_go_first_where_the_organiser_chose_it() -> None:
    event = EventFactory(capacity=1, never_met_first=True)
    first = registered(event, 1)
    known, newcomer = registered(event, 2), registered(event, 3, actor=CommuneFactory())
    assert (services.position(known), services.position(newcomer)) == (2, 1)

    services.withdraw(first)

    assert states(event) == [State.WITHDRAWN, State.WAITING, State.OFFERED]


def test_each_structure_has_its_share_of_seats() -> None:
    event, actor = EventFactory(seats_per_actor=2), CommuneFactory()
    registered(event, 1, actor=actor)

    with pytest.raises(services.EventsError, match="2 places au plus"):
        registered(event, 2, seats=2, actor=actor)

    assert registered(event, 2, actor=actor).state == State.CONFIRMED
    assert registered(event, 3, actor=CommuneFactory()).state == State.CONFIRMED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"past": True}, "passé"),
        ({"cancelled": True}, "annulé"),
        ({"draft": True}, "pas encore publié"),
        ({"postponed": True}, "reporté"),
        ({"opens_at": timezone.now() + timedelta(days=3)}, "ouvrent le"),
        ({"closes_at": timezone.now() - timedelta(days=3)}, "closes"),
    ],
)
def test_registering_is_refused_when_it_is_not_open(fields: dict[str, object], sentence: str) -> None:
    event = EventFactory(**fields)

    with pytest.raises(services.EventsError, match=sentence):
        registered(event, 1)

    assert states(event) == []


def test_an_organiser_refuses_somebody_with_a_reason() -> None:
    event = EventFactory(capacity=1)
    first = registered(event, 1)
    registered(event, 2)

    assert services.refuse(first, by="équipe", reason="Réservé aux communes") is True
    assert services.refuse(first, by="équipe", reason="Réservé aux communes") is False

    assert states(event) == [State.REFUSED, State.OFFERED]
    assert kinds_to("camille1@exemple.fr") == ["events.confirmed", "events.refused"]


def test_a_colleague_comes_instead_and_the_registration_goes_to_them() -> None:
    registration = registered(EventFactory(), 1)
    old_token = registration.token

    services.replace_participant(
        registration.participants.get(), Person("Sacha Roux", "sacha@exemple.fr", "DGS"), by="camille1@exemple.fr"
    )

    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("Sacha Roux", "sacha@exemple.fr")
    assert registration.token != old_token
    assert [str(who) for who in registration.participants.all()] == ["Sacha Roux"]
    assert kinds_to("sacha@exemple.fr") == ["events.confirmed"]


def test_a_colleague_who_is_registered_already_cannot_come_instead() -> None:
    event = EventFactory()
    registration = registered(event, 1)
    registered(event, 2)

    with pytest.raises(services.EventsError, match="déjà inscrite"):
        services.replace_participant(registration.participants.get(), Person("X", "camille2@exemple.fr"))

    registration.refresh_from_db()
    assert registration.email == "camille1@exemple.fr"


def test_one_of_three_does_not_come_and_the_seat_is_offered() -> None:
    event = EventFactory(capacity=3)
    registration = registered(event, 1, seats=3)
    registered(event, 2)

    assert services.remove_participant(registration.participants.first()) is True

    registration.refresh_from_db()
    assert (registration.seats, registration.participants.count()) == (2, 2)
    assert states(event) == [State.CONFIRMED, State.OFFERED]


def test_walk_ins_take_no_seat_of_those_who_wait() -> None:
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event, is_walk_in=True, present=True)

    assert registered(event, 1).state == State.CONFIRMED


def test_nothing_is_offered_once_the_event_has_begun() -> None:
    event = EventFactory(capacity=1)
    first = registered(event, 1)
    registered(event, 2)

    with time_machine.travel(event.starts_at + timedelta(minutes=5), tick=False):
        services.withdraw(first)

    assert states(event) == [State.WITHDRAWN, State.WAITING]


def test_after_the_event_a_registration_no_longer_changes() -> None:
    event = EventFactory()
    first = registered(event, 1)

    with (
        time_machine.travel(event.ends_at + timedelta(days=1), tick=False),
        pytest.raises(services.EventsError, match="passé"),
    ):
        services.withdraw(first)
