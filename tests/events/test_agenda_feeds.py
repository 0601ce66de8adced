"""What calendars and readers come back to: read again by an independent parser; nobody in it, and no link to a visioconference."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from django.test import Client
from django.utils import timezone
from lxml import etree

from events.enums import Audience
from events.models import Event
from tests.factories import DepartementFactory, EventFactory, GroupFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SECRETS = ("visio.exemple.fr", "Zoé Lefèvre", "zoe@exemple.fr", "organisatrice@exemple.fr", "ATTENDEE", "CONFERENCE")


def at(text: str) -> datetime:
    """« 2026-12-08 08:30 », in the time of Paris, a year from now or later: the year is this one's next."""
    return timezone.make_aware(datetime.fromisoformat(text).replace(year=timezone.localdate().year + 1))


@pytest.fixture
def events() -> dict[str, Event]:
    """Two in the Pyrénées-Atlantiques on both sides of a clock change, one cancelled, one in a group, one over, and secrets."""
    bearn = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    organiser = UserFactory(email="organisatrice@exemple.fr")
    made = {
        "summer": EventFactory(
            title="Été ; à Pau, « chez nous »\\", starts_at=at("2026-07-07 08:30"), departement=bearn, organiser=organiser,
            latitude=43.2951, longitude=-0.3708,
            summary="Une ligne bien trop longue pour tenir en soixante-quinze octets, accents compris : éèàùç. " * 2,
        ),
        "winter": EventFactory(title="Hiver", starts_at=at("2026-12-08 08:30"), departement=bearn, organiser=organiser),
        "cancelled": EventFactory(title="Annulée", cancelled=True, sequence=3),
        "group": EventFactory(title="Du groupe", online=True, group=GroupFactory(slug="jumelage")),
        "over": EventFactory(title="Passée", past=True),
    }  # fmt: skip
    RegistrationFactory(event=made["group"], name="Zoé Lefèvre", email="zoe@exemple.fr")
    EventFactory(title="Trop vieille", starts_at=timezone.now() - timedelta(days=400))
    EventFactory(title="Brouillon", draft=True)
    EventFactory(title="Sur invitation", audience=Audience.INVITED)
    EventFactory(title="Reportée", postponed=True)
    return made


def entries(client: Client, address: str) -> dict[str, Any]:
    """Summary → entry, as vobject reads the calendar."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode()
    assert not [secret for secret in SECRETS if secret in text.replace("\r\n ", "")]
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return {entry.summary.value: entry for entry in vobject.readOne(text).vevent_list}


def test_the_feed_of_all_reads_back_as_the_events(client: Client, events: dict[str, Event]) -> None:
    found = entries(client, "/agenda/agenda.ics")

    assert set(found) == {event.title for event in events.values()}
    for event in events.values():
        entry = found[event.title]
        assert entry.dtstart.value == event.starts_at.replace(microsecond=0)
        assert entry.dtend.value == event.ends_at.replace(microsecond=0)
        assert entry.uid.value.startswith(str(event.uid))
        assert entry.sequence.value == str(event.sequence)
        assert entry.url.value.endswith(event.get_absolute_url())
    assert found["Annulée"].status.value == "CANCELLED"
    assert found["Hiver"].status.value == "CONFIRMED"


def test_both_sides_of_a_clock_change_are_said_in_the_time_of_paris(client: Client, events: dict[str, Event]) -> None:
    text = client.get("/agenda/agenda.ics").content.decode()
    year = timezone.localdate().year + 1

    assert f"DTSTART;TZID=Europe/Paris:{year}0707T083000" in text
    assert f"DTSTART;TZID=Europe/Paris:{year}1208T083000" in text
    offsets = {title: entry.dtstart.value.utcoffset() for title, entry in entries(client, "/agenda/agenda.ics").items()}
    assert offsets[events["summer"].title] == timedelta(hours=2)
    assert offsets["Hiver"] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/agenda/agenda.ics?departement=64", ["summer", "winter"]),
        ("/agenda/agenda.ics?departement=33", []),
        ("/agenda/agenda.ics?type=visio", ["group"]),
        ("/agenda/agenda.ics?groupe=jumelage", ["group"]),
        ("/agenda/agenda.ics?passes=1", ["over"]),
        ("/agenda/agenda.ics?q=hiver", ["winter"]),
        ("/groupes/jumelage/agenda.ics", ["group"]),
    ],
)
def test_each_feed_has_its_events(client: Client, events: dict[str, Event], address: str, names: list[str]) -> None:
    if "passes" in address:
        Event.objects.filter(title="Trop vieille").delete()
    text = client.get(address).content.decode()
    found = set(entries(client, address)) if names else set()

    assert found == {events[name].title for name in names}
    assert ("BEGIN:VEVENT" in text) is bool(names)


def test_a_feed_is_a_named_calendar_that_says_when_to_come_back(client: Client, events: dict[str, Event]) -> None:
    text = client.get("/groupes/jumelage/agenda.ics").content.decode().replace("\r\n ", "")

    for line in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "BEGIN:VTIMEZONE"):
        assert line in text
    assert f"X-WR-CALNAME:Agenda de SO Coopération\u00a0: {Event.objects.get(title='Du groupe').group.name}" in text


@pytest.mark.parametrize("address", ["/agenda/agenda.ics", "/agenda/agenda.atom", "/groupes/jumelage/agenda.atom"])
def test_a_reader_that_comes_back_gets_only_what_is_new(client: Client, events: dict[str, Event], address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in first.headers

    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Event.objects.filter(pk=events["group"].pk).update(title="Autre titre", updated_at=datetime.now(UTC))
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Autre titre" in changed.content.decode()


@pytest.mark.parametrize("address", ["/groupes/{}/agenda.ics", "/groupes/{}/agenda.atom"])
def test_a_group_that_is_hidden_or_unknown_has_no_feed(client: Client, address: str) -> None:
    EventFactory(group=GroupFactory(slug="cache", hidden=True))

    assert client.get(address.format("cache")).status_code == 404
    assert client.get(address.format("inconnu")).status_code == 404
    assert client.post(address.format("cache")).status_code in (403, 405)


def test_the_atom_feed_says_each_event_the_last_published_first(client: Client, events: dict[str, Event]) -> None:
    Event.objects.filter(pk=events["winter"].pk).update(published_at=timezone.now() + timedelta(minutes=1))
    response = client.get("/agenda/agenda.atom")
    feed = etree.fromstring(response.content)
    told = feed.findall(f"{ATOM}entry")

    assert response["Content-Type"].startswith("application/atom+xml")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}["self"].endswith(
        "/agenda/agenda.atom"
    )
    assert told[0].findtext(f"{ATOM}title", "").startswith("Hiver, ")
    assert len(told) == 5
    titles = [entry.findtext(f"{ATOM}title", "") for entry in told]
    assert [title for title in titles if title.startswith("Annulé\u00a0: Annulée")]
    assert told[0].findtext(f"{ATOM}id") == f"urn:uuid:{events['winter'].uid}"
    text = response.content.decode()
    assert not [secret for secret in SECRETS if secret in text]


def test_the_file_of_one_event_names_nobody(client: Client) -> None:
    event = EventFactory(online=True, organiser=UserFactory(email="organisatrice@exemple.fr"))
    RegistrationFactory(event=event, name="Zoé Lefèvre", email="zoe@exemple.fr")

    text = client.get(f"/agenda/{event.slug}.ics").content.decode().replace("\r\n ", "")

    assert "BEGIN:VEVENT" in text
    assert not [secret for secret in SECRETS if secret in text]
