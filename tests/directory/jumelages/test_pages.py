"""The public pages of jumelages: list, map, exports, one page, countries and themes."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from directory.models import Jumelage
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    JumelageActorFactory,
    JumelageDocumentFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def limoges_furth() -> Jumelage:
    ThemeFactory(code="eau-assainissement")
    return JumelageFactory(
        collectivite=CommuneFactory(name="Limoges", code="87085", population=130_000),
        partner=PartnerFactory(foreign=True, name="Fürth", country__iso2="DE", latitude=49.477, longitude=10.989),
        year_signed=1992,
        vitality="actif",
        vitality_on=date(2026, 5, 9),
        last_action_on=date(2026, 5, 9),
        last_action="Concert commun",
        theme_codes=["eau-assainissement"],
        sdgs=[6],
    )


def names(answer: Any) -> list[str]:
    return [jumelage.name for jumelage in answer.context["page"].rows]


# --- the list -------------------------------------------------------------------------------------------------------------
def test_the_list_shows_what_is_published(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(hidden=True)
    JumelageFactory(partner=PartnerFactory(foreign=True, hidden=True))

    answer = client.get("/jumelages/")

    assert names(answer) == ["Limoges – Fürth"]
    assert '<span data-testid="nombre">1</span> jumelage ou partenariat' in answer.text
    assert "Allemagne · depuis 1992" in answer.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=furth", ["Limoges – Fürth"]),
        ("q=frth", ["Limoges – Fürth"]),
        ("q=limoge", ["Limoges – Fürth"]),
        ("pays=DE", ["Limoges – Fürth"]),
        ("pays=de", ["Limoges – Fürth"]),
        ("pays=europe", ["Limoges – Fürth"]),
        ("pays=SN", ["Guéret – Dakar"]),
        ("pays=SN&pays=DE", ["Limoges – Fürth", "Guéret – Dakar"]),
        ("theme=eau-assainissement", ["Limoges – Fürth"]),
        ("vitalite=actif", ["Limoges – Fürth"]),
        ("vitalite=inconnue", ["Guéret – Dakar"]),
        ("type=cooperation", ["Guéret – Dakar"]),
        ("departement=23", ["Guéret – Dakar"]),
        ("verifier=oui", ["Guéret – Dakar"]),
        ("fraicheur=jamais", ["Limoges – Fürth", "Guéret – Dakar"]),
        ("tri=nom", ["Guéret – Dakar", "Limoges – Fürth"]),
        ("tri=recent", ["Limoges – Fürth", "Guéret – Dakar"]),
        ("tri=annee", ["Guéret – Dakar", "Limoges – Fürth"]),
    ],
)
def test_each_parameter_filters_or_sorts(client: Client, limoges_furth: Jumelage, query: str, found: list[str]) -> None:
    creuse = DepartementFactory(name="Creuse", code="23")
    JumelageFactory(
        collectivite=CommuneFactory(name="Guéret", code="23096", population=13_000, departement=creuse),
        partner=PartnerFactory(foreign=True, name="Dakar"),
        kind="cooperation",
        year_signed=1980,
        to_verify=True,
    )

    assert names(client.get(f"/jumelages/?{query}")) == found


def test_what_is_not_understood_is_ignored_and_told(client: Client, limoges_furth: Jumelage) -> None:
    answer = client.get("/jumelages/?couleur=bleu&vitalite=pimpant&verifier=peut-etre&page=99")

    assert answer.context["ignored"] == ["vitalite=pimpant", "verifier=peut-etre", "couleur"]
    assert names(answer) == ["Limoges – Fürth"]


@pytest.mark.parametrize("address", ["?q=%00", "?pays=%00", "?theme='", "?page=%00", "?tri=x", "?epci=1&departement=2"])
def test_no_address_breaks_the_list(client: Client, limoges_furth: Jumelage, address: str) -> None:
    assert client.get(f"/jumelages/{address}").status_code == 200


def test_every_count_is_what_choosing_it_would_give(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(vitality="en-sommeil", to_verify=True)
    JumelageFactory(partner=PartnerFactory(foreign=True), kind="pacte", confirmed=True)
    JumelageFactory(partner=PartnerFactory(foreign=True, country__iso2="ES"), theme_codes=["eau-assainissement"])

    for chosen in ("", "pays=DE", "vitalite=actif&theme=eau-assainissement", "departement=16"):
        page = client.get(f"/jumelages/?{chosen}")
        for facet in page.context["facets"]:
            others = "&".join(part for part in chosen.split("&") if part and not part.startswith(f"{facet.name}="))
            for option in facet.options:
                alone = client.get(f"/jumelages/?{others}&{facet.name}={option.value}")
                assert alone.context["total"] == option.count, (chosen, facet.name, option.value)


def test_htmx_gets_what_the_page_includes(client: Client, limoges_furth: Jumelage) -> None:
    page = client.get("/jumelages/?q=furth")
    part = client.get("/jumelages/?q=furth", headers={"HX-Request": "true"})

    assert part.text.strip() in page.text
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize(
    ("address", "queries"), [("/jumelages/", 4), ("/jumelages/?q=ville", 5), ("/jumelages/carte/", 4)]
)
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    """Facets, the page, names of countries (and of themes once there are); the close names of a text."""
    for count in (1, 3):
        for _ in range(count):
            JumelageFactory(partner=PartnerFactory(foreign=True, name="Ville"))
        cache.clear()
        with django_assert_num_queries(queries):
            client.get(address)


def test_an_empty_answer_says_what_to_give_up(client: Client, limoges_furth: Jumelage) -> None:
    answer = client.get("/jumelages/?q=furth&pays=ES")

    assert "Aucun jumelage ne répond à tous ces critères" in answer.text
    assert [step["total"] for step in answer.context["loosened"]] == [1]


def test_the_map_holds_what_the_list_holds(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(hidden=True)
    unlocated = JumelageFactory(partner=PartnerFactory(foreign=True, latitude=None, longitude=None))

    points = client.get("/jumelages/carte/liens.json").json()
    listed = {jumelage.pk for jumelage in client.get("/jumelages/").context["page"].rows}

    assert set(points["id"]) == listed - {unlocated.pk} == {limoges_furth.pk}
    assert (points["to_lat"], points["to_lon"]) == ([494770], [109890])
    assert "Fürth" in client.get(f"/jumelages/carte/{limoges_furth.pk}/").text


# --- exports --------------------------------------------------------------------------------------------------------------
def read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_csv_geojson_and_xlsx_say_the_same(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(hidden=True)

    rows = list(csv.DictReader(io.StringIO(read(client.get("/jumelages/export.csv?pays=DE")).decode())))
    features = json.loads(read(client.get("/jumelages/export.geojson")))["features"]

    assert [(row["collectivite_code"], row["partenaire"], row["annee_signature"]) for row in rows] == [
        ("87085", "Fürth", "1992")
    ]
    assert [feature["geometry"]["type"] for feature in features] == ["LineString"]
    assert features[0]["geometry"]["coordinates"][1] == [10.989, 49.477]
    assert read(client.get("/jumelages/export.xlsx"))[:2] == b"PK"


# --- one jumelage ---------------------------------------------------------------------------------------------------------
def test_its_page_says_who_since_when_about_what_and_with_its_source(client: Client, limoges_furth: Jumelage) -> None:
    comite = JumelageActorFactory(jumelage=limoges_furth, actor__name="Comité de jumelage de Limoges").actor

    page = client.get(limoges_furth.get_absolute_url()).text

    for words in ("Fürth", "1992", "Concert commun", "Eau, assainissement", "ODD 6", "Actif", comite.name):
        assert words in page, words
    # every published field says where it comes from: both sides, kind, vitality, year, last action and its day, themes, goals
    assert page.count("l’équipe du réseau, 15 janvier 2026") == 10
    assert "Actif, constaté le 9 mai 2026" in page


def test_an_old_spelling_leads_to_the_page_for_good(client: Client, limoges_furth: Jumelage) -> None:
    answer = client.get(f"/jumelages/autre-nom-{limoges_furth.pk}/")

    assert (answer.status_code, answer["Location"]) == (301, limoges_furth.get_absolute_url())


def test_a_merged_jumelage_leads_to_the_other(client: Client, limoges_furth: Jumelage) -> None:
    double = JumelageFactory(hidden=True, successor=limoges_furth)

    answer = client.get(double.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (301, limoges_furth.get_absolute_url())


@pytest.mark.parametrize("slug", ["nulle-part-999999", "sans-numero", "x-99999999999999999999", "-"])
def test_unknown_addresses_are_404(client: Client, slug: str) -> None:
    assert client.get(f"/jumelages/{slug}/").status_code == 404


def test_a_hidden_side_hides_the_page(client: Client, limoges_furth: Jumelage) -> None:
    limoges_furth.partner.is_published = False
    limoges_furth.partner.save()

    assert client.get(limoges_furth.get_absolute_url()).status_code == 404


def test_an_imported_one_says_that_nobody_confirmed_it(client: Client) -> None:
    jumelage = JumelageFactory(imported=True)

    page = client.get(jumelage.get_absolute_url()).text

    assert "Ce jumelage vient d’un fichier et personne ne l’a encore confirmé" in page
    assert "à vérifier" in page


def test_documents_are_public_or_kept(client: Client, limoges_furth: Jumelage) -> None:
    shown = JumelageDocumentFactory(jumelage=limoges_furth, is_public=True)
    kept = JumelageDocumentFactory(jumelage=limoges_furth, title="Délibération interne")

    page = client.get(limoges_furth.get_absolute_url()).text
    answer = client.get(shown.get_absolute_url())

    assert "Serment de jumelage" in page and "Délibération interne" not in page
    assert read(answer) == b"%PDF-1.4 essai"
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_names_are_escaped(client: Client) -> None:
    jumelage = JumelageFactory(partner__name="<script>alert(1)</script>", title="<b>", context="<i>x</i>")

    page = client.get(jumelage.get_absolute_url()).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_asks_a_fixed_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    jumelage = JumelageFactory()
    for _ in range(2):
        JumelageActorFactory(jumelage=jumelage)
        JumelageFactory(partner=jumelage.partner)
        cache.clear()
        with django_assert_num_queries(9):
            client.get(jumelage.get_absolute_url())


# --- countries and themes -------------------------------------------------------------------------------------------------
def test_a_country_page_tells_who_works_there_and_how_alive(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(vitality="en-sommeil")
    JumelageFactory(partner=PartnerFactory(foreign=True))

    answer = client.get("/pays/de/")

    assert answer.context["sizes"] == {"jumelages": 2, "collectivites": 2, "partners": 2}
    assert [(value, count) for value, _label, count in answer.context["alive"]] == [("actif", 1), ("en-sommeil", 1)]
    assert "Limoges – Fürth" in answer.text


def test_europe_is_a_page_and_a_capital_code_leads_to_the_small_one(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(partner=PartnerFactory(foreign=True))

    assert client.get("/pays/europe/").context["sizes"]["jumelages"] == 1
    moved = client.get("/pays/DE/")
    assert (moved.status_code, moved["Location"]) == (301, "/pays/de/")
    assert client.get("/pays/zz/").status_code == 404


def test_a_country_without_jumelage_says_so(client: Client) -> None:
    CountryFactory(iso2="IT")

    assert "Aucun jumelage n’est encore publié ici" in client.get("/pays/it/").text


def test_the_list_of_countries_counts(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory(partner=PartnerFactory(foreign=True))

    answer = client.get("/pays/")

    assert [(row["code"], row["jumelages"]) for row in answer.context["europe"]] == [("DE", 1)]
    assert [row["code"] for row in answer.context["elsewhere"]] == ["SN"]


def test_a_theme_page_tells_who_works_on_it(client: Client, limoges_furth: Jumelage) -> None:
    JumelageFactory()

    answer = client.get("/themes/eau-assainissement/")

    assert answer.context["sizes"]["jumelages"] == 1
    assert [row["code"] for row in answer.context["countries"]] == ["DE"]
    assert client.get("/themes/inconnu/").status_code == 404
    assert client.get("/themes/").status_code == 200


@pytest.mark.parametrize("address", ["/pays/de/", "/themes/eau-assainissement/", "/pays/", "/pays/europe/"])
def test_overviews_ask_a_fixed_number_of_queries(client: Client, address: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ThemeFactory(code="eau-assainissement")
    asked = []
    for _ in range(2):
        JumelageFactory(theme_codes=["eau-assainissement"])
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked.append(len(captured))

    assert asked[0] == asked[1] <= 12
