"""The staff's four lists: who comes in, what each holds and in which order, filters, exports, what a line says, queues."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from time_machine import travel

from directory import follow_up, services
from directory.enums import FollowUpMail
from directory.services.vitality import flag_silent
from soco.web.registries import Waiting
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    DepartementFactory,
    JumelageFactory,
    PartnerFactory,
    RelaunchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/equipe/jumelages/"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _a_working_day():
    with travel("2026-11-25T10:00:00+01:00", tick=False):
        yield


def limoges(partner: str = "Fürth", **facts: Any) -> Any:
    commune = CommuneFactory(name="Limoges", code="87085", email="mairie@limoges.exemple")
    town = PartnerFactory(name=partner, foreign=True, country__iso2="DE")
    return JumelageFactory(**{"collectivite": commune, "partner": town} | facts)


def partners(response: Any) -> list[str]:
    return [line.jumelage.partner.name for line in response.context["lines"]]


def town(name: str, **facts: Any) -> Any:
    return JumelageFactory(partner=PartnerFactory(name=name, foreign=True, country__iso2="DE"), **facts)


# --- who comes in -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx"])
def test_staff_alone_comes_in(client: Client, voltigeur: Client, team: Client, path: str) -> None:
    assert client.get(LIST + path).status_code == 302
    for user in (UserFactory(), AttachmentFactory(accepted=True).user, UserFactory(staff=True)):
        client.force_login(user)
        assert client.get(LIST + path).status_code == 403
    for staff in (voltigeur, team):
        answer = staff.get(LIST + path)
        assert answer.status_code == 200
        if answer.streaming:
            list(answer)


# --- what each holds ----------------------------------------------------------------------------------------------------
def test_each_list_holds_its_own_in_its_order(team: Client) -> None:
    town("Ulm", to_verify=True, last_action_on=date(2019, 5, 1))
    town("Worms", to_verify=True)
    town("Xanten", year_signed=1977)
    town("Gotha", year_signed=1976)
    town("Halle", agreement_ends_on=date(2027, 5, 25))
    town("Iena", agreement_ends_on=date(2026, 11, 25))
    town("Kiel", agreement_ends_on=date(2027, 5, 26))
    RelaunchFactory(jumelage=town("Lahr"), started_at=datetime(2026, 6, 1, tzinfo=UTC))
    RelaunchFactory(jumelage=town("Mainz"), started_at=datetime(2026, 5, 1, tzinfo=UTC))
    RelaunchFactory(jumelage=town("Naila"), state="reussie", closed_at=datetime(2026, 6, 1, tzinfo=UTC))
    for facts in ({"hidden": True}, {"vitality": "clos"}):
        town("Jamais", to_verify=True, year_signed=1976, agreement_ends_on=TODAY, **facts)

    found = {view: partners(team.get(LIST, {"vue": view})) for view in _VIEWS}

    assert found == {
        "a-verifier": ["Worms", "Ulm"],
        "anniversaires": ["Gotha", "Xanten"],
        "conventions": ["Iena", "Halle"],
        "relances": ["Mainz", "Lahr"],
    }
    assert partners(team.get(LIST)) == partners(team.get(LIST, {"vue": "inconnue"})) == ["Worms", "Ulm"]
    page = text_of(team.get(LIST))
    for said in ("À vérifier : 2", "(12 prochains mois) : 2", "(6 mois) : 2", "Relances en cours : 2"):
        assert said.replace(" :", "&nbsp;:") in page


_VIEWS = ("a-verifier", "anniversaires", "conventions", "relances")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "fürth"}, ["Fürth"]),
        ({"q": "limoges allemagne"}, ["Fürth"]),
        ({"q": "\x00"}, ["Fürth", "Pskov"]),
        ({"q": "?"}, []),
        ({"departement": "87"}, ["Fürth"]),
        ({"departement": "999"}, ["Fürth", "Pskov"]),
        ({"pays": "SN"}, ["Pskov"]),
        ({"pays": "SN", "departement": "87"}, []),
        ({"page": "9"}, ["Fürth", "Pskov"]),
    ],
)
def test_filters(team: Client, query: dict[str, str], found: list[str]) -> None:
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    limoges(to_verify=True, collectivite=CommuneFactory(name="Limoges", departement=vienne), last_action_on=None)
    JumelageFactory(
        partner=PartnerFactory(name="Pskov", foreign=True, country__iso2="SN"),
        to_verify=True,
        last_action_on=date(2015, 1, 1),
    )

    assert partners(team.get(LIST, query)) == found


def test_what_an_empty_list_says(team: Client) -> None:
    for view, sentence in {
        "a-verifier": "Chaque nuit",
        "anniversaires": "un an avant",
        "conventions": "six mois avant",
        "relances": "Commencez une relance",
    }.items():
        assert sentence in text_of(team.get(LIST, {"vue": view}))
    assert "ne répond à ces filtres" in text_of(team.get(LIST, {"q": "inconnu"}))


def test_twenty_five_a_page(team: Client) -> None:
    JumelageFactory.create_batch(26, to_verify=True, words=False)

    assert len(partners(team.get(LIST))) == 25
    second = team.get(LIST, {"page": "2", "vue": "a-verifier"})
    assert len(partners(second)) == 1
    assert "?vue=a-verifier" in second.content.decode()


# --- what a line says ---------------------------------------------------------------------------------------------------
def test_a_line_says_what_when_and_whom_to_write_to(team: Client, voltigeur: Client) -> None:
    jumelage = limoges(to_verify=True, year_signed=1977, imported=True)

    page = text_of(team.get(LIST))
    assert "Aucune action connue depuis 1977. Venu d’un fichier, jamais confirmé." in page
    assert "mairie@limoges.exemple" in page
    assert f"{LIST}{jumelage.pk}/courriel/nouvelles/" in page
    assert f"{LIST}{jumelage.pk}/relance/" in page
    assert f"{LIST}{jumelage.pk}/courriel/nouvelles/" not in text_of(voltigeur.get(LIST))


def test_a_line_says_who_cannot_be_written_to(team: Client) -> None:
    jumelage = JumelageFactory(collectivite__email="", to_verify=True)

    page = text_of(team.get(LIST))

    assert "Pas de courriel : la collectivité n’a pas d’adresse publique." in page
    assert f"{LIST}{jumelage.pk}/courriel/nouvelles/" not in page


def test_a_line_says_who_wrote_and_when(team: Client, voltigeur: Client) -> None:
    jumelage = limoges(to_verify=True)
    services.send_letter(
        jumelage, FollowUpMail.SILENT, TODAY, subject="Bonjour", text="Bonjour", reply_to="a@reseau.exemple"
    )

    page = text_of(team.get(LIST))

    assert "Écrit le 25 novembre 2026 par a@reseau.exemple (à envoyer)." in page.replace("\n", "")
    assert "/gestion/mailing/message/" in page
    assert f"{LIST}{jumelage.pk}/courriel/" not in page
    assert "/gestion/mailing/message/" not in text_of(voltigeur.get(LIST))


def test_a_relaunch_says_what_is_missing(team: Client) -> None:
    RelaunchFactory(jumelage=limoges(), needed=["contact", "projet"], done=["contact"])

    assert "1 sur 2 acquis ; il manque un projet concret." in text_of(team.get(LIST, {"vue": "relances"}))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [(view, 14) for view in _VIEWS[:3]] + [("relances", 13)])
def test_a_fixed_number_of_queries(
    team: Client, django_assert_num_queries, view: str, queries: int, number: int
) -> None:
    for _one in range(number):
        jumelage = JumelageFactory(to_verify=True, year_signed=1977, agreement_ends_on=date(2027, 3, 1))
        jumelage.collectivite.email = "mairie@limoges.exemple"
        RelaunchFactory(jumelage=jumelage)
    team.get(LIST)

    with django_assert_num_queries(queries):
        team.get(LIST, {"vue": view})


# --- exports ------------------------------------------------------------------------------------------------------------
def test_exports_say_the_same(team: Client) -> None:
    limoges(to_verify=True, year_signed=1977, vitality="en-sommeil")
    town("=Ulm", to_verify=True, last_action_on=date(2019, 5, 1))

    text = b"".join(team.get(f"{LIST}export.csv")).decode()
    header, *lines = text.splitlines()
    assert header.startswith(
        "collectivité,code,département,partenaire,pays,type de lien,année,vitalité,ce qui se passe"
    )
    assert lines[0] == (
        "Limoges,87085,Charente,Fürth,Allemagne,Jumelage,1977,En sommeil,Aucune action connue depuis 1977.,1977,"
        "mairie@limoges.exemple,,,,,"
    )
    assert ",'=Ulm," in lines[1]
    assert len(lines) == 2

    answer = team.get(f"{LIST}export.xlsx", {"q": "fürth"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [row[3].value for row in sheet.iter_rows()] == ["partenaire", "Fürth"]


# --- queues -------------------------------------------------------------------------------------------------------------
def measured() -> list[tuple[int, str]]:
    waiting: list[Waiting] = [queue.measure() for queue in follow_up.QUEUES]
    return [(one.count, one.since.astimezone(UTC).date().isoformat() if one.since else "") for one in waiting]


def test_queues_count_what_waits_and_since_when(django_assert_num_queries) -> None:
    assert measured() == [(0, "")] * 4

    JumelageFactory(imported=True)
    JumelageFactory()
    flag_silent(TODAY)
    JumelageFactory(year_signed=1976, confirmed=True)
    written = limoges(year_signed=1977, agreement_ends_on=date(2027, 5, 25), confirmed=True)
    RelaunchFactory(jumelage=written, started_at=datetime(2026, 6, 1, 12, tzinfo=UTC))
    JumelageFactory(agreement_ends_on=date(2027, 1, 15), confirmed=True)

    assert measured() == [(2, "2026-01-14"), (2, "2024-12-31"), (2, "2026-07-14"), (1, "2026-06-01")]
    for purpose in (FollowUpMail.ANNIVERSARY, FollowUpMail.AGREEMENT):
        services.send_letter(written, purpose, TODAY, subject="Bonjour", text="Bonjour", reply_to="a@reseau.exemple")
    assert measured() == [(2, "2026-01-14"), (1, "2024-12-31"), (1, "2026-07-14"), (1, "2026-06-01")]
    for queue in follow_up.QUEUES:
        with django_assert_num_queries(1):
            queue.measure()


@pytest.mark.parametrize("said", ["n’importe quoi", "2026-13-45", "", None])
def test_a_moment_that_cannot_be_read_is_no_moment(said: str | None) -> None:
    JumelageFactory(to_verify=True, provenance={"*": {"source": "import", "at": said}})

    assert follow_up.QUEUES[0].measure() == Waiting(1, None)


def test_the_home_of_staff_shows_them(team: Client) -> None:
    limoges(to_verify=True)

    page = text_of(team.get("/equipe/"))

    assert f'href="{LIST}?vue=a-verifier">Jumelages à vérifier</a>' in page
