"""The agenda given away: its rows in the files and in the API, by the words of its pages, kept until something changes."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from events import services
from events.enums import EventKind
from events.models import Event
from tests.factories import CommuneFactory, DepartementFactory, EventFactory, GroupFactory
from tests.opendata.reading import data, rows

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/evenements"
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def paris(text: str) -> datetime:
    """« 2026-12-08 08:30 », in the winter time of Paris."""
    return datetime.fromisoformat(f"{text}+01:00")


@pytest.fixture
def cafe(leaks: None) -> Event:
    """The petit-déjeuner of Pau, hosted by the town, beside everything that could leak."""
    pau = CommuneFactory(
        name="Pau", code="64445", departement=DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    )
    return EventFactory(
        title="=Café à Pau", slug="2026-12-08-cafe-a-pau", starts_at=paris("2026-12-08 08:30"), address="Place Royale",
        commune=pau, departement=pau.departement, host=pau, latitude=43.2951, longitude=-0.3708, country_codes=["SN", "DE"],
        theme_codes=["education"], group=GroupFactory(name="Jumelage", slug="jumelage"), summary="Un café.",
    )  # fmt: skip


def titles(client: Client, query: str = "") -> list[str]:
    return [row["titre"] for row in data(client, ROOT + query)["results"]]


def test_a_row_says_what_everybody_may_read(client: Client, cafe: Event, settings: Any) -> None:
    settings.SITE_URL = "https://reseau.exemple"

    assert data(client, f"{ROOT}/{cafe.pk}") == {
        "id": cafe.pk, "type": "petit-dejeuner", "titre": "=Café à Pau", "statut": "publie",
        "debut": "2026-12-08T08:30:00+01:00", "fin": "2026-12-08T10:00:00+01:00", "debut_prevu": None,
        "lieu": "Salle du conseil", "adresse": "Place Royale", "ville": "Pau", "code_insee": "64445",
        "departement": "64", "nom_departement": "Pyrénées-Atlantiques", "latitude": 43.2951, "longitude": -0.3708,
        "a_distance": False, "accueil": "Pau", "groupe": "jumelage", "nom_groupe": "Jumelage", "pays": ["SN", "DE"],
        "themes": ["education"], "resume": "Un café.", "places": 12, "public": "public",
        "fiche": "https://reseau.exemple/agenda/2026-12-08-cafe-a-pau/",
    }  # fmt: skip


def test_the_words_are_those_of_the_agenda(client: Client, cafe: Event) -> None:
    EventFactory(title="Formation", kind=EventKind.FORMATION, starts_at=paris("2027-03-02 09:00"))
    EventFactory(title="Ce matin", starts_at=paris("2026-11-25 08:00"))
    EventFactory(title="Hier", starts_at=paris("2026-11-24 08:00"))

    assert titles(client, "?type=formation") == ["Formation"]
    assert titles(client, "?departement=64") == ["=Café à Pau"]
    assert titles(client, "?pays=europe") == titles(client, "?theme=education") == ["=Café à Pau"]
    assert titles(client, "?groupe=jumelage&mois=2026-12") == ["=Café à Pau"]
    assert titles(client, "?q=cafe") == ["=Café à Pau"]
    assert titles(client, "?passes=1") == ["Hier"]
    assert set(titles(client)) == {"Visio du groupe", "=Café à Pau", "Formation", "Ce matin"}


@pytest.mark.parametrize(
    "query",
    [
        "type=brunch",
        "mois=2026-13",
        "mois=decembre",
        "groupe=É",
        "passes=oui",
        "passes=1&passes=1",
        "pres=pau",
        "km=25",
        "tri=date",
    ],
)
def test_what_is_not_understood_is_refused(client: Client, cafe: Event, query: str) -> None:
    response = client.get(f"{ROOT}?{query}")

    assert response.status_code == 422
    assert len(response.json()["details"]) == 1


def test_pages_follow_one_another_without_a_double(client: Client, cafe: Event) -> None:
    for number in range(4):
        EventFactory(title=f"Café {number}")
    seen, address = [], f"{ROOT}?limite=2"
    while address:
        page = data(client, address)
        seen += [row["id"] for row in page["results"]]
        address = (page["next"] or "").partition("/api/v1/evenements")[2]
        address = ROOT + address if address else ""

    assert len(seen) == len(set(seen)) == 6
    assert seen == sorted(seen)


def test_an_answer_holds_until_an_event_changes(
    client: Client, cafe: Event, django_capture_on_commit_callbacks: Any
) -> None:
    first = client.get(ROOT)
    again = {"If-None-Match": first["ETag"]}
    assert client.get(ROOT, headers=again).status_code == 304

    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_event(cafe, by="test", reason="Salle inondée")

    changed = client.get(ROOT, headers=again)
    assert changed.status_code == 200
    assert data(client, f"{ROOT}/{cafe.pk}")["statut"] == "annule"
    assert client.get(f"{ROOT}/{Event.objects.get(title='Événement fictif').pk}").status_code == 404
    assert client.get(f"{ROOT}/{Event.objects.get(title='Événement brouillon').pk}").status_code == 404


def test_a_postponed_event_has_no_date_but_the_one_that_was_planned(client: Client, cafe: Event) -> None:
    services.postpone_event(cafe, by="test")

    row = next(row for row in rows(client, "/donnees/evenements.csv") if row["id"] == str(cafe.pk))

    assert (row["statut"], row["debut"], row["fin"]) == ("reporte", "", "")
    assert row["debut_prevu"] == "2026-12-08T08:30:00+01:00"
    assert row["titre"] == "'=Café à Pau"  # no spreadsheet runs it


def test_the_map_file_holds_the_place(client: Client, cafe: Event) -> None:
    features = {
        feature["properties"]["id"]: feature for feature in data(client, "/donnees/evenements.geojson")["features"]
    }

    assert features[cafe.pk]["geometry"] == {"type": "Point", "coordinates": [-0.3708, 43.2951]}
    visio = Event.objects.get(title="Visio du groupe")
    assert features[visio.pk]["geometry"] is None
    assert features[visio.pk]["properties"]["a_distance"] is True
