"""What search engines read of an event: its true status, where, whether there is room; never the link of a visioconference."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events import services
from events.enums import Audience, EventKind
from events.models import Event
from tests.factories import CommuneFactory, EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
SCHEMA = "https://schema.org/"


def said_of(client: Client, event: Event) -> dict[str, Any]:
    """The only JSON-LD of an event's page."""
    page = client.get(event.get_absolute_url()).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(found) == 1
    data = json.loads(found[0])
    assert data["@context"] == "https://schema.org"
    return data


def test_an_event_as_planned(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://reseau.exemple"
    host = CommuneFactory(name="Pau", code="64445")
    event = EventFactory(
        title="Café </script><b>", host=host, address="Place Royale", latitude=43.3, longitude=-0.37, summary="Un café."
    )

    said = said_of(client, event)

    assert said["@type"] == "Event"
    assert (said["name"], said["description"]) == ("Café </script><b>", "Un café.")
    assert said["url"] == said["@id"] == f"https://reseau.exemple{event.get_absolute_url()}"
    assert said["startDate"] == timezone.localtime(event.starts_at).isoformat()
    assert said["endDate"] == timezone.localtime(event.ends_at).isoformat()
    assert said["eventStatus"] == f"{SCHEMA}EventScheduled"
    assert said["eventAttendanceMode"] == f"{SCHEMA}OfflineEventAttendanceMode"
    assert said["location"] == {
        "@type": "Place",
        "name": "Salle du conseil",
        "address": {
            "@type": "PostalAddress", "addressCountry": "FR", "streetAddress": "Place Royale", "addressLocality": "Pau",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 43.3, "longitude": -0.37},
    }  # fmt: skip
    assert said["organizer"] == {
        "@type": "Organization", "name": "Pau", "url": f"https://reseau.exemple{host.get_absolute_url()}",
    }  # fmt: skip
    assert said["isAccessibleForFree"] is True
    assert (said["offers"]["price"], said["offers"]["priceCurrency"]) == (0, "EUR")
    assert said["offers"]["availability"] == f"{SCHEMA}InStock"
    assert said["maximumAttendeeCapacity"] == 12
    assert "previousStartDate" not in said


def test_a_training_says_so_and_the_network_organises_what_nobody_hosts(client: Client, settings: Any) -> None:
    said = said_of(client, EventFactory(kind=EventKind.FORMATION))

    assert said["@type"] == "EducationEvent"
    assert said["organizer"]["name"] == settings.NETWORK_NAME


def test_a_cancelled_event_keeps_its_date(client: Client) -> None:
    event = EventFactory()
    services.cancel_event(event, by="test", reason="Salle inondée")

    said = said_of(client, event)

    assert said["eventStatus"] == f"{SCHEMA}EventCancelled"
    assert said["startDate"] == timezone.localtime(event.starts_at).isoformat()
    assert said["offers"]["availability"] == f"{SCHEMA}OutOfStock"


def test_a_postponed_event_without_its_new_date(client: Client) -> None:
    event = EventFactory()
    services.postpone_event(event, by="test")

    said = said_of(client, event)

    assert said["eventStatus"] == f"{SCHEMA}EventPostponed"
    assert said["startDate"] == timezone.localtime(event.starts_at).isoformat()
    assert "previousStartDate" not in said


def test_an_event_at_another_date_says_the_one_before(client: Client) -> None:
    event = EventFactory()
    later = event.starts_at + timedelta(days=14)
    moved = services.postpone_event(event, by="test", starts_at=later, ends_at=later + timedelta(hours=2))

    said = said_of(client, moved)

    assert said["eventStatus"] == f"{SCHEMA}EventRescheduled"
    assert said["startDate"] == timezone.localtime(later).isoformat()
    assert said["previousStartDate"] == timezone.localtime(event.starts_at).isoformat()


def test_a_visioconference_is_joined_from_its_page(client: Client) -> None:
    event = EventFactory(online=True)

    said = said_of(client, event)

    assert said["eventAttendanceMode"] == f"{SCHEMA}OnlineEventAttendanceMode"
    assert said["location"] == {"@type": "VirtualLocation", "url": said["url"]}
    assert "visio.exemple.fr" not in client.get(event.get_absolute_url()).content.decode()


def test_both_in_a_room_and_at_a_distance(client: Client) -> None:
    said = said_of(client, EventFactory(is_online=True, online_url="https://visio.exemple.fr/salle"))

    assert said["eventAttendanceMode"] == f"{SCHEMA}MixedEventAttendanceMode"
    assert [place["@type"] for place in said["location"]] == ["Place", "VirtualLocation"]


@pytest.mark.parametrize(
    ("fields", "availability"),
    [
        ({"capacity": 1}, "SoldOut"),
        ({"capacity": 2}, "InStock"),
        ({"capacity": None}, "InStock"),
        ({"opens_at": timedelta(days=1)}, "PreOrder"),
        ({"closes_at": timedelta(days=-1)}, "OutOfStock"),
    ],
)
def test_whether_there_is_room(client: Client, fields: dict[str, Any], availability: str) -> None:
    moments = {
        name: timezone.now() + value if isinstance(value, timedelta) else value for name, value in fields.items()
    }
    event = EventFactory(**moments)
    RegistrationFactory(event=event)

    assert said_of(client, event)["offers"]["availability"] == f"{SCHEMA}{availability}"


def test_what_is_over_takes_nobody(client: Client) -> None:
    assert said_of(client, EventFactory(past=True))["offers"]["availability"] == f"{SCHEMA}OutOfStock"


@pytest.mark.parametrize("fields", [{"demo": True}, {"draft": True}, {"audience": Audience.INVITED}])
def test_engines_learn_nothing_of_what_is_not_for_all(client: Client, fields: dict[str, Any]) -> None:
    event = EventFactory(organiser=UserFactory(), **fields)
    client.force_login(event.organiser)

    page = client.get(event.get_absolute_url()).content.decode()

    assert event.title in page
    assert "application/ld+json" not in page


def test_a_host_that_the_public_may_not_read_is_not_named(client: Client) -> None:
    event = EventFactory(host=CommuneFactory(name="Commune masquée", code="64999", hidden=True))

    for address in (
        event.get_absolute_url(),
        "/agenda/",
        "/agenda/export.csv",
        "/agenda/agenda.ics",
        "/widget/agenda/",
    ):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert "Commune masquée" not in body.decode(), address
        assert event.title in body.decode() or address.endswith(".ics"), address
