"""Whatever is sent to a page, and whatever another questionnaire is like."""

import contextlib
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from soco.accounts.roles import FIELD, TEAM
from soco.mailing import kinds
from soco.mailing.models import Message
from surveys import services, tasks
from surveys.enums import Channel, NonResponse, ResponseState, WaveStatus
from surveys.models import Answer, Response
from surveys.services.answering import Author
from tests.factories.surveys import (
    InvitationFactory,
    QuestionnaireFactory,
    RespondentFactory,
    ResponseFactory,
    WaveFactory,
)
from tests.surveys.attacks import send
from tests.surveys.test_answering_pages import hidden, page_of, post
from tests.surveys.test_follow_up import sent
from tests.surveys.test_xlsform_pages import signed_in

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


class TestHostileInput:
    @pytest.mark.parametrize(
        "data",
        [
            {"Q3.n": "9" * 5000},
            {"fenetre": "a\x00b"},
            {"vu": "²"},
            {"vu": "9" * 5000},
            {"posees": "\x00,Q1,../../etc"},
            {"geste": "ajouter:\r\nSet-Cookie: a=b"},
            {"geste": "\x00"},
            {"Q1": ["a", "b"], "Q2": ["dgs", "elu"]},
            {"Q3.n": "1", "Q3.0.id": "\x00" * 50, "Q3.0.Q3a": "\u202eabc\u0000"},
            {"Q3.n": "٣", "Q3.0.id": "²"},
            {"Q4": "non", "Q4b.courriel": "a" * 290 + "@b.fr"},
        ],
    )
    def test_no_page_fails(self, asked, data):
        client = Client(raise_request_exception=False)
        answer = send(client, asked, "collectivite", {"Q1": "Aubusson"} | data)
        assert answer.status_code in (200, 302)

    @pytest.mark.parametrize("block_id", ["9" * 40, "٣", "²", "-1", "1e3", "0x1", "1" * 39 + "٣"])
    def test_the_id_of_a_block_is_whatever_a_stranger_says(self, client, asked, twinned, block_id):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        send(client, asked, "partenariats", {"Q13.0.id": block_id, "Q13.0.Q13x": "fini"})
        post(client, asked, "suite", {"Q43": ["fiche"], "vu": "99"})
        response = services.submit(asked.invitation, author=Author(Channel.MAIL, asked.email))
        assert services.follow_up(response.pk)
        for page in ("page/partenariats/", "relire/", "merci/"):
            assert client.get(f"{asked.get_absolute_url()}{page}").status_code == 200

    @pytest.mark.parametrize(
        "number", ["0000-00-00", "9999999999", "２０２６", "1 9 9 2", "+1992", "١٩٩٢", "1e3", "NaN", "1992.00"]
    )
    def test_strange_years(self, client, asked, twinned, number):
        answer = send(client, asked, "partenariats", {"Q13.0.Q13x": "corriger", "Q13.0.Q13c": number})
        assert answer.status_code in (200, 302)

    def test_many_fields_are_no_failure(self, asked):
        client = Client(raise_request_exception=False)
        data = {f"x{n}": "1" for n in range(20_500)}
        assert client.post(page_of(asked, "engagement"), data).status_code < 500
        body = "Q5=active&Q12=" + "a" * 3_000_000
        answer = client.post(page_of(asked, "engagement"), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500

    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "x"])
    def test_bodies_that_are_no_form(self, asked, kind):
        client = Client(raise_request_exception=False)
        answer = client.post(page_of(asked, "engagement"), b'{"Q5": ["a"]}\x00\xff', content_type=kind)
        assert answer.status_code < 500
        assert not Answer.objects.exists()

    def test_the_copy_holds_any_text(self, client, asked):
        sent(asked, Q12="\u202e#let x = 1\n$a$ *b* \\ @x <script> 💥 \u0301" * 20, Q42="éà\u2028x")
        answer = client.get(f"{asked.get_absolute_url()}reponses.pdf")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")


