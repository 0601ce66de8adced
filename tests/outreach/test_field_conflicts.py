"""A report that came while its visit changed: both sides are shown, nothing is replaced without a choice, which is made once."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import ChangeProposal, Need
from directory.services import WantedNeed
from outreach import services
from outreach.enums import SentState, VisitState, WishKind
from outreach.field_comparison import BOTH, PHONE, SERVER, differences, merged
from outreach.models import ContactWish, FieldReport, Visit
from outreach.queues import FIELD_QUEUE as QUEUE
from outreach.services import OutreachError, Person, Promise, Report, VisitChanged
from soco.accounts.models import User
from tests.factories import FieldReportFactory, ServiceFactory, UserFactory, VisitFactory

from .field_reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> User:
    user = UserFactory(superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def waiting() -> FieldReport:
    """The visit was written at the office; the phone says otherwise."""
    visit = VisitFactory(actor__name="Jonzac", voltigeur=UserFactory(first_name="Léa", last_name="Petit"))
    office = Report(
        result=VisitState.DONE,
        starts_at=timezone.now() - timedelta(hours=3),
        minutes=30,
        text="Écrit au bureau.",
        people=[Person(job="Secrétaire")],
        needs=[WantedNeed(code="b1", label="Un annuaire")],
        promises=[Promise(text="Rappeler")],
        values={"description": "Une ville jumelée."},
        wish=WishKind.REFUSAL,
    )
    services.record_visit(visit, office, by=visit.voltigeur, read_version=1)
    return FieldReportFactory(visit=visit, content=report(km=None))


def settle(waiting: FieldReport, choices: dict[str, str], *, version: int = 2) -> bool:
    by = User.objects.order_by("pk").last()
    return services.settle_report(waiting, choices, by=by, read_version=version)


def choices_of(waiting: FieldReport, choice: str) -> dict[str, str]:
    server = services.server_content(waiting.visit)
    return {line.field: choice for line in differences(server, waiting.content, {})}


# --- side by side, pure -------------------------------------------------------------------------------------------------------
def test_only_what_differs_is_asked() -> None:
    server, phone = report(text="Bureau", km=None, minutes=50), report(text="Terrain", km=12)
    phone["starts_at"] = server["starts_at"]

    lines = differences(server, phone, {})

    assert [(line.field, line.server, line.phone, line.can_keep_both, line.advised) for line in lines] == [
        ("km", [], ["12\u00a0km"], False, PHONE),
        ("text", ["Bureau"], ["Terrain"], True, BOTH),
    ]


def test_each_field_is_told_in_words() -> None:
    person = {"job": "Maire", "name": "Jeanne Roy", "email": "", "phone": "", "agrees": True}
    server = report(
        result="prevue", starts_at="2026-11-26T08:00:00+00:00", people=[], needs=[], promises=[], checklist=[]
    )
    phone = report(
        starts_at="2026-11-26T09:30:00+00:00",
        people=[person],
        needs=[{"service": "formations", "label": "Une journée"}],
        promises=[{"text": "Écrire", "due_on": "2026-12-01"}],
        next_contact_on="2026-12-08",
    )

    told = {line.field: (line.phone, line.advised) for line in differences(server, phone, {"formations": "Formations"})}

    assert told == {
        "result": (["réalisée"], PHONE),
        "starts_at": (["jeudi 26 novembre 2026 à 10\u00a0h\u00a030"], ""),
        "checklist": (["Présenter les services du réseau"], PHONE),
        "people": (["Jeanne Roy, Maire"], PHONE),
        "needs": (["Une journée · Formations"], PHONE),
        "promises": (["Écrire (avant le 1er décembre 2026)"], PHONE),
        "next_contact_on": (["8 décembre 2026"], PHONE),
    }


def test_both_are_kept_one_after_the_other_and_nothing_twice() -> None:
    server = report(text="Bureau", checklist=["besoins"], needs=[{"service": "", "label": "Un annuaire", "code": "b1"}])
    phone = report(text="Terrain", needs=[{"service": "", "label": "Un annuaire"}, {"service": "", "label": "Autre"}])

    kept = merged(server, phone, {"text": BOTH, "checklist": BOTH, "needs": BOTH, "minutes": BOTH})

    assert kept["text"] == "Bureau\n\nTerrain"
    assert kept["checklist"] == ["services", "besoins"]
    assert [(need["label"], need.get("code")) for need in kept["needs"]] == [("Un annuaire", "b1"), ("Autre", None)]
    assert kept["minutes"] == 50  # a number has no « both »


# --- settled ------------------------------------------------------------------------------------------------------------------
def test_both_sides_may_be_kept_whole(waiting: FieldReport) -> None:
    choices = choices_of(waiting, BOTH) | {"starts_at": SERVER, "minutes": PHONE}

    assert settle(waiting, choices)

    visit = Visit.objects.get()
    assert (visit.report, visit.minutes, visit.version) == (
        "Écrit au bureau.\n\nLe maire veut une formation.", 50, 3,
    )  # fmt: skip
    assert [str(who) for who in visit.people.all()] == ["Secrétaire", "Jeanne Roy · Maire"]
    assert set(Need.objects.values_list("label", flat=True)) == {"Un annuaire", "Une formation des élus"}
    assert {promise.text for promise in visit.commitments.all()} == {"Rappeler", "Envoyer le programme"}
    waiting.refresh_from_db()
    assert waiting.state == SentState.SETTLED


def test_what_was_said_of_the_fiche_and_of_being_contacted_stays(waiting: FieldReport) -> None:
    settle(waiting, choices_of(waiting, PHONE))

    assert ChangeProposal.objects.pending().count() == 1
    assert ContactWish.objects.standing().get().kind == WishKind.REFUSAL


def test_the_portal_alone_is_kept_without_writing_it(waiting: FieldReport) -> None:
    assert settle(waiting, choices_of(waiting, SERVER))

    assert (Visit.objects.get().version, Visit.objects.get().report) == (2, "Écrit au bureau.")


def test_a_choice_is_made_once(waiting: FieldReport) -> None:
    assert settle(waiting, choices_of(waiting, PHONE))
    assert not settle(waiting, choices_of(waiting, BOTH), version=3)

    assert Visit.objects.get().report == "Le maire veut une formation."


def test_nothing_is_replaced_without_a_choice_nor_by_who_read_an_older_visit(waiting: FieldReport) -> None:
    with pytest.raises(OutreachError, match="champs à choisir"):
        settle(waiting, {"text": PHONE})
    with pytest.raises(VisitChanged):
        settle(waiting, choices_of(waiting, PHONE), version=1)

    waiting.refresh_from_db()
    assert (waiting.state, Visit.objects.get().report) == (SentState.CONFLICT, "Écrit au bureau.")


def test_a_visit_that_was_cancelled_and_took_place_is_one_of_its_own() -> None:
    visit = VisitFactory()
    services.cancel_visit(visit, read_version=1)
    waiting = FieldReportFactory(visit=visit, content=report())

    assert settle(waiting, choices_of(Visit.objects.get().field_reports.get(), PHONE))

    apart = Visit.objects.exclude(pk=visit.pk).get()
    assert (apart.follows, apart.state, apart.report) == (visit, VisitState.DONE, "Le maire veut une formation.")
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED


# --- pages --------------------------------------------------------------------------------------------------------------------
def test_the_page_shows_both_and_writes_what_is_chosen(client: Client, staff: User, waiting: FieldReport) -> None:
    address = f"/equipe/terrain/conflits/{waiting.pk}/"

    page = client.get(address).content.decode()
    refused = client.post(address, {"version": "2", "text": "telephone"})
    answer = client.post(
        address, {"version": "2", **choices_of(waiting, BOTH), "minutes": "portail", "starts_at": "portail"}
    )

    assert all(words in page for words in ("Écrit au bureau.", "Le maire veut une formation.", "Léa Petit"))
    assert refused.status_code == 200
    assert "champs à choisir" in refused.content.decode()
    assert answer.status_code == 302
    assert "est tranché" in client.get(address).content.decode()
    assert "Écrit au bureau." in Visit.objects.get().report


@pytest.mark.parametrize(
    "said", [{}, {"version": "99999999999"}, {"version": "x", "tout": "telephone"}, {"tout": "rien"}]
)
def test_odd_posts_write_nothing(client: Client, staff: User, waiting: FieldReport, said: dict[str, str]) -> None:
    assert client.post(f"/equipe/terrain/conflits/{waiting.pk}/", said).status_code == 200
    assert Visit.objects.get().report == "Écrit au bureau."


def test_one_side_is_kept_whole_with_one_button(client: Client, staff: User, waiting: FieldReport) -> None:
    client.post(f"/equipe/terrain/conflits/{waiting.pk}/", {"version": "2", "tout": "telephone"})

    visit = Visit.objects.get()
    assert (visit.report, visit.minutes) == ("Le maire veut une formation.", 50)


def test_who_may_not_read_reports_does_not_compare(client: Client, waiting: FieldReport) -> None:
    client.force_login(UserFactory())

    assert client.get(f"/equipe/terrain/conflits/{waiting.pk}/").status_code == 403
    assert client.get("/equipe/terrain/conflits/").status_code == 403


def test_the_list_narrows_and_counts(client: Client, staff: User, waiting: FieldReport) -> None:
    other = FieldReportFactory(visit__actor__name="Barbezieux", state=SentState.SETTLED)
    FieldReportFactory(visit__actor__name="Pons", state=SentState.APPLIED)

    def names(query: str) -> list[str]:
        return [row.visit.actor.name for row in client.get(f"/equipe/terrain/conflits/{query}").context["page"].rows]

    assert names("") == ["Jonzac"]
    assert names("?etat=tranches") == ["Barbezieux"]
    assert set(names("?etat=tous")) == {"Jonzac", "Barbezieux"}
    assert names("?q=jonz") == ["Jonzac"]
    assert names("?q=pons&etat=tous") == []
    assert names(f"?auteur={other.user_id}") == []
    assert names("?etat=%00&auteur=x&page=9") == ["Jonzac"]
    assert QUEUE.measure().count == 1


def test_the_list_costs_the_same_whatever_it_holds(client: Client, staff: User, django_assert_num_queries: Any) -> None:
    FieldReportFactory()
    client.get("/equipe/terrain/conflits/")
    with django_assert_num_queries(6):
        client.get("/equipe/terrain/conflits/")
    FieldReportFactory.create_batch(3)
    with django_assert_num_queries(6):
        client.get("/equipe/terrain/conflits/")


def test_the_exports_never_say_what_a_report_says(client: Client, staff: User, waiting: FieldReport) -> None:
    ServiceFactory()
    text = b"".join(client.get("/equipe/terrain/conflits/export.csv")).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1] for row in rows] == ["collectivité", "Jonzac"]
    assert "Le maire" not in text
    xlsx = client.get("/equipe/terrain/conflits/export.xlsx")
    assert xlsx.status_code == 200
    xlsx.close()
