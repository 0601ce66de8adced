"""The figures of needs: what each counts, over which period, in how many queries."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.models import Need
from directory.need_figures import figures_of
from soco.accounts import roles
from soco.accounts.services import give_role
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, DepartementFactory, NeedFactory, PartnerFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/equipe/besoins/chiffres/"
TODAY = timezone.localdate()
MARCH, APRIL = datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 4, 10, 9, tzinfo=UTC)


@pytest.fixture
def team(db) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client, user = Client(), UserFactory(second_factor=True)
    give_role(user, roles.TEAM, by=None)
    client.force_login(user)
    return client


@pytest.fixture
def needs(db) -> None:
    """Answered after 2, 4 and 10 days; three others open, late or dropped."""
    limoges = CommuneFactory(name="Limoges", departement=DepartementFactory(name="Haute-Vienne", code="87"))
    for days in (2, 4, 10):
        NeedFactory(actor=limoges, answered=True, created_at=MARCH, answered_at=MARCH + timedelta(days=days))
    formations = ServiceFactory(code="formations", name="Les formations")
    NeedFactory(actor=limoges, service=formations, created_at=APRIL, due_on=TODAY - timedelta(days=1))
    NeedFactory(actor=PartnerFactory(foreign=True), service=formations, created_at=timezone.now(), source="visit")
    NeedFactory(actor=limoges, service=None, dropped=True, created_at=APRIL)


def counts(line: Any) -> tuple[Any, ...]:
    return (
        *(line.name, line.total, line.open, line.late, line.waiting, line.answered, line.dropped, line.unanswered),
        line.days,
    )


def test_each_figure(needs: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):
        figures = figures_of(Need.objects.all(), TODAY)

    assert counts(figures.whole) == ("Ensemble", 6, 2, 1, 1, 3, 1, 3, 4.0)
    service, departement, source, month = figures.tables
    assert [counts(line) for line in service.lines] == [
        ("Un conseil individuel", 3, 0, 0, 0, 3, 0, 0, 4.0),
        ("Les formations", 2, 2, 1, 1, 0, 0, 2, None),
        ("aucun encore", 1, 0, 0, 0, 0, 1, 1, None),
    ]
    assert [(line.name, line.total, line.query) for line in departement.lines] == [
        ("Haute-Vienne", 5, "departement=87"),
        ("hors d’un département", 1, ""),
    ]
    assert [(line.name, line.total) for line in source.lines] == [("questionnaire", 5), ("visite", 1)]
    assert [(line.name, line.total) for line in month.lines][:2] == [("mars 2026", 3), ("avril 2026", 2)]
    assert [line.name for line in figures.never_answered] == ["Les formations", "aucun encore"]


def test_the_median_of_an_even_number_lies_between_two() -> None:
    for days in (1, 2, 5, 30):
        NeedFactory(answered=True, created_at=MARCH, answered_at=MARCH + timedelta(days=days))

    assert Need.objects.figures(TODAY)["median"] == timedelta(days=3, hours=12)


def test_the_page_prints_its_definition_and_its_denominator(team: Client, needs: None) -> None:
    page = text_of(team.get(PAGE))

    assert "<strong>4 jours</strong> entre la demande et la réponse, calculé sur les 3 besoins" in page
    assert "la moitié des besoins répondus l’ont été plus vite" in page
    assert '<a href="/equipe/besoins/?etat=tous&amp;service=formations">Les formations</a>' in page


def test_a_period_chooses_by_the_day_of_the_request(team: Client, needs: None) -> None:
    march = team.get(PAGE, {"du": "2026-03-01", "au": "2026-03-10"})
    after = team.get(PAGE, {"du": "2026-03-11", "au": "2026-04-10"})

    assert [answer.context["figures"].whole.total for answer in (march, after)] == [3, 2]
    assert f"{PAGE}export.csv?du=2026-03-01&amp;au=2026-03-10" in text_of(march)


@pytest.mark.parametrize("query", ["du=x", "du=0001-01-01&au=9999-12-31", "au=%00", "du=2027-01-01&au=2026-01-01"])
def test_no_address_breaks_the_figures(team: Client, query: str) -> None:
    NeedFactory()

    for path in ("", "export.csv", "export.xlsx"):
        answer = team.get(f"{PAGE}{path}?{query}")
        assert answer.status_code == 200
        b"".join(answer)


def test_an_empty_period_says_so(team: Client) -> None:
    assert "Aucun besoin dans cette période" in text_of(team.get(PAGE))


def test_both_files_hold_every_table(team: Client, needs: None) -> None:
    csv = b"".join(team.get(f"{PAGE}export.csv", {"au": "2026-03-31"})).decode().splitlines()
    book = load_workbook(io.BytesIO(b"".join(team.get(f"{PAGE}export.xlsx"))))

    assert csv[1:] == [
        ",Ensemble,3,0,0,0,3,0,0,4.0,3",
        "Par service,Un conseil individuel,3,0,0,0,3,0,0,4.0,3",
        "Par département,Haute-Vienne,3,0,0,0,3,0,0,4.0,3",
        "Par source,questionnaire,3,0,0,0,3,0,0,4.0,3",
        "Par mois,mars 2026,3,0,0,0,3,0,0,4.0,3",
    ]
    assert [cell.value for cell in list(book.active.rows)[1]][:4] == [None, "Ensemble", 6, 2]


@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx"])
def test_only_those_who_read_needs_come_in(client: Client, path: str) -> None:
    assert client.get(PAGE + path).status_code == 302
    client.force_login(UserFactory(staff=True))
    assert client.get(PAGE + path).status_code == 403
