"""The coverage board: each collectivité counted once, in its place; zones blanches, first meetings, targets against their pace."""

import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import ContactState
from directory.models import Actor
from outreach.coverage import board_of_departement, board_of_region, sorted_rows
from outreach.coverage_map import map_of_departement, map_of_region, shade_of
from outreach.enums import FactKind
from outreach.models import CoverageTarget
from outreach.models.coverage_words import collectivites
from outreach.pace import Pace
from soco.accounts import roles
from soco.accounts.services import give_role
from tests.factories import (
    CommuneFactory,
    ContactFactFactory,
    CoverageTargetFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
BOARD = "/equipe/couverture/"
LIST = "/equipe/couverture/collectivites/"
BLANK = "/equipe/couverture/zones-blanches/"
TARGETS = "/equipe/couverture/objectifs/"
QUERIES_OF_LIST = 8


def signed_in(role: str, **names: str) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client = Client()
    client.user = UserFactory(second_factor=True, **names)
    give_role(client.user, role, by=None)
    client.force_login(client.user)
    return client


@pytest.fixture
def team(db) -> Client:
    return signed_in(roles.TEAM, email="marie@reseau.exemple")


@pytest.fixture
def voltigeur(db) -> Client:
    return signed_in(roles.FIELD, email="paul@reseau.exemple")


def met(actor: Actor, on: date, **values: Any) -> Actor:
    """`actor`, met on that day and in the state of somebody met."""
    ContactFactFactory(actor=actor, on=on, kind=FactKind.VISIT)
    Actor.objects.filter(pk=actor.pk).update(**{"contact_state": ContactState.MET, "last_met_on": on, **values})
    return actor


@pytest.fixture
def territory(db) -> dict[str, Actor]:
    """Two départements. In Haute-Vienne: an EPCI with Limoges, met, and Isle; another one without anybody met."""
    region = RegionFactory()
    vienne = DepartementFactory(name="Haute-Vienne", code="87", region=region, departement_codes=["87"])
    charente = DepartementFactory(region=region)
    here = {"departement": vienne}
    metropole = EpciFactory(name="Limoges Métropole", code="248719312", population=207_707, **here)
    briance = EpciFactory(name="Briance-Combade", code="248719361", population=5_400, **here)
    limoges = CommuneFactory(name="Limoges", code="87085", epci=metropole, population=129_937, **here)
    found = {
        "limoges": met(limoges, TODAY - timedelta(days=40)),
        "isle": CommuneFactory(name="Isle", code="87075", epci=metropole, population=7_800, **here),
        "sussac": CommuneFactory(name="Sussac", code="87194", epci=briance, population=340, **here),
        "cognac": CommuneFactory(name="Cognac", code="16102", departement=charente, population=18_600),
        "metropole": metropole,
        "briance": briance,
        "vienne": vienne,
        "charente": charente,
        "region": region,
    }
    # What could leak: a partner, a commune that is no more, one of another région.
    PartnerFactory(departement=vienne)
    CommuneFactory(closed=True, code="87001", **here)
    auvergne = RegionFactory(name="Auvergne-Rhône-Alpes", code="84")
    CommuneFactory(code="63113", departement=DepartementFactory(name="Puy-de-Dôme", code="63", region=auvergne))
    return found


def test_each_collectivite_is_counted_once_in_its_level_its_band_and_its_departement(
    territory: dict[str, Actor],
) -> None:
    board = board_of_region("75", today=TODAY)

    assert (board.whole.total, board.whole.met) == (9, 1)
    assert [(row.label, row.total, row.met) for row in board.levels] == [
        ("Communes", 4, 1),
        ("Intercommunalités (EPCI)", 2, 0),
        ("Départements", 2, 0),
        ("Région", 1, 0),
    ]
    assert [(row.query["tranche"], row.total) for row in board.bands] == [
        ("0-500", 1),
        ("2000-10000", 1),
        ("10000-50000", 1),
        ("50000-", 1),
    ]
    assert [(row.code, row.total, row.met) for row in board.areas] == [("16", 2, 0), ("87", 6, 1)]
    assert board.areas[1].counts[ContactState.MET] == 1
    assert board.whole.people == 129_937 + 7_800 + 340 + 18_600


def test_each_figure_leads_to_the_list_of_those_it_counts(territory: dict[str, Actor], voltigeur: Client) -> None:
    Actor.objects.filter(pk=territory["isle"].pk).update(contact_state=ContactState.PAUSED, last_met_on=TODAY)

    answer = voltigeur.get(BOARD)

    board, checked = answer.context["board"], 0
    inside = board_of_departement("75", territory["vienne"], today=TODAY)
    for row in [board.whole, *board.levels, *board.bands, *board.areas, inside.whole, *inside.bands, *inside.areas]:
        for count, query in [(row.total, row.all_query), (row.met, row.met_query), *(cell[1:] for cell in row.cells)]:
            assert voltigeur.get(f"{LIST}?{query}").context["page"].total == count, (row.label, parse_qs(query))
            checked += 1
    assert checked > 100


def test_a_departement_is_told_by_intercommunalite(territory: dict[str, Actor]) -> None:
    board = board_of_departement("75", territory["vienne"], today=TODAY)

    assert [(row.label, row.total, row.met) for row in board.areas] == [
        ("Briance-Combade", 2, 0),
        ("Limoges Métropole", 3, 1),
    ]
    assert (board.whole.total, board.whole.met) == (6, 1)
    assert [actor.name for actor in board.blank] == ["Briance-Combade"]


def test_a_zone_blanche_is_where_nobody_was_ever_met_the_largest_first(territory: dict[str, Actor]) -> None:
    alone = EpciFactory(departement=territory["charente"], code="200000001", population=90_000)

    blank = collectivites("75").blank().largest_first()
    assert list(blank) == [territory["charente"], alone, territory["briance"]]

    met(territory["sussac"], TODAY)
    met(alone, TODAY)
    assert list(collectivites("75").blank()) == []


def test_a_month_counts_first_meetings_only(territory: dict[str, Actor]) -> None:
    first = TODAY.replace(day=1)
    before = first - timedelta(days=1)
    ContactFactFactory(actor=territory["cognac"], on=before, kind=FactKind.EVENT)
    ContactFactFactory(actor=territory["cognac"], on=first, kind=FactKind.VISIT)
    ContactFactFactory(actor=territory["isle"], on=first, kind=FactKind.MAIL)  # a mail is no meeting
    ContactFactFactory(actor=territory["isle"], on=TODAY + timedelta(days=1), kind=FactKind.VISIT)  # not yet

    months = {month.first: month.count for month in board_of_region("75", today=TODAY).months}

    assert len(months) == 24
    expected = {before.replace(day=1): 1}
    limoges = (TODAY - timedelta(days=40)).replace(day=1)
    expected[limoges] = expected.get(limoges, 0) + 1
    assert {month: count for month, count in months.items() if count} == expected


def test_lines_are_sorted_by_what_is_asked_and_by_name_else(territory: dict[str, Actor]) -> None:
    rows = board_of_region("75", today=TODAY).areas

    assert [row.code for row in sorted_rows(rows, "-part")[0]] == ["87", "16"]
    assert [row.code for row in sorted_rows(rows, "part")[0]] == ["16", "87"]
    assert [row.code for row in sorted_rows(rows, "-nom")[0]] == ["87", "16"]
    assert sorted_rows(rows, "n’importe quoi")[1] == "nom"


def test_the_board_asks_the_same_number_of_queries_whatever_the_size(
    territory: dict[str, Actor], django_assert_num_queries: Any
) -> None:
    CoverageTargetFactory()
    CoverageTargetFactory(departement="87")
    with django_assert_num_queries(7):
        board_of_region("75", today=TODAY)
    with django_assert_num_queries(8):
        board_of_departement("75", territory["vienne"], today=TODAY)

    for code in ("17", "19", "23"):
        departement = DepartementFactory(name=code, code=code, region=territory["region"])
        epci = EpciFactory(departement=departement)
        met(CommuneFactory(epci=epci, departement=departement), TODAY)
        CoverageTargetFactory(departement=code)
    EpciFactory(departement=territory["vienne"])

    with django_assert_num_queries(7):
        board_of_region("75", today=TODAY)
    with django_assert_num_queries(8):
        board_of_departement("75", territory["vienne"], today=TODAY)


def test_the_list_asks_the_same_number_of_queries_whatever_the_size(
    territory: dict[str, Actor], voltigeur: Client, django_assert_num_queries: Any
) -> None:
    voltigeur.get(LIST)
    with django_assert_num_queries(QUERIES_OF_LIST):
        voltigeur.get(f"{LIST}?niveau=departement")
    with django_assert_num_queries(QUERIES_OF_LIST):
        voltigeur.get(LIST)


# --- the map --------------------------------------------------------------------------------------------------------------
def test_the_map_shades_by_share_and_names_every_departement(territory: dict[str, Actor]) -> None:
    drawn = map_of_region("75", board_of_region("75", today=TODAY).areas)

    shades = {shape.row.code: shape.shade for shape in drawn.shapes if shape.row}
    assert shades == {"16": 0, "87": 2}  # 1 of 6
    assert [shade_of(share) for share in (0, 0.1, 9.9, 10, 49.9, 50, 75, 100)] == [0, 1, 1, 2, 3, 4, 5, 5]


def test_the_map_of_a_departement_places_its_intercommunalites(territory: dict[str, Actor]) -> None:
    drawn = map_of_departement("75", "87", board_of_departement("75", territory["vienne"], today=TODAY).areas)

    assert {point.row.label: point.is_blank for point in drawn.points} == {
        "Limoges Métropole": False,
        "Briance-Combade": True,
    }
    assert map_of_departement("75", "99", []) is None


# --- targets --------------------------------------------------------------------------------------------------------------
def pace(**values: Any) -> Pace:
    known = {
        "total": 200, "percent": 40, "met": 30, "met_then": 20,
        "set_on": date(2026, 1, 1), "reach_by": date(2026, 12, 31), "today": date(2026, 7, 2),
    }  # fmt: skip
    return Pace(**(known | values))


def test_a_target_is_compared_with_the_straight_line_that_leads_to_it() -> None:
    half = pace()

    assert (half.goal, half.left, half.expected, half.gap) == (80, 50, 50, -20)
    assert half.per_month == 9  # fifty in six months
    assert not half.is_reached


def test_a_target_that_is_reached_or_over_asks_nothing_more() -> None:
    assert pace(met=80).is_reached
    assert (pace(met=80).per_month, pace(met=90).progress) == (0, 100.0)
    late = pace(today=date(2027, 1, 1))
    assert (late.is_over, late.expected, late.gap) == (True, 80, -50)
    assert pace(total=0, met=0, met_then=0).goal == 0


def test_in_the_last_weeks_all_that_is_left_is_to_be_met_in_the_month() -> None:
    assert pace(today=date(2026, 12, 25)).per_month == 50


def test_the_board_says_what_is_to_be_met_a_month(territory: dict[str, Actor], team: Client) -> None:
    CoverageTargetFactory(percent=50, reach_by=TODAY + timedelta(days=61))

    text = team.get(BOARD).content.decode()

    assert "La région\u00a0: 50\u00a0% avant le" in text
    assert "1 rencontrée sur les 5 visées" in text
    assert "Il faudrait 2 premières rencontres par mois" in text


def test_the_team_sets_a_target_changes_it_and_drops_it(territory: dict[str, Actor], team: Client) -> None:
    asked = {"departement": "87", "percent": "30", "reach_by": (TODAY + timedelta(days=90)).isoformat()}

    assert team.post(TARGETS, asked).status_code == 302
    assert team.post(TARGETS, asked | {"percent": "35"}).status_code == 302
    target = CoverageTarget.objects.get()
    assert (target.departement, target.percent, target.set_by) == ("87", 35, "marie@reseau.exemple")

    assert team.post(f"{TARGETS}{target.pk}/retirer/").status_code == 302
    assert team.post(f"{TARGETS}{target.pk}/retirer/").status_code == 302
    assert not CoverageTarget.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"percent": "0"}, "supérieure ou égale à 1"),
        ({"percent": "beaucoup"}, "Une part s’écrit en chiffres"),
        ({"reach_by": "hier"}, "Cette date ne se lit pas"),
        ({"reach_by": "2020-01-01"}, "Le dernier jour d’un objectif est à venir."),
        ({"departement": "99"}, "Ce territoire n’est pas dans la liste."),
    ],
)
def test_what_is_wrong_in_a_target_is_said_and_kept(
    territory: dict[str, Actor], team: Client, wrong: dict[str, str], said: str
) -> None:
    asked = {"departement": "87", "percent": "30", "reach_by": "2099-01-01"}

    answer = team.post(TARGETS, asked | wrong)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not CoverageTarget.objects.exists()


