"""What an unkind or hurried person may try: each gesture twice, at the wrong moment, by the wrong person, with strange words."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import ContactState
from events import services
from events.enums import Audience, DocumentAudience, EventKind
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration
from events.services import Applicant, Person
from soco.mailing import delivery
from soco.web import exports
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    EventDocumentFactory,
    EventFactory,
    EventQuestionFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    JumelageFactory,
    PartnerFactory,
    RegistrationFactory,
    SeriesFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
ANNE = "anne@exemple.fr"


def registered(event: Event, email: str = ANNE, *people: Person, **more: Any) -> Registration:
    return services.register(event, Applicant("Anne", email), people=people, **more)


def with_bob(event: Event) -> Registration:
    return registered(event, ANNE, Person("Anne"), Person("Bob", "bob@exemple.fr"))


def sent() -> list[Any]:
    mail.outbox.clear()
    delivery.deliver()
    return list(mail.outbox)


def told() -> list[str]:
    return [message.to[0] for message in sent()]


# --- personal links
def test_who_leaves_a_registration_gets_neither_its_link_nor_the_visioconference() -> None:
    event = EventFactory(audience=Audience.INVITED, online=True)
    party, alone = with_bob(event), registered(event, "seule@exemple.fr")
    sent()

    services.remove_participant(party.participants.get(name="Bob"))
    services.replace_participant(alone.participants.get(), Person("Zoé", "zoe@exemple.fr"))

    leaving = {message.to[0]: message for message in sent() if message.to[0] != "zoe@exemple.fr"}
    assert sorted(leaving) == ["bob@exemple.fr", "seule@exemple.fr"]
    for registration in (party, alone):
        registration.refresh_from_db()
        for message in leaving.values():
            said = message.body + message.attachments[0].content.replace("\r\n ", "")
            assert registration.token not in said
            assert event.online_url not in said


@pytest.mark.parametrize("traits", [{"draft": True}, {"audience": Audience.INVITED}])
def test_a_personal_link_opens_the_files_of_its_own_event_only(client: Client, traits: dict[str, Any]) -> None:
    other = registered(EventFactory())
    event = EventFactory(**traits)
    document, mine = EventDocumentFactory(event=event), RegistrationFactory(event=event)

    codes = []
    for registration in (other, mine):
        codes.append(client.get(f"{document.get_absolute_url()}?inscription={registration.token}").status_code)
    services.withdraw(mine)
    codes.append(client.get(f"{document.get_absolute_url()}?inscription={mine.token}").status_code)

    assert codes == [404, 200, 404]


def test_the_files_of_a_hidden_group_are_its_members(client: Client) -> None:
    group = GroupFactory(hidden=True)
    document, inside = EventDocumentFactory(event=None, group=group), GroupMemberFactory(group=group).user

    outside = client.get(document.get_absolute_url()).status_code
    client.force_login(inside)

    assert (outside, client.get(document.get_absolute_url()).status_code) == (404, 200)


def test_what_the_first_one_said_is_not_handed_to_the_colleague() -> None:
    event = EventFactory()
    question = EventQuestionFactory(event=event, is_sensitive=True)
    mine = services.register(
        event, Applicant("Anne", ANNE, phone="0600000000"), answers={str(question.pk): "Diabète"}, is_listed=True
    )

    services.replace_participant(mine.participants.get(), Person("Zoé", "zoe@exemple.fr"))

    mine.refresh_from_db()
    assert (mine.email, mine.phone, mine.answers, mine.is_listed) == ("zoe@exemple.fr", "", {}, False)


# --- twice ------------------------------------------------------------------------------------------------------------
def test_taken_out_twice_is_once() -> None:
    mine = with_bob(EventFactory())
    bob = mine.participants.get(name="Bob")
    again = Participant.objects.get(pk=bob.pk)

    assert [services.remove_participant(bob), services.remove_participant(again)] == [True, False]

    mine.refresh_from_db()
    assert (mine.state, mine.seats) == (State.CONFIRMED, 1)
    with pytest.raises(services.EventsError, match="n’est plus dans"):
        services.replace_participant(again, Person("Zoé", "zoe@exemple.fr"))


def test_replaced_twice_tells_once_and_another_one_tells_the_first() -> None:
    mine = with_bob(EventFactory())
    stale = [Participant.objects.get(registration=mine, name="Bob") for _ in range(3)]
    sent()

    heard = []
    for who, name in zip(stale, ("Zoé", "Zoé", "Ali"), strict=True):
        services.replace_participant(who, Person(name, f"{name[0].lower()}@exemple.fr"))
        heard.append(sorted(told()))

    assert heard == [["bob@exemple.fr", "z@exemple.fr"], [], ["a@exemple.fr", "z@exemple.fr"]]


def test_the_last_one_who_comes_is_told_when_replaced() -> None:
    mine = with_bob(EventFactory())
    services.remove_participant(mine.participants.get(name="Anne"))
    sent()

    services.replace_participant(mine.participants.get(), Person("Zoé", "zoe@exemple.fr"))

    assert "bob@exemple.fr" in told()


def test_who_has_a_seat_of_their_own_is_not_told_that_they_do_not_come() -> None:
    event = EventFactory()
    mine = with_bob(event)
    registered(event, "bob@exemple.fr")
    sent()

    services.withdraw(mine)

    assert told() == [ANNE]


def test_the_same_session_question_and_file_sent_twice_are_one(client: Client) -> None:
    event = EventFactory(kind=EventKind.FORMATION, organiser=UserFactory())
    client.force_login(event.organiser)
    day = timezone.localdate(event.starts_at)
    hours = {"starts_at_0": day, "starts_at_1": "09:00", "ends_at_0": day, "ends_at_1": "12:00"}
    far = {"starts_at_0": day + timedelta(days=900), "ends_at_0": day + timedelta(days=900)}

    for said in ({"title": "Matin"} | hours, {"title": "Matin"} | hours, {"title": "Loin"} | hours | far):
        client.post(f"{event.get_absolute_url()}gerer/seances/", said)
    for _ in range(2):
        client.post(f"{event.get_absolute_url()}gerer/questions/", {"label": "Un régime\u00a0?", "kind": "texte"})

    assert (event.sessions.count(), event.questions.count()) == (1, 1)


# --- rights -----------------------------------------------------------------------------------------------------------
def test_the_rest_of_a_series_is_cancelled_as_far_as_it_is_one_s_own(client: Client) -> None:
    host, series = CommuneFactory(), SeriesFactory()
    mine = EventFactory(host=host, series=series)
    theirs = EventFactory(host=CommuneFactory(), series=series, starts_at=mine.starts_at + timedelta(days=7))
    client.force_login(AttachmentFactory(accepted=True, actor=host).user)

    client.post(f"{mine.get_absolute_url()}gerer/annuler/", {"reason": "Travaux", "whole": "on"})

    assert [Event.objects.get(pk=event.pk).is_cancelled for event in (mine, theirs)] == [True, False]


def test_a_meeting_for_the_invited_is_named_to_nobody_else(client: Client) -> None:
    group = GroupFactory()
    meeting = EventFactory(group=group, audience=Audience.INVITED, title="Réunion discrète", past=True)
    GroupActionFactory(group=group, event=meeting, title="Écrire au maire")
    member = GroupMemberFactory(group=group)
    minutes = EventDocumentFactory.build(event=meeting, kind="compte-rendu", audience=DocumentAudience.REGISTERED)

    page = client.get(group.get_absolute_url()).content.decode()
    services.add_document(minutes, by="lea@exemple.fr")

    assert ("Écrire au maire" in page, "Réunion discrète" in page) == (True, False)
    assert member.user.email not in told()


def test_actors_that_asked_for_rest_are_not_invited_to_a_group() -> None:
    group = GroupFactory(country=True)
    actor = CommuneFactory(email="mairie@exemple.fr", contact_state=ContactState.REFUSED)
    JumelageFactory(collectivite=actor, partner=PartnerFactory(foreign=True, country__iso2="DE"))

    assert services.suggestions(group, 10) == []
    assert services.invite_actors(group, [actor], by="lea@exemple.fr").written == 0


# --- what is forgotten
def test_a_question_that_is_removed_takes_its_answers_along() -> None:
    event = EventFactory()
    question, other = EventQuestionFactory(event=event, is_sensitive=True), EventQuestionFactory(event=event)
    mine = registered(event, answers={str(question.pk): "Épilepsie", str(other.pk): "Oui"})

    services.remove_question(question)

    mine.refresh_from_db()
    assert mine.answers == {str(other.pk): "Oui"}


def test_several_people_of_one_event_are_forgotten_and_an_odd_address_does_not_keep_anybody() -> None:
    old = EventFactory(past=True)
    Event.objects.filter(pk=old.pk).update(
        starts_at=timezone.now() - timedelta(days=2001), ends_at=timezone.now() - timedelta(days=2000)
    )
    for number in range(3):
        RegistrationFactory(event=old, email=f"{number}-efface@efface.invalid", name=f"Personne {number}")

    services.forget_old_people(timezone.now() - timedelta(days=1000), apply=True)

    assert set(Registration.objects.values_list("name", "email", "link_version")) == {("—", "", 0)}


def test_an_answer_is_not_changed_once_the_registration_is_over(client: Client) -> None:
    event = EventFactory()
    question, mine = EventQuestionFactory(event=event), registered(event)
    services.withdraw(mine)

    client.post(mine.get_absolute_url(), {"geste": "repondre", f"question_{question.pk}": "Oui", "is_listed": "on"})

    mine.refresh_from_db()
    assert (mine.answers, mine.is_listed) == ({}, False)


# --- moments ----------------------------------------------------------------------------------------------------------
def test_a_seat_is_not_taken_once_the_event_was_moved_earlier_and_is_over() -> None:
    event = EventFactory(capacity=1, offer_hours=700, starts_at=timezone.now() + timedelta(days=40))
    first, second = registered(event), registered(event, "deux@exemple.fr")
    services.withdraw(first)
    soon = timezone.now() + timedelta(hours=2)

    services.save_event(event, {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}, by="équipe")

    second.refresh_from_db()
    assert (second.state, second.offer_until) == (State.OFFERED, soon)


def test_an_offer_waits_as_long_as_there_is_no_date() -> None:
    event = EventFactory(capacity=1, offer_hours=1, starts_at=timezone.now() + timedelta(days=40))
    first, second = registered(event), registered(event, "deux@exemple.fr")
    services.withdraw(first)
    services.postpone_event(event, by="équipe")

    later = timezone.now() + timedelta(days=2)
    assert services.tend(later) == 0
    services.postpone_event(event, by="équipe", starts_at=event.starts_at + timedelta(days=30))

    second.refresh_from_db()
    assert second.state == State.OFFERED
    assert second.offer_until
    assert timedelta(minutes=59) < second.offer_until - timezone.now() <= timedelta(hours=1)


def test_a_date_is_not_changed_to_one_that_is_over() -> None:
    event, past = EventFactory(), timezone.now() - timedelta(days=3)

    with pytest.raises(services.EventsError, match="passée"):
        services.save_event(event, {"starts_at": past, "ends_at": past + timedelta(hours=1)}, by="équipe")


def test_back_at_its_first_date_nothing_is_new() -> None:
    event = EventFactory()
    services.postpone_event(event, by="équipe")

    event = services.publish_event(event, by="équipe")

    assert event.previous_starts_at is None


def test_a_session_in_the_hour_that_spring_takes_lasts_what_it_lasted() -> None:
    def at(hour: int) -> datetime:
        return datetime(2027, 3, 21, hour, tzinfo=PARIS)

    event = EventFactory(kind=EventKind.FORMATION, starts_at=at(1), ends_at=at(5))
    SessionFactory(event=event, starts_at=at(2), ends_at=at(3))

    copy = services.duplicate_event(event, at(1) + timedelta(days=7), by="équipe")

    session = copy.sessions.get()
    assert session.ends_at - session.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "end", "said"),
    [
        ("9999-12-31", "9999-12-31", "n’est pas plausible"),
        ("0001-01-01", "0001-01-01", "n’est pas plausible"),
        (None, "9999-12-31", "n’est pas plausible"),
        (None, None, "soixante jours"),
    ],
)
def test_dates_that_nobody_means_are_refused(client: Client, day: str | None, end: str | None, said: str) -> None:
    chair = GroupMemberFactory(chair=True)
    client.force_login(chair.user)
    first = timezone.localdate() + timedelta(days=30)
    typed = {
        "title": "Réunion", "kind": "groupe-de-travail", "group": chair.group.pk, "audience": "public",
        "starts_at_0": day or first, "starts_at_1": "09:00", "ends_at_0": end or first + timedelta(days=90),
        "ends_at_1": "11:00", "offer_hours": "48", "expired_offer": "sortie", "reserved_seats": "0",
    }  # fmt: skip

    answer = client.post("/agenda/nouveau/", typed)

    assert (answer.status_code, Event.objects.count()) == (200, 0)
    assert said in answer.content.decode()


# --- words ------------------------------------------------------------------------------------------------------------
def test_a_control_character_in_a_title_breaks_no_feed(client: Client) -> None:
    EventFactory(title="Café\x0bcroissants", summary="a\x01b")

    answer = client.get("/agenda/agenda.atom")

    assert answer.status_code == 200
    assert "Cafécroissants" in answer.content.decode()


def test_the_labels_of_questions_are_harmless_in_files() -> None:
    header = ["=HYPERLINK(1)", "a\x0bb"]

    lines = b"".join(exports.csv_response("x", header, [])).decode()
    workbook = exports.xlsx_response("x", "x", header, [])
    cells = load_workbook(BytesIO(b"".join(workbook))).active
    workbook.close()

    assert "'=HYPERLINK(1),ab" in lines
    assert [(cell.value, cell.data_type) for cell in cells[1]] == [("'=HYPERLINK(1)", "s"), ("ab", "s")]


def test_a_colleague_s_endless_address_is_said(client: Client) -> None:
    event = EventFactory()
    typed = {"name": "Anne", "email": ANNE, "others": f"Bob, {'b' * 60}@{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.fr"}

    answer = client.post(f"{event.get_absolute_url()}inscription/", typed)

    assert (answer.status_code, Registration.objects.count()) == (200, 0)


def test_colleagues_are_read_with_semicolons_and_nobody_is_counted_twice(client: Client) -> None:
    event = EventFactory()
    typed = {"name": "Anne Roy", "email": ANNE, "others": "Paul Martin; paul@exemple.fr; adjoint"}

    twice = client.post(f"{event.get_absolute_url()}inscription/", typed | {"others": "anne roy"})
    client.post(f"{event.get_absolute_url()}inscription/", typed)

    assert "est déjà compté" in twice.content.decode()
    people = Registration.objects.get().participants.order_by("pk").values_list("name", "email", "job")
    assert list(people) == [("Anne Roy", "", ""), ("Paul Martin", "paul@exemple.fr", "adjoint")]


def test_what_a_colleague_changed_meanwhile_stays(client: Client) -> None:
    event = EventFactory(organiser=UserFactory(), place_name="Salle A")
    client.force_login(event.organiser)
    form = client.get(f"{event.get_absolute_url()}gerer/modifier/").context["form"]
    typed: dict[str, Any] = {}
    for field in form:
        for prefix in ("", "initial-"):
            value = field.value()
            parts = field.field.widget.decompress(value) if hasattr(field.field.widget, "decompress") else None
            if parts:
                local = timezone.localtime(value) if value else None
                said = [f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}"] if local else ["", ""]
                typed |= {f"{prefix}{field.html_name}_{number}": part for number, part in enumerate(said)}
            elif value is not None and value is not False:
                typed[f"{prefix}{field.html_name}"] = value
    services.save_event(event, {"place_name": "Salle B"}, by="colleague@exemple.fr")

    client.post(f"{event.get_absolute_url()}gerer/modifier/", typed | {"summary": "Nouveau"})

    event.refresh_from_db()
    assert (event.place_name, event.summary) == ("Salle B", "Nouveau")


# --- the door ---------------------------------------------------------------------------------------------------------
def test_a_colleague_named_in_advance_is_counted_once_at_the_door() -> None:
    event = EventFactory(starts_at=timezone.now() + timedelta(minutes=5))
    with_bob(event)

    services.add_walk_in(event, Applicant("Bob", "bob@exemple.fr"), by="équipe")

    assert list(Participant.objects.expected(event).values_list("name", "attended")) == [("Anne", None), ("Bob", True)]


def test_two_people_of_one_name_and_two_structures_are_two() -> None:
    event = EventFactory(starts_at=timezone.now() - timedelta(minutes=5))

    for structure in ("Pau", "Limoges", "Pau"):
        services.add_walk_in(event, Applicant("Jean Martin", "", structure=structure), by="équipe")

    assert Participant.objects.expected(event).attended().count() == 2


def test_seats_kept_for_others_are_said_as_what_they_are(client: Client) -> None:
    event = EventFactory(
        capacity=2, reserved_seats=2, has_waiting_list=False, starts_at=timezone.now() + timedelta(days=60)
    )

    page = client.get(event.get_absolute_url()).content.decode()

    assert "sont gardées pour les collectivités" in page
    assert "SoldOut" in page
    assert f"{event.get_absolute_url()}inscription/" in page  # those for whom they are kept must get in
    form = client.get(f"{event.get_absolute_url()}inscription/").content.decode()
    assert "Toutes les places sont prises" not in form
