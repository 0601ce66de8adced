"""The API: the same words as the files, complete pages while rows come, bounded, cached, and errors that say what to do."""

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import counts_version
from directory.models import Actor, Jumelage, Project
from directory.services.editing import save_by_staff
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, JumelageFactory, PartnerFactory
from tests.opendata.reading import data

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
LISTS = ["acteurs", "jumelages", "projets", "evenements", "pays", "themes"]


def names(client: Client, query: str) -> list[str]:
    return [row["nom"] for row in data(client, f"{ROOT}acteurs?{query}")["results"]]


def walk(client: Client, address: str, *, between: Any = None) -> list[dict[str, Any]]:
    """Every row, page after page; `between` runs after each page."""
    found = []
    while address:
        page = data(client, address)
        found += page["results"]
        parts = urlsplit(page["next"] or "")
        address = f"{parts.path}?{parts.query}" if page["next"] else ""
        if between:
            between()
    return found


# --- what it answers ------------------------------------------------------------------------------------------------------
def test_a_row_is_the_one_of_the_json_file(client: Client, project: Project) -> None:
    link = project.jumelage
    by_code = data(client, f"{ROOT}acteurs/commune/87085")

    assert by_code in data(client, "/donnees/acteurs.json")
    assert data(client, f"{ROOT}acteurs/limoges-87085") == by_code
    assert [data(client, f"{ROOT}jumelages/{link.pk}")] == data(client, "/donnees/jumelages.json")
    assert [data(client, f"{ROOT}projets/{project.pk}")] == data(client, "/donnees/projets.json")


@pytest.mark.parametrize("code", LISTS[:3])
def test_all_pages_are_the_json_file(client: Client, project: Project, code: str) -> None:
    assert walk(client, f"{ROOT}{code}?limite=2") == data(client, f"/donnees/{code}.json")


def test_the_two_lists(client: Client, project: Project) -> None:
    countries = {row["iso2"]: row for row in data(client, f"{ROOT}pays")["results"]}

    assert countries["SN"] == {
        "iso2": "SN", "iso3": "SEN", "nom": "Sénégal", "nom_anglais": "Senegal", "latitude": 14.4, "longitude": -14.5,
        "eligible_apd": True,
    }  # fmt: skip
    assert data(client, f"{ROOT}themes") == {
        "results": [
            {"code": "eau-assainissement", "nom": "Eau, assainissement", "codes_cad": ["14030", "14032"], "odd": [6]}
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nature=commune", ["Grande", "Petite"]),
        ("nature=commune&nature=epci", ["CC du Val", "Grande", "Petite"]),
        ("nature=commune&departement=24", ["Petite"]),
        ("nature=commune&epci=200000009", ["Petite"]),
        ("nature=commune&population=50000-", ["Grande"]),
        ("nature=commune&fraicheur=verte", ["Grande"]),
        ("q=petite", ["Petite"]),
        ("q=16001", ["Grande"]),
        ("nature=commune&pays=DE", ["Grande"]),
        ("nature=commune&pays=europe&theme=eau-assainissement", ["Grande"]),
        ("q=introuvable", []),
    ],
)
def test_actors_are_filtered_as_in_the_repertoire(client: Client, query: str, found: list[str]) -> None:
    dordogne = DepartementFactory(name="Dordogne", code="24")
    epci = EpciFactory(code="200000009", name="CC du Val", departement=dordogne)
    big = CommuneFactory(name="Grande", code="16001", population=60_000, confirmed=True)
    CommuneFactory(name="Petite", code="24003", population=3_000, departement=dordogne, epci=epci)
    JumelageFactory(collectivite=big, theme_codes=["eau-assainissement"])

    assert sorted(names(client, query)) == found


def test_jumelages_and_projects_are_filtered_as_on_their_pages(client: Client, project: Project) -> None:
    JumelageFactory(kind="pacte", partner=PartnerFactory(foreign=True), vitality="")

    def partners(query: str) -> list[str]:
        return [row["pays_iso2"] for row in data(client, f"{ROOT}jumelages?{query}")["results"]]

    assert partners("") == ["DE", "SN"]
    assert partners("pays=europe") == partners("type=jumelage") == partners("vitalite=actif") == ["DE"]
    assert partners("type=pacte") == partners("vitalite=inconnue") == ["SN"]
    assert partners("q=furth&departement=16&fraicheur=verte") == ["DE"]
    assert partners("verifier=oui") == []
    assert len(data(client, f"{ROOT}projets?statut=en-cours&pays=ML&theme=eau-assainissement")["results"]) == 1
    assert data(client, f"{ROOT}projets?statut=termine")["results"] == []


