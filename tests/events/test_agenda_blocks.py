"""The agenda on the pages of other rooms, and on other sites: what concerns each, and nothing when there is nothing."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import counts_version
from directory.models import Actor
from events.enums import Audience
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    EventFactory,
    GroupFactory,
    JumelageFactory,
    PartnerFactory,
    RegistrationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
CARD = 'data-testid="resultat"'


@pytest.fixture
def pau() -> Actor:
    bearn = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    return CommuneFactory(name="Pau", code="64445", departement=bearn)


def shown(client: Client, address: str) -> list[str]:
    """The titles of the events that the block of a page shows."""
    response = client.get(address)
    assert response.status_code == 200
    block = re.search(r'<section aria-labelledby="rendez-vous".*?</section>', response.content.decode(), re.S)
    return re.findall(r'<h3><a href="/agenda/[^"]+">(.*?)</a></h3>', block[0]) if block else []


def test_an_actor_shows_what_it_hosts_and_what_takes_place_there(client: Client, pau: Actor) -> None:
    soon = timezone.now() + timedelta(days=2)
    EventFactory(title="Chez nous", host=pau, starts_at=soon)
    EventFactory(title="Dans nos murs", commune=pau, starts_at=soon + timedelta(days=1))
    EventFactory(title="Ailleurs", commune=CommuneFactory(name="Dax", code="40088"))
    for trait in ("draft", "past", "cancelled", "postponed"):
        EventFactory(title=f"Non {trait}", host=pau, **{trait: True})
    EventFactory(title="Sur invitation", host=pau, audience=Audience.INVITED)

    assert shown(client, pau.get_absolute_url()) == ["Chez nous", "Dans nos murs"]


def test_a_departement_shows_what_takes_place_there_and_leads_to_all(client: Client, pau: Actor) -> None:
    for number in range(4):
        EventFactory(
            title=f"Café {number}", departement=pau.departement, starts_at=timezone.now() + timedelta(days=number + 1)
        )

    page = client.get(pau.departement.get_absolute_url()).content.decode()

    assert shown(client, pau.departement.get_absolute_url()) == ["Café 0", "Café 1", "Café 2"]
    assert '<a href="/agenda/?departement=64">Voir tout l’agenda</a>' in page


def test_countries_and_themes_show_what_is_about_them_or_of_their_groups(client: Client) -> None:
    CountryFactory(iso2="DE", name="Allemagne")
    CountryFactory(iso2="SN", name="Sénégal")
    ThemeFactory(code="eau")
    EventFactory(title="Le groupe", group=GroupFactory(country=True))
    EventFactory(title="Le Sénégal", country_codes=["SN"])
    EventFactory(title="L’eau", theme_codes=["eau"])

    assert shown(client, "/pays/de/") == ["Le groupe"]
    assert shown(client, "/pays/sn/") == ["Le Sénégal"]
    assert shown(client, "/pays/europe/") == ["Le groupe"]
    assert shown(client, "/themes/eau/") == ["L’eau"]


def test_a_jumelage_shows_what_is_about_its_partners_country(client: Client, pau: Actor) -> None:
    jumelage = JumelageFactory(collectivite=pau, partner=PartnerFactory(foreign=True, country__iso2="DE"))
    EventFactory(title="Le groupe", group=GroupFactory(country=True))
    EventFactory(title="Ailleurs", country_codes=["SN"])

    assert shown(client, jumelage.get_absolute_url()) == ["Le groupe"]


def test_the_home_page_shows_the_next_three_and_opens_the_door(client: Client) -> None:
    for number in (3, 1, 4, 2):
        EventFactory(title=f"Café {number}", starts_at=timezone.now() + timedelta(days=number))

    page = client.get("/").content.decode()

    assert shown(client, "/") == ["Café 1", "Café 2", "Café 3"]
    assert '<a href="/agenda/">Se rencontrer</a>' in page
    assert '<a href="/agenda/">Voir tout l’agenda</a>' in page


def test_pages_stay_silent_when_nothing_is_to_come(client: Client, pau: Actor) -> None:
    ThemeFactory(code="eau")
    EventFactory(title="Passé", past=True, host=pau, country_codes=["DE"], theme_codes=["eau"])
    jumelage = JumelageFactory(collectivite=pau, partner=PartnerFactory(foreign=True, country__iso2="DE"))

    for address in ("/", pau.get_absolute_url(), "/pays/de/", "/themes/eau/", jumelage.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "rendez-vous" not in page.replace("prochains rendez-vous de la coopération", ""), address
        assert CARD not in page or "agenda" not in page.split(CARD)[1][:300], address


@pytest.mark.parametrize("path", ["/", "actor", "/pays/de/", "/themes/eau/", "jumelage"])
def test_the_block_costs_one_query_whatever_it_shows(client: Client, pau: Actor, path: str) -> None:
    ThemeFactory(code="eau")
    jumelage = JumelageFactory(collectivite=pau, partner=PartnerFactory(foreign=True, country__iso2="DE"))
    address = {"actor": pau.get_absolute_url(), "jumelage": jumelage.get_absolute_url()}.get(path, path)
    counted = []
    for count in (0, 1, 2):
        for _ in range(count):
            event = EventFactory(
                host=pau, country_codes=["DE"], theme_codes=["eau"], group=GroupFactory(country=True),
                departement=pau.departement,
            )  # fmt: skip
            RegistrationFactory(event=event)
        counts_version.bump()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        ours = [query["sql"] for query in captured if "events_event" in query["sql"]]
        counted.append(sum('FROM "events_group"' not in sql for sql in ours))  # the groups' own block apart

    assert counted == [1, 1, 1]


# --- the frame of other sites ------------------------------------------------------------------------------------------
def test_another_site_may_frame_the_agenda_that_runs_no_script(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://reseau.exemple"
    event = EventFactory(title="Café <b>", online=True)
    response = client.get("/widget/agenda/")
    page = response.content.decode()

    assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "public, max-age=900"
    assert response["X-Robots-Tag"] == "noindex"
    assert response.cookies == {}
    assert "<script" not in page
    assert f'href="https://reseau.exemple{event.get_absolute_url()}"' in page
    assert "Café &lt;b&gt;" in page
    assert "visio.exemple.fr" not in page
    assert client.get("/agenda/")["X-Frame-Options"] == "DENY"


def test_the_frame_follows_its_parameters_but_not_a_month(client: Client, pau: Actor) -> None:
    EventFactory(title="Ici", departement=pau.departement, group=GroupFactory(slug="jumelage"))
    EventFactory(title="Ailleurs")
    EventFactory(title="Passé", past=True, departement=pau.departement)

    def titles(query: str) -> list[str]:
        page = client.get(f"/widget/agenda/{query}").content.decode()
        return re.findall(r'<li><a href="[^"]+"[^>]*>(.*?)<span', page)

    assert titles("?departement=64") == ["Ici"]
    assert titles("?groupe=jumelage") == ["Ici"]
    assert titles("?departement=64&passes=1&mois=2020-01&page=3") == ["Ici"]
    assert sorted(titles("")) == ["Ailleurs", "Ici"]
    assert "Aucun rendez-vous" in client.get("/widget/agenda/?departement=33").content.decode()


def test_the_agenda_gives_the_code_of_the_frame_for_its_search(client: Client, pau: Actor, settings: Any) -> None:
    settings.SITE_URL = "https://reseau.exemple"
    page = unescape(client.get("/agenda/?departement=64&passes=1&mois=2026-01").content.decode())

    assert '<iframe src="https://reseau.exemple/widget/agenda/?departement=64"' in unescape(page)
    assert "https://reseau.exemple/agenda/agenda.ics?mois=2026-01&departement=64&passes=1</textarea>" in page


def test_the_frame_shows_six_and_leads_to_the_same_search(client: Client, pau: Actor) -> None:
    for number in range(8):
        EventFactory(title=f"Café {number}", departement=pau.departement)

    page = client.get("/widget/agenda/?departement=64").content.decode()

    assert page.count("<li>") == 6
    assert "/agenda/?departement=64" in page
    assert "Voir tous les rendez-vous" in page
