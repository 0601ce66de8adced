"""The agenda: found by its filters, counted, loosened, by month, on the map, exported; the same with and without HTMX."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory import counts_version
from directory.models import Actor
from events.enums import Audience, EventKind
from events.models import Event
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EventFactory,
    GroupFactory,
    RegistrationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def at(text: str) -> datetime:
    """« 2026-12-08 08:30 », in the time of Paris."""
    return timezone.make_aware(datetime.fromisoformat(text))


def titles(client: Client, query: str = "", path: str = "/agenda/") -> list[str]:
    page = client.get(f"{path}{query}")
    assert page.status_code == 200
    return [event.title for event in page.context["page"].rows]


@pytest.fixture
def pau() -> Actor:
    bearn = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    return CommuneFactory(
        name="Pau", code="64445", departement=bearn, departement_codes=["64"], postal_codes=["64000"], population=77_000,
        latitude=43.2951, longitude=-0.3708,
    )  # fmt: skip


@pytest.fixture
def agenda(pau: Actor) -> None:
    """Five events to come, one over, and what nobody must find."""
    ThemeFactory(code="education")
    limoges = CommuneFactory(name="Limoges", code="87085", latitude=45.83, longitude=1.26)
    EventFactory(
        title="Café à Pau", starts_at=at("2026-12-08 08:30"), commune=pau, departement=pau.departement,
        latitude=43.2951, longitude=-0.3708, published_at=at("2026-11-01 10:00"), theme_codes=["education"],
    )  # fmt: skip
    EventFactory(
        title="Groupe Allemagne", kind=EventKind.GROUPE_PAYS, city="Limoges", commune=limoges,
        starts_at=at("2026-12-15 14:00"), latitude=45.83, longitude=1.26, published_at=at("2026-11-20 10:00"),
        group=GroupFactory(country=True, name="Allemagne", slug="allemagne"),
    )  # fmt: skip
    EventFactory(
        title="Webinaire Sénégal", online=True, country_codes=["SN"], starts_at=at("2027-01-12 11:00"),
        published_at=at("2026-11-10 10:00"),
    )  # fmt: skip
    EventFactory(title="Annulée", cancelled=True, starts_at=at("2027-01-20 08:30"), published_at=at("2026-10-10 10:00"))
    EventFactory(title="Le mois dernier", starts_at=at("2026-10-20 08:30"), published_at=at("2026-09-10 10:00"))
    soon = {"starts_at": at("2026-12-09 08:30")}
    EventFactory(title="Brouillon", draft=True, **soon)
    EventFactory(title="Sur invitation", audience=Audience.INVITED, **soon)
    EventFactory(title="Reportée", postponed=True, **soon)


ALL = ["Café à Pau", "Groupe Allemagne", "Webinaire Sénégal", "Annulée"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("?q=cafe", ["Café à Pau"]),
        ("?q=pau", ["Café à Pau", "Groupe Allemagne", "Annulée"]),
        ("?q=rien", []),
        ("?type=visio", ["Webinaire Sénégal"]),
        ("?type=visio&type=groupe-pays", ["Groupe Allemagne", "Webinaire Sénégal"]),
        ("?departement=64", ["Café à Pau"]),
        ("?pays=SN", ["Webinaire Sénégal"]),
        ("?pays=DE", ["Groupe Allemagne"]),
        ("?pays=europe", ["Groupe Allemagne"]),
        ("?theme=education", ["Café à Pau"]),
        ("?groupe=allemagne", ["Groupe Allemagne"]),
        ("?mois=2026-12", ["Café à Pau", "Groupe Allemagne"]),
        ("?mois=2026-12&mois=2027-01", ALL),
        ("?mois=2026-12&type=groupe-pays", ["Groupe Allemagne"]),
        ("?pres=pau", ["Café à Pau"]),
        ("?pres=64000&km=10", ["Café à Pau"]),
        ("?pres=limoges&km=100", ["Groupe Allemagne"]),
        ("?passes=1", ["Le mois dernier"]),
        ("?passes=1&mois=2026-12", []),
        ("?tri=nouveautes", ["Groupe Allemagne", "Webinaire Sénégal", "Café à Pau", "Annulée"]),
    ],
)
def test_each_parameter_narrows_the_agenda(client: Client, agenda: None, query: str, found: list[str]) -> None:
    if query == "?q=pau":  # their default city
        Event.objects.filter(title="Groupe Allemagne").update(summary="avec Pau")
    assert titles(client, query) == found


def test_near_is_a_circle_and_its_nearest_come_first(client: Client, pau: Actor) -> None:
    # 25 km north, 20 km east, and the corner of the square that holds the circle (28 km away)
    for title, latitude, longitude in (
        ("nord", 43.2951 + 24.9 / 111.195, -0.3708), ("est", 43.2951, -0.3708 + 20 / 80.93),
        ("coin", 43.2951 + 20 / 111.195, -0.3708 + 20 / 80.93),
    ):  # fmt: skip
        EventFactory(title=title, latitude=latitude, longitude=longitude)

    assert sorted(titles(client, "?pres=pau&km=25")) == ["est", "nord"]
    assert titles(client, "?pres=pau&km=25&tri=distance") == ["est", "nord"]
    assert titles(client, "?pres=pau&km=50&tri=distance") == ["est", "nord", "coin"]
    page = client.get("/agenda/?pres=pau&km=25").content.decode()
    assert "à moins de 25\u00a0km de Pau (64)" in page
    assert "20\u00a0km" in page


def test_a_commune_among_several_of_its_name_stays_the_one_that_was_meant(client: Client, pau: Actor) -> None:
    """The field shows a name with its code, so that the next search is about the same place."""
    other = CommuneFactory(name="Pau", code="16999", population=10, latitude=45.6, longitude=0.1)
    EventFactory(title="Au petit Pau", latitude=45.6, longitude=0.1)

    page = client.get(f"/agenda/?pres={other.code}")
    assert 'value="Pau (16999)"' in page.content.decode()
    assert titles(client, "?pres=Pau+(16999)") == ["Au petit Pau"]
    assert titles(client, "?pres=Pau") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?type=brunch", "type=brunch"),
        ("?mois=2026-13", "mois=2026-13"),
        ("?mois=décembre", "mois=DÉCEMBRE"),
        ("?departement=zzz", "departement=ZZZ"),
        ("?pays=Allemagne", "pays=ALLEMAGNE"),
        ("?pres=Xyzzyville", "commune inconnue\u00a0: Xyzzyville"),
        ("?pres=pau&km=7", "km=7"),
        ("?passes=peut-être", "passes=peut-être"),
        ("?tri=hasard", "tri=hasard"),
        ("?couleur=bleu", "couleur"),
    ],
)
def test_what_is_not_understood_is_told_and_the_rest_kept(client: Client, agenda: None, query: str, told: str) -> None:
    page = client.get(f"/agenda/{query}")

    assert page.status_code == 200
    assert page.context["ignored"] == [told]
    assert page.context["total"] == (1 if "km=7" in query else 4)


@pytest.mark.parametrize("query", ["?q=%00%0a", f"?q={'é' * 10_000}", "?pres=%00", f"?pres={'x' * 10_000}", "?page=zz"])
def test_hostile_parameters_get_a_page(client: Client, agenda: None, query: str) -> None:
    assert client.get(f"/agenda/{query}").status_code == 200


def test_each_choice_says_how_many_it_would_leave(client: Client, agenda: None) -> None:
    facets = {facet.name: facet for facet in client.get("/agenda/?type=petit-dejeuner").context["facets"]}

    def counts(name: str) -> dict[str, int]:
        return {option.label: option.count for option in facets[name].options}

    assert counts("type") == {"Petit-déjeuner de la coopération": 2, "Groupe pays": 1, "Visioconférence": 1}
    assert counts("mois") == {"décembre 2026": 1, "janvier 2027": 1}
    assert counts("departement") == {"Pyrénées-Atlantiques": 1}
    assert counts("theme") == {"Éducation": 1} or list(counts("theme").values()) == [1]
    assert "pays" not in facets
    assert "groupe" not in facets
    unfiltered = {facet.name: facet for facet in client.get("/agenda/").context["facets"]}
    assert {option.value: option.count for option in unfiltered["pays"].options} == {"europe": 1, "DE": 1, "SN": 1}
    assert [(option.value, option.count) for option in unfiltered["groupe"].options] == [("allemagne", 1)]


def test_a_group_that_is_hidden_is_named_nowhere(client: Client) -> None:
    event = EventFactory(title="Réunion", group=GroupFactory(name="Groupe masqué", slug="masque", hidden=True))

    for address in ("/agenda/", "/agenda/calendrier/", event.get_absolute_url(), "/agenda/export.csv"):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert "masqué" not in body.decode(), address


def test_the_counts_are_those_of_the_lists(client: Client, agenda: None) -> None:
    for facet in client.get("/agenda/").context["facets"]:
        for option in facet.options:
            found = client.get(f"/agenda/?{facet.name}={option.value}")
            assert found.context["total"] == option.count == len(found.context["page"].rows), (facet.name, option)


def test_an_event_over_two_months_is_found_in_both_and_one_that_ends_at_midnight_in_its_own(client: Client) -> None:
    EventFactory(title="Deux mois", starts_at=at("2026-12-31 20:00"), ends_at=at("2027-01-01 02:00"))
    EventFactory(title="Minuit", starts_at=at("2026-11-30 20:00"), ends_at=at("2026-12-01 00:00"))

    assert titles(client, "?mois=2026-12") == ["Deux mois"]
    assert titles(client, "?mois=2027-01") == ["Deux mois"]
    assert titles(client, "?mois=2026-11") == ["Minuit"]
    months = next(facet for facet in client.get("/agenda/").context["facets"] if facet.name == "mois")
    assert [(option.value, option.count) for option in months.options] == [
        ("2026-11", 1), ("2026-12", 1), ("2027-01", 1),
    ]  # fmt: skip


def test_an_empty_answer_says_which_criterion_to_give_up(client: Client, agenda: None) -> None:
    page = client.get("/agenda/?type=visio&departement=64")
    assert page.context["total"] == 0
    assert {(step["name"], step["total"]) for step in page.context["loosened"]} == {("type", 1), ("departement", 1)}
    far = client.get("/agenda/?type=visio&pres=pau")
    assert {(step["name"], step["total"]) for step in far.context["loosened"]} == {("type", 1), ("pres", 1)}
    over = client.get("/agenda/?mois=2026-10")
    assert [(step["name"], step["query"]) for step in over.context["loosened"]] == [
        ("mois", ""), ("passes", "mois=2026-10&passes=1"),
    ]  # fmt: skip
    assert "parmi ce qui est passé" in over.content.decode()


def test_an_empty_agenda_says_what_will_be_there(client: Client) -> None:
    page = client.get("/agenda/").content.decode()

    assert "Aucun rendez-vous n’est prévu pour le moment" in page
    assert 'data-testid="resultat"' not in page


def test_postponed_events_stand_apart_until_their_date_is_known(client: Client, agenda: None) -> None:
    answer = client.get("/agenda/")
    page = answer.content.decode()

    assert "Reportés, nouvelle date à venir" in page
    assert page.count('data-testid="resultat"') == 4
    assert [event.title for event in answer.context["awaiting_date"]] == ["Reportée"]
    for hidden in ("Brouillon", "Sur invitation"):
        assert hidden not in page


@pytest.mark.parametrize("path", ["/agenda/", "/agenda/carte/", "/agenda/calendrier/"])
def test_htmx_gets_the_same_search_as_the_page(client: Client, agenda: None, path: str) -> None:
    query = f"{path}?type=petit-dejeuner&pres=pau"
    page, fragment = client.get(query), client.get(query, headers={"HX-Request": "true"})

    assert fragment.content.decode().strip() in page.content.decode()
    assert fragment.content.decode().lstrip().startswith("<form")
    assert "HX-Request" in page["Vary"]
    restored = client.get(query, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_pages_follow_one_another(client: Client, settings: Any) -> None:
    settings.DIRECTORY_PAGE_SIZE = 2
    for day in (1, 2, 3):
        EventFactory(title=f"Jour {day}", starts_at=at(f"2026-12-0{day} 10:00"))

    assert titles(client) == ["Jour 1", "Jour 2"]
    assert titles(client, "?page=2") == ["Jour 3"]
    assert "n’existe pas" in client.get("/agenda/?page=9").content.decode()


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # a page's first answer after a change: the banner of the demonstration, the names of themes
        ("/agenda/", 2 + 3),
        ("/agenda/?type=petit-dejeuner&mois=2026-12", 2 + 3),
        ("/agenda/?q=cafe", 2 + 5),
        ("/agenda/?pres=pau", 2 + 7),
        ("/agenda/carte/", 2 + 2),
        ("/agenda/carte/points.json", 1),
        ("/agenda/calendrier/?mois=2026-12", 2 + 2),
        ("/agenda/export.csv", 1),
        ("/agenda/export.xlsx", 1),
        ("/agenda/agenda.ics", 1),
        ("/agenda/agenda.atom", 1),
        ("/widget/agenda/", 1),
        ("/widget/agenda/?departement=64", 1),
    ],
)
def test_the_number_of_queries_is_fixed(
    client: Client, pau: Actor, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    ThemeFactory(code="jumelage")
    for count in (1, 3):
        for number in range(count):
            event = EventFactory(
                title=f"Café {number}", starts_at=at("2026-12-08 08:30"), commune=pau, departement=pau.departement,
                host=pau, latitude=43.3, longitude=-0.37, group=GroupFactory(),
            )  # fmt: skip
            RegistrationFactory(event=event)
        counts_version.bump()
        with django_assert_num_queries(queries):
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200
        assert "Café" in body.decode(errors="ignore") or not address.endswith(("/agenda/", ".csv", ".ics", ".atom"))


def plan_of(query: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        sql, parameters = query.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_what_is_to_come_is_read_from_the_indexes() -> None:
    events = Event.objects.listed()

    assert "event_starts" in plan_of(events.upcoming(NOW).soonest_first()[:20])
    assert "event_ends" in plan_of(events.past(NOW).order_by("-ends_at", "-id")[:20])
    assert "country_codes" in plan_of(Event.objects.filter(country_codes__overlap=["DE"]).order_by())


# --- a month -----------------------------------------------------------------------------------------------------------
def test_a_month_shows_its_days_over_or_to_come(client: Client, agenda: None) -> None:
    page = client.get("/agenda/calendrier/?mois=2026-12")

    filled = {day.date.day: [event.title for event in day.events] for day in page.context["days"] if day.events}
    assert filled == {8: ["Café à Pau"], 15: ["Groupe Allemagne"]}
    assert len(page.context["days"]) == 35
    assert (page.context["previous_query"], page.context["next_query"]) == ("mois=2026-11", "mois=2027-01")
    october = client.get("/agenda/calendrier/?mois=2026-10&type=petit-dejeuner")
    assert [day.date.day for day in october.context["days"] if day.events] == [20]
    assert october.context["next_query"] == "type=petit-dejeuner&mois=2026-11"


def test_the_month_is_this_one_by_default_and_today_is_marked(client: Client) -> None:
    EventFactory(title="Ce matin", starts_at=at("2026-11-25 08:00"))

    page = client.get("/agenda/calendrier/")

    assert [day.date.day for day in page.context["days"] if day.is_today] == [25]
    assert page.context["total"] == 1
    assert "novembre 2026" in page.content.decode().lower()


def test_an_event_of_several_days_stands_on_each(client: Client) -> None:
    EventFactory(title="Trois jours", starts_at=at("2026-12-30 09:00"), ends_at=at("2027-01-01 12:00"))

    december = client.get("/agenda/calendrier/?mois=2026-12").context["days"]
    january = client.get("/agenda/calendrier/?mois=2027-01").context["days"]

    assert [day.date.day for day in december if day.events] == [30, 31]
    assert [day.date.day for day in january if day.events] == [1]


# --- the map -----------------------------------------------------------------------------------------------------------
def test_the_map_has_the_located_answers(client: Client, agenda: None) -> None:
    points = client.get("/agenda/carte/points.json").json()
    cafe, group = (Event.objects.get(title=title) for title in ("Café à Pau", "Groupe Allemagne"))

    assert points["id"] == [cafe.pk, group.pk]
    assert (points["lat"], points["lon"]) == ([432951, 458300], [-3708, 12600])
    assert [points["natures"][kind] for kind in points["nature"]] == ["petit-dejeuner", "groupe-pays"]
    assert client.get("/agenda/carte/points.json?type=visio").json()["id"] == []


def test_a_point_shows_what_is_to_come_there(client: Client, agenda: None) -> None:
    cafe = Event.objects.get(title="Café à Pau")
    EventFactory(title="Même salle", latitude=cafe.latitude, longitude=cafe.longitude)
    EventFactory(title="Même salle, secret", draft=True, latitude=cafe.latitude, longitude=cafe.longitude)

    card = client.get(f"/agenda/carte/{cafe.pk}/").content.decode()

    assert card.index("Café à Pau") < card.index("Même salle")
    assert "secret" not in card
    assert client.get(f"/agenda/carte/{Event.objects.get(title='Brouillon').pk}/").status_code == 404
    assert client.get("/agenda/carte/999999/").status_code == 404


# --- exports -----------------------------------------------------------------------------------------------------------
def test_exports_hold_what_the_search_finds_and_nobody_nor_a_link(client: Client, agenda: None) -> None:
    RegistrationFactory(event=Event.objects.get(title="Webinaire Sénégal"), name="Zoé Lefèvre")
    response = client.get("/agenda/export.csv?type=visio&type=groupe-pays")
    text = b"".join(response).decode()
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["titre"] for row in rows] == ["Groupe Allemagne", "Webinaire Sénégal"]
    assert rows[0]["debut"] == "2026-12-15T14:00:00+01:00"
    assert (rows[0]["groupe"], rows[1]["a_distance"], rows[1]["pays"]) == ("allemagne", "oui", "SN")
    for secret in ("visio.exemple.fr", "Zoé", "inscrit"):
        assert secret not in text
    workbook = load_workbook(io.BytesIO(b"".join(client.get("/agenda/export.xlsx?passes=1"))))
    assert [row[2].value for row in workbook.active.iter_rows(min_row=2)] == ["Le mois dernier"]


def test_the_address_of_the_page_repeats_only_what_was_understood(client: Client, agenda: None) -> None:
    page = client.get("/agenda/?type=visio&type=brunch&pres=pau&km=50&passes=1&page=2&couleur=bleu")

    assert page.context["understood"].urlencode() == "type=visio&pres=64445&km=50&passes=1"
    assert page.content.decode().count("brunch") == 1  # told as ignored, in no link


def test_the_header_leads_to_the_agenda(client: Client) -> None:
    assert '<a href="/agenda/">Agenda</a>' in client.get("/contact/").content.decode()
    assert '<a href="/agenda/" aria-current="page">Agenda</a>' in client.get("/agenda/").content.decode()


def test_sitemaps_hold_real_events_that_all_may_read(client: Client, agenda: None) -> None:
    EventFactory(title="Fictif", slug="2026-12-01-fictif", demo=True)
    shown = client.get("/sitemap-evenements.xml").content.decode()

    assert shown.count("<loc>") == 6  # postponed and past ones too: their pages say so
    assert "fictif" not in shown
    assert "/agenda/</loc>" in client.get("/sitemap-agenda.xml").content.decode()
    assert "sitemap-evenements.xml" in client.get("/sitemap.xml").content.decode()


def test_what_is_over_is_kept_as_an_archive_the_last_first(client: Client) -> None:
    for days in (30, 10, 20):
        EventFactory(title=f"Il y a {days} jours", starts_at=NOW - timedelta(days=days))

    assert titles(client, "?passes=1") == ["Il y a 10 jours", "Il y a 20 jours", "Il y a 30 jours"]
