"""Calendar files, read back by another parser than the one that writes them, and compared with the event."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from events import services
from events.appointments import appointment_of
from events.calendar_files import Appointment, Method, Person, calendar_file
from events.enums import EventStatus
from events.models import Event, Registration
from events.services import Applicant
from soco.mailing import kinds
from soco.mailing.models import Message
from tests.factories import EventFactory, RegistrationFactory, UserFactory

PARIS = ZoneInfo("Europe/Paris")


def read(content: bytes) -> object:
    return vobject.readOne(content.decode())


def appointment(**fields: object) -> Appointment:
    said: dict[str, object] = {
        "uid": "abc@exemple.fr", "sequence": 3, "title": "Petit-déjeuner", "url": "https://exemple.fr/agenda/x/",
        "starts_at": datetime(2026, 12, 8, 8, 30, tzinfo=PARIS), "ends_at": datetime(2026, 12, 8, 10, 0, tzinfo=PARIS),
        "changed_at": datetime(2026, 11, 1, tzinfo=UTC),
    } | fields  # fmt: skip
    return Appointment(**said)  # type: ignore[arg-type]


def attached(message: Message) -> tuple[str, object]:
    """The calendar file of a mail: the method of its type, and what it says."""
    kind = kinds.get(message.kind)
    assert kind is not None
    (file,) = kind.attachments(message.params)
    return file.mime_type, read(file.content)


@pytest.mark.django_db
def test_every_fact_is_the_event_s() -> None:
    event = EventFactory(
        title="Café, thé ; et « jus »",
        organiser=UserFactory(first_name="Zoé", last_name="Roy"),
        latitude=43.3,
        longitude=-0.37,
    )
    registration = RegistrationFactory(event=event, name="Noé Dupré")

    calendar = read(calendar_file([appointment_of(event, registration=registration)], method=Method.REQUEST))

    entry = calendar.vevent  # type: ignore[attr-defined]
    assert calendar.method.value == "REQUEST"  # type: ignore[attr-defined]
    assert entry.summary.value == "Café, thé ; et « jus »"
    assert (entry.dtstart.value, entry.dtend.value) == (event.starts_at, event.ends_at)
    assert entry.location.value == "Salle du conseil, Pau"
    assert entry.url.value == f"http://testserver{event.get_absolute_url()}"
    assert entry.status.value == "CONFIRMED"
    assert entry.uid.value.startswith(str(event.uid))
    assert (entry.organizer.value, entry.organizer.params["CN"]) == (f"mailto:{event.organiser.email}", ["Zoé Roy"])
    assert (entry.attendee.value, entry.attendee.params["CN"]) == (f"mailto:{registration.email}", ["Noé Dupré"])
    assert entry.geo.value == "43.3;-0.37"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ((2026, 3, 28, 8, 30), (2026, 3, 28, 7, 30)),
        ((2026, 3, 30, 8, 30), (2026, 3, 30, 6, 30)),
        ((2026, 10, 24, 8, 30), (2026, 10, 24, 6, 30)),
        ((2026, 10, 26, 8, 30), (2026, 10, 26, 7, 30)),
    ],
)
def test_the_time_zone_is_right_on_both_sides_of_a_clock_change(local: tuple[int, ...], utc: tuple[int, ...]) -> None:
    starts = datetime(*local, tzinfo=PARIS)  # type: ignore[misc,arg-type]
    content = calendar_file([appointment(starts_at=starts, ends_at=starts + timedelta(hours=1))])

    found = read(content).vevent.dtstart.value  # type: ignore[attr-defined]

    assert b"TZID=Europe/Paris" in content
    assert found.astimezone(UTC) == datetime(*utc, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_lines_are_folded_at_75_octets_and_nothing_is_lost() -> None:
    title = "Éléphant à Pau, " * 40

    content = calendar_file([appointment(title=title, description="Une\nautre ligne")])

    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    entry = read(content).vevent  # type: ignore[attr-defined]
    assert (entry.summary.value, entry.description.value) == (title, "Une\nautre ligne")


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_title_nor_place_breaks_a_file(title: str, place: str) -> None:
    content = calendar_file([appointment(title=title, location=place)])

    calendar = read(content)
    assert len(list(calendar.components())) == 2  # type: ignore[attr-defined]  # the time zone and the event
    assert calendar.vevent.uid.value == "abc@exemple.fr"  # type: ignore[attr-defined]


def test_what_is_published_to_all_names_no_attendee_and_no_link() -> None:
    content = calendar_file([appointment(attendee=Person("Noé", "noe@exemple.fr"))], method=Method.PUBLISH)

    assert b"ATTENDEE" not in content
    assert b"noe@exemple.fr" not in content


@pytest.mark.django_db
def test_the_uid_stays_and_the_sequence_grows_until_the_cancellation() -> None:
    event = EventFactory()
    registration = services.register(event, Applicant("Un", "un@exemple.fr"))
    services.save_event(event, {"place_name": "Médiathèque"}, by="équipe")
    services.postpone_event(event, by="équipe", starts_at=event.starts_at + timedelta(days=3))
    services.cancel_event(event, by="équipe", reason="Grève")
    messages = Message.objects.filter(to_email=registration.email).order_by("pk")

    cancelled = messages.get(kind="events.cancelled")
    mime_type, calendar = attached(cancelled)

    assert mime_type == "text/calendar; method=CANCEL; charset=utf-8"
    entry = calendar.vevent  # type: ignore[attr-defined]
    assert entry.uid.value.startswith(str(event.uid))
    assert (entry.sequence.value, entry.status.value) == ("3", "CANCELLED")
    assert Event.objects.get().status == EventStatus.CANCELLED


@pytest.mark.django_db
def test_each_mail_carries_the_file_of_its_state() -> None:
    event = EventFactory(capacity=1, online=True)
    seated = services.register(event, Applicant("Un", "un@exemple.fr"))
    waits = services.register(event, Applicant("Deux", "deux@exemple.fr"))
    confirmed = Message.objects.get(to_email=seated.email)
    waiting = Message.objects.get(to_email=waits.email)

    mime_type, calendar = attached(confirmed)
    assert "method=REQUEST" in mime_type
    assert "visio.exemple.fr" in calendar.serialize()  # type: ignore[attr-defined]
    kind = kinds.get(waiting.kind)
    assert kind is not None
    assert list(kind.attachments(waiting.params)) == []

    services.withdraw(Registration.objects.get(pk=waits.pk))
    left = Message.objects.get(to_email=waits.email, kind="events.withdrawn")
    assert list(kinds.get(left.kind).attachments(left.params)) == []  # type: ignore[union-attr]  # it had no appointment