# --- pages ----------------------------------------------------------------------------------------------------------------
def test_a_voltigeur_reads_the_board_and_sets_no_target(territory: dict[str, Actor], voltigeur: Client) -> None:
    assert voltigeur.get(BOARD).status_code == 200
    assert voltigeur.get(f"{BOARD}87/").status_code == 200
    assert voltigeur.get(TARGETS).status_code == 403
    assert "Fixer les objectifs" not in voltigeur.get(BOARD).content.decode()
    assert "Couverture" in voltigeur.get("/equipe/").content.decode()


def test_a_member_and_a_visitor_do_not(territory: dict[str, Actor], client: Client) -> None:
    assert client.get(BOARD).status_code == 302
    client.force_login(UserFactory())
    assert {client.get(address).status_code for address in (BOARD, LIST, BLANK, f"{BOARD}87/")} == {403}


def test_a_departement_that_is_not_there_is_not_found(territory: dict[str, Actor], voltigeur: Client) -> None:
    assert voltigeur.get(f"{BOARD}99/").status_code == 404
    assert voltigeur.get(f"{BOARD}63/").status_code == 404


def test_the_board_of_an_empty_repertoire_says_how_to_start(voltigeur: Client) -> None:
    assert "Aucune collectivité n’est chargée" in voltigeur.get(BOARD).content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("etat=rencontree", ["Limoges"]),
        ("rencontre=non&niveau=commune", ["Cognac", "Isle", "Sussac"]),
        ("rencontre=oui", ["Limoges"]),
        ("niveau=epci", ["Limoges Métropole", "Briance-Combade"]),
        ("departement=16", ["Charente", "Cognac"]),
        ("epci=248719361", ["Briance-Combade", "Sussac"]),
        ("tranche=0-500&niveau=commune", ["Sussac"]),
        ("q=limo", ["Limoges Métropole", "Limoges"]),
        ("q=87075", ["Isle"]),
        ("niveau=planete&etat=ravie&niveau=commune&q=sussac", ["Sussac"]),
    ],
)
def test_the_list_answers_each_filter(
    territory: dict[str, Actor], voltigeur: Client, query: str, names: list[str]
) -> None:
    page = voltigeur.get(f"{LIST}?{query}").context["page"]

    assert [actor.name for actor in page.rows] == names


