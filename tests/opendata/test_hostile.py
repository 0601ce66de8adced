"""The API under what no well-meant program sends: each answer has a status that the contract names, in the shape that it says."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from directory.models import Project
from tests.opendata.reading import data

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
LONG = 8 * 1024  # bytes: beyond what any parameter takes
LISTS = {
    "acteurs": ("q", "nature", "departement", "epci", "population", "fraicheur", "pays", "theme"),
    "jumelages": ("q", "type", "pays", "theme", "vitalite", "departement", "epci", "fraicheur", "verifier"),
    "projets": ("q", "pays", "theme", "statut", "departement"),
    "evenements": ("q", "type", "mois", "departement", "pays", "theme", "groupe"),
}
ONE = {
    "/api/v1/acteurs/{slug}": "acteurs/{}",
    "/api/v1/acteurs/{nature}/{code}": "acteurs/commune/{}",
    "/api/v1/jumelages/{numero}": "jumelages/{}",
    "/api/v1/projets/{numero}": "projets/{}",
    "/api/v1/evenements/{numero}": "evenements/{}",
}
VALUES = {
    "nothing": "",
    "a NUL": "%00",
    "a NUL inside": "a%00b",
    "long": "a" * LONG,
    "long digits": "9" * LONG,
    "long accents": quote("é" * (LONG // 2)),
    "not UTF-8": "%ff%fe%c3",
    "a lone percent": "%",
    "a lone surrogate": "%ed%a0%80",
    "a negative number": "-1",
    "beyond 64 bits": str(2**64),
    "a fraction": "1.5",
    "an exponent": "1e400",
    "not a number": "NaN",
    "other digits": quote("١٢٣"),
    "true": "true",
    "an array": quote("[1,2]"),
    "an object": quote('{"a":1}'),
    "SQL": quote("' OR 1=1; DROP TABLE directory_actor; --"),
    "a pattern": quote("(a+)+$" + "a" * 40),
    "a template": quote("{{ 7*7 }}{% load x %}"),
    "a path": quote("../../etc/passwd", safe=""),
    "a new line": quote("a\r\nX-Injected: 1"),
    "right to left": quote("\u202eabc"),
    "an ampersand": "a&&=&b=",
    "an array's name": "a&nature[]=commune",
}
hostile = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)


@pytest.fixture
def contract(client: Client, settings: Any) -> dict[str, set[int]]:
    """The statuses that each address of the contract names."""
    settings.OPENDATA_REQUESTS_A_MINUTE = 1_000_000
    paths = data(client, f"{ROOT}openapi.json")["paths"]
    return {path: {int(status) for status in told["get"]["responses"]} for path, told in paths.items()}


def asked(client: Client, address: str, documented: set[int], **headers: str) -> int:
    """The status of an answer, which is one of those and in its shape."""
    response = client.get(address, headers=headers)
    assert response.status_code in documented, f"{address[:80]}: {response.status_code}"
    assert "X-Injected" not in response
    if response.status_code == 304:
        assert response.content == b""
        return 304
    assert response["Content-Type"].partition(";")[0] == "application/json"
    body = json.loads(response.content)
    if response.status_code != 200:
        assert set(body) == {"erreur", "details"}
        assert len(response.content) < 4_000  # what was sent is not sent back whole
    return response.status_code


def test_the_contract_is_the_one_that_is_tried(contract: dict[str, set[int]]) -> None:
    lists = {f"{ROOT}{code}" for code in (*LISTS, "pays", "themes")}

    assert set(contract) == lists | set(ONE)
    assert {status for told in contract.values() for status in told} == {200, 304, 404, 422, 429}


@hostile
def test_a_filter_never_breaks(client: Client, contract: dict[str, set[int]], project: Project, value: str) -> None:
    for where, names in LISTS.items():
        for name in names:
            asked(client, f"{ROOT}{where}?{name}={value}", contract[f"{ROOT}{where}"])


@hostile
def test_a_page_is_asked_with_a_number_and_a_cursor_or_refused(
    client: Client, contract: dict[str, set[int]], value: str
) -> None:
    for where in LISTS:
        for name in ("curseur", "limite"):
            assert asked(client, f"{ROOT}{where}?{name}={value}", contract[f"{ROOT}{where}"]) == 422


@pytest.mark.parametrize(
    "cursor",
    ["0" * 15, "0" * 17, "g" * 16, "8" + "0" * 15, "F" * 16, " " + "0" * 15, "0" * 16 + "%0a", "0x" + "0" * 14, "%2b" + "1" * 15],
)  # fmt: skip
def test_a_cursor_that_is_nearly_one_is_refused(client: Client, contract: dict[str, set[int]], cursor: str) -> None:
    assert asked(client, f"{ROOT}acteurs?curseur={cursor}", contract[f"{ROOT}acteurs"]) == 422


def test_the_last_cursor_is_an_empty_page(client: Client, contract: dict[str, set[int]], project: Project) -> None:
    for where in LISTS:
        address = f"{ROOT}{where}?curseur=7{'f' * 15}&limite=500"
        assert asked(client, address, contract[f"{ROOT}{where}"]) == 200
        assert data(client, address) == {"results": [], "next": None}


@hostile
def test_a_parameter_that_does_not_exist_is_refused(client: Client, contract: dict[str, set[int]], value: str) -> None:
    for where in (*LISTS, "pays", "themes"):
        for query in (f"inconnu={value}", f"{value or '%20'}=1", f"Q={value}", f"limite[]={value}"):
            assert asked(client, f"{ROOT}{where}?{query}", contract[f"{ROOT}{where}"]) == 422, query[:80]


@hostile
def test_the_address_of_a_row_never_breaks(
    client: Client, contract: dict[str, set[int]], project: Project, value: str
) -> None:
    for path, address in ONE.items():
        asked(client, ROOT + address.format(value), contract[path])


@pytest.mark.parametrize(
    "accept",
    ["application/xml", "text/html;q=1.0, */*;q=0", "*/*;q=zzz", ";;;,,,", "a" * LONG, "application/json;version=99", "\x00", ""],
)  # fmt: skip
def test_json_is_what_comes_whatever_is_accepted(
    client: Client, contract: dict[str, set[int]], project: Project, accept: str
) -> None:
    assert asked(client, f"{ROOT}acteurs", contract[f"{ROOT}acteurs"], accept=accept) == 200
    assert asked(client, f"{ROOT}jumelages/0", contract["/api/v1/jumelages/{numero}"], accept=accept) == 422


@pytest.mark.parametrize(
    ("marks", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"a", "b", {}', 304),
        ('W/"a",W/{},"b"', 304),
        ('"a", "b"', 200),
        ("", 200),
        ("sans-guillemets", 200),
        ('"ouvert', 200),
        ('"", W/"", ","', 200),
        (',,,;;;\\"', 200),
        ("\x00", 200),
        ('"é"', 200),
        (",".join(['"a"'] * 2_000), 200),
        ("a" * LONG, 200),
    ],
)
def test_what_is_already_held_is_a_list_of_marks_or_nothing(
    client: Client, contract: dict[str, set[int]], project: Project, marks: str, status: int
) -> None:
    for where, path in (("acteurs", "acteurs"), ("pays", "pays"), ("acteurs/commune/87085", "acteurs/{nature}/{code}")):
        held = client.get(ROOT + where)["ETag"]
        sent = marks.replace("{}", held)
        assert asked(client, ROOT + where, contract[ROOT + path], if_none_match=sent) == status


@pytest.mark.parametrize("where", LISTS)
def test_a_mark_is_of_its_own_address(
    client: Client, contract: dict[str, set[int]], project: Project, where: str
) -> None:
    held = client.get(f"{ROOT}{where}")["ETag"]

    assert asked(client, f"{ROOT}{where}?limite=1", contract[f"{ROOT}{where}"], if_none_match=held) == 200
    assert asked(client, f"{ROOT}{where}?limite=0", contract[f"{ROOT}{where}"], if_none_match=held) == 422
