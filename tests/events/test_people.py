"""Whose registrations are whose, and what is left of a person who goes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events import people, services
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration, Satisfaction
from events.services import Applicant, Person
from soco.accounts.services import erase
from soco.mailing import delivery
from soco.mailing.models import Message
from soco.web.templatetags.soco import moment
from tests.directory.pages import text_of
from tests.directory.test_erasure import everything_said
from tests.factories import EmailAddressFactory, EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_typing_somebody_s_address_in_one_s_account_opens_nothing_of_theirs(client: Client) -> None:
    event = EventFactory(title="Chez quelqu’un d’autre")
    theirs = RegistrationFactory(event=event, email="victime@exemple.fr")
    intruder = UserFactory()
    EmailAddressFactory(user=intruder, email="victime@exemple.fr", verified=False, primary=False)
    client.force_login(intruder)

    assert event.title not in client.get("/mon-espace/").content.decode()
    assert theirs.token not in client.get(event.get_absolute_url()).content.decode()
    assert list(people.PERSONAL_DATA.export(intruder)) == []
    people.PERSONAL_DATA.erase(intruder)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.email) == (State.CONFIRMED, "victime@exemple.fr")


def test_a_second_address_that_is_proved_counts() -> None:
    user = UserFactory()
    EmailAddressFactory(user=user, email="Autre@exemple.fr", verified=True, primary=False)
    mine = RegistrationFactory(email="autre@exemple.fr")

    assert list(Registration.objects.of_user(user)) == [mine]


def test_erased_nothing_in_the_base_names_the_person() -> None:
    user = UserFactory(email="ines.partie@exemple.fr", first_name="Inès", last_name="Partie-Loin")
    organised = EventFactory(created_by=user.email)
    Event.objects.filter(pk=organised.pk).update(title="Autre titre")  # its history keeps who made it
    event = EventFactory(capacity=3)
    me = Applicant("Inès Partie-Loin", user.email, user=user)
    services.register(event, me, people=[Person("Inès Partie-Loin"), Person("Noé", "noe@exemple.fr")])
    past = RegistrationFactory(event__past=True, user=user, name="Inès Partie-Loin", email=user.email)
    Satisfaction.objects.create(registration=past, rating=5, useful="Signé Partie-Loin")
    delivery.deliver()

    kept = erase(user)

    assert "Vos inscriptions restent comptées" in " ".join(kept)
    said = everything_said()
    assert "Partie-Loin" not in said
    assert "ines.partie" not in said
    passed_on = Registration.objects.of_event(event).get()  # the colleague keeps a seat, and the registration
    assert (passed_on.state, passed_on.email, passed_on.seats) == (State.CONFIRMED, "noe@exemple.fr", 1)
    past.refresh_from_db()
    assert (past.state, past.satisfaction.rating, past.satisfaction.useful) == (State.CONFIRMED, 5, "")


def test_erased_a_colleague_gives_the_seat_back_and_the_others_keep_theirs() -> None:
    user = UserFactory(first_name="Inès", last_name="Roy")
    event = EventFactory(capacity=2)
    party = services.register(
        event, Applicant("Ali", "ali@exemple.fr"), people=[Person("Ali"), Person("Inès Roy", user.email)]
    )
    waits = services.register(event, Applicant("Zoé", "zoe@exemple.fr"))

    people.PERSONAL_DATA.erase(user)

    party.refresh_from_db()
    assert (party.state, party.seats, [str(who) for who in party.participants.all()]) == (State.CONFIRMED, 1, ["Ali"])
    assert Registration.objects.get(pk=waits.pk).state == State.OFFERED


def test_nobody_is_written_to_about_a_registration_that_says_no_longer_whose_it_is() -> None:
    user = UserFactory()
    end = timezone.now() - timedelta(days=1)
    event = EventFactory(starts_at=end - timedelta(hours=1), ends_at=end)
    RegistrationFactory(event=event, user=user, email=user.email)
    people.PERSONAL_DATA.erase(user)

    assert services.thank(timezone.now()) == 0
    assert not Message.objects.exists()
    assert Participant.objects.get().name == "—"


@pytest.mark.parametrize("state", ["absente", "proposee", "desistee"])
def test_only_who_came_gives_an_opinion(state: str) -> None:
    end = timezone.now() - timedelta(days=1)
    event = EventFactory(starts_at=end - timedelta(hours=1), ends_at=end)
    until = timezone.now() if state == "proposee" else None
    registration = RegistrationFactory(event=event, state=state, offer_until=until)

    with pytest.raises(services.EventsError):
        services.answer_satisfaction(registration, rating=1, useful="", wish="")
    assert not Satisfaction.objects.exists()


def test_my_space_offers_no_seat_whose_delay_is_over_and_no_date_that_is_no_longer_good(client: Client) -> None:
    user = UserFactory()
    RegistrationFactory(user=user, offered=True, offer_until=timezone.now() - timedelta(minutes=1))
    later = timezone.now() + timedelta(days=40)
    postponed = RegistrationFactory(user=user, event__postponed=True, event__starts_at=later)
    client.force_login(user)

    page = text_of(client.get("/mon-espace/"))

    assert "Une place vous attend" not in page
    assert "reporté, date à venir" in page
    assert moment(postponed.event.starts_at).replace("\u00a0", " ") not in page


def test_my_space_asks_the_same_of_the_base_with_more_events(client: Client, django_assert_num_queries: Any) -> None:
    user = UserFactory()
    client.force_login(user)

    def add(count: int) -> None:
        for _ in range(count):
            RegistrationFactory(user=user)
            RegistrationFactory(user=user, offered=True)

    add(1)
    client.get("/mon-espace/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/mon-espace/")
    add(2)
    with django_assert_num_queries(len(asked)):
        client.get("/mon-espace/")
