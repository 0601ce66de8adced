"""The pages of a registration: found, typed, confirmed, withdrawn, with bad input said in French and nothing lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events import services
from events.enums import Audience, QuestionKind
from events.enums import RegistrationState as State
from events.models import Event, Registration
from events.services import Applicant
from soco.mailing.models import Message
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    EventFactory,
    EventQuestionFactory,
    FormerAddressFactory,
    GroupFactory,
    GroupMemberFactory,
    RegistrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def typed(**fields: object) -> dict[str, object]:
    return {
        "name": "Zoé Lefèvre",
        "email": "zoe@mairie-pau.exemple",
        "structure": "",
        "phone": "",
        "others": "",
        "once": "page-numero-1",
    } | fields


def register_url(event: Event) -> str:
    return f"{event.get_absolute_url()}inscription/"


def test_a_visitor_registers_without_an_account_and_lands_on_their_registration(client: Client) -> None:
    event = EventFactory()

    response = client.post(register_url(event), typed(structure="Comité de jumelage de Pau"))

    registration = Registration.objects.get()
    assert response.status_code == 302
    assert response["Location"] == registration.get_absolute_url()
    assert (registration.state, registration.structure, registration.actor) == (
        State.CONFIRMED, "Comité de jumelage de Pau", None,
    )  # fmt: skip
    page = client.get(response["Location"]).content.decode()
    assert "Votre place est réservée" in page


def test_the_same_page_sent_twice_registers_once_and_shows_the_same_registration(client: Client) -> None:
    event = EventFactory()

    first, second = (client.post(register_url(event), typed()) for _ in range(2))

    assert Registration.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_somebody_who_only_knows_an_address_is_not_led_to_its_registration(client: Client) -> None:
    event = EventFactory()
    client.post(register_url(event), typed())

    response = client.post(register_url(event), typed(once="une-autre-page"))

    assert "Cette adresse est déjà inscrite" in response.content.decode()
    assert Registration.objects.get().token not in response.content.decode()
    assert Message.objects.filter(kind="events.link").count() == 1
    assert Registration.objects.count() == 1


def test_a_structure_of_the_repertoire_is_recognised_by_its_name(client: Client) -> None:
    event, actor = EventFactory(), CommuneFactory(name="Saint-Émilion", code="33394")

    client.post(register_url(event), typed(structure="saint emilion"))

    assert Registration.objects.get().actor == actor


def test_homonyms_are_asked_about_and_nothing_typed_is_lost(client: Client) -> None:
    event = EventFactory()
    CommuneFactory(name="Beaumont", code="19020")
    wanted = CommuneFactory(name="Beaumont", code="86019")

    asked = client.post(register_url(event), typed(structure="Beaumont", phone="05 59 00 00 00"))
    assert asked.status_code == 200
    assert "Plusieurs structures portent ce nom" in asked.content.decode()
    assert 'value="05 59 00 00 00"' in asked.content.decode()
    assert Registration.objects.count() == 0

    client.post(register_url(event), typed(structure="Beaumont", which=str(wanted.pk)))
    assert Registration.objects.get().actor == wanted


def test_none_of_the_homonyms_keeps_the_name_typed(client: Client) -> None:
    event = EventFactory()
    CommuneFactory(name="Beaumont", code="19020")
    CommuneFactory(name="Beaumont", code="86019")

    client.post(register_url(event), typed(structure="Beaumont", which="aucune"))

    registration = Registration.objects.get()
    assert (registration.actor, registration.structure) == (None, "Beaumont")


def test_colleagues_are_read_one_per_line(client: Client) -> None:
    event = EventFactory()

    client.post(register_url(event), typed(others="Ali Benoît, ali@exemple.fr, DGS\r\n\r\nRose Noël, maire"))

    people = Registration.objects.get().participants.order_by("pk").values_list("name", "email", "job")
    assert list(people) == [
        ("Zoé Lefèvre", "", ""),
        ("Ali Benoît", "ali@exemple.fr", "DGS"),
        ("Rose Noël", "", "maire"),
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Vos prénom et nom"),
        ({"name": "A" * 10_000}, "150"),
        ({"email": "pas une adresse"}, "adresse"),
        ({"others": ", sans nom"}, "ne commence pas par un nom"),
        ({"others": "Ali, ali@"}, "pas complète"),
        ({"others": "\n".join(f"Personne {n}" for n in range(10))}, "Dix personnes au plus"),
    ],
)
def test_bad_input_is_said_in_french_and_kept(client: Client, fields: dict[str, str], sentence: str) -> None:
    event = EventFactory()

    response = client.post(register_url(event), typed(phone="06 00 00 00 01", **fields))

    page = response.content.decode()
    assert response.status_code == 200
    assert "Ce que vous avez tapé est gardé" in page
    assert sentence in page
    assert 'value="06 00 00 00 01"' in page
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("name", ["nul\x00caractère", "مريم", "<script>alert(1)</script>"])
def test_strange_names_never_break_the_page(client: Client, name: str) -> None:
    event = EventFactory()

    response = client.post(register_url(event), typed(name=name, structure=name), follow=True)

    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()


def test_a_past_event_refuses_with_a_sentence(client: Client) -> None:
    event = EventFactory(past=True)

    response = client.post(register_url(event), typed())

    assert response.status_code == 200
    assert "Cet événement est passé." in response.content.decode()
    assert "Zoé Lefèvre" in response.content.decode()


def test_the_organiser_s_questions_are_asked_and_kept(client: Client) -> None:
    event = EventFactory()
    diet = EventQuestionFactory(event=event, label="Un régime ?", is_required=True)
    lunch = EventQuestionFactory(event=event, label="Déjeunez-vous ?", kind=QuestionKind.YES_NO)

    refused = client.post(register_url(event), typed())
    assert Registration.objects.count() == 0
    assert "Un régime ?" in refused.content.decode()

    client.post(register_url(event), typed(**{f"question_{diet.pk}": "sans gluten", f"question_{lunch.pk}": "oui"}))
    assert Registration.objects.get().answers == {str(diet.pk): "sans gluten", str(lunch.pk): "oui"}


def test_a_robot_that_fills_every_box_registers_nobody(client: Client) -> None:
    event = EventFactory()

    client.post(register_url(event), typed(website="http://spam.exemple"))

    assert Registration.objects.count() == 0


def test_a_member_finds_the_form_filled_and_the_registration_is_theirs(client: Client) -> None:
    user = UserFactory(first_name="Inès", last_name="Roy", email="ines@exemple.fr")
    actor = CommuneFactory(name="Jonzac", code="17197", departement_codes=["17"])
    AttachmentFactory(accepted=True, user=user, actor=actor)
    event = EventFactory(audience=Audience.MEMBERS)
    client.force_login(user)

    page = client.get(register_url(event)).content.decode()
    assert 'value="Inès Roy"' in page
    assert 'value="Jonzac (commune, 17)"' in page

    client.post(register_url(event), typed(name="Inès Roy", email=user.email, structure="Jonzac (commune, 17)"))
    registration = Registration.objects.get()
    assert (registration.user, registration.actor) == (user, actor)


def test_a_member_registers_in_one_click(client: Client) -> None:
    user = UserFactory(first_name="Léa", last_name="Martin")
    actor = CommuneFactory(name="Saint-Émilion", code="33394", departement_codes=["33"])
    AttachmentFactory(accepted=True, user=user, actor=actor)
    event = EventFactory()
    client.force_login(user)

    form = client.get(event.get_absolute_url()).context["one_click"]
    filled = {field.html_name: field.value() for field in form.known_fields}
    response = client.post(register_url(event), filled | {"once": form["once"].value()})

    mine = Registration.objects.get()
    assert response["Location"] == mine.get_absolute_url()
    assert (mine.state, mine.name, mine.email, mine.actor, mine.user) == (
        State.CONFIRMED, "Léa Martin", user.email, actor, user,
    )  # fmt: skip


def test_one_click_is_not_offered_when_something_is_missing(client: Client) -> None:
    nameless, named = UserFactory(first_name="", last_name=""), UserFactory(first_name="Léa", last_name="Martin")
    event, asking, past = EventFactory(), EventFactory(), EventFactory(past=True)
    EventQuestionFactory(event=asking, is_required=True)
    RegistrationFactory(event=event, user=named, email=named.email)

    offered = []
    for user, page in ((None, event), (nameless, event), (named, event), (named, asking), (named, past)):
        if user:
            client.force_login(user)
        offered.append(client.get(page.get_absolute_url()).context["one_click"])

    assert offered == [None] * 5


def test_events_for_members_and_groups_are_closed_to_others(client: Client) -> None:
    group = GroupFactory()
    for_members, for_group = EventFactory(audience=Audience.MEMBERS), EventFactory(audience=Audience.GROUP, group=group)
    member, stranger = GroupMemberFactory(group=group).user, UserFactory()

    codes = []
    for user in (None, stranger, member):
        if user:
            client.force_login(user)
        codes.append([client.post(register_url(event), typed()).status_code for event in (for_members, for_group)])
        Registration.objects.all().delete()

    assert codes == [[403, 403], [302, 403], [302, 302]]


def test_an_old_address_leads_to_today_s(client: Client) -> None:
    former = FormerAddressFactory(slug="2026-11-01-ancien")

    response = client.get("/agenda/2026-11-01-ancien/")

    assert (response.status_code, response["Location"]) == (301, former.event.get_absolute_url())


@pytest.mark.parametrize(("fields", "code"), [({}, 200), ({"draft": True}, 404), ({"cancelled": True}, 200)])
def test_who_sees_an_event_depends_on_its_state(client: Client, fields: dict[str, bool], code: int) -> None:
    assert client.get(EventFactory(**fields).get_absolute_url()).status_code == code


# --- the page of a registration -----------------------------------------------------------------------------------------------
def test_reading_the_page_changes_nothing_and_withdrawing_is_a_post(client: Client) -> None:
    event = EventFactory(capacity=1)
    first = services.register(event, Applicant("Un", "un@exemple.fr"))
    second = services.register(event, Applicant("Deux", "deux@exemple.fr"))

    client.get(first.get_absolute_url())
    assert Registration.objects.get(pk=first.pk).state == State.CONFIRMED

    response = client.post(first.get_absolute_url(), {"geste": "desister"}, follow=True)
    assert "Vous ne participez plus" in response.content.decode()
    assert Registration.objects.get(pk=second.pk).state == State.OFFERED


def test_an_offered_seat_is_accepted_by_post(client: Client) -> None:
    registration = RegistrationFactory(offered=True)

    response = client.post(registration.get_absolute_url(), {"geste": "accepter"}, follow=True)

    assert "la place est à vous" in response.content.decode()
    assert Registration.objects.get().state == State.CONFIRMED


def test_a_late_acceptance_is_explained(client: Client) -> None:
    registration = RegistrationFactory(offered=True, offer_until=timezone.now() - timedelta(minutes=1))

    response = client.post(registration.get_absolute_url(), {"geste": "accepter"})

    assert response.status_code == 200
    assert "le délai est passé" in response.content.decode()


def test_whoever_waits_reads_their_position_and_may_withdraw(client: Client) -> None:
    event = EventFactory(capacity=1)
    for number in range(3):
        last = services.register(event, Applicant(f"P{number}", f"p{number}@exemple.fr"))

    page = client.get(last.get_absolute_url()).content.decode()

    assert '<strong data-testid="position">2</strong>' in page
    assert "Je me désiste" in page


def test_a_colleague_comes_instead_and_the_old_link_dies(client: Client) -> None:
    registration = services.register(EventFactory(), Applicant("Un", "un@exemple.fr"))
    who = registration.participants.get()

    response = client.post(
        registration.get_absolute_url(),
        {"geste": "remplacer", "qui": str(who.pk), "name": "Sacha Roux", "email": "sacha@exemple.fr"},
    )

    assert response.status_code == 302
    assert client.get(registration.get_absolute_url()).status_code == 410
    assert "Sacha Roux" in client.get(response["Location"]).content.decode()


def test_a_wrong_replacement_keeps_what_was_typed(client: Client) -> None:
    registration = services.register(EventFactory(), Applicant("Un", "un@exemple.fr"))
    who = registration.participants.get()

    response = client.post(
        registration.get_absolute_url(),
        {"geste": "remplacer", "qui": str(who.pk), "name": "Sacha Roux", "email": "sacha"},
    )

    assert response.status_code == 200
    assert 'value="Sacha Roux"' in response.content.decode()


def test_the_address_of_a_visio_is_for_the_registered_only(client: Client) -> None:
    event = EventFactory(online=True, capacity=1)
    seated = services.register(event, Applicant("Un", "un@exemple.fr"))
    waits = services.register(event, Applicant("Deux", "deux@exemple.fr"))
    secret = "visio.exemple.fr"

    def shown(*addresses: str) -> list[bool]:
        return [secret in client.get(address).content.decode() for address in addresses]

    assert shown(seated.get_absolute_url(), f"{seated.get_absolute_url()}rendez-vous.ics") == [True, True]
    assert shown(waits.get_absolute_url(), f"{waits.get_absolute_url()}rendez-vous.ics") == [False, False]
    assert shown(event.get_absolute_url(), f"{event.get_absolute_url().rstrip('/')}.ics", "/agenda/") == [False] * 3


@pytest.mark.parametrize("token", ["n-importe-quoi", "inscription.1.1.fff.faux", "fiche.1.1.1.x"])
def test_a_link_that_was_never_made_is_explained(client: Client, token: str) -> None:
    response = client.get(f"/agenda/inscriptions/{token}/")

    assert response.status_code == 404
    assert "Lien non reconnu" in response.content.decode()
