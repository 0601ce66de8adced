"""The papers of an event, read back: the sheet to sign, and certificates; names are set as they are, whatever they hold."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from events.enums import EventKind
from events.enums import RegistrationState as State
from events.models import Event, Registration
from tests.factories import (
    CommuneFactory,
    EventFactory,
    ParticipantFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOSTILE = 'Zoé #panic("x") $a$ @b \\ *c* _d_ [e] `f` <g> //h ~i #import "/etc/passwd"'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def training() -> Event:
    """It is over: a morning and an afternoon, in Pau."""
    event = EventFactory(
        kind=EventKind.FORMATION, title="Monter un projet européen", starts_at=at("2026-03-10T09:00+01:00"),
        ends_at=at("2026-03-10T17:30+01:00"), organiser=UserFactory(), host=CommuneFactory(name="Pau", code="64445"),
    )  # fmt: skip
    SessionFactory(event=event, title="Le matin", starts_at=event.starts_at)
    SessionFactory(
        event=event, title="L’après-midi", starts_at=at("2026-03-10T14:00+01:00"), ends_at=at("2026-03-10T17:30+01:00")
    )
    return event


def present(event: Event, name: str, **values: Any) -> Registration:
    registration = RegistrationFactory(event=event, present=True, people=0, **values)
    ParticipantFactory(registration=registration, name=name, attended=True, attended_at=timezone.now(), job="maire")
    return registration


def read(client: Client, address: str) -> list[str]:
    """The words of each page of a PDF, whatever its line ends and spaces."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "noindex" in answer["X-Robots-Tag"]
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages]


def as_organiser(client: Client, event: Event) -> Client:
    assert event.organiser
    client.force_login(event.organiser)
    return client


# --- the sheet -------------------------------------------------------------------------------------------------------------------
def test_the_sheet_says_what_where_when_and_who_signs(client: Client, training: Event) -> None:
    registration = RegistrationFactory(event=training, structure="Mairie de Dax", people=0)
    ParticipantFactory(registration=registration, name="Zoé Lefèvre", job="DGS")
    RegistrationFactory(event=training, waiting=True, name="Une qui attend")
    RegistrationFactory(event=training, withdrawn=True, name="Un qui s’est désisté")

    (page,) = read(as_organiser(client, training), f"{training.get_absolute_url()}feuille-presence.pdf")

    for told in (
        "Monter un projet européen",
        "mardi 10 mars 2026, de 9 h à 17 h 30",
        "Salle du conseil, Pau",
        "Accueil : Pau",
        "Nom Structure Fonction Le matin, 10 mars 2026, 9 h L’après-midi, 10 mars 2026, 14 h",
        "Zoé Lefèvre Mairie de Dax DGS",
        "Page 1/1",
    ):
        assert told in page
    assert "attend" not in page
    assert "désisté" not in page


def test_an_event_without_sessions_is_signed_once(client: Client) -> None:
    event = EventFactory(organiser=UserFactory())

    (page,) = read(as_organiser(client, event), f"{event.get_absolute_url()}feuille-presence.pdf")

    assert "Nom Structure Fonction Signature" in page


def test_a_hundred_and_fifty_people_are_several_pages_with_their_header(client: Client, training: Event) -> None:
    registration = RegistrationFactory(event=training, people=0)
    for number in range(150):
        ParticipantFactory(registration=registration, name=f"Personne {number:03d}")

    pages = read(as_organiser(client, training), f"{training.get_absolute_url()}feuille-presence.pdf")

    assert len(pages) > 5
    assert all("Nom Structure Fonction" in page for page in pages[:-1])
    assert [page for page in pages if f"/{len(pages)}" not in page] == []
    assert [n for n in range(150) if f"Personne {n:03d}" not in " ".join(pages)] == []


