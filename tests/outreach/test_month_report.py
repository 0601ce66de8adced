"""The month of a voltigeur: what is counted, what is not, whose it is; its files; free texts are nowhere in it."""

import io
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import NeedState
from outreach.enums import FactKind, VisitKind, VisitState
from outreach.models import Visit
from outreach.month_report import month_report
from outreach.months import last_day, month_of, months_back, shifted
from outreach.services import settle_contacts
from soco.accounts import roles
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    ContactFactFactory,
    DepartementFactory,
    NeedFactory,
    QuickNoteFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.test_coverage import signed_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MONTH = shifted(TODAY.replace(day=1), -1)
ADDRESS = f"/equipe/bilan/{MONTH:%Y-%m}/"
SECRET = "Le maire est fâché avec son voisin."


def at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


@pytest.fixture
def voltigeur(db) -> Client:
    return signed_in(roles.FIELD, email="paul@reseau.exemple", first_name="Paul", last_name="Roy")


@pytest.fixture
def team(db) -> Client:
    return signed_in(roles.TEAM, email="marie@reseau.exemple")


@pytest.fixture
def month(voltigeur: Client) -> SimpleNamespace:
    """A month of Paul's: three visits, one of them a first meeting; beside it, all that must not be counted."""
    paul, jeanne = voltigeur.user, UserFactory(first_name="Jeanne", last_name="Aubert")
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    limoges, isle, sussac = (
        CommuneFactory(name=name, code=code, departement=vienne)
        for name, code in (("Limoges", "87085"), ("Isle", "87075"), ("Sussac", "87194"))
    )
    done = {"done": True, "voltigeur": paul, "report": SECRET}
    first = VisitFactory(actor=limoges, starts_at=at(MONTH), minutes=90, km=40, **done)
    again = VisitFactory(
        actor=isle, starts_at=at(MONTH + timedelta(days=3)), kind=VisitKind.PHONE, minutes=30, km=None, **done
    )
    VisitFactory(
        actor=sussac, starts_at=at(last_day(MONTH)), state=VisitState.ABSENT, written_at=timezone.now(), km=70,
        minutes=5, voltigeur=paul,
    )  # fmt: skip
    ContactFactFactory(actor=isle, on=MONTH - timedelta(days=60), kind=FactKind.EVENT, origin="event:900")
    # A colleague's, the month before, the month after.
    hers = VisitFactory(actor=sussac, starts_at=at(MONTH), done=True, voltigeur=jeanne)
    VisitFactory(actor=CommuneFactory(departement=vienne), starts_at=at(MONTH - timedelta(days=1)), **done)
    VisitFactory(actor=limoges, starts_at=at(shifted(MONTH, 1)), **done)
    QuickNoteFactory(actor=limoges, user=paul, on=MONTH, text=SECRET)
    QuickNoteFactory(actor=limoges, user=jeanne, on=MONTH)
    said = {"created_at": at(MONTH), "detail": SECRET}
    NeedFactory(actor=limoges, label="Un stand", origin=f"visit:{first.pk}:stand", **said)
    NeedFactory(actor=limoges, label="De Jeanne", origin=f"visit:{hers.pk}:stand", **said)
    NeedFactory(actor=limoges, label="D’une enquête", origin="response:3:Q35:conseil", **said)
    closed = {
        "state": NeedState.ANSWERED,
        "answer": "fait",
        "answered_at": at(MONTH),
        "closed_at": at(MONTH),
        "created_at": at(MONTH - timedelta(days=40)),
    }
    NeedFactory(
        actor=isle, label="Un conseil", origin="response:4:Q35:conseil", closed_by="paul@reseau.exemple", **closed
    )
    NeedFactory(
        actor=isle, label="À Jeanne", origin="response:5:Q35:conseil", closed_by="jeanne@reseau.exemple", **closed
    )
    dropped = closed | {"state": NeedState.DROPPED, "answered_at": None}
    NeedFactory(actor=isle, label="Sans suite", origin="response:6:Q35:x", closed_by="paul@reseau.exemple", **dropped)
    promise = {"visit": first, "owner": paul}
    CommitmentFactory(text="Tenu", due_on=MONTH, done_at=at(MONTH), **promise)
    CommitmentFactory(text="En retard", due_on=MONTH, **promise)
    CommitmentFactory(text="Tenu trop tard", due_on=MONTH, done_at=at(shifted(MONTH, 1)), **promise)
    CommitmentFactory(text="À venir", due_on=TODAY + timedelta(days=90), **promise)
    CommitmentFactory(text="De Jeanne", due_on=MONTH, visit=hers, owner=jeanne)
    settle_contacts([limoges.pk, sussac.pk])
    settle_facts(again)
    return SimpleNamespace(paul=paul, jeanne=jeanne, limoges=limoges)


