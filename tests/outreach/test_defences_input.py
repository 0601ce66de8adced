"""Whatever a phone, a page or an address sends: a clear refusal, never a failure; what is written stays harmless everywhere."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from outreach import services
from outreach.feeds import agenda_of
from outreach.models import FieldReport, PersonMet, Tour, TourStop, Visit
from soco.accounts.roles import FIELD, TEAM
from tests.factories import CommuneFactory, FieldAreaFactory, ServiceFactory, VisitFactory
from tests.outreach.field_reports import ADDRESS, post, report, sent
from tests.outreach.touring import BY, stops
from tests.outreach.visiting import report_of, signed_in

pytestmark = pytest.mark.django_db
LATE = "2099-12-31T23:59:59-12:00"


@pytest.fixture
def phone() -> Client:
    return signed_in(FIELD)


@pytest.fixture
def visit(phone: Client) -> Visit:
    return VisitFactory(voltigeur=phone.user)


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


class TestWhatAPhoneSends:
    @pytest.mark.parametrize(
        "said",
        [
            {"needs": [{"service": "inconnu", "label": "Une formation"}]},
            {"needs": [{"service": "", "label": "a" * 1000}]},
            {"needs": [{"service": "", "label": "Une formation"}] * 20},
            {"people": [{"job": "", "name": "Léa", "email": "", "phone": "", "agrees": 1}]},
            {"people": [{"job": ["Maire"], "name": "", "email": "", "phone": "", "agrees": False}]},
            {"people": [{"job": "x" * 150, "name": "y" * 150, "email": "é@ï.fr", "phone": "6" * 30, "agrees": True}]},
            {"people": [{"job": "a", "name": "", "email": "a" * 250 + "@b.fr", "phone": "", "agrees": True}]},
            {"people": {"0": 1}},
            {"promises": [{"text": "a", "due_on": "9999-12-31"}]},
            {"promises": [{"text": "a", "due_on": "2026-W10-1"}]},
            {"promises": [{"text": "a", "due_on": 20261231}]},
            {"next_contact_on": "0001-01-01"},
            {"next_contact_on": "20990101"},
            {"starts_at": "0001-01-01T00:00:00+00:00"},
            {"starts_at": LATE},
            {"starts_at": LATE, "result": "reportee"},
            {"starts_at": "2026-01-01T10:00:00+00:00:30.5"},
            {"starts_at": "2020-01-01T00:00:00+23:59"},
            {"minutes": 10**9},
            {"minutes": 1.5},
            {"minutes": True},
            {"km": -1},
            {"km": "12"},
            {"result": ["realisee"]},
            {"result": {"a": 1}},
            {"result": "prevue"},
            {"checklist": [["services"]]},
            {"checklist": ["services"] * 500},
            {"text": "a\x00b"},
            {"text": "\ud800"},
            {"text": "\u202e" * 20000},
            {"text": None},
        ],
    )
    def test_no_report_is_a_failure(self, phone: Client, visit: Visit, said: dict[str, Any]) -> None:
        answer = post(phone, sent(visit, phone.user, report=report(**said)))

        assert answer.status_code in (201, 422), said
        assert answer.status_code == 201 or answer.json()["message"]
        assert Visit.objects.get(pk=visit.pk).is_written == (answer.status_code == 201)
        for page in ("/equipe/visites/", visit.get_absolute_url(), f"/equipe/visites/{visit.pk}/compte-rendu/"):
            assert phone.get(page).status_code == 200
        assert phone.get("/terrain/donnees.json").status_code == 200

    @pytest.mark.parametrize(
        "body",
        [
            "", "null", "[]", "1e400", "NaN", '{"key": 1}', deep(100_000), '"' + "a" * 150_000 + '"', "9" * 5000, b"\xff\xfe\x00",
            '{"report": ' + deep(50_000) + "}", '{"a": 1, "a": 2}',
        ],
    )  # fmt: skip
    def test_no_body_is_a_failure(self, phone: Client, body: Any) -> None:
        answer = post(phone, body)
        assert (answer.status_code, bool(answer.json()["message"])) == (422, True)

    @pytest.mark.parametrize(
        "values",
        [
            *(
                {"key": "x"},
                {"key": 3},
                {"key": ["a"]},
                {"visit": True},
                {"visit": 2**40},
                {"visit": -1},
                {"version": 0},
            ),
            *({"version": 1.0}, {"user": None}, {"written_at": 3}, {"written_at": LATE}),
            *({"written_at": "9999-12-31T23:59:59-23:59"}, {"written_at": "2026-01-01T10:00:00+23:59"}),
        ],
    )
    def test_no_envelope_is_a_failure(self, phone: Client, visit: Visit, values: dict[str, Any]) -> None:
        assert post(phone, sent(visit, phone.user) | values).status_code in (201, 403, 404, 422)

    @pytest.mark.parametrize("length", ["-5", "9" * 30, ""])
    def test_a_length_that_is_not_its_own(self, phone: Client, visit: Visit, length: str) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(phone.user)
        body = json.dumps(sent(visit, phone.user))
        answer = client.post(ADDRESS, body, content_type="application/json", CONTENT_LENGTH=length)
        assert answer.status_code in (201, 400, 413, 422)

    def test_a_key_replayed_by_somebody_else_shows_and_changes_nothing(self, phone: Client) -> None:
        lead = signed_in(TEAM, email="lea@reseau.exemple")
        mine, theirs = VisitFactory(voltigeur=phone.user), VisitFactory(voltigeur=lead.user)
        first = sent(mine, phone.user)
        assert post(phone, first).status_code == 201

        replayed = post(lead, sent(theirs, lead.user, key=first["key"]))
        stranger = signed_in(FIELD, email="max@reseau.exemple")
        other = post(stranger, first | {"user": stranger.user.pk})

        assert (replayed.status_code, other.status_code) == (422, 403)
        assert "Le maire" not in replayed.content.decode() + other.content.decode()
        assert (FieldReport.objects.count(), Visit.objects.get(pk=theirs.pk).is_planned) == (1, True)

    def test_it_asks_for_the_token_of_its_page(self, phone: Client, visit: Visit) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(phone.user)
        assert post(strict, sent(visit, phone.user)).status_code == 403


class TestWhatAPageSends:
    @pytest.mark.parametrize(
        "typed",
        [
            {"starts_at_0": "0001-01-01", "starts_at_1": "00:00"},
            {"starts_at_0": "9999-12-31", "starts_at_1": "23:59"},
            {"starts_at_0": "1000-01-01"},
            {"next_contact_on": "0001-01-01"},
            {"next_contact_on": "9999-12-31"},
            {"wish": "pause", "wish_until": "9999-12-31"},
            {"result": "reportee", "postponed_to_0": "9999-12-31", "postponed_to_1": "23:59"},
            {"engagements-0-text": "a", "engagements-0-due_on": "9999-12-31"},
            {"engagements-0-text": "a", "engagements-0-pk": "9" * 18},
            {"personnes-TOTAL_FORMS": "100000"},
            {"besoins-0-label": "a", "besoins-0-code": "\x00:" * 20},
            {"version": "9" * 5000},
        ],
    )
    def test_a_report_is_written_or_refused_and_every_page_opens(
        self, phone: Client, visit: Visit, typed: dict[str, Any]
    ) -> None:
        answer = phone.post(f"/equipe/visites/{visit.pk}/compte-rendu/", report_of() | typed)

        assert answer.status_code in (200, 302, 409)
        slug = visit.actor.slug
        for page in (
            *(
                "/equipe/visites/?etat=toutes",
                "/equipe/visites/export.csv?etat=toutes",
                "/equipe/engagements/?etat=tous",
            ),
            *(f"/equipe/collectivites/{slug}/contacts/", f"/equipe/collectivites/{slug}/preparer/"),
            *(
                visit.get_absolute_url(),
                "/equipe/bilan/2026-01/",
                "/equipe/couverture/",
                "/equipe/",
                "/equipe/priorites/",
            ),
        ):
            opened = phone.get(page)
            assert opened.status_code == 200
            b"".join(opened)

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_an_appointment_asked_for_at_the_end_of_time(self, confirmed: Tour, client: Client, day: str) -> None:
        stop = stops(confirmed)[0]
        typed = {"answer": "autre_date", "wanted": day, "message": "\u202e<b>", "seen": "9999-12-31T23:59:59-23:59"}
        answer = client.post(stop.get_absolute_url(), typed)
        assert answer.status_code in (200, 302)
        assert client.get(stop.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_a_slot_agreed_at_the_end_of_time(self, confirmed: Tour, day: str) -> None:
        lead, stop = signed_in(TEAM), stops(confirmed)[0]
        typed = {"geste": "convenir", "starts_at_0": day, "starts_at_1": "23:59"}
        assert lead.post(f"/equipe/rendez-vous/{stop.pk}/", typed).status_code in (200, 302)
        assert lead.get(confirmed.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize(
        "back",
        ["//mal.exemple", "/\\mal.exemple", "https://mal.exemple", "/\tmal", "\x00", "/a\r\nSet-Cookie: b=c", "///mal"],
    )
    def test_a_gesture_never_leads_elsewhere(self, phone: Client, visit: Visit, back: str) -> None:
        promise = visit.commitments.create(text="Rappeler")
        answer = phone.post(f"/equipe/engagements/{promise.pk}/fait/", {"retour": back})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/") and not answer["Location"].startswith(("//", "/\\"))
        assert "Set-Cookie: b" not in str(answer.headers)

    @pytest.mark.parametrize(
        "address",
        [
            *("besoins/voisins/x/99999999999999999999/", "visites/99999999999999999999/", "agenda/a:b:c.ics"),
            *("couverture/%2e%2e%2fetc/export.csv", "couverture/..%0d%0aa/", "bilan/2026-13/bilan.pdf"),
            *("bilan/%D9%A2%D9%A0%D9%A2%D9%A6-01/", "bilan/2026-01%0a/bilan.xlsx"),
            "tournees/99999999999999999999/feuille.pdf",
        ],
    )
    def test_an_address_of_nothing(self, phone: Client, address: str) -> None:
        assert phone.get(f"/equipe/{address}").status_code == 404

    def test_a_group_of_needs_at_an_address_of_nothing(self, phone: Client) -> None:
        service = ServiceFactory()
        assert phone.get(f"/equipe/besoins/voisins/{service.pk}/99999999999999999999/").status_code == 404


class TestWhatIsToldElsewhere:
    def test_a_subject_and_a_name_stay_in_their_line_of_the_agenda(self) -> None:
        area = FieldAreaFactory()
        actor = CommuneFactory(name="Pau\r\nATTENDEE:mailto:mal@mal.exemple", address="1 rue\r\nBEGIN:VEVENT")
        VisitFactory(actor=actor, voltigeur=area.user, subject="Vu\r\nEND:VCALENDAR\r\nBEGIN:VEVENT;,\\")

        lines = agenda_of(area, url="https://reseau.exemple/a.ics").decode().split("\r\n")

        starts = [line for line in lines if line.startswith(("ATTENDEE", "BEGIN:VEVENT", "END:VCALENDAR"))]
        assert starts == ["BEGIN:VEVENT", "END:VCALENDAR"]

    def test_no_cell_of_an_export_is_a_formula(self, phone: Client) -> None:
        actor = CommuneFactory(name="=HYPERLINK(1)")
        visit = VisitFactory(actor=actor, voltigeur=phone.user, subject="+1", done=True, report="@SUM(1)")
        PersonMet.objects.create(visit=visit, job="-2+3")
        lead = signed_in(TEAM)
        for name in ("export", "comptes-rendus"):
            told = b"".join(lead.get(f"/equipe/visites/{name}.csv?etat=toutes")).decode()
            cells = [cell.strip('"') for line in told.splitlines() for cell in line.split(",")]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-2"))]

    def test_a_name_is_no_markup_where_it_is_shown(self, phone: Client) -> None:
        bad = "<img src=x onerror=alert(1)>"
        visit = VisitFactory(actor__name=bad, voltigeur=phone.user, subject=bad, report=bad, done=True)
        FieldReport.objects.create(
            key="5d2f3f0e-0000-4000-8000-000000000001", visit=visit, user=phone.user, read_version=1, state="conflit",
            content=report(text=bad, needs=[{"service": "", "label": bad}]), written_at=timezone.now(),
        )  # fmt: skip
        number = FieldReport.objects.get().pk
        for page in (
            "/terrain/",
            "/equipe/visites/?etat=toutes",
            visit.get_absolute_url(),
            f"/equipe/terrain/conflits/{number}/",
        ):
            assert bad not in phone.get(page).content.decode()


class TestLinks:
    def test_a_link_opens_its_appointment_alone_and_none_once_the_stop_is_gone(
        self, confirmed: Tour, client: Client
    ) -> None:
        stop = stops(confirmed)[0]
        address = stop.get_absolute_url()
        token = address.split("/")[-2]
        for forged in (token[:-6] + "aaaaaa", f"1{token}", f"{token}x", "x", "%00", token.replace(".", "..")):
            answer = client.get(f"/rendez-vous/{forged}/")
            assert (answer.status_code, stop.actor.name in answer.content.decode()) == (404, False)
        feed = FieldAreaFactory().feed_token
        assert stop.actor.name not in client.get(f"/rendez-vous/{feed}/").content.decode()
        assert client.get(f"/equipe/agenda/{token}.ics").status_code == 404

        services.remove_stop(confirmed, stop.pk, by=BY)

        gone = client.get(address)
        assert stop.actor.name not in gone.content.decode()
        assert client.post(address, {"answer": "acceptee"}).status_code in (403, 404, 410)

    def test_after_a_cancellation_nothing_is_answered(self, confirmed: Tour, client: Client) -> None:
        stop = stops(confirmed)[0]
        services.cancel_tour(confirmed)
        client.post(stop.get_absolute_url(), {"answer": "acceptee", "seen": stop.starts_at.isoformat()})
        assert TourStop.objects.get(pk=stop.pk).answered_at is None
