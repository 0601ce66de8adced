"""The day after, what people think of it, and what the agenda knows and forgets of them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from events import people, services
from events.enums import RegistrationState as State
from events.models import EventInvitation, Participant, Registration, Satisfaction
from events.services import Applicant, Person
from soco.mailing.models import Message
from tests.factories import (
    EventDocumentFactory,
    EventFactory,
    EventInvitationFactory,
    EventQuestionFactory,
    GroupMemberFactory,
    RegistrationFactory,
    SatisfactionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def yesterday() -> dict[str, object]:
    end = timezone.now() - timedelta(days=1)
    return {"starts_at": end - timedelta(hours=1), "ends_at": end}


# --- thanks ---------------------------------------------------------------------------------------------------------------------
def test_those_who_came_are_thanked_once_the_day_after() -> None:
    event = EventFactory(**yesterday())
    came = RegistrationFactory(event=event, present=True)
    RegistrationFactory(event=event, state=State.ABSENT)
    RegistrationFactory(event=event, waiting=True)
    RegistrationFactory(event=EventFactory(past=True), present=True)
    RegistrationFactory(event=EventFactory(demo=True, **yesterday()), present=True)

    for _ in range(2):
        services.thank(timezone.now())

    assert list(Message.objects.values_list("kind", "to_email")) == [("events.thanks", came.email)]


def test_when_nobody_was_ticked_all_the_registered_are_thanked() -> None:
    event = EventFactory(**yesterday())
    registered = RegistrationFactory.create_batch(2, event=event)

    assert services.thank(timezone.now()) == 2
    assert set(Message.objects.values_list("to_email", flat=True)) == {each.email for each in registered}


def test_an_opinion_is_given_changed_and_closed(client: Client) -> None:
    registration = RegistrationFactory(event=EventFactory(**yesterday()), present=True)
    address = f"{registration.get_absolute_url()}avis/"

    assert "Ce champ est obligatoire" in client.post(address, {"useful": "Les contacts"}).content.decode()
    client.post(address, {"rating": "4", "useful": "Les contacts"})
    client.post(address, {"rating": "5", "useful": "Les contacts", "wish": "Plus long"})

    assert Satisfaction.objects.values_list("rating", "wish").get() == (5, "Plus long")
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        assert "sont clos" in client.post(address, {"rating": "1"}).content.decode()
    assert Satisfaction.objects.get().rating == 5


def test_no_opinion_before_the_event_nor_from_who_waited(client: Client) -> None:
    coming = RegistrationFactory()
    waited = RegistrationFactory(event=EventFactory(**yesterday()), waiting=True)

    for registration in (coming, waited):
        page = client.post(f"{registration.get_absolute_url()}avis/", {"rating": "5"}).content.decode()
        assert "après l’événement" in page

    assert Satisfaction.objects.count() == 0


def test_few_opinions_tell_no_average_and_no_text() -> None:
    event = EventFactory(**yesterday())
    for _ in range(4):
        SatisfactionFactory(registration=RegistrationFactory(event=event, present=True), rating=4, useful="Le café")
    few = services.opinions(event)
    SatisfactionFactory(registration=RegistrationFactory(event=event, present=True), rating=2)

    assert (few.count, few.average, few.useful) == (4, None, [])
    enough = services.opinions(event)
    assert (enough.count, enough.average, enough.useful) == (5, 3.6, ["Le café"] * 4)


def test_the_registered_read_the_documents_kept_for_them_by_their_link(client: Client) -> None:
    registration = RegistrationFactory(event=EventFactory(**yesterday()), present=True)
    EventDocumentFactory(event=registration.event, audience="inscrits", title="Diaporama")

    page = client.get(registration.get_absolute_url()).content.decode()
    link = page.partition("/agenda/documents/")[2].partition('"')[0]

    assert client.get(f"/agenda/documents/{link}").status_code == 200


# --- what is known of a person --------------------------------------------------------------------------------------------------
def test_my_space_shows_my_events_offers_and_groups(client: Client) -> None:
    user = UserFactory()
    RegistrationFactory(user=user, event__title="Mon petit-déjeuner")
    RegistrationFactory(email=user.email, offered=True, event__title="Ma place proposée")
    RegistrationFactory(user=user, event__past=True, event__title="C’est passé")
    GroupMemberFactory(user=user, group__name="Mon groupe")
    client.force_login(user)

    page = client.get("/mon-espace/").content.decode()

    shown = [title in page for title in ("Mon petit-déjeuner", "Ma place proposée", "Mon groupe", "C’est passé")]
    assert shown == [True, True, True, False]
    assert "Une place vous attend" in page


def test_my_data_hold_my_registrations_and_invitations() -> None:
    user = UserFactory()
    RegistrationFactory(user=user, answers={"1": "végétarien"})
    RegistrationFactory()
    EventInvitationFactory(email=user.email)

    rows = list(people.PERSONAL_DATA.export(user))

    assert len(rows) == 2
    assert rows[0]["reponses"] == "végétarien"


def test_erasing_frees_the_seat_and_leaves_nothing_of_the_person() -> None:
    user = UserFactory(first_name="Inès", last_name="Roy", email="ines@exemple.fr")
    event = EventFactory(capacity=1)
    mine = services.register(event, Applicant("Inès Roy", user.email, phone="06", user=user), answers={"1": "sel"})
    waits = services.register(event, Applicant("Ali", "ali@exemple.fr"))
    past = RegistrationFactory(user=user, event__past=True, name="Inès Roy", email=user.email)
    colleague = RegistrationFactory(event__past=True, people=0)
    Participant.objects.create(registration=colleague, name="Inès Roy", email=user.email)
    invited = EventInvitationFactory(email=user.email)
    token = mine.token

    people.PERSONAL_DATA.erase(user)

    assert Registration.objects.get(pk=waits.pk).state == State.OFFERED
    for registration in Registration.objects.filter(pk__in=(mine.pk, past.pk)):
        values = (
            registration.name,
            registration.phone,
            registration.structure,
            registration.user,
            registration.answers,
        )
        assert values == ("—", "", "", None, {})
    assert not Participant.objects.filter(name__contains="Roy").exists()
    assert EventInvitation.objects.get().email == f"{invited.pk}-efface@efface.invalid"
    assert not Registration.objects.filter(email=user.email).exists()
    assert Client().get(f"/agenda/inscriptions/{token}/").status_code == 410


def test_answers_about_health_go_a_month_after_and_people_three_years_after() -> None:
    event = EventFactory(starts_at=timezone.now() - timedelta(days=40))
    health, other = EventQuestionFactory(event=event, is_sensitive=True), EventQuestionFactory(event=event)
    kept = RegistrationFactory(event=event, answers={str(health.pk): "diabète", str(other.pk): "oui"})
    old = RegistrationFactory(event=EventFactory(starts_at=timezone.now() - timedelta(days=1200)))
    sensitive, everybody = people.PURGES

    assert (sensitive.run(False), everybody.run(False)) == (1, 1)
    kept.refresh_from_db()
    assert str(health.pk) in kept.answers
    assert (sensitive.run(True), everybody.run(True)) == (1, 1)
    assert (sensitive.run(True), everybody.run(True)) == (0, 0)

    kept.refresh_from_db()
    old.refresh_from_db()
    assert kept.answers == {str(other.pk): "oui"}
    assert (old.name, kept.name != "—") == ("—", True)
    assert [str(person) for person in old.participants.all()] == ["—"]


def test_the_organisers_page_shows_opinions_once_there_are_some(client: Client) -> None:
    event = EventFactory(organiser=UserFactory(), **yesterday())
    client.force_login(event.organiser)
    address = f"{event.get_absolute_url()}gerer/"

    before = client.get(address).content.decode()
    SatisfactionFactory(registration=RegistrationFactory(event=event, present=True))
    after = client.get(address).content.decode()

    assert ("Les avis" in before, "Les avis" in after) == (False, True)


def test_a_person_s_colleagues_are_told_too_without_the_managing_link() -> None:
    event = EventFactory()
    services.register(event, Applicant("Un", "un@exemple.fr"), people=[Person("Un"), Person("Deux", "deux@exemple.fr")])

    messages = dict(Message.objects.values_list("to_email", "params"))

    assert set(messages) == {"un@exemple.fr", "deux@exemple.fr"}
    assert "participant" in messages["deux@exemple.fr"]
