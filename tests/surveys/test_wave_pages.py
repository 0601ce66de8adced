"""The staff's pages of waves: settings, launch, follow-up, calls and visits."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from soco.accounts import roles
from soco.accounts.services import give_role
from soco.mailing.models import Address, Message
from surveys import services
from surveys.enums import Channel, NonResponse, ResponseState, WaveStatus
from surveys.models import Answer, Invitation, Response, Wave
from tests.factories import CommuneFactory, UserFactory
from tests.factories.surveys import (
    InvitationFactory,
    QuestionnaireFactory,
    RespondentFactory,
    ResponseFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def signed_in(role):
    call_command("sync_permissions", stdout=io.StringIO())
    client = Client()
    client.user = UserFactory(second_factor=True, email=f"{role}@reseau.exemple".replace("é", "e"))
    give_role(client.user, role, by=None)
    client.force_login(client.user)
    return client


@pytest.fixture
def team(db):
    return signed_in(roles.TEAM)


@pytest.fixture
def voltigeur(db):
    return signed_in(roles.FIELD)


def settings_of(questionnaire, **said):
    return {
        "title": "Enquête de l’hiver",
        "questionnaire": questionnaire.pk,
        "audience": "",
        "opens_on": (TODAY + timedelta(days=5)).isoformat(),
        "closes_on": (TODAY + timedelta(days=65)).isoformat(),
        "contact_name": "Camille",
        "contact_email": "camille@reseau.exemple",
        "reminder_1": 7,
        "reminder_2": 21,
        "calls": 30,
        "visits": 45,
    } | said


class TestSettings:
    def test_a_wave_is_written_then_launched(self, team):
        CommuneFactory(email="mairie@a.example")
        questionnaire = QuestionnaireFactory(published=True)
        address = "https://portail.exemple/repertoire/?nature=commune"
        answer = team.post("/equipe/enquetes/nouvelle/", settings_of(questionnaire, audience=address), follow=True)
        wave = Wave.objects.get()
        assert wave.slug == "enquete-de-lhiver" and wave.audience == "nature=commune"
        assert "1 collectivité" in answer.text and "Lancer la vague" in answer.text
        team.post(f"/equipe/enquetes/{wave.slug}/geste/", {"geste": "lancer", "relu": "1"})
        assert Wave.objects.get().is_preparing

    def test_what_was_typed_is_kept_and_what_is_wrong_said(self, team):
        questionnaire = QuestionnaireFactory(published=True)
        said = settings_of(questionnaire, reminder_2=9, closes_on=TODAY.isoformat(), reminder_1=8)
        answer = team.post("/equipe/enquetes/nouvelle/", said | {"reminder_2": 14})
        assert "Sept jours au moins" in answer.text and "Le dernier jour vient après le premier" in answer.text
        assert "Enquête de l’hiver" in answer.text and not Wave.objects.exists()

    def test_two_waves_of_one_title_have_two_addresses(self, team):
        questionnaire = QuestionnaireFactory(published=True)
        for _time in range(2):
            team.post("/equipe/enquetes/nouvelle/", settings_of(questionnaire))
        assert set(Wave.objects.values_list("slug", flat=True)) == {"enquete-de-lhiver", "enquete-de-lhiver-2"}

    def test_its_audience_is_frozen_once_it_is_launched(self, team):
        wave = WaveFactory(audience="nature=commune")
        said = settings_of(wave.questionnaire, audience="nature=epci", title="Autre titre")
        team.post(f"/equipe/enquetes/{wave.slug}/modifier/", said)
        wave.refresh_from_db()
        assert wave.audience == "nature=commune" and wave.title == "Autre titre"

    @pytest.mark.parametrize("gesture", ["pause", "clore", "prolonger", "essai", "nimporte", "lancer", ""])
    def test_a_gesture_that_is_impossible_is_said(self, team, gesture):
        wave = WaveFactory(status=WaveStatus.CLOSED)
        answer = team.post(f"/equipe/enquetes/{wave.slug}/geste/", {"geste": gesture}, follow=True)
        assert answer.status_code == 200 and "alerte" in answer.text

    def test_the_team_manages_and_the_voltigeur_reads(self, team, voltigeur):
        wave = WaveFactory()
        assert voltigeur.get(f"/equipe/enquetes/{wave.slug}/").status_code == 200
        assert voltigeur.post(f"/equipe/enquetes/{wave.slug}/geste/", {"geste": "pause"}).status_code == 403
        assert team.post(f"/equipe/enquetes/{wave.slug}/geste/", {"geste": "pause"}).status_code == 302
        assert Wave.objects.get().is_paused


class TestBoard:
    def test_it_counts_by_departement_and_by_state(self, team):
        wave = WaveFactory()
        ResponseFactory(invitation=InvitationFactory(wave=wave, departement="33"), sent=True)
        ResponseFactory(invitation=InvitationFactory(wave=wave, departement="33"))
        InvitationFactory(wave=wave, departement="87", outcome=NonResponse.REFUSAL)
        page = team.get(f"/equipe/enquetes/{wave.slug}/")
        assert "1 sur 3 ont répondu" in page.text
        lines = {line["departement"]: line for line in page.context["lines"]}
        assert lines["33"]["answered"] == 1 and lines["33"]["under_way"] == 1 and lines["87"]["refused"] == 1

    def test_those_handed_over_and_those_whose_address_fails_are_counted_where_they_are(self, team):
        wave = WaveFactory()
        gone = RespondentFactory(invitation=InvitationFactory(wave=wave, departement="33"))
        services.hand_over(gone, email="autre@mairie.example")
        failing = RespondentFactory(invitation=InvitationFactory(wave=wave, departement="87"))
        Address.objects.create(email=failing.email, failing_since=timezone.now())
        lines = {line["departement"]: line for line in team.get(f"/equipe/enquetes/{wave.slug}/").context["lines"]}
        assert (lines["33"]["handed_over"], lines["33"]["bounced"]) == (1, 0)
        assert (lines["87"]["handed_over"], lines["87"]["bounced"]) == (0, 1)

    def test_the_silent_are_called_then_visited_from_their_day_on(self, team):
        wave = WaveFactory(opens_on=TODAY - timedelta(days=31))
        InvitationFactory(wave=wave)
        page = team.get(f"/equipe/enquetes/{wave.slug}/").text
        assert "À appeler (1)" in page and "À visiter" not in page
        Wave.objects.update(opens_on=TODAY - timedelta(days=45))
        assert "À visiter (1)" in team.get(f"/equipe/enquetes/{wave.slug}/").text

    def test_its_progress_is_asked_again_while_it_is_prepared(self, team):
        wave = WaveFactory(status=WaveStatus.PREPARING, audience_size=4500, prepared=1500)
        page = team.get(f"/equipe/enquetes/{wave.slug}/", headers={"HX-Request": "true"})
        assert "1\u202f500 sur 4\u202f500" in page.text and "every 2s" in page.text and "<html" not in page.text

    def test_a_list_of_waves_says_how_many_answered(self, team):
        wave = WaveFactory(audience_size=3)
        ResponseFactory(invitation__wave=wave, sent=True)
        assert "1 sur 3 ont répondu" in team.get("/equipe/enquetes/").text


class TestList:
    @pytest.fixture
    def wave(self):
        wave = WaveFactory()
        ResponseFactory(invitation=InvitationFactory(wave=wave, actor__name="Guéret", departement="23"), sent=True)
        InvitationFactory(wave=wave, actor__name="Pau", departement="64", kept_out="sans_adresse")
        InvitationFactory(
            wave=wave,
            actor__name="Agen",
            departement="47",
            outcome="rappeler",
            call_back_on=TODAY,
            outcome_note="le matin",
        )
        InvitationFactory(wave=wave, actor__name="Dax", departement="40", kept_out="refus")
        return wave

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", {"Guéret", "Pau", "Agen", "Dax"}),
            ("?q=gueret", {"Guéret"}),
            ("?etat=repondue", {"Guéret"}),
            ("?departement=64", {"Pau"}),
            ("?liste=appels", {"Pau", "Agen"}),
            ("?liste=rappels", {"Agen"}),
            ("?liste=ecartees", {"Pau", "Dax"}),
            ("?liste=rejets", set()),
            ("?liste=transmis", set()),
            ("?etat=nimporte&departement=99&liste=x&page=abc", {"Guéret", "Pau", "Agen", "Dax"}),
        ],
    )
    def test_each_filter(self, team, wave, query, names):
        page = team.get(f"/equipe/enquetes/{wave.slug}/collectivites/{query}")
        assert {one.actor.name for one in page.context["page"].rows} == names

    def test_it_is_read_in_a_fixed_number_of_queries(self, team, wave, django_assert_max_num_queries):
        for _number in range(12):
            RespondentFactory(invitation=InvitationFactory(wave=wave))
        with django_assert_max_num_queries(16):
            team.get(f"/equipe/enquetes/{wave.slug}/collectivites/")

    def test_files_say_the_same(self, team, wave):
        answer = team.get(f"/equipe/enquetes/{wave.slug}/collectivites.csv?liste=rappels")
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 2 and "Agen" in lines[1] and "le matin" in lines[1]
        sheet = load_workbook(
            io.BytesIO(b"".join(team.get(f"/equipe/enquetes/{wave.slug}/collectivites.xlsx").streaming_content))
        )
        assert sheet.active.max_row == 5


class TestOne:
    def test_staff_enters_on_the_phone_what_the_town_hall_began(self, voltigeur, client, asked):
        invitation = asked.invitation
        services.save_page(
            invitation, {"Q5": "jamais"}, seen=0, author=services.Author(Channel.MAIL, asked.email),
            resume_at=lambda response: "engagement",
        )  # fmt: skip
        start = f"/equipe/enquetes/{invitation.wave.slug}/collectivites/{invitation.pk}/saisie/telephone/"
        page = voltigeur.get(start, follow=True)
        assert "saisie au téléphone" in page.text and page.redirect_chain[-1][0].endswith("/page/engagement/")
        data = {"vu": "1", "fenetre": "v", "posees": "Q5,Q10", "Q5": "jamais", "Q10": "rendez_vous", "geste": "relire"}
        assert voltigeur.post(f"{start}page/engagement/", data).url == f"{start}relire/"
        said = {row.code: (row.channel, row.by) for row in Answer.objects.all()}
        assert said == {"Q5": (Channel.MAIL, asked.email), "Q10": (Channel.PHONE, voltigeur.user.email)}
        assert Response.objects.count() == 1

    def test_a_post_without_its_token_is_refused_to_staff(self, voltigeur, asked):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(voltigeur.user)
        invitation = asked.invitation
        start = f"/equipe/enquetes/{invitation.wave.slug}/collectivites/{invitation.pk}/saisie/telephone/"
        assert strict.post(f"{start}page/engagement/", {"Q5": "jamais", "posees": "Q5"}).status_code == 403

    def test_an_unknown_channel_is_not_found(self, voltigeur, asked):
        invitation = asked.invitation
        start = f"/equipe/enquetes/{invitation.wave.slug}/collectivites/{invitation.pk}/saisie/"
        assert voltigeur.get(f"{start}courriel/").status_code == 404

    def gesture(self, client, invitation, **said):
        return client.post(f"{invitation.get_absolute_url()}geste/", said, follow=True)

    def test_a_refusal_stops_the_mails(self, voltigeur):
        respondent = RespondentFactory()
        answer = self.gesture(
            voltigeur, respondent.invitation, geste="sans-reponse", outcome="refus", note="Trop de papiers"
        )
        assert "Trop de papiers" in answer.text
        assert Invitation.objects.get().outcome == NonResponse.REFUSAL

    def test_a_call_back_needs_its_day(self, voltigeur):
        invitation = InvitationFactory()
        assert (
            "Dites quel jour rappeler"
            in self.gesture(voltigeur, invitation, geste="sans-reponse", outcome="rappeler").text
        )
        self.gesture(voltigeur, invitation, geste="sans-reponse", outcome="rappeler", call_back_on=TODAY.isoformat())
        assert Invitation.objects.get().call_back_on == TODAY
        self.gesture(voltigeur, invitation, geste="finalement")
        assert Invitation.objects.get().outcome == ""

    def test_the_team_sends_a_link_and_takes_it_back(self, team):
        invitation = InvitationFactory()
        self.gesture(team, invitation, geste="envoyer", email="dgs@mairie.example", name="Luc")
        respondent = invitation.respondents.get()
        assert Message.objects.get().to_email == "dgs@mairie.example" and respondent.added_by == team.user.email
        self.gesture(team, invitation, geste="retirer", qui=str(respondent.pk))
        assert not invitation.respondents.get().is_standing

    def test_the_team_reads_then_reopens_with_a_reason(self, team, asked, client):
        author = services.Author(Channel.MAIL, asked.email)
        services.save_page(
            asked.invitation, {"Q1": {"nom": "Aubusson", "acteur": None}, "Q5": "jamais"}, seen=0, author=author
        )
        services.submit(asked.invitation, author=author)
        self.gesture(team, asked.invitation, geste="relue")
        assert Response.objects.get().state == ResponseState.READ
        assert "Dites pourquoi" in self.gesture(team, asked.invitation, geste="rouvrir").text
        self.gesture(team, asked.invitation, geste="rouvrir", because="Le budget manque")
        response = Response.objects.get()
        assert response.state == ResponseState.UNDER_WAY and response.counted is None
        assert "Le budget manque" in client.get(asked.get_absolute_url()).text

    def test_the_voltigeur_neither_reopens_nor_sends_links(self, voltigeur):
        invitation = ResponseFactory(sent=True).invitation
        for gesture in ("relue", "rouvrir", "envoyer", "retirer"):
            assert self.gesture(voltigeur, invitation, geste=gesture).status_code == 403

    def test_its_page_says_who_answered_what(self, team, asked):
        author = services.Author(Channel.PHONE, "paul@reseau.exemple")
        services.save_page(asked.invitation, {"Q5": "jamais"}, seen=0, author=author)
        page = team.get(asked.invitation.get_absolute_url())
        assert "paul@reseau.exemple" in page.text and "il n’y en a jamais eu" in page.text


class TestQueues:
    def test_what_waits_is_counted(self, team):
        ResponseFactory(sent=True)
        InvitationFactory(outcome="rappeler", call_back_on=TODAY)
        page = team.get("/equipe/").text
        assert "Réponses à relire" in page and "Collectivités à rappeler" in page