def test_nothing_of_a_name_is_run_and_every_script_is_set(client: Client, training: Event) -> None:
    for name in (HOSTILE, "Ђорђе Ελλάδα", "محمد", "Nguyễn Thị Đặng"):
        ParticipantFactory(registration__event=training, registration__structure=HOSTILE, name=name)
    address = f"{training.get_absolute_url()}feuille-presence.pdf"

    said = " ".join(read(as_organiser(client, training), address))
    assert said.replace(" ", "").count(HOSTILE.replace(" ", "")) == 5
    for name in ("Ђорђе Ελλάδα", "محمد", "Nguyễn Thị Đặng"):
        assert name in said

    ParticipantFactory(registration__event=training, name="王小明 😀")
    said = " ".join(read(client, address))
    assert "Nguyễn Thị Đặng" in said  # a letter that no font holds hides nobody


def test_a_stranger_gets_no_paper(client: Client, training: Event) -> None:
    present(training, "Zoé Lefèvre")
    client.force_login(UserFactory())

    for paper in ("feuille-presence.pdf", "attestations.pdf"):
        assert client.get(f"{training.get_absolute_url()}{paper}").status_code == 403


# --- certificates ----------------------------------------------------------------------------------------------------------------
def test_certificates_are_one_page_for_each_person_who_came(client: Client, training: Event) -> None:
    present(training, "Zoé Lefèvre", structure="Mairie de Dax")
    present(training, HOSTILE)
    ParticipantFactory(registration__event=training, name="Ali Benoît", attended=False)
    ParticipantFactory(registration__event=training, name="Rose Noël")

    hostile, zoe = sorted(
        read(as_organiser(client, training), f"{training.get_absolute_url()}attestations.pdf"),
        key=lambda page: "Lefèvre" in page,
    )

    for told in (
        "SO Coopération atteste que Zoé Lefèvre maire, Mairie de Dax a participé à la formation",
        "Monter un projet européen",
        "mardi 10 mars 2026 à 9 h – 12 h : Le matin",
        "mardi 10 mars 2026 à 14 h – 17 h 30 : L’après-midi",
        "Durée : 6 heures 30.",
        "Pour SO Coopération",
    ):
        assert told in zoe
    assert HOSTILE.replace(" ", "") in hostile.replace(" ", "")


def test_a_training_without_sessions_says_its_own_hours(client: Client) -> None:
    event = EventFactory(
        kind=EventKind.FORMATION, organiser=UserFactory(), starts_at=at("2026-03-10T23:30+01:00"),
        ends_at=at("2026-03-11T00:15+01:00"),
    )  # fmt: skip
    present(event, "Zoé")

    (page,) = read(as_organiser(client, event), f"{event.get_absolute_url()}attestations.pdf")

    assert "du mardi 10 mars 2026 à 23 h 30 au mercredi 11 mars 2026 à 0 h 15" in page
    assert "Durée : 45 minutes." in page


@pytest.mark.parametrize(
    "values",
    [
        {"kind": EventKind.PETIT_DEJEUNER},
        {"ends_at": timezone.now() + timedelta(days=1)},
        {"status": "annule"},
    ],
    ids=["no training", "not over", "cancelled"],
)
def test_there_is_no_certificate_before_the_end_nor_of_something_else(
    client: Client, training: Event, values: dict[str, Any]
) -> None:
    registration = present(training, "Zoé")
    for name, value in values.items():
        setattr(training, name, value)
    training.save()

    mine = client.get(f"{registration.get_absolute_url()}attestation.pdf")
    all_of_them = as_organiser(client, training).get(f"{training.get_absolute_url()}attestations.pdf", follow=True)

    assert mine.status_code == 404
    assert "présentes à une formation passée" in all_of_them.content.decode()


def test_one_s_own_certificate_is_on_the_page_of_the_registration(client: Client, training: Event) -> None:
    registration = present(training, "Zoé Lefèvre")
    present(training, "Ali Benoît")
    address = f"{registration.get_absolute_url()}attestation.pdf"

    assert f'href="{address}"' in client.get(registration.get_absolute_url()).content.decode()
    (page,) = read(client, address)

    assert ("Zoé Lefèvre" in page, "Ali Benoît" in page) == (True, False)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.ABSENT, State.WAITING])
def test_whoever_did_not_come_has_no_certificate(client: Client, training: Event, state: str) -> None:
    registration = RegistrationFactory(event=training, state=state)

    assert "attestation.pdf" not in client.get(registration.get_absolute_url()).content.decode()
    assert client.get(f"{registration.get_absolute_url()}attestation.pdf").status_code == 404