def settle_facts(visit: Visit) -> None:
    """The fact of a visit to somebody whose other facts come from elsewhere."""
    ContactFactFactory(actor=visit.actor, on=timezone.localdate(visit.starts_at), origin=visit.origin)


def figures(who: Any, first: date = MONTH) -> dict[str, tuple[float, float]]:
    report = month_report(first, who, today=TODAY)
    return {figure.label: (figure.value, figure.before) for figure in report.figures}


def test_a_month_counts_what_its_voltigeur_did(month: SimpleNamespace) -> None:
    assert figures(month.paul) == {
        "Visites réalisées": (2, 1),
        "Heures de rencontre": (2.0, 1.0),
        "Kilomètres parcourus": (110, 40),
        "Premières rencontres": (1, 0),
        "Échanges notés": (1, 0),
        "Besoins notés": (1, 0),
        "Besoins clos": (2, 0),
        "Engagements tenus": (1, 0),
        "Engagements en retard": (2, 0),
        "Départements visités": (1, 1),
    }
    report = month_report(MONTH, month.paul, today=TODAY)
    assert [fact.actor.name for fact in report.month.meetings] == ["Limoges"]
    assert {promise.text for promise in report.month.late} == {"En retard", "Tenu trop tard"}
    assert report.by_kind == [("Visite sur place", [1, 1], 2), ("Entretien téléphonique", [1, 0], 1)]
    assert [need.label for need in report.month.opened] == ["Un stand"]
    assert [need.label for need in report.month.closed] == ["Un conseil", "Sans suite"]


def test_the_whole_team_is_everybody_together(month: SimpleNamespace) -> None:
    told = figures(None)

    assert told["Visites réalisées"] == (3, 1)
    assert told["Premières rencontres"][0] == 2  # Limoges by Paul, Sussac by Jeanne
    assert told["Besoins notés"][0] == 2  # a questionnaire's is no visit's
    assert told["Besoins clos"][0] == 3
    assert told["Engagements en retard"][0] == 3


def test_the_first_meeting_is_of_who_made_it(month: SimpleNamespace) -> None:
    assert figures(month.jeanne)["Premières rencontres"][0] == 1
    assert figures(month.jeanne)["Visites réalisées"] == (1, 0)