def test_the_lists_and_the_board_are_files_too(territory: dict[str, Actor], voltigeur: Client) -> None:
    lines = b"".join(voltigeur.get(f"{LIST}export.csv?q=limoges").streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines] == ["nom", "Limoges Métropole", "Limoges"]

    blank = b"".join(voltigeur.get(f"{BLANK}export.csv?departement=87").streaming_content).decode()
    assert [line.split(",")[0] for line in blank.splitlines()] == ["nom", "Briance-Combade"]

    figures = b"".join(voltigeur.get(f"{BOARD}export.csv").streaming_content).decode().splitlines()
    assert "Par département,Haute-Vienne,87,Déjà rencontrées,1,6,16.7" in figures

    answer = voltigeur.get(f"{BOARD}87/export.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == [
        *("Ensemble", "Par niveau", "Communes par population", "Par intercommunalité", "Tendance", "Zones blanches"),
        *("Objectifs", "Définitions"),
    ]
    assert [cell.value for cell in book["Ensemble"][2]][-3:] == [6, 1, 16.7]
    for address in (f"{BOARD}export.xlsx", f"{BOARD}87/export.csv", f"{LIST}export.xlsx", f"{BLANK}export.xlsx"):
        assert b"".join(voltigeur.get(address).streaming_content)