# --- pages ----------------------------------------------------------------------------------------------------------------
def test_no_row_is_missed_or_told_twice_while_others_come_and_go(client: Client) -> None:
    first = [CommuneFactory(name=f"Avant {rank}", code=f"164{rank:02d}") for rank in range(9)]
    added = iter(range(99))

    def come_and_go() -> None:
        rank = next(added)
        if rank < 2:
            CommuneFactory(name=f"Pendant {rank}", code=f"165{rank:02d}")
            Actor.objects.filter(pk=first[rank].pk).delete()
            counts_version.bump()

    found = [row["nom"] for row in walk(client, f"{ROOT}acteurs?nature=commune&limite=4", between=come_and_go)]

    assert found == [*(f"Avant {rank}" for rank in range(9)), *(f"Pendant {rank}" for rank in range(2))]


def test_next_keeps_the_filters_and_stands_in_a_header(client: Client) -> None:
    for rank in range(3):
        CommuneFactory(name=f"Saint-Essai {rank}", code=f"164{rank:02d}")

    response = client.get(f"{ROOT}acteurs?q=saint essai&nature=commune&nature=epci&limite=1")
    following = response.json()["next"]

    assert following.startswith(
        "http://testserver/api/v1/acteurs?q=saint+essai&nature=commune&nature=epci&limite=1&curseur="
    )
    assert response["Link"] == f'<{following}>; rel="next"'
    assert data(client, f"{ROOT}acteurs?nature=commune&limite=3")["next"] is None


# --- caches, pace, other sites ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [*LISTS, "acteurs/commune/87085", "openapi.json"])
def test_an_unchanged_answer_is_a_304_that_costs_no_query(
    client: Client, link: Jumelage, django_assert_num_queries, address: str
) -> None:
    first = client.get(ROOT + address)
    with django_assert_num_queries(0):
        again = client.get(ROOT + address, headers={"if-none-match": f'W/{first["ETag"]}, "autre"'})

    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=60"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(ROOT + address, headers={"if-none-match": "*"}).status_code == 200


def test_a_write_makes_the_answer_new(client: Client, link: Jumelage, django_capture_on_commit_callbacks) -> None:
    address = f"{ROOT}acteurs/commune/87085"
    etag = client.get(address)["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        actor = link.collectivite
        actor.phone = "05 55 11 11 11"
        save_by_staff(actor, ["phone"], by="équipe")

    response = client.get(address, headers={"if-none-match": etag})

    assert (response.status_code, response.json()["telephone"]) == (200, "05 55 11 11 11")


def test_an_emptied_cache_never_gives_an_old_version_again(client: Client) -> None:
    counts_version.bump()
    before = counts_version.current()
    cache.clear()

    assert counts_version.current() >= before - 1  # the clock's second, not one
    assert counts_version.current() > 1_000_000_000


def test_errors_have_no_etag(client: Client) -> None:
    response = client.get(f"{ROOT}acteurs/commune/99999")

    assert (response.status_code, "ETag" in response) == (404, False)


def test_too_many_requests_are_told_to_wait(client: Client, settings) -> None:
    settings.OPENDATA_REQUESTS_A_MINUTE = 3

    with time_machine.travel("2026-11-25T10:00:20+00:00", tick=False):
        answers = [client.get(f"{ROOT}themes").status_code for _ in range(4)]
        refused = client.get(f"{ROOT}pays")
        elsewhere = client.get(f"{ROOT}themes", REMOTE_ADDR="192.0.2.7")

    assert answers == [200, 200, 200, 429]
    assert (refused.status_code, refused["Retry-After"]) == (429, "40")
    assert refused.json()["erreur"] == "Trop de demandes\u00a0: 3 par minute au plus. Attendez 40 secondes."
    assert elsewhere.status_code == 200
    with time_machine.travel("2026-11-25T10:01:00+00:00", tick=False):
        assert client.get(f"{ROOT}themes").status_code == 200


def test_a_page_of_another_site_may_read_and_nobody_may_write(client: Client) -> None:
    preflight = client.options(f"{ROOT}acteurs", headers={"origin": "https://ailleurs.example"})
    refused = client.post(f"{ROOT}acteurs", {"nom": "x"})

    assert client.get(f"{ROOT}acteurs")["Access-Control-Allow-Origin"] == "*"
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert refused.json()["erreur"] == "L’API se lit seulement\u00a0: utilisez GET."
    assert client.head(f"{ROOT}acteurs").status_code == 200


# --- what is wrong ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "details"),
    [
        ("acteurs?nature=village", ["« nature » n’est pas une des valeurs connues."]),
        ("acteurs?nature=commune&nature=x&nature=y", ["« nature » n’est pas une des valeurs connues."]),
        ("acteurs?departement=2a", ["« departement » n’a pas la forme attendue."]),
        ("acteurs?limite=0", ["« limite » est trop petit."]),
        ("acteurs?limite=501", ["« limite » est trop grand."]),
        ("acteurs?limite=dix", ["« limite » n’est pas un nombre entier."]),
        ("acteurs?limite=" + "9" * 5000, ["« limite » est un nombre trop grand."]),
        ("acteurs?curseur=zzz", ["« curseur » n’a pas la forme attendue."]),
        ("acteurs?curseur=ffffffffffffffff", ["« curseur » n’a pas la forme attendue."]),
        ("acteurs?q=%21%21", ["« q » n’a pas la forme attendue."]),
        ("acteurs?q=" + "a" * 201, ["« q » est trop long."]),
        ("acteurs?q=a&q=b", ["« q » ne prend qu’une valeur."]),
        ("acteurs?inconnu=1", ["« inconnu » n’a pas été compris."]),
        ("acteurs?tri=nom", ["« tri » ne sert qu’aux pages du portail."]),
        ("acteurs?" + "&".join(["nature=epci"] * 21), ["« nature » a trop de valeurs."]),
        ("jumelages?verifier=non", ["« verifier » n’est pas une des valeurs connues."]),
        ("pays?q=a", ["« q » n’a pas été compris."]),
        ("jumelages/0", ["« numero » est trop petit."]),
        ("acteurs/village/1", ["« nature » n’est pas une des valeurs connues."]),
        ("acteurs/commune/%00", ["« code » n’a pas la forme attendue."]),
        ("acteurs/A%00", ["« slug » n’a pas la forme attendue."]),
    ],
)
def test_what_is_not_understood_is_refused_and_told(client: Client, address: str, details: list[str]) -> None:
    response = client.get(ROOT + address)

    assert response.status_code == 422
    assert response.json()["erreur"] == "La demande n’a pas été comprise, rien n’a été cherché."
    assert [detail.replace("\u00a0", " ") for detail in response.json()["details"]] == details


