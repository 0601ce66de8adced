"""The door on a phone: who may open it, what a tap does, with HTMX and without, and the code that a phone's camera reads."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from events import door_blocks
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.mailing import kinds, rendering
from soco.web import slots
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    EventFactory,
    GroupFactory,
    GroupMemberFactory,
    ParticipantFactory,
    RegistrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def event() -> Event:
    """It began a quarter of an hour ago, its organiser is signed in nowhere yet."""
    return EventFactory(
        starts_at=timezone.now() - timedelta(minutes=15), organiser=UserFactory(), host=CommuneFactory()
    )


@pytest.fixture
def door(client: Client, event: Event) -> Client:
    """A phone where the organiser is signed in."""
    assert event.organiser
    client.force_login(event.organiser)
    return client


def door_of(event: Event, rest: str = "") -> str:
    return f"{event.get_absolute_url()}accueil/{rest}"


def person_of(registration: Registration) -> Participant:
    return registration.participants.order_by("pk")[0]


def names(page: str) -> list[str]:
    return re.findall(r'<li id="p\d+".*?<strong>(.*?)</strong>', page, re.DOTALL)


# --- who may ---------------------------------------------------------------------------------------------------------------------
def co_chair(event: Event) -> User:
    event.group = GroupFactory()
    event.save(update_fields=["group"])
    return GroupMemberFactory(group=event.group, chair=True).user


def team(_event: Event) -> User:
    call_command("sync_permissions", verbosity=0)
    user = UserFactory(second_factor=True)
    give_role(user, roles.TEAM, by=None)
    return user


def host(event: Event) -> User:
    return AttachmentFactory(accepted=True, actor=event.host).user


def organiser(event: Event) -> User:
    assert event.organiser
    return event.organiser


@pytest.mark.parametrize("who", [organiser, co_chair, host, team])
def test_the_organiser_a_co_chair_the_host_and_the_team_open_the_door(client: Client, event: Event, who: Any) -> None:
    person = person_of(RegistrationFactory(event=event))
    client.force_login(who(event))

    assert client.get(door_of(event)).status_code == 200
    client.post(door_of(event, f"{person.pk}/"), {"presence": "oui"})

    person.refresh_from_db()
    assert person.attended is True


@pytest.mark.parametrize("path", ["", "ajouter/", "clore/"])
def test_a_stranger_is_refused_and_a_visitor_asked_to_sign_in(client: Client, event: Event, path: str) -> None:
    person = person_of(RegistrationFactory(event=event))
    assert client.get(door_of(event, path)).status_code == 302
    client.force_login(UserFactory())

    assert client.get(door_of(event, path)).status_code == 403
    assert client.post(door_of(event, f"{person.pk}/"), {"presence": "oui"}).status_code == 403
    assert client.post(door_of(event, "clore/")).status_code == 403
    assert client.post(door_of(event, "ajouter/"), {"name": "Zoé", "email": "z@exemple.fr"}).status_code == 403

    person.refresh_from_db()
    assert (person.attended, Registration.objects.count()) == (None, 1)


def test_an_event_that_a_stranger_may_not_read_is_not_found(client: Client) -> None:
    draft = EventFactory(draft=True)
    client.force_login(UserFactory())

    assert client.get(door_of(draft)).status_code == 404


def test_a_person_of_another_event_is_not_marked_from_this_one(door: Client, event: Event) -> None:
    other = person_of(RegistrationFactory(event=EventFactory(starts_at=timezone.now())))

    assert door.post(door_of(event, f"{other.pk}/"), {"presence": "oui"}).status_code == 404

    other.refresh_from_db()
    assert other.attended is None


# --- the list --------------------------------------------------------------------------------------------------------------------
def test_the_list_shows_who_holds_a_seat_by_name_and_counts_them(door: Client, event: Event) -> None:
    RegistrationFactory(event=event, name="Zoé Lefèvre")
    ParticipantFactory(registration__event=event, name="ali benoît", attended=True, attended_at=timezone.now())
    RegistrationFactory(event=event, waiting=True, name="Une qui attend")
    RegistrationFactory(event=event, withdrawn=True, name="Un qui s’est désisté")

    page = door.get(door_of(event)).content.decode()

    assert names(page) == ["ali benoît", "Zoé Lefèvre"]
    assert "1 présent sur 2" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Ali", "Rose", "Zoé"]),
        ("?q=mairie dax", ["Zoé"]),
        ("?etat=attendus", ["Rose"]),
        ("?etat=presents", ["Ali"]),
        ("?etat=absents", ["Zoé"]),
        ("?etat=presents&q=zoe", []),
        ("?etat=n’importe quoi", ["Ali", "Rose", "Zoé"]),
        ("?q=" + "a" * 10_000, ["Ali", "Rose", "Zoé"]),
        ("?q=%00", ["Ali", "Rose", "Zoé"]),
        ("?page=99", ["Ali", "Rose", "Zoé"]),
    ],
)
def test_the_list_is_searched_and_filtered(door: Client, event: Event, search: str, found: list[str]) -> None:
    ParticipantFactory(registration__event=event, name="Ali", attended=True, attended_at=timezone.now())
    ParticipantFactory(registration__event=event, name="Rose")
    registration = RegistrationFactory(event=event, people=0, structure="Mairie de Dax")
    ParticipantFactory(registration=registration, name="Zoé", attended=False)

    assert names(door.get(door_of(event) + search).content.decode()) == found


def test_what_htmx_swaps_is_what_the_page_holds(door: Client, event: Event) -> None:
    RegistrationFactory.create_batch(3, event=event)

    page = door.get(door_of(event) + "?etat=attendus")
    part = door.get(door_of(event) + "?etat=attendus", **HTMX)

    def bare(html: str) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html).strip()

    assert bare(part.content.decode()) in bare(page.content.decode())
    assert "<html" not in part.content.decode()
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_many_queries_for_one_person_as_for_three(
    door: Client, event: Event, django_assert_num_queries: Any, count: int
) -> None:
    RegistrationFactory.create_batch(count, event=event)

    with django_assert_num_queries(9):
        door.get(door_of(event))


def test_the_page_of_a_big_meeting_stays_small(door: Client, event: Event) -> None:
    RegistrationFactory.create_batch(120, event=event)

    page = door.get(door_of(event))

    assert len(names(page.content.decode())) == 100
    assert "page=2" in page.content.decode()
    assert len(door.get(door_of(event) + "?page=2").content.decode()) < len(page.content.decode())


# --- a tap -----------------------------------------------------------------------------------------------------------------------
def test_without_javascript_a_tap_comes_back_to_its_line_and_its_search(door: Client, event: Event) -> None:
    person = person_of(RegistrationFactory(event=event))

    answer = door.post(door_of(event, f"{person.pk}/?q=dominique"), {"presence": "oui"})

    assert (answer.status_code, answer["Location"]) == (302, f"{door_of(event)}?q=dominique#p{person.pk}")
    person.refresh_from_db()
    assert (person.attended, person.attended_by) == (True, organiser(event).email)


def test_with_htmx_a_tap_gives_its_line_and_the_counts(door: Client, event: Event) -> None:
    person = person_of(RegistrationFactory(event=event, name="Zoé"))
    RegistrationFactory(event=event, name="Ali")

    page = door.post(door_of(event, f"{person.pk}/"), {"presence": "oui"}, **HTMX).content.decode()

    assert names(page) == ["Zoé"]
    assert 'hx-swap-oob="true"' in page
    assert "1 présent sur 2" in page


def test_a_double_tap_is_one(door: Client, event: Event) -> None:
    registration = RegistrationFactory(event=event)
    person = person_of(registration)

    for _tap in range(2):
        door.post(door_of(event, f"{person.pk}/"), {"presence": "oui"})

    assert registration.transitions.count() == 1


@pytest.mark.parametrize(("said", "noted"), [("non", False), ("", None), ("n’importe quoi", None)])
def test_a_line_is_corrected(door: Client, event: Event, said: str, noted: bool | None) -> None:
    person = person_of(RegistrationFactory(event=event))
    door.post(door_of(event, f"{person.pk}/"), {"presence": "oui"})

    door.post(door_of(event, f"{person.pk}/"), {"presence": said})

    person.refresh_from_db()
    assert person.attended is noted


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["sans-js", "avec-js"])
def test_somebody_who_withdrew_meanwhile_is_said_and_not_marked(door: Client, event: Event, headers: Any) -> None:
    person = person_of(RegistrationFactory(event=event, withdrawn=True))

    answer = door.post(door_of(event, f"{person.pk}/"), {"presence": "oui"}, follow=True, **headers)

    assert "n’est plus sur la liste" in answer.content.decode()
    person.refresh_from_db()
    assert person.attended is None


# --- without registering, and at the end -----------------------------------------------------------------------------------------
def test_somebody_who_walks_in_is_typed_and_present(door: Client, event: Event) -> None:
    actor = CommuneFactory(name="Saint-Émilion", code="33394")
    said = {"name": "Zoé Lefèvre", "email": "zoe@exemple.fr", "structure": "saint emilion", "job": "maire"}

    answer = door.post(door_of(event, "ajouter/"), said, follow=True)

    registration = Registration.objects.get()
    assert (registration.state, registration.is_walk_in, registration.actor) == (State.PRESENT, True, actor)
    assert person_of(registration).job == "maire"
    assert "présence notée" in answer.content.decode()
    assert names(answer.content.decode()) == ["Zoé Lefèvre"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"name": ""}, "Prénom et nom"), ({"email": "pas une adresse"}, "adresse"), ({"name": "A" * 10_000}, "150")],
)
def test_bad_input_at_the_door_is_said_and_kept(
    door: Client, event: Event, wrong: dict[str, str], sentence: str
) -> None:
    said = {"name": "Zoé", "email": "zoe@exemple.fr", "structure": "Mairie de Dax"} | wrong

    answer = door.post(door_of(event, "ajouter/"), said)

    page = answer.content.decode()
    assert (answer.status_code, Registration.objects.count()) == (200, 0)
    assert sentence in page
    assert 'value="Mairie de Dax"' in page


def test_nobody_walks_in_before_the_day_and_it_is_said(door: Client, event: Event) -> None:
    event.starts_at, event.ends_at = timezone.now() + timedelta(days=3), timezone.now() + timedelta(days=4)
    event.save()

    answer = door.post(door_of(event, "ajouter/"), {"name": "Zoé", "email": "zoe@exemple.fr"})

    assert "à partir du jour" in answer.content.decode()
    assert "à partir du jour" in door.get(door_of(event)).content.decode()
    assert Registration.objects.count() == 0


def test_the_door_is_closed_after_asking(door: Client, event: Event) -> None:
    missing = RegistrationFactory(event=event)

    asked = door.get(door_of(event, "clore/")).content.decode()
    missing.refresh_from_db()
    assert ("1 personne n’est pas pointée" in asked, missing.state) == (True, State.CONFIRMED)

    said = door.post(door_of(event, "clore/"), follow=True).content.decode()
    missing.refresh_from_db()
    assert ("1 personne est notée absente" in said, missing.state) == (True, State.ABSENT)


# --- the code --------------------------------------------------------------------------------------------------------------------
def scan_of(registration: Registration) -> str:
    return f"/agenda/accueil/{registration.token}/"


def test_a_code_read_by_the_organiser_marks_by_post_alone(door: Client, event: Event) -> None:
    registration = RegistrationFactory(event=event, name="Zoé")
    person = person_of(registration)

    page = door.get(scan_of(registration))
    person.refresh_from_db()
    assert (page.status_code, person.attended) == (200, None)

    for _tap in range(2):
        page = door.post(scan_of(registration), {"qui": person.pk, "presence": "oui"}, follow=True)
    registration.refresh_from_db()
    assert registration.state == State.PRESENT
    assert "là depuis" in page.content.decode()
    assert registration.transitions.count() == 1


def test_a_code_of_several_marks_each_or_all(door: Client, event: Event) -> None:
    registration = RegistrationFactory(event=event, seats=3)

    door.post(scan_of(registration), {"qui": person_of(registration).pk, "presence": "oui"})
    assert Participant.objects.expected(event).attended().count() == 1

    door.post(scan_of(registration))
    assert Participant.objects.expected(event).attended().count() == 3


@pytest.mark.parametrize("who", ["12", "abc", "²", "9" * 40])
def test_a_person_who_is_not_of_the_code_is_not_found(door: Client, event: Event, who: str) -> None:
    answer = door.post(scan_of(RegistrationFactory(event=event)), {"qui": who, "presence": "oui"})

    assert answer.status_code == 404


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_code_read_by_anybody_else_leads_to_the_registration(
    client: Client, event: Event, is_signed_in: bool
) -> None:
    registration = RegistrationFactory(event=event)
    if is_signed_in:
        client.force_login(UserFactory())

    answers = [client.get(scan_of(registration)), client.post(scan_of(registration), {"presence": "oui"})]

    assert [answer["Location"] for answer in answers] == [registration.get_absolute_url()] * 2
    assert person_of(registration).attended is None


def test_a_code_without_a_seat_is_said(door: Client, event: Event) -> None:
    registration = RegistrationFactory(event=event, waiting=True)

    page = door.get(scan_of(registration)).content.decode()
    answer = door.post(scan_of(registration))

    assert "n’a pas de place" in page
    assert "n’est plus sur la liste" in answer.content.decode()


def test_a_code_that_was_never_made_here_is_explained(door: Client) -> None:
    answer = door.get("/agenda/accueil/inscription.1.1.fff.faux/")

    assert (answer.status_code, "Lien non reconnu" in answer.content.decode()) == (404, True)


def test_the_code_is_on_the_page_of_whoever_is_registered_only(client: Client) -> None:
    coming = EventFactory()
    pages = {
        state: client.get(RegistrationFactory(event=coming, **trait).get_absolute_url()).content.decode()
        for state, trait in {"inscrite": {}, "attente": {"waiting": True}, "désistée": {"withdrawn": True}}.items()
    }

    assert [state for state, page in pages.items() if "qr--entree" in page] == ["inscrite"]
    drawn = re.search(r"<svg[^>]*qr--entree.*?</svg>", pages["inscrite"], re.DOTALL)
    assert drawn and "style" not in drawn[0]


def test_no_code_for_a_visioconference(client: Client) -> None:
    page = client.get(RegistrationFactory(event=EventFactory(online=True)).get_absolute_url()).content.decode()

    assert "qr--entree" not in page


def test_the_confirmation_says_where_the_code_is() -> None:
    here, online = RegistrationFactory(), RegistrationFactory(event=EventFactory(online=True))

    said = [mail_of(registration) for registration in (here, online)]

    assert ["code à montrer" in words for words in said] == [True, False]


def mail_of(registration: Registration) -> str:
    kind = kinds.get("events.confirmed")
    assert kind
    return rendering.compose(kind, {"registration": registration.pk}).text


# --- for whoever manages ---------------------------------------------------------------------------------------------------------
def test_the_hub_of_an_event_shows_the_door_its_papers_and_who_missed(event: Event) -> None:
    ParticipantFactory(registration__event=event, attended=True, attended_at=timezone.now())
    ParticipantFactory(registration__event=event, attended=False)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    blocks = dict(slots.blocks("event.manage", request, event))

    assert blocks["events/_door_links.html"]["counts"] == {"expected": 2, "present": 1, "absent": 1, "awaited": 0}
    assert slots.blocks("event.manage", request, event).count(door_blocks.door_of_event(request, event)) == 1
