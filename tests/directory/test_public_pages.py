"""The répertoire's public pages: what they answer, to whom, at what cost, and that nothing in an address breaks them."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import counts_version
from directory.models import Actor
from soco.web.templatetags.soco import number
from tests.directory.pages import text_of
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/repertoire/"
HX = {"HX-Request": "true"}


def results(response) -> list[str]:
    return [actor.name for actor in response.context["page"].rows]


# --- search ---------------------------------------------------------------------------------------------------------
def test_the_list_shows_published_actors_with_their_count(client: Client) -> None:
    CommuneFactory(name="Aubeterre", code="16020", hidden=True)
    CommuneFactory(name="Nersac", code="16244")

    response = client.get(LIST, {"nature": "commune"})

    assert results(response) == ["Nersac"]
    assert '<span data-testid="nombre">1</span> acteur' in text_of(response)
    assert text_of(response).count('data-testid="resultat"') == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("nature=commune", ["Grande", "Petite", "Moyenne"]),
        ("nature=commune&tri=nom", ["Grande", "Moyenne", "Petite"]),
        ("nature=commune&tri=population", ["Grande", "Petite", "Moyenne"]),
        ("nature=commune&tri=recent", ["Moyenne", "Petite", "Grande"]),
        ("nature=commune&population=0-500", ["Moyenne"]),
        ("nature=commune&population=0-500&population=50000-", ["Grande", "Moyenne"]),
        ("nature=commune&fraicheur=verte", ["Moyenne"]),
        ("nature=commune&fraicheur=orange&fraicheur=jamais", ["Grande", "Petite"]),
        ("nature=commune&departement=24", ["Petite"]),
        ("epci=200000009&nature=commune", ["Petite"]),
        ("q=petite", ["Petite"]),
        ("q=petite&departement=16", []),
    ],
)
def test_parameters_filter_and_sort(client: Client, query: str, names: list[str]) -> None:
    dordogne = DepartementFactory(name="Dordogne", code="24")
    epci = EpciFactory(code="200000009", name="CC du Val", departement=dordogne)
    CommuneFactory(name="Grande", code="16001", population=60_000)
    CommuneFactory(name="Moyenne", code="16002", population=100, confirmed=True)
    CommuneFactory(name="Petite", code="24003", population=3_000, ageing=True, departement=dordogne, epci=epci)

    assert results(client.get(f"{LIST}?{query}")) == names


def test_htmx_gets_the_same_search_as_the_page_includes(client: Client) -> None:
    CommuneFactory(name="Nersac", code="16244")
    address = f"{LIST}?q=nersac&departement=16"

    page, fragment = client.get(address), client.get(address, headers=HX)

    assert text_of(fragment).strip() in text_of(page)
    assert "<html" not in text_of(fragment)
    assert "HX-Request" in page["Vary"]


def test_a_page_restored_from_history_is_whole(client: Client) -> None:
    response = client.get(LIST, headers={**HX, "HX-History-Restore-Request": "true"})

    assert "<html" in text_of(response)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (LIST, "Aucun acteur n’est encore publié"),
        ("/jumelages/", "Aucun jumelage n’est encore publié"),
        ("/projets/", "Aucun projet n’est encore publié"),
        ("/recherche-partenaires/", "Aucune annonce n’est en ligne"),
    ],
)
def test_a_search_with_nothing_published_says_so_and_blames_no_filter(
    client: Client, address: str, sentence: str
) -> None:
    CommuneFactory(name="Nersac", hidden=True, departement=DepartementFactory(hidden=True, region__hidden=True))
    page, filtered = text_of(client.get(address)), text_of(client.get(f"{address}?q=nersac"))

    assert (sentence in page, "à tous ces critères" in page, 'data-testid="nombre"' in page) == (True, False, True)
    assert (sentence in filtered, "à tous ces critères" in filtered) == (False, True)


def test_an_empty_answer_says_what_to_loosen(client: Client) -> None:
    CommuneFactory(name="Nersac", code="16244", population=2_400)

    response = client.get(f"{LIST}?q=nersac&nature=commune&population=50000-")

    assert results(response) == []
    assert [(step["name"], step["total"]) for step in response.context["loosened"]] == [("population", 1)]
    assert "Aucun acteur ne répond à tous ces critères" in text_of(response)
    assert 'href="/repertoire/?q=nersac&amp;nature=commune"' in text_of(response)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("couleur=bleu", ["couleur"]),
        ("nature=licorne", ["nature=licorne"]),
        ("nature=commune&nature=licorne", ["nature=licorne"]),
        ("departement=zzz", ["departement=ZZZ"]),
        ("epci=12", ["epci=12"]),
        ("population=beaucoup", ["population=beaucoup"]),
        ("tri=hasard", ["tri=hasard"]),
        ("q=%25%25", ["%%"]),
        ("q=%00%ff", ["des caractères illisibles"]),
        ("q=" + "a" * 10_000, ["la fin du texte, trop long"]),
    ],
)
def test_what_is_not_understood_is_ignored_and_told(client: Client, query: str, told: list[str]) -> None:
    CommuneFactory(name="Nersac", code="16244")

    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert response.context["ignored"] == told
    assert "Ce qui n’a pas été compris a été ignoré" in text_of(response)


@pytest.mark.parametrize("asked", ["9999", "0", "-1", "abc", "1e9", "٣", "9" * 50])
def test_a_wrong_page_number_still_gives_a_page(client: Client, asked: str) -> None:
    CommuneFactory()

    response = client.get(LIST, {"page": asked})

    assert response.status_code == 200
    assert response.context["page"].notice
    assert response.context["page"].notice in text_of(response)


@pytest.mark.parametrize(
    "address",
    [
        "/repertoire/?q=%00",
        "/repertoire/?q=%ff%fe%80",
        "/repertoire/?%00=%00&q=a%00b",
        "/repertoire/?q=" + quote("'; DROP TABLE directory_actor; --"),
        "/repertoire/?q=" + quote("a & (b | !c) <-> d:*"),
        "/repertoire/?departement=%00&epci=%00&nature=%00",
        "/repertoire/?departement=33%27%20OR%201=1",
        "/repertoire/?page=%00",
        "/repertoire/suggestions/?q=%00%ff",
        "/repertoire/suggestions/?q=" + "a" * 9_000,
        "/repertoire/carte/?q=%00",
        "/repertoire/carte/points.json?q=%00&population=x",
        "/repertoire/export.csv?q=%00&tri=x",
        "/repertoire/export.geojson?nature=x",
        "/contact/?fiche=%00%3Cscript%3E",
    ],
)
def test_no_address_breaks_a_page(client: Client, address: str) -> None:
    CommuneFactory()

    response = client.get(address)

    assert response.status_code == 200
    assert Actor.objects.exists()


@pytest.mark.parametrize(
    "address", ["/repertoire/%00/", "/repertoire/inconnue-99999/", "/repertoire/carte/0/", "/nulle-part/"]
)
def test_an_unknown_page_is_a_french_404(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert "Cette page n’existe pas" in text_of(response)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    params=st.dictionaries(
        st.sampled_from(["q", "nature", "departement", "epci", "population", "fraicheur", "tri", "page", "x"]),
        st.text(max_size=40) | st.text("sœt 'é1-дß%", max_size=300),
    )
)
def test_any_parameters_give_a_page(client: Client, params: dict[str, str]) -> None:
    assert client.get(LIST, params).status_code == 200


def test_names_are_escaped(client: Client) -> None:
    PartnerFactory(name="<script>alert(1)</script> & Cie", description="</script><b>x</b>")
    actor = Actor.objects.partners().get()

    pages = [
        client.get(LIST, {"q": "alert"}),
        client.get(actor.get_absolute_url()),
        client.get("/repertoire/suggestions/?q=alert"),
    ]

    assert [("<script>alert" in text_of(page)) for page in pages] == [False, False, False]
    assert ["&lt;script&gt;alert(1)" in text_of(page) for page in pages] == [True, True, True]


# --- fixed cost -----------------------------------------------------------------------------------------------------
def make_actors(count: int) -> Actor:
    """`count` communes around one EPCI, with everything their pages show."""
    epci = EpciFactory(code="200000007", siren="200000007")
    for position in range(count):
        CommuneFactory(
            name=f"Saint-Essai-{position}",
            code=f"161{position:02d}",
            epci=epci,
            confirmed=True,
            former_names=["Vieux-Bourg"],
        )
    return epci


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # a page's first answer after a change: one query says whether the demonstration's banner is shown
        # and one asks for the next events of the agenda, on the home page and on those of actors
        ("/", 1 + 6),
        ("/repertoire/", 1 + 2),
        ("/repertoire/?q=saint+essai", 1 + 3),
        ("/repertoire/?q=saint+essai&departement=16&nature=commune&fraicheur=verte", 1 + 3),
        ("/repertoire/?departement=16&epci=200000007", 1 + 2),
        ("/repertoire/carte/?q=saint+essai", 1 + 3),
        ("/repertoire/carte/points.json?q=saint+essai", 2),
        ("/repertoire/suggestions/?q=saint+essai", 2),
        ("/repertoire/export.csv?q=saint+essai", 2),
        ("/repertoire/export.geojson?departement=16", 1),
        ("/repertoire/saint-essai-0-16100/", 1 + 8),
        ("/repertoire/communaute-de-communes-du-val-1-200000007/", 1 + 9),
        ("/repertoire/charente-16/", 1 + 8),
        ("/repertoire/nouvelle-aquitaine-75/", 1 + 8),
        ("/sources/", 1 + 1),
        ("/repertoire/?q=introuvable&nature=region", 1 + 6),
        ("/repertoire/export.xlsx?departement=16", 1),
        ("/repertoire/carte/contours.geojson", 0),
        ("/contact/", 1 + 0),
    ],
)
def test_the_number_of_queries_is_fixed(client: Client, django_assert_num_queries, address: str, queries: int) -> None:
    epci = make_actors(1)
    address = address.replace("communaute-de-communes-du-val-1-200000007", epci.slug)
    for rows in (1, 3):
        make_actors(rows)
        counts_version.bump()
        with django_assert_num_queries(queries):
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200
        assert len(body) < 60_000 or address.endswith(".geojson")


# --- map and exports are tested by what they contain -------------------------------------------------------------------
def test_the_map_points_are_the_located_answers(client: Client) -> None:
    located = CommuneFactory(name="Nersac", code="16244", latitude=45.6214, longitude=-0.0512)
    CommuneFactory(name="Nersac-sans-lieu", code="16245", latitude=None, longitude=None)

    points = client.get("/repertoire/carte/points.json?q=nersac").json()

    assert points["id"] == [located.pk]
    assert (points["lat"], points["lon"]) == ([456214], [-512])
    assert points["natures"][points["nature"][0]] == "commune"


def test_the_map_ground_is_the_region(client: Client) -> None:
    features = client.get("/repertoire/carte/contours.geojson").json()["features"]

    assert sorted(feature["properties"]["dep"] for feature in features) == [
        "16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87"
    ]  # fmt: skip


# --- the rest of the site -----------------------------------------------------------------------------------------------
def test_home_counts_the_territory(client: Client) -> None:
    CommuneFactory(code="16001", population=1_500)
    CommuneFactory(code="16002", population=2_000)

    page = text_of(client.get("/"))

    assert "<b>2</b>communes" in page
    assert "<b>3\u202f500</b>habitants" in page
    assert "Qui coopère avec qui, en Nouvelle-Aquitaine" in page
    assert '/repertoire/?departement=16"' in page


def test_sources_name_producer_licence_and_vintage(client: Client) -> None:
    page = text_of(client.get("/sources/"))

    assert "Licence Ouverte 2.0" in page
    assert "INSEE" in page


def test_the_sitemap_lists_published_jumelages_their_countries_and_themes(client: Client) -> None:
    ThemeFactory(code="eau-assainissement")
    shown = JumelageFactory(theme_codes=["eau-assainissement"])
    hidden = JumelageFactory(hidden=True, partner=PartnerFactory(foreign=True))

    jumelages = text_of(client.get("/sitemap-jumelages.xml"))

    assert (shown.slug in jumelages, hidden.slug in jumelages) == (True, False)
    assert text_of(client.get("/sitemap-pays.xml")).count("<loc>") == 1
    assert "/pays/de/" in text_of(client.get("/sitemap-pays.xml"))
    assert "/themes/eau-assainissement/" in text_of(client.get("/sitemap-themes.xml"))


def test_the_sitemap_lists_published_actors_only(client: Client) -> None:
    shown = CommuneFactory()
    hidden = CommuneFactory(hidden=True)

    index, actors = text_of(client.get("/sitemap.xml")), text_of(client.get("/sitemap-acteurs.xml"))

    assert "sitemap-acteurs.xml" in index
    assert shown.get_absolute_url() in actors
    assert hidden.get_absolute_url() not in actors


def test_robots_keep_out_of_the_back_office(client: Client) -> None:
    lines = text_of(client.get("/robots.txt")).splitlines()

    assert "Disallow: /gestion/" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_the_admin_is_closed_to_visitors_and_shown_to_staff(client: Client) -> None:
    assert client.get("/gestion/").status_code == 302
    assert "Gestion" not in text_of(client.get("/"))

    client.force_login(UserFactory(superuser=True))

    assert client.get("/gestion/").status_code == 200
    assert ">Gestion</a>" in text_of(client.get("/"))


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0, "0"), (999, "999"), (6_150_451, "6\u202f150\u202f451")])
def test_numbers_are_written_in_french(value: int | None, shown: str) -> None:
    assert number(value) == shown