class TestStaffPages:
    @pytest.fixture
    def team(self):
        return signed_in(TEAM)

    QUERIES = [
        "page=abc", "page=-1", "page=99999999999999999999", "page=²", "q=%00", "q=%ED%A0%80", "q=" + "x" * 5000,
        "etat=zzz&departement=%27&liste=%00", "liste=appels&liste=rejets", "departement=2A&etat=repondue&page=2", "q=%25_%5C",
    ]  # fmt: skip

    @pytest.mark.parametrize("query", QUERIES)
    @pytest.mark.parametrize("name", ["collectivites/", "collectivites.csv", "collectivites.xlsx", ""])
    def test_any_query(self, team, asked, query, name):
        team.raise_request_exception = False
        answer = team.get(f"/equipe/enquetes/{asked.invitation.wave.slug}/{name}?{query}")
        assert answer.status_code == 200 and (not answer.streaming or b"".join(answer.streaming_content))
        answer.close()

    @pytest.mark.parametrize("pk", ["0", "9" * 20, "9" * 5000])
    def test_any_number(self, team, asked, pk):
        team.raise_request_exception = False
        base = f"/equipe/enquetes/{asked.invitation.wave.slug}/collectivites/{pk}/"
        for path in ("", "saisie/telephone/", "saisie/telephone/page/engagement/", "saisie/courriel/"):
            assert team.get(base + path).status_code == 404, path
        assert team.get(f"/equipe/questionnaires/aect/{pk}/").status_code == 404

    @pytest.mark.parametrize("who", ["", "0", "²", "٣", "9" * 30, "9" * 5000, "-1", "\x00"])
    def test_any_link_to_take_back(self, team, asked, who):
        team.raise_request_exception = False
        answer = team.post(f"{asked.invitation.get_absolute_url()}geste/", {"geste": "retirer", "qui": who})
        assert answer.status_code in (302, 404)

    @pytest.mark.parametrize(
        "data",
        [
            {"geste": "sans-reponse", "outcome": "rappeler", "call_back_on": "9999-12-31"},
            {"geste": "sans-reponse", "outcome": "rappeler", "call_back_on": "0001-01-01"},
            {"geste": "sans-reponse", "outcome": "refus", "call_back_on": "9999-99-99", "note": "\x00"},
            {"geste": "envoyer", "email": "a\r\nBcc: b@c.fr", "name": "x"},
            {"geste": "envoyer", "email": "a@b.fr", "name": "x\r\nBcc: b@c.fr"},
            {"geste": "rouvrir", "because": "\x00"},
            {"geste": "\x00"},
        ],
    )
    def test_any_gesture(self, team, asked, data):
        team.raise_request_exception = False
        assert team.post(f"{asked.invitation.get_absolute_url()}geste/", data).status_code == 302
        assert team.get(asked.invitation.get_absolute_url()).status_code == 200
        assert team.get("/equipe/").status_code == 200

    def wave(self, aect, **others):
        day = timezone.localdate() + timedelta(days=3)
        return {
            "title": "Une vague", "questionnaire": aect.pk, "audience": "", "opens_on": day.isoformat(),
            "closes_on": (day + timedelta(days=60)).isoformat(), "contact_name": "A", "contact_email": "a@soco.example",
            "reminder_1": "7", "reminder_2": "21", "calls": "30", "visits": "45",
        } | others  # fmt: skip

    @pytest.mark.parametrize(
        "data",
        [
            {"opens_on": "9999-12-30", "closes_on": "9999-12-31"},
            {"opens_on": "0001-01-01", "closes_on": "9999-12-31"},
            {"audience": "https://x/repertoire/?q=%00&page=9&nature=zzz&population=-1-x&near=1,2,3&%ff"},
            {"audience": "q=" + "x" * 3000},
            {"audience": "themes=%E0%A4%A&rayon=999999999999&pays=²&q=*:*&|()"},
            {"title": "???"},
            {"questionnaire": "9" * 30},
            {"reminder_1": "9" * 30},
        ],
    )
    def test_any_wave(self, team, aect, data):
        team.raise_request_exception = False
        answer = team.post("/equipe/enquetes/nouvelle/", self.wave(aect, **data))
        assert answer.status_code in (200, 302)
        if answer.status_code == 302:
            assert team.get(answer.url).status_code == 200

    @pytest.mark.parametrize("title", ["Nouvelle", "Nouvelle !"])
    def test_a_wave_s_address_is_never_that_of_another_page(self, team, aect, title):
        answer = team.post("/equipe/enquetes/nouvelle/", self.wave(aect, title=title))
        assert title in team.get(answer.url).text and "Lancer" in team.get(answer.url).text

    def test_the_last_day_may_not_come_before_the_first(self, team, aect):
        day = timezone.localdate() + timedelta(days=10)
        wave = WaveFactory(questionnaire=aect, opens_on=day)
        team.raise_request_exception = False
        data = {"geste": "prolonger", "until": timezone.localdate().isoformat()}
        assert team.post(f"/equipe/enquetes/{wave.slug}/geste/", data).status_code == 302

    def test_the_trial_of_a_wave_shows_that_wave(self, team, asked):
        RespondentFactory(invitation=InvitationFactory(wave=WaveFactory(status=WaveStatus.CLOSED)))
        team.post(f"/equipe/enquetes/{asked.invitation.wave.slug}/geste/", {"geste": "essai"})
        assert Message.objects.filter(kind="mailing.test").exists()

    def test_the_trial_holds_no_link_that_answers_for_a_town_hall(self, team, asked):
        team.post(f"/equipe/enquetes/{asked.invitation.wave.slug}/geste/", {"geste": "essai"})
        trial = Message.objects.get(kind="mailing.test")
        said = kinds.get("mailing.test").tried(trial.params)
        assert said.kind.context(said.params)["link"].endswith(asked.get_absolute_url()) is False

    def test_scripts_in_answers_stay_text(self, team, asked):
        evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        sent(asked, Q1={"nom": evil, "acteur": None}, Q12=evil, Q13=[{"id": evil[:40], "Q13a": evil, "Q13p": "DE"}])
        services.note_outcome(asked.invitation, NonResponse.ABSENT, by="x@y.fr", note="=1+1<script>")
        html = team.get(asked.invitation.get_absolute_url()).text
        assert "<script>alert" not in html and "<img src=x" not in html
        csv = b"".join(team.get(f"/equipe/enquetes/{asked.invitation.wave.slug}/collectivites.csv").streaming_content)
        assert b"'=1+1" in csv

    def test_the_field_agent_only_enters(self, asked):
        field = signed_in(FIELD)
        wave = asked.invitation.wave
        for data in (
            {"geste": "envoyer", "email": "a@b.fr"},
            {"geste": "retirer", "qui": asked.pk},
            {"geste": "relue"},
            {"geste": "rouvrir"},
        ):
            assert field.post(f"{asked.invitation.get_absolute_url()}geste/", data).status_code == 403
        for gesture in ("pause", "clore", "prolonger", "essai", "lancer"):
            assert field.post(f"/equipe/enquetes/{wave.slug}/geste/", {"geste": gesture}).status_code == 403
        assert field.get("/equipe/enquetes/nouvelle/").status_code == 403

    def test_another_site_cannot_post_with_a_staff_session(self, asked):
        member = signed_in(TEAM)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = member.cookies
        base = asked.invitation.get_absolute_url()
        for path in ("geste/", "saisie/telephone/page/engagement/", "saisie/telephone/relire/"):
            assert strict.post(base + path, {"Q5": "active"}).status_code == 403

    def test_the_list_asks_a_fixed_number_of_queries(self, team, asked, django_assert_max_num_queries):
        wave = asked.invitation.wave
        for _number in range(30):
            ResponseFactory(invitation=RespondentFactory(invitation=InvitationFactory(wave=wave)).invitation)
        with django_assert_max_num_queries(16):
            team.get(f"/equipe/enquetes/{wave.slug}/collectivites/")

    def test_marking_as_read_is_of_what_was_read(self, team, asked):
        sent(asked)
        read = hidden(team.get(asked.invitation.get_absolute_url()).text, "vu")
        sent(asked, Q12="Tout autre chose")  # while staff read
        team.post(f"{asked.invitation.get_absolute_url()}geste/", {"geste": "relue", "vu": read})
        assert Response.objects.get().state == ResponseState.SUBMITTED


