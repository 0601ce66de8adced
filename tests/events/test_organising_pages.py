"""The organisers' pages: who may open them, what each gesture does, what is said when it may not."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from events import services
from events.enums import DocumentAudience, EventKind, EventStatus
from events.enums import RegistrationState as State
from events.models import Document, Event, EventQuestion, Registration
from events.services import Applicant
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    EventDocumentFactory,
    EventFactory,
    GroupFactory,
    GroupMemberFactory,
    RegistrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def manage_url(event: Event, end: str = "") -> str:
    return f"{event.get_absolute_url()}gerer/{end}"


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


# --- who ---------------------------------------------------------------------------------------------------------------------
def test_organiser_co_chairs_and_host_manage_their_own_and_strangers_do_not(client: Client) -> None:
    group, host = GroupFactory(), CommuneFactory()
    event = EventFactory(group=group, host=host, organiser=UserFactory())
    other = EventFactory()
    people = {
        "organiser": event.organiser,
        "chair": GroupMemberFactory(group=group, chair=True).user,
        "host": AttachmentFactory(accepted=True, actor=host).user,
        "member": GroupMemberFactory(group=group).user,
        "stranger": UserFactory(),
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = [client.get(manage_url(each, "inscrits/")).status_code for each in (event, other)]

    assert seen == {
        "organiser": [200, 403], "chair": [200, 403], "host": [200, 403], "member": [403, 403], "stranger": [403, 403],
    }  # fmt: skip


def test_a_draft_is_seen_by_its_organisers_only(client: Client) -> None:
    event = EventFactory(draft=True, organiser=UserFactory())

    codes = []
    for user in (UserFactory(), event.organiser):
        client.force_login(user)
        codes.append(client.get(event.get_absolute_url()).status_code)

    assert codes == [404, 200]


# --- plan ----------------------------------------------------------------------------------------------------------------------
def test_a_petit_dejeuner_is_published_in_one_short_form(client: Client, team: User) -> None:
    host = CommuneFactory(name="Jonzac", code="17197", departement_codes=["17"])
    day = timezone.localdate() + timedelta(days=20)

    response = client.post(
        "/agenda/nouveau/petit-dejeuner/",
        {"on": day.isoformat(), "at": "08:30", "host": "jonzac", "place_name": "Mairie", "capacity": "14"},
    )

    event = Event.objects.get()
    assert response["Location"] == manage_url(event)
    assert (event.kind, event.status, event.host, event.capacity) == (
        EventKind.PETIT_DEJEUNER, EventStatus.PUBLISHED, host, 14,
    )  # fmt: skip
    assert event.ends_at - event.starts_at == timedelta(minutes=90)
    assert event.organiser == team
    assert client.get(event.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "2020-01-01"}, "Ce jour est passé"),
        ({"on": "2026-02-31"}, "date valide"),
        ({"host": "Nulle-Part"}, "Aucune fiche du répertoire"),
        ({"capacity": "0"}, "supérieure ou égale à 1"),
    ],
)
def test_a_wrong_petit_dejeuner_is_said_and_kept(
    client: Client, team: User, fields: dict[str, str], sentence: str
) -> None:
    CommuneFactory(name="Jonzac")
    day = timezone.localdate() + timedelta(days=20)
    said = {"on": day.isoformat(), "at": "08:30", "host": "Jonzac", "place_name": "La Halle", "capacity": "14"}

    response = client.post("/agenda/nouveau/petit-dejeuner/", said | fields)

    assert response.status_code == 200
    assert sentence in page(response).replace("'", "’")
    assert 'value="La Halle"' in page(response)
    assert Event.objects.count() == 0


def event_form(**fields: str) -> dict[str, str]:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {
        "title": "Atelier financement", "kind": "formation", "starts_at_0": day, "starts_at_1": "09:30",
        "ends_at_0": day, "ends_at_1": "16:00", "audience": "public", "capacity": "18", "has_waiting_list": "on",
        "offer_hours": "48", "expired_offer": "sortie", "reserved_seats": "0", "reminders": "J-7",
    } | fields  # fmt: skip


def test_any_event_starts_as_a_draft_filled_with_what_is_usual(client: Client, team: User) -> None:
    form = client.get("/agenda/nouveau/?type=formation").context["form"]
    assert (form["capacity"].value(), form["offer_hours"].value()) == (18, 72)

    client.post("/agenda/nouveau/?type=formation", event_form())

    event = Event.objects.get()
    assert (event.status, event.kind, event.reminders) == (EventStatus.DRAFT, EventKind.FORMATION, ["J-7"])
    client.post(manage_url(event, "publier/"))
    event.refresh_from_db()
    assert event.status == EventStatus.PUBLISHED


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends_at_1": "09:00"}, "La fin doit venir après le début"),
        ({"starts_at_1": "25:00"}, "L’heure manque, ou ne se lit pas"),
        ({"reserved_seats": "30"}, "ne dépassent pas"),
        ({"audience": "groupe"}, "Choisissez le groupe"),
        ({"programme": "x" * 10_001}, "10000"),
    ],
)
def test_a_wrong_event_is_said_and_kept(client: Client, team: User, fields: dict[str, str], sentence: str) -> None:
    response = client.post("/agenda/nouveau/", event_form(**fields))

    assert response.status_code == 200
    assert sentence in page(response).replace("'", "’").replace("\u202f", "")
    assert 'value="Atelier financement"' in page(response)
    assert Event.objects.count() == 0


def test_a_co_chair_plans_meetings_of_their_group_only(client: Client) -> None:
    group, other = GroupFactory(), GroupFactory()
    client.force_login(GroupMemberFactory(group=group, chair=True).user)

    refused = client.post("/agenda/nouveau/", event_form(group=str(other.pk)))
    alone = client.post("/agenda/nouveau/", event_form())
    client.post(f"/agenda/nouveau/?groupe={group.slug}", event_form(group=str(group.pk)))

    assert (refused.status_code, alone.status_code) == (200, 200)
    assert Event.objects.get().group == group
    client.force_login(UserFactory())
    assert client.get("/agenda/nouveau/").status_code == 403


# --- change -----------------------------------------------------------------------------------------------------------------------
def test_a_larger_room_through_the_form_offers_a_seat_and_touches_nothing_else(client: Client, team: User) -> None:
    event = EventFactory(capacity=1, reminders=["J-7"])
    services.register(event, Applicant("Un", "un@exemple.fr"))
    waits = services.register(event, Applicant("Deux", "deux@exemple.fr"))
    form = client.get(manage_url(event, "modifier/")).context["form"]
    said: dict[str, object] = {}
    for name in form.fields:
        value = form[name].value()
        if name in ("starts_at", "ends_at"):
            local = timezone.localtime(value)
            said |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}
        elif value is not None and value is not False and value != "":
            said[name] = value

    answer = client.post(manage_url(event, "modifier/"), said | {"capacity": "2", "prevenir": "on"})
    assert answer.status_code == 302, answer.context["form"].errors

    event.refresh_from_db()
    assert event.capacity == 2
    assert Registration.objects.get(pk=waits.pk).state == State.OFFERED
    assert Message.objects.filter(kind="events.changed").count() == 0


def test_cancelling_says_how_many_are_told_then_tells_both_lists(client: Client, team: User) -> None:
    event = EventFactory(capacity=1)
    for number in range(3):
        services.register(event, Applicant(f"P{number}", f"p{number}@exemple.fr"))
    address = manage_url(event, "annuler/")

    assert "3 demandes seront prévenues" in page(client.get(address))
    assert page(client.post(address, {"reason": ""})).count("Pourquoi") >= 1
    client.post(address, {"reason": "Salle inondée"})

    event.refresh_from_db()
    assert event.status == EventStatus.CANCELLED
    assert Message.objects.filter(kind="events.cancelled").count() == 3
    assert "Salle inondée" in page(client.get(event.get_absolute_url()))


def test_postponing_and_copying_refuse_a_past_date(client: Client, team: User) -> None:
    event = EventFactory()
    past = {"starts_at_0": "2020-01-01", "starts_at_1": "08:30"}

    answers = [page(client.post(manage_url(event, end), past)) for end in ("reporter/", "dupliquer/")]

    assert all("est passée" in answer for answer in answers)
    assert Event.objects.count() == 1


def test_a_series_says_what_is_wrong_with_its_days(client: Client, team: User) -> None:
    event = EventFactory()
    until = (event.starts_at + timedelta(days=90)).date().isoformat()
    said = {"frequency": "mensuelle-jour", "until": until, "except_on": "32/01/2027"}

    assert "n’est pas un jour" in page(client.post(manage_url(event, "repeter/"), said))
    client.post(manage_url(event, "repeter/"), said | {"except_on": ""})
    assert Event.objects.count() >= 3


# --- people -----------------------------------------------------------------------------------------------------------------------
def test_why_nobody_was_promoted_is_written_for_each(client: Client, team: User) -> None:
    event = EventFactory(capacity=2)
    first = services.register(event, Applicant("Un", "un@exemple.fr"))
    services.register(event, Applicant("Deux", "deux@exemple.fr"))
    services.register(
        event, Applicant("Paire", "paire@exemple.fr"), people=[services.Person("A"), services.Person("B")]
    )
    assert "Toutes les places sont prises." in page(client.get(manage_url(event)))

    services.withdraw(first)

    assert "Elle demande 2 places et une seule est libre" in page(client.get(manage_url(event)))


def test_people_are_found_filtered_and_exported_without_formulas(client: Client, team: User) -> None:
    event = EventFactory()
    RegistrationFactory(event=event, name="=1+1", structure="Mairie d’Aÿ")
    RegistrationFactory(event=event, name="Noé Blanc", waiting=True)

    found = page(client.get(manage_url(event, "inscrits/?q=noe")))
    waiting = page(client.get(manage_url(event, "inscrits/?etat=en_attente&page=99")))
    exported = b"".join(client.get(manage_url(event, "inscrits.csv"))).decode()  # type: ignore[arg-type]
    book = client.get(manage_url(event, "inscrits.xlsx"))

    assert ("Noé Blanc" in found, "=1+1" in found) == (True, False)
    assert "Noé Blanc" in waiting
    assert "'=1+1" in exported
    assert b"".join(book)[:2] == b"PK"  # type: ignore[arg-type]


def test_one_is_refused_with_a_reason_that_is_written_to_them(client: Client, team: User) -> None:
    event = EventFactory()
    registration = services.register(event, Applicant("Un", "un@exemple.fr"))
    address = manage_url(event, f"inscrits/{registration.pk}/")

    client.post(address, {"geste": "refuser", "reason": ""})
    assert Registration.objects.get().state == State.CONFIRMED
    client.post(address, {"geste": "refuser", "reason": "Réservé aux communes"})

    assert Registration.objects.get().state == State.REFUSED
    assert "Réservé aux communes" in page(client.get(address))


def test_a_free_structure_gets_its_fiche(client: Client, team: User) -> None:
    event, actor = EventFactory(), CommuneFactory(name="Jonzac")
    registration = RegistrationFactory(event=event, structure="ville de jonzac")

    client.post(manage_url(event, f"inscrits/{registration.pk}/"), {"geste": "fiche", "actor": "Jonzac"})

    registration.refresh_from_db()
    assert (registration.actor, registration.structure) == (actor, "Jonzac")


def test_a_letter_is_read_again_then_leaves_once(client: Client, team: User) -> None:
    event = EventFactory()
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, waiting=True)
    address = manage_url(event, "ecrire/")
    said = {"states": ["inscrite"], "subject": "Parking", "text": "Derrière\nla mairie", "once": "page-numero-9"}

    assert "Cette lettre part à 1 demande" in page(client.post(address, said))
    assert Message.objects.count() == 0
    for _ in range(2):
        client.post(address, said | {"envoyer": "1"})

    message = Message.objects.get()
    assert (message.kind, message.reply_to) == ("events.letter", message.reply_to)
    assert message.params["text"] == "Derrière\nla mairie"


# --- questions and files -----------------------------------------------------------------------------------------------------
def test_a_question_needs_its_choices(client: Client, team: User) -> None:
    event = EventFactory()
    address = manage_url(event, "questions/")

    assert "deux choix au moins" in page(client.post(address, {"label": "Menu", "kind": "choix", "options": "Un"}))
    client.post(address, {"label": "Menu", "kind": "choix", "options": "Poisson\r\nLégumes\r\nLégumes"})

    assert EventQuestion.objects.get().choices == ["Poisson", "Légumes"]


def test_a_file_is_read_by_those_it_is_for(client: Client) -> None:
    event = EventFactory(organiser=UserFactory())
    registration = RegistrationFactory(event=event, user=UserFactory())
    files = [EventDocumentFactory(event=event, audience=audience) for audience in DocumentAudience]
    links = {"": None, "registered": registration.user, "organiser": event.organiser}

    seen = {}
    for name, user in links.items():
        client.logout()
        if user:
            client.force_login(user)
        seen[name] = [client.get(file.get_absolute_url()).status_code for file in files]
    client.logout()
    seen["link"] = [
        client.get(f"{file.get_absolute_url()}?inscription={registration.token}").status_code for file in files
    ]

    assert seen == {
        "": [200, 404, 404], "registered": [200, 200, 404], "organiser": [200, 200, 200], "link": [200, 200, 404],
    }  # fmt: skip


def test_a_file_is_added_and_goes_for_good(client: Client, team: User, django_capture_on_commit_callbacks) -> None:
    event = EventFactory()
    said = {"title": "Compte rendu", "kind": "compte-rendu", "audience": "public"}

    wrong = client.post(manage_url(event, "documents/"), said | {"file": SimpleUploadedFile("virus.exe", b"x")})
    client.post(manage_url(event, "documents/"), said | {"file": SimpleUploadedFile("cr.pdf", b"%PDF")})

    assert "Compte rendu" in page(wrong)
    document = Document.objects.get()
    storage, name = document.file.storage, document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/agenda/documents/{document.pk}/retirer/")
    assert not storage.exists(name)
    assert Document.objects.count() == 0


# --- the board -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_board_and_the_list_of_people_ask_a_fixed_number_of_queries(
    client: Client, team: User, count: int, django_assert_num_queries
) -> None:
    for _ in range(count):
        event = EventFactory(capacity=1)
        RegistrationFactory.create_batch(count, event=event)
        RegistrationFactory.create_batch(count, event=event, waiting=True)

    with django_assert_num_queries(9):
        assert client.get("/equipe/agenda/").status_code == 200
    with django_assert_num_queries(15):
        assert client.get(manage_url(event, "inscrits/")).status_code == 200


def test_the_board_filters_and_says_which_minutes_are_missing(client: Client, team: User) -> None:
    EventFactory(title="À venir")
    EventFactory(title="Réunion passée", past=True, group=GroupFactory(), kind=EventKind.GROUPE_PAYS)

    coming = page(client.get("/equipe/agenda/"))
    past = page(client.get("/equipe/agenda/?quand=passes&type=groupe-pays"))
    exported = b"".join(client.get("/equipe/agenda/export.csv?quand=tous"))  # type: ignore[arg-type]

    assert "À venir" in coming
    assert "Comptes rendus attendus" in coming
    assert "Réunion passée" in past
    assert "À venir" in exported.decode()


def test_the_folded_part_that_is_to_correct_is_open(client: Client, team: User) -> None:
    typed = event_form(audience="groupe", reserved_seats="-1")

    parts = client.post("/agenda/nouveau/", typed).context["form"].parts
    fresh = client.get("/agenda/nouveau/").context["form"].parts

    assert [part.is_open for part in parts] == [False, False, True, True, False]
    assert [part.is_open for part in fresh] == [False] * 5