def test_the_report_asks_the_same_number_of_queries_whatever_the_size(
    month: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(16):
        month_report(MONTH, month.paul, today=TODAY)
    for visit in VisitFactory.create_batch(3, done=True, voltigeur=month.paul, starts_at=at(MONTH)):
        NeedFactory(origin=f"visit:{visit.pk}:a", created_at=at(MONTH))
        CommitmentFactory(visit=visit, owner=month.paul, due_on=MONTH)
    settle_contacts()
    with django_assert_num_queries(16):
        month_report(MONTH, month.paul, today=TODAY)


# --- pages and files ------------------------------------------------------------------------------------------------------
def test_a_voltigeur_reads_their_own_month_and_nobody_else_s(month: SimpleNamespace, voltigeur: Client) -> None:
    assert voltigeur.get(ADDRESS).context["report"].who == month.paul
    assert voltigeur.get(f"{ADDRESS}?voltigeur={month.paul.pk}").status_code == 200
    for whose in (month.jeanne.pk, "tous"):
        for ending in ("", "bilan.xlsx", "bilan.pdf"):
            assert voltigeur.get(f"{ADDRESS}{ending}?voltigeur={whose}").status_code == 404
    assert "voltigeur" not in voltigeur.get("/equipe/bilan/").context["form"].fields


def test_the_team_reads_each_and_all(month: SimpleNamespace, team: Client) -> None:
    assert team.get(f"{ADDRESS}?voltigeur={month.paul.pk}").context["report"].who == month.paul
    page = team.get(f"{ADDRESS}?voltigeur=tous")
    assert "Toute l’équipe" in page.content.decode()
    assert "Jeanne Aubert" in page.content.decode()


def test_a_member_reads_none(client: Client) -> None:
    client.force_login(UserFactory())
    assert {client.get(address).status_code for address in (ADDRESS, "/equipe/bilan/")} == {403}


@pytest.mark.parametrize(
    "address",
    [
        "2026-13/",
        "demain/",
        "2019-1/",
        "2999-01/",
        f"{MONTH:%Y-%m}/?voltigeur=moi",
        f"{MONTH:%Y-%m}/?voltigeur=99999999999",
    ],
)
def test_what_is_no_month_or_nobody_is_not_found(team: Client, address: str) -> None:
    assert team.get(f"/equipe/bilan/{address}").status_code == 404


def test_the_choice_leads_to_the_report(month: SimpleNamespace, team: Client, voltigeur: Client) -> None:
    chosen = team.get("/equipe/bilan/", {"mois": f"{MONTH:%Y-%m}", "voltigeur": month.jeanne.pk})
    assert chosen["Location"] == f"{ADDRESS}?voltigeur={month.jeanne.pk}"
    assert voltigeur.get("/equipe/bilan/", {"mois": f"{MONTH:%Y-%m}"})["Location"] == ADDRESS
    assert "Sélectionnez un choix valide" in team.get("/equipe/bilan/?mois=jamais").content.decode()


def test_free_texts_are_in_none_of_its_forms(month: SimpleNamespace, voltigeur: Client) -> None:
    page = voltigeur.get(ADDRESS).content.decode()
    book = load_workbook(io.BytesIO(b"".join(voltigeur.get(f"{ADDRESS}bilan.xlsx").streaming_content)))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row]

    assert book.sheetnames == ["Chiffres", "Visites", "Premières rencontres", "Besoins"]
    assert "Limoges" in page
    assert "Un stand" in cells
    assert SECRET not in page
    assert all(SECRET not in cell for cell in cells)
    assert [cell.value for cell in book["Premières rencontres"][2]][1:3] == ["Limoges", "87085"]


def test_the_paper_is_a_pdf_with_a_map_or_without(month: SimpleNamespace, voltigeur: Client) -> None:
    answer = voltigeur.get(f"{ADDRESS}bilan.pdf")
    empty = voltigeur.get(f"/equipe/bilan/{shifted(MONTH, -12):%Y-%m}/bilan.pdf")

    assert (answer["Content-Type"], answer.content[:5], empty.content[:5]) == ("application/pdf", b"%PDF-", b"%PDF-")
    assert len(answer.content) > len(empty.content)


def test_a_month_without_anything_says_so(voltigeur: Client) -> None:
    assert "Rien n’est noté ce mois-là" in voltigeur.get(ADDRESS).content.decode()


# --- months ---------------------------------------------------------------------------------------------------------------
def test_months_are_read_and_counted() -> None:
    assert month_of("2026-02") == date(2026, 2, 1)
    assert [month_of(text) for text in ("2026-13", "2026-2", "", "2026-02-01", "٢٠٢٦-02")] == [None] * 5
    assert (shifted(date(2026, 1, 1), -1), last_day(date(2024, 2, 1))) == (date(2025, 12, 1), date(2024, 2, 29))
    assert months_back(date(2026, 1, 31), 3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