class TestAnotherQuestionnaire:
    """One that the team imported, whose questions bear the codes of the AECT's and are of another nature."""

    @pytest.fixture
    def other(self, db):
        def question(code, kind="texte", **more):
            return {"code": code, "kind": kind, "label": code} | more

        said = {"choices": [["fiche", "oui"], ["non", "non"]]}
        questions = [
            question("Q13"),
            question("Q33"),
            question("Q35", "multiple", **said),
            question("Q43", "multiple", **said),
        ]
        sections = [{"code": "debut", "title": "Début", "questions": questions}]
        content = {"code": "kobo", "title": "Un autre", "sections": sections}
        questionnaire = QuestionnaireFactory(published=True, code="kobo", content=content)
        return RespondentFactory(invitation=InvitationFactory(wave=WaveFactory(questionnaire=questionnaire)))

    def answered(self, other):
        author = Author(Channel.MAIL, other.email)
        said = {"Q13": "Fürth", "Q33": "Oui", "Q35": ["fiche"], "Q43": ["fiche"]}
        services.save_page(other.invitation, said, seen=0, author=author)
        return services.submit(other.invitation, author=author)

    def test_its_answers_are_followed_up(self, other):
        assert services.follow_up(self.answered(other).pk)

    def test_its_end_page_is_shown(self, other):
        self.answered(other)
        client = Client(raise_request_exception=False)
        assert client.get(f"{other.get_absolute_url()}merci/").status_code == 200

    def test_it_does_not_stop_those_of_the_others(self, other, asked):
        response = self.answered(other)
        Response.objects.filter(pk=response.pk).update(submitted_at=timezone.now() - timedelta(hours=1))
        second = sent(asked)
        Response.objects.filter(pk=second.pk).update(followed_at=None)
        with contextlib.suppress(Exception):
            tasks.tend()
        assert Response.objects.get(pk=second.pk).followed_at