@pytest.mark.parametrize(
    "address",
    ["acteurs/commune/99999", "acteurs/inconnu-1", "jumelages/999999", "projets/9223372036854775807", "nulle/part"],
)
def test_what_is_not_there_is_said_in_json(client: Client, address: str) -> None:
    response = client.get(ROOT + address)

    assert (response.status_code, response.json()["details"]) == (404, [])
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("hidden", ["acteurs/commune/16901", "acteurs/commune/16902", "acteurs/commune-masquee-16901"])
def test_what_is_hidden_or_ended_is_not_there(client: Client, leaks: None, hidden: str) -> None:
    assert client.get(ROOT + hidden).status_code == 404


def test_hidden_and_fictitious_links_and_projects_are_not_there(client: Client, project: Project) -> None:
    shown = {"jumelages": project.jumelage_id, "projets": project.pk}
    for code, model in (("jumelages", Jumelage), ("projets", Project)):
        others = list(model.objects.exclude(pk=shown[code]).values_list("pk", flat=True))

        assert len(others) > 3
        assert {client.get(f"{ROOT}{code}/{pk}").status_code for pk in others} == {404}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["q", "nature", "departement", "epci", "pays", "theme", "limite", "curseur", "fraicheur", "x[]", "\0"]
    ),
    value=st.text(max_size=300),
    where=st.sampled_from(LISTS),
)
def test_nothing_in_an_address_breaks_it(client: Client, settings, name: str, value: str, where: str) -> None:
    settings.OPENDATA_REQUESTS_A_MINUTE = 100_000
    address = f"{ROOT}{where}?{quote(name)}={quote(value.encode('utf-8', 'surrogatepass'))}"

    response = client.get(address)

    assert response.status_code in (200, 422)
    json.loads(response.content)


# --- cost -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("acteurs?departement=16", 2),
        ("acteurs?q=villeneuve", 3),
        ("acteurs/commune/87085", 1),
        ("acteurs/limoges-87085", 1),
        ("jumelages", 3),
        ("projets", 3),
        ("evenements", 2),
        ("evenements?type=visio&departement=33", 1),
        ("pays", 1),
        ("themes", 1),
        ("", 1),
        ("openapi.json", 0),
    ],
)
def test_the_number_of_queries_is_fixed(
    client: Client, link: Jumelage, project: Project, django_assert_num_queries, address: str, queries: int
) -> None:
    for more in (0, 2):
        for rank in range(more):
            CommuneFactory(name=f"Villeneuve {rank}", code=f"1680{rank}")
            JumelageFactory(theme_codes=["eau-assainissement"])
        counts_version.bump()
        with django_assert_num_queries(queries):
            assert client.get(ROOT + address).status_code == 200
