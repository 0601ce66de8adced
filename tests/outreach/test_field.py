"""The door of the field: a report comes in once, whatever the network does; what cannot be one stays on the phone, and is told."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directory.models import Need
from outreach import field_content, services
from outreach.enums import SentState, VisitState
from outreach.models import Commitment, FieldReport, PersonMet, Visit
from outreach.people import FIELD_DATA, PURGES
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.directory.test_attachments_at_once import at_once
from tests.factories import FieldReportFactory, JumelageFactory, NeedFactory, ServiceFactory, UserFactory, VisitFactory

from .field_reports import ADDRESS, post, report, sent

pytestmark = pytest.mark.django_db


def voltigeur(role: str = roles.FIELD) -> User:
    call_command("sync_permissions", verbosity=0)
    user = UserFactory(second_factor=True)
    give_role(user, role, by=None)
    return user


@pytest.fixture
def user() -> User:
    return voltigeur()


@pytest.fixture
def phone(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def visit(user: User) -> Visit:
    return VisitFactory(voltigeur=user)


# --- what comes in ------------------------------------------------------------------------------------------------------------
def test_a_report_is_written_in_its_visit(phone: Client, user: User, visit: Visit) -> None:
    ServiceFactory(code="formations")

    answer = post(phone, sent(visit, user, report=report(needs=[{"service": "formations", "label": "Une formation"}])))

    assert (answer.status_code, answer.json()) == (201, {"state": "appliquee"})
    visit.refresh_from_db()
    assert (visit.state, visit.minutes, visit.km, visit.version) == (VisitState.DONE, 50, 32, 2)
    assert (visit.report, visit.written_by, visit.checklist) == (
        "Le maire veut une formation.",
        user.email,
        ["services"],
    )
    assert [str(who) for who in visit.people.all()] == ["Jeanne Roy · Maire"]
    assert [(need.label, need.service_id) for need in Need.objects.all()] == [("Une formation", "formations")]
    assert [(promise.text, promise.owner) for promise in visit.commitments.all()] == [("Envoyer le programme", user)]


def test_the_same_report_sent_twice_is_one(phone: Client, user: User, visit: Visit) -> None:
    said = sent(visit, user)

    answers = [post(phone, said).status_code for _ in range(3)]

    assert answers == [201, 201, 201]
    assert (FieldReport.objects.count(), Need.objects.count(), Commitment.objects.count()) == (1, 1, 1)
    assert Visit.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_report_sent_at_once_is_one() -> None:
    user = voltigeur()
    said = field_content.read(json.dumps(sent(VisitFactory(voltigeur=user), user)).encode())

    results = at_once(*[lambda: services.receive_report(said, by=user)] * 4)

    assert [result.state for result in results] == [SentState.APPLIED] * 4
    assert (FieldReport.objects.count(), PersonMet.objects.count(), Visit.objects.get().version) == (1, 1, 2)


def test_a_number_serves_one_report(phone: Client, user: User, visit: Visit) -> None:
    said = sent(visit, user)
    post(phone, said)

    answer = post(phone, said | {"report": report(text="Autre chose")})

    assert answer.status_code == 422
    assert "déjà servi" in answer.json()["message"]
    assert Visit.objects.get().report == "Le maire veut une formation."


def test_a_visit_that_changed_meanwhile_is_left_as_it_is(phone: Client, user: User, visit: Visit) -> None:
    said = sent(visit, user)
    services.change_plan(visit, read_version=1, subject="Avec la présidente")

    answers = [post(phone, said) for _ in range(2)]

    kept = FieldReport.objects.get()
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json()["url"] == f"/equipe/terrain/conflits/{kept.pk}/"
    assert (kept.state, kept.content["text"], kept.read_version) == (
        SentState.CONFLICT,
        "Le maire veut une formation.",
        1,
    )
    visit.refresh_from_db()
    assert (visit.state, visit.report, visit.version) == (VisitState.PLANNED, "", 2)


def test_of_two_reports_of_one_visit_the_second_is_compared(phone: Client, user: User, visit: Visit) -> None:
    first, second = sent(visit, user), sent(visit, user, report=report(text="Sur l’autre téléphone"))

    assert [post(phone, said).status_code for said in (first, second)] == [201, 409]
    assert Visit.objects.get().report == "Le maire veut une formation."


def test_without_agreement_no_name_is_kept_anywhere(phone: Client, user: User, visit: Visit) -> None:
    person = {"job": "Maire", "name": "Jeanne Roy", "email": "j@roy.exemple", "phone": "05", "agrees": False}

    post(phone, sent(visit, user, report=report(people=[person])))

    assert "Jeanne" not in json.dumps(FieldReport.objects.get().content)
    assert str(PersonMet.objects.get()) == "Maire"


# --- whose --------------------------------------------------------------------------------------------------------------------
def test_the_visit_of_a_colleague_is_theirs(phone: Client, user: User) -> None:
    theirs = VisitFactory(voltigeur=UserFactory())

    answer = post(phone, sent(theirs, user))

    assert answer.status_code == 403
    assert "autre personne" in answer.json()["message"]
    assert FieldReport.objects.count() == 0


def test_the_team_writes_down_any_visit_and_a_visit_of_nobody_is_anyones(client: Client) -> None:
    team = voltigeur(roles.TEAM)
    client.force_login(team)

    assert post(client, sent(VisitFactory(voltigeur=UserFactory()), team)).status_code == 201
    field = voltigeur()
    client.force_login(field)
    assert post(client, sent(VisitFactory(voltigeur=None), field)).status_code == 201


def test_a_visit_given_to_a_colleague_meanwhile_is_compared(phone: Client, user: User, visit: Visit) -> None:
    said = sent(visit, user)
    services.change_plan(visit, read_version=1, voltigeur=UserFactory())

    assert post(phone, said).status_code == 409


def test_nobody_sends_what_somebody_else_wrote(phone: Client, visit: Visit) -> None:
    assert post(phone, sent(visit, UserFactory())).status_code == 403
    assert FieldReport.objects.count() == 0


def test_visitors_and_members_send_nothing(client: Client, visit: Visit, user: User) -> None:
    said = sent(visit, user)

    assert post(client, said).status_code == 302
    client.force_login(UserFactory())
    assert post(client, said).status_code == 403
    assert FieldReport.objects.count() == 0


def test_a_request_of_another_site_is_refused(user: User, visit: Visit) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)

    assert post(browser, sent(visit, user)).status_code == 403
    token = browser.get("/terrain/donnees.json")["X-CSRFToken"]
    answer = browser.post(
        ADDRESS, json.dumps(sent(visit, user)), content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201


def test_a_visit_that_is_gone_is_said_so(phone: Client, user: User, visit: Visit) -> None:
    said = sent(visit, user)
    visit.delete()

    answer = post(phone, said)

    assert answer.status_code == 404
    assert "reste sur ce téléphone" in answer.json()["message"]


# --- what is refused ----------------------------------------------------------------------------------------------------------
PERSON = {"job": "Maire", "name": "", "email": "", "phone": "", "agrees": True}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"result": "prevue"}, "Dites ce qu’a donné"),
        ({"result": ["realisee"]}, "Dites ce qu’a donné"),
        ({"minutes": -1}, "nombre entier, de 0 à 1440"),
        ({"minutes": True}, "nombre entier"),
        ({"minutes": 1e400}, "illisible"),
        ({"km": "12"}, "nombre entier"),
        ({"km": 10**30}, "nombre entier"),
        ({"starts_at": "demain"}, "L’heure de la visite"),
        ({"starts_at": "2026-11-26T10:00:00"}, "L’heure de la visite"),
        ({"starts_at": "0001-01-01T00:00:00+00:00"}, "L’heure de la visite"),
        ({"starts_at": 12}, "L’heure de la visite"),
        ({"starts_at": "2099-01-01T00:00:00+00:00"}, "une visite à venir ne peut pas être réalisée"),
        ({"text": "a" * 20_001}, "20000 caractères au plus"),
        ({"text": "nul\x00"}, "caractère illisible"),
        ({"text": "\ud800"}, "caractère illisible"),
        ({"text": None}, "caractère illisible"),
        ({"checklist": ["services", "invente"]}, "n’existe pas"),
        ({"checklist": [{}]}, "n’existe pas"),
        ({"checklist": "services"}, "ne sont pas une liste"),
        ({"people": [PERSON] * 21}, "20 lignes au plus"),
        ({"people": [PERSON | {"agrees": "oui"}]}, "par oui ou par non"),
        ({"people": [PERSON | {"email": "pas une adresse"}]}, "n’est pas complète"),
        ({"people": [PERSON | {"is_staff": True}]}, "champs attendus"),
        ({"people": ["Maire"]}, "champs attendus"),
        ({"needs": {"label": "Tout"}}, "ne sont pas une liste"),
        ({"promises": [{"text": "Oui", "due_on": "bientôt"}]}, "L’échéance"),
        ({"next_contact_on": "2026-13-01"}, "Le prochain contact"),
        ({"version": 3}, "champs attendus"),
    ],
)
def test_what_is_not_a_report_is_refused_in_a_sentence(
    phone: Client, user: User, visit: Visit, said: dict[str, Any], why: str
) -> None:
    answer = post(phone, sent(visit, user, report=report(**said)))

    assert answer.status_code == 422
    assert why in answer.json()["message"]
    assert FieldReport.objects.count() == 0
    visit.refresh_from_db()
    assert (visit.state, visit.version) == (VisitState.PLANNED, 1)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"key": "1"}', b'{"key": NaN}'],
    ids=["rien", "coupé", "liste", "nul", "octets", "profond", "incomplet", "pas un nombre"],
)
def test_a_body_that_is_no_report_is_refused(phone: Client, visit: Visit, body: bytes) -> None:
    assert post(phone, body).status_code == 422
    assert FieldReport.objects.count() == 0


@pytest.mark.parametrize(
    "said", [{"key": "12"}, {"key": 12}, {"visit": "1"}, {"visit": 10**20}, {"version": 0}, {"user": None}]
)
def test_an_envelope_that_lies_is_refused(phone: Client, user: User, visit: Visit, said: dict[str, Any]) -> None:
    assert post(phone, sent(visit, user) | said).status_code == 422
    assert FieldReport.objects.count() == 0


def test_what_is_too_large_is_not_read(phone: Client, user: User, visit: Visit) -> None:
    answer = post(phone, sent(visit, user, report=report(text="a" * 250_000)))

    assert answer.status_code == 413
    assert "trop long" in answer.json()["message"]
    with pytest.raises(field_content.Refused, match="trop long"):
        field_content.read(b" " * (field_content.MOST_BYTES + 1))


def test_what_is_read_is_plain() -> None:
    key = uuid4()
    said = {
        "key": str(key), "visit": 1, "version": 2, "user": 3, "written_at": "2026-11-26T08:12:00.000Z",
        "report": report(text="  a\r\nb ", checklist=["besoins", "services"], needs=[{"service": "", "label": " "}]),
    }  # fmt: skip

    found = field_content.read(json.dumps(said).encode())

    assert (found.key, found.visit, found.version, found.user) == (UUID(str(key)), 1, 2, 3)
    assert found.content["text"] == "a\nb"
    assert found.content["checklist"] == ["services", "besoins"]
    assert found.content["needs"] == []


# --- what the phone takes along -----------------------------------------------------------------------------------------------
def test_the_phone_takes_the_days_around_today(phone: Client, user: User) -> None:
    now = timezone.now()
    days = {-20: False, -3: True, 0: True, 6: True, 9: False}
    for shift in days:
        VisitFactory(voltigeur=user, starts_at=now + timedelta(days=shift), actor__name=f"Commune {shift}")
    VisitFactory(voltigeur=user, done=True, starts_at=now - timedelta(days=2))
    VisitFactory(voltigeur=user, state=VisitState.CANCELLED, starts_at=now + timedelta(days=1))
    VisitFactory(starts_at=now + timedelta(days=1))

    data = phone.get("/terrain/donnees.json").json()

    names = [visit["actor"]["name"] for visit in data["visits"]]
    assert names == [f"Commune {shift}" for shift, is_taken in days.items() if is_taken]
    assert [visit["when"] for visit in data["visits"]] == ["aecrire", "aujourdhui", "avenir"]
    assert (data["user"], data["name"]) == (user.pk, str(user))


def test_what_did_not_change_is_not_sent_again(phone: Client, visit: Visit) -> None:
    first = phone.get("/terrain/donnees.json")

    again = phone.get("/terrain/donnees.json", headers={"If-None-Match": first["ETag"]})
    services.change_plan(visit, read_version=1, subject="Autre")
    later = phone.get("/terrain/donnees.json", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)
    assert all("X-CSRFToken" in answer and "no-store" in answer["Cache-Control"] for answer in (first, again))


def test_the_visits_cost_the_same_whatever_their_number(
    phone: Client, user: User, django_assert_num_queries: Any
) -> None:
    ServiceFactory()
    VisitFactory(voltigeur=user)
    phone.get("/terrain/donnees.json")

    with django_assert_num_queries(7):
        phone.get("/terrain/donnees.json")
    for visit in VisitFactory.create_batch(3, voltigeur=user):
        NeedFactory(actor=visit.actor)
        FieldReportFactory(visit=visit, user=user)
    with django_assert_num_queries(7):
        assert len(phone.get("/terrain/donnees.json").json()["visits"]) == 4


def test_a_sheet_says_what_to_know_before_ringing(phone: Client, user: User, visit: Visit) -> None:
    JumelageFactory(collectivite=visit.actor, partner__name="Sligo")
    NeedFactory(actor=visit.actor, label="Une formation")

    sheet = phone.get(f"/terrain/fiches/{visit.pk}.json").json()

    told = {section["title"]: " ".join(section["lines"]) for section in sheet["sections"]}
    assert "Sligo" in told["Jumelages et partenariats"]
    assert "Une formation" in told["Besoins en cours"]
    assert phone.get(f"/terrain/fiches/{VisitFactory().pk}.json").status_code == 404


# --- the page and its worker --------------------------------------------------------------------------------------------------
def test_the_page_lists_the_visits_without_any_script(phone: Client, user: User) -> None:
    assert "Aucune visite à votre nom" in phone.get("/terrain/").content.decode()
    VisitFactory(voltigeur=user, actor__name="Jonzac", starts_at=timezone.now() + timedelta(hours=2))

    page = phone.get("/terrain/").content.decode()

    assert "Jonzac" in page


def test_the_worker_and_the_manifest_say_nothing_of_anybody(client: Client, phone: Client) -> None:
    stranger = Client()

    worker, manifest = stranger.get("/terrain/service-worker.js"), stranger.get("/terrain/manifest.webmanifest")

    assert (worker.status_code, worker["Content-Type"], worker["Cache-Control"]) == (
        200, "text/javascript; charset=utf-8", "no-cache",
    )  # fmt: skip
    assert worker.content == phone.get("/terrain/service-worker.js").content
    assert "js/field-form.js" in worker.content.decode()
    assert (manifest.json()["scope"], manifest.json()["start_url"]) == ("/terrain/", "/terrain/")
    assert [icon["sizes"] for icon in manifest.json()["icons"]] == ["192x192", "512x512"]


def test_signing_out_has_the_browser_forget_what_it_kept(phone: Client) -> None:
    assert "Clear-Site-Data" not in phone.get("/terrain/").headers

    assert phone.post("/compte/logout/")["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in phone.get("/").headers


# --- what is known of a person, what is forgotten -----------------------------------------------------------------------------
def test_a_person_reads_and_erases_what_they_sent(user: User) -> None:
    FieldReportFactory(user=user, state=SentState.APPLIED, content={"text": "Au marché"})
    waiting = FieldReportFactory(user=user)
    FieldReportFactory()

    assert [row["compte_rendu"] for row in FIELD_DATA.export(user)] == ["", ""]
    user.user_permissions.add(Permission.objects.get(codename="export_report"))
    told = FIELD_DATA.export(User.objects.get(pk=user.pk))
    assert [row["compte_rendu"] for row in told] == ["Au marché", ""]
    assert "restent" in FIELD_DATA.erase(user)
    assert list(FieldReport.objects.sent_by(user)) == [waiting]


def test_reports_are_forgotten_half_a_year_after_they_are_in_their_visit() -> None:
    old = timezone.now() - timedelta(days=181)
    FieldReportFactory(state=SentState.APPLIED, received_at=old)
    kept = [FieldReportFactory(received_at=old), FieldReportFactory(state=SentState.APPLIED)]

    purge = next(each for each in PURGES if each.code == "outreach.field_reports")
    assert (purge.run(False), FieldReport.objects.count()) == (1, 3)
    assert purge.run(True) == 1
    assert set(FieldReport.objects.all()) == set(kept)
