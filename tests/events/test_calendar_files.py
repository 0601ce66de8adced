"""Calendar files, re-read by a parser that is not the one which wrote them: every field is the event's, whatever was typed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events import services
from events.appointments import appointment_of
from events.calendar_files import PARIS, Appointment, Method, Person, calendar_file
from events.models import Event, Registration
from events.services import Applicant
from soco.mailing import delivery
from tests.factories import EventFactory, RegistrationFactory, UserFactory

LINK = "https://visio.exemple.fr/salle"


def read(content: bytes | str) -> Any:
    """The only calendar of a file."""
    text = content.decode() if isinstance(content, bytes) else content
    calendars = list(vobject.readComponents(text))
    assert len(calendars) == 1
    return calendars[0]


def lines_of(content: bytes) -> list[bytes]:
    assert content.endswith(b"\r\n")
    return content.split(b"\r\n")[:-1]


def said(**fields: Any) -> Appointment:
    starts = datetime(2026, 12, 1, 8, 30, tzinfo=PARIS)
    values = {
        "uid": "7@portail.exemple.fr",
        "sequence": 3,
        "title": "Petit-déjeuner",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=90),
        "changed_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "url": "https://portail.exemple.fr/agenda/x/",
    }
    return Appointment(**values | fields)


# --- the file ---------------------------------------------------------------------------------------------------------------------
def test_every_field_is_read_again() -> None:
    appointment = said(
        description="Autour d’un café.\nhttps://portail.exemple.fr/agenda/x/",
        location="Salle du conseil, 2 place Royale, Pau",
        latitude=43.2951,
        longitude=-0.370797,
        organizer=Person("Camille Petit, voltigeuse", "camille@exemple.fr"),
        attendee=Person("Dominique Étienne", "dominique+pau@exemple.fr"),
        conference_url=LINK,
        categories=("Petit-déjeuner de la coopération",),
    )

    calendar = read(calendar_file([appointment], method=Method.REQUEST))
    event = calendar.vevent

    assert (calendar.version.value, calendar.method.value) == ("2.0", "REQUEST")
    assert (event.uid.value, event.sequence.value, event.status.value) == (appointment.uid, "3", "CONFIRMED")
    assert (event.summary.value, event.location.value) == (appointment.title, appointment.location)
    assert event.description.value == appointment.description
    assert (event.dtstart.value, event.dtend.value) == (appointment.starts_at, appointment.ends_at)
    assert (event.dtstamp.value, event.last_modified.value) == (appointment.changed_at, appointment.changed_at)
    assert event.url.value == appointment.url
    assert tuple(float(part) for part in event.geo.value.split(";")) == (43.2951, -0.370797)
    assert event.categories.value == ["Petit-déjeuner de la coopération"]
    assert event.organizer.value == "mailto:camille@exemple.fr"
    assert event.organizer.params["CN"] == ["Camille Petit, voltigeuse"]
    assert event.attendee.value == "mailto:dominique+pau@exemple.fr"
    assert event.attendee.params["CN"] == ["Dominique Étienne"]
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert event.conference.value == LINK


def test_a_feed_says_its_name_and_names_nobody() -> None:
    people = {"attendee": Person("Dominique", "dominique@exemple.fr")}
    content = calendar_file([said(**people), said(uid="8@x", **people)], name="Agenda, Gironde", url="https://x.fr")
    calendar = read(content)

    assert calendar.method.value == "PUBLISH"
    assert b"X-WR-CALNAME:Agenda\\, Gironde\r\n" in content
    assert [event.uid.value for event in calendar.vevent_list] == ["7@portail.exemple.fr", "8@x"]
    assert [event.contents.get("attendee") for event in calendar.vevent_list] == [None, None]


def test_what_leaves_an_agenda_says_so() -> None:
    calendar = read(calendar_file([said()], method=Method.CANCEL))

    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")


def test_lines_are_folded_at_seventy_five_octets() -> None:
    title = "Été à l’œuvre : " + "é" * 130

    content = calendar_file([said(title=title, description="à" * 900)])

    assert max(len(line) for line in lines_of(content)) <= 75
    assert all(line.decode() is not None for line in lines_of(content))  # no character is cut in two
    assert read(content).vevent.summary.value == title
    assert read(content).vevent.description.value == "à" * 900


def test_commas_semicolons_backslashes_and_lines_are_kept() -> None:
    title = r"Eau; air, terre \ feu : n’importe \n quoi"
    calendar = read(calendar_file([said(title=title, location=title, description=f"{title}\n\nEnsuite")]))

    assert calendar.vevent.summary.value == title
    assert calendar.vevent.location.value == title
    assert calendar.vevent.description.value == f"{title}\n\nEnsuite"
    assert rb"Eau\; air\, terre \\ feu" in calendar_file([said(title=title)])


def test_a_quotation_mark_in_a_name_does_not_end_it() -> None:
    event = read(calendar_file([said(organizer=Person('Anne "Nana";X=1:y', "anne@exemple.fr"))])).vevent

    assert event.organizer.params == {"CN": ["Anne 'Nana';X=1:y"]}
    assert event.organizer.value == "mailto:anne@exemple.fr"


@given(title=st.text(max_size=150), place=st.text(max_size=150), name=st.text(max_size=60), words=st.text(max_size=300))
def test_nothing_that_is_typed_breaks_the_file(title: str, place: str, name: str, words: str) -> None:
    content = calendar_file(
        [said(title=title, location=place, description=words, organizer=Person(name, "anne@exemple.fr"))],
        name=title,
    )

    names = {line.split(b":")[0].split(b";")[0] for line in lines_of(content) if not line.startswith((b" ", b"\t"))}
    allowed = {b"BEGIN", b"END", b"VERSION", b"PRODID", b"CALSCALE", b"METHOD", b"NAME", b"X-WR-CALNAME"}
    allowed |= {b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL", b"UID", b"SEQUENCE", b"DTSTAMP", b"LAST-MODIFIED", b"DTSTART"}
    allowed |= {b"DTEND", b"SUMMARY", b"STATUS", b"URL", b"DESCRIPTION", b"LOCATION", b"ORGANIZER", b"RRULE", b"TZID"}
    allowed |= {b"TZNAME", b"TZOFFSETFROM", b"TZOFFSETTO"}
    assert names <= allowed
    assert content.count(b"BEGIN:VEVENT") == 1
    assert not any(octet < 32 for octet in content.replace(b"\r\n", b""))
    event = read(content).vevent
    assert event.organizer.value == "mailto:anne@exemple.fr"
    if title.isprintable() and title == title.strip():
        assert event.summary.value == title


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("Ligne\r\nATTENDEE:mailto:x@y.fr", "Ligne ATTENDEE:mailto:x@y.fr"),
        ("Nul\x00 et cloche\x07", "Nul et cloche"),
        ("Retour\rseul", "Retour seul"),
        ("Séparé\u2028ici\x85là\x0bencore", "Séparé ici là encore"),
        ("Café ☕ 🥐 👩🏽‍🌾", "Café ☕ 🥐 👩🏽‍🌾"),
        ("Tab\tulation", "Tab ulation"),
    ],
)
def test_control_characters_never_cut_a_line(typed: str, kept: str) -> None:
    event = read(calendar_file([said(title=typed, location=typed)])).vevent

    assert (event.summary.value, event.location.value) == (kept, kept)
    assert "attendee" not in event.contents


# --- the hour ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "day, hour_in_utc",
    [
        ((2026, 3, 28), 7),
        ((2026, 3, 29), 6),  # the clock moves on that night
        ((2026, 3, 30), 6),
        ((2026, 10, 24), 6),
        ((2026, 10, 25), 7),  # and back
        ((2026, 10, 26), 7),
        ((2031, 7, 1), 6),
    ],
)
def test_the_hour_of_paris_is_right_on_both_sides_of_a_clock_change(
    day: tuple[int, int, int], hour_in_utc: int
) -> None:
    starts = datetime(*day, 8, 30, tzinfo=PARIS)
    content = calendar_file([said(starts_at=starts, ends_at=starts + timedelta(hours=1))])

    assert f"DTSTART;TZID=Europe/Paris:{starts:%Y%m%d}T083000".encode() in content
    read_start = read(content).vevent.dtstart.value
    # The parser makes its time zone from the VTIMEZONE of the file, not from its own knowledge of Paris.
    assert read_start.tzinfo is not ZoneInfo("Europe/Paris")
    assert read_start.astimezone(UTC) == datetime(*day, hour_in_utc, 30, tzinfo=UTC)


def test_an_event_over_the_night_of_a_clock_change_lasts_what_it_lasts() -> None:
    starts, ends = datetime(2026, 3, 28, 22, tzinfo=PARIS), datetime(2026, 3, 29, 8, tzinfo=PARIS)
    event = read(calendar_file([said(starts_at=starts, ends_at=ends)])).vevent

    assert event.dtend.value.astimezone(UTC) - event.dtstart.value.astimezone(UTC) == timedelta(hours=9)


# --- the event --------------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_file_of_an_event_is_the_event() -> None:
    organiser = UserFactory(email="camille@exemple.fr", first_name="Camille", last_name="Petit")
    event = EventFactory(
        title="Se parler, à plusieurs",
        summary="Un café et des idées",
        address="2 place Royale",
        latitude=43.3,
        longitude=-0.37,
        organiser=organiser,
        sequence=4,
    )

    registration = RegistrationFactory(event=event)
    read_event = read(calendar_file([appointment_of(event, registration=registration)])).vevent
    public_event = read(calendar_file([appointment_of(event)])).vevent

    assert read_event.uid.value == f"{event.uid}@testserver"
    assert read_event.sequence.value == "4"
    assert read_event.summary.value == event.title
    assert read_event.dtstart.value == event.starts_at.replace(microsecond=0)
    assert read_event.dtend.value == event.ends_at.replace(microsecond=0)
    assert read_event.location.value == "Salle du conseil, 2 place Royale, Pau"
    assert read_event.url.value == f"http://testserver{event.get_absolute_url()}"
    assert read_event.description.value == f"Un café et des idées\nhttp://testserver{registration.get_absolute_url()}"
    assert public_event.description.value == f"Un café et des idées\nhttp://testserver{event.get_absolute_url()}"
    assert public_event.organizer.value == f"mailto:{settings.MAIL_REPLY_TO}"  # what everybody reads names nobody
    assert read_event.geo.value == "43.3;-0.37"
    assert read_event.organizer.value == "mailto:camille@exemple.fr"
    assert read_event.organizer.params["CN"] == ["Camille Petit"]
    assert read_event.status.value == "CONFIRMED"


@pytest.mark.django_db
@pytest.mark.parametrize("state, status", [("cancelled", "CANCELLED"), ("postponed", "TENTATIVE")])
def test_a_feed_says_what_is_cancelled_or_has_no_date_yet(state: str, status: str) -> None:
    event = EventFactory(**{state: True})

    assert read(calendar_file([appointment_of(event)])).vevent.status.value == status


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["en_attente", "proposee", "desistee", "refusee", "expiree", "annulee_organisateur"])
def test_the_address_of_a_visio_is_for_who_has_a_seat(state: str, client: Client) -> None:
    event = EventFactory(online=True)
    until = timezone.now() + timedelta(days=1) if state == "proposee" else None
    other = RegistrationFactory(event=event, state=state, offer_until=until)
    seated = RegistrationFactory(event=event)

    def file_of(registration: Registration) -> str:
        return calendar_file([appointment_of(event, registration=registration)], method=Method.REQUEST).decode()

    def downloaded(address: str) -> str:
        return client.get(address).content.decode().replace("\r\n ", "")

    assert LINK not in file_of(other).replace("\r\n ", "")
    assert LINK in file_of(seated).replace("\r\n ", "")
    assert LINK not in downloaded(f"{other.get_absolute_url()}rendez-vous.ics")
    assert LINK in downloaded(f"{seated.get_absolute_url()}rendez-vous.ics")
    assert LINK not in downloaded(event.get_absolute_url().rstrip("/") + ".ics")


@pytest.mark.django_db
def test_downloaded_files_are_published_and_name_nobody(client: Client) -> None:
    registration = RegistrationFactory(name="Dominique Étienne")
    answer = client.get(f"{registration.get_absolute_url()}rendez-vous.ics")

    calendar = read(answer.content)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.method.value == "PUBLISH"
    assert "attendee" not in calendar.vevent.contents


# --- the files of mails -----------------------------------------------------------------------------------------------------------
def files_sent() -> list[tuple[str, str, str, int, Any]]:
    """Of each mail sent since the last call: its type, the method, the uid, the sequence, the VEVENT."""
    delivery.deliver()
    found = []
    for message in mail.outbox:
        for attachment in message.attachments:
            calendar = read(attachment.content)
            event = calendar.vevent
            found.append(
                (attachment.mimetype, calendar.method.value, event.uid.value, int(event.sequence.value), event)
            )
    mail.outbox.clear()
    return found


@pytest.mark.django_db
def test_the_life_of_an_event_in_an_agenda() -> None:
    """One UID for all, a SEQUENCE that only grows, REQUEST to enter an agenda and CANCEL to leave it."""
    event = EventFactory(capacity=5)
    services.register(event, Applicant("Dominique Étienne", "dominique@exemple.fr"))
    files = files_sent()
    moved = event.starts_at + timedelta(days=7)

    services.save_event(event, {"place_name": "Médiathèque"}, by="a@exemple.fr")
    files += files_sent()
    services.save_event(event, {"description": "Rien pour un agenda"}, by="a@exemple.fr")
    files += files_sent()
    services.postpone_event(event, by="a@exemple.fr")
    files += files_sent()
    services.postpone_event(event, by="a@exemple.fr", starts_at=moved)
    files += files_sent()
    services.cancel_event(event, by="a@exemple.fr", reason="Neige")
    files += files_sent()

    assert [(method, sequence) for _type, method, _uid, sequence, _event in files] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
        ("REQUEST", 3),
        ("CANCEL", 4),
    ]
    assert {uid for _type, _method, uid, _sequence, _event in files} == {f"{event.uid}@testserver"}
    assert files[0][0] == "text/calendar; method=REQUEST; charset=utf-8"
    assert files[4][0] == "text/calendar; method=CANCEL; charset=utf-8"
    assert [said_of.attendee.value for *_rest, said_of in files] == ["mailto:dominique@exemple.fr"] * 5
    assert files[1][4].location.value == "Médiathèque, Pau"
    assert files[3][4].dtstart.value == moved.replace(microsecond=0)
    assert files[4][4].status.value == "CANCELLED"


@pytest.mark.django_db
def test_a_seat_given_up_leaves_the_agenda_and_comes_back_with_a_new_registration() -> None:
    event = EventFactory(online=True)
    applicant = Applicant("Dominique Étienne", "dominique@exemple.fr")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        registration = services.register(event, applicant)
        files = files_sent()
        clock.shift(3600)
        services.withdraw(registration)
        files += files_sent()
        clock.shift(3600)
        services.register(event, applicant)
        files += files_sent()

    assert [method for _type, method, *_rest in files] == ["REQUEST", "CANCEL", "REQUEST"]
    # The appointment itself did not change: of the same version, an agenda believes the file that was made last.
    assert [sequence for *_rest, sequence, _event in files] == [0, 0, 0]
    stamps = [said_of.dtstamp.value for *_rest, said_of in files]
    assert stamps == sorted(set(stamps))
    assert ["conference" in said_of.contents for *_rest, said_of in files] == [True, False, True]


@pytest.mark.django_db
def test_who_waits_gets_no_file_and_who_gave_up_a_wait_has_nothing_to_take_out() -> None:
    event = EventFactory(capacity=1)
    services.register(event, Applicant("Anne", "anne@exemple.fr"))
    files_sent()

    waiting = services.register(event, Applicant("Dominique", "dominique@exemple.fr"))
    services.save_event(event, {"city": "Dax"}, by="a@exemple.fr")
    services.withdraw(waiting)

    attendees = [said_of.attendee.value for *_rest, said_of in files_sent()]
    assert attendees == ["mailto:anne@exemple.fr"]
    assert Event.objects.get(pk=event.pk).sequence == 1
