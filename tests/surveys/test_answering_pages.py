"""Answering by a personal link: page by page, without losing anything, whatever the browser and whoever else answers."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from soco.mailing.models import Message
from surveys import services
from surveys.enums import Channel, ResponseState, WaveStatus
from surveys.models import Answer, AnswerFile, Respondent, Response
from surveys.services.answering import Author
from tests.factories.actors import CommuneFactory, CountryFactory, PartnerFactory
from tests.factories.jumelages import JumelageFactory
from tests.factories.surveys import RespondentFactory, ResponseFactory

pytestmark = pytest.mark.django_db


def page_of(respondent, code):
    return f"{respondent.get_absolute_url()}page/{code}/"


def hidden(html, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]


def post(client, respondent, code, data, *, auto=False):
    """Send a page as a browser would: with the codes of the questions that it showed."""
    shown = re.search(r'name="posees" value="([^"]*)"', client.get(page_of(respondent, code)).text)
    address = page_of(respondent, code) + ("?auto=1" if auto else "")
    asked = shown[1] if shown else ",".join(data)
    return client.post(address, {"vu": "0", "fenetre": "une", "geste": "suivant", "posees": asked} | data)


class TestOnePage:
    def test_the_first_page_says_for_whom_and_until_when(self, client, asked):
        page = client.get(asked.get_absolute_url())
        assert page.status_code == 200
        assert "Aubusson" in page.text and "Commencer" in page.text
        assert Response.objects.count() == 0  # nothing is written by reading

    def test_every_page_is_shown(self, client, asked):
        for code in ("collectivite", "engagement", "partenariats", "voisins", "reseau", "attentes", "europe", "suite"):
            assert client.get(page_of(asked, code)).status_code == 200, code

    def test_a_page_that_is_not_asked_yet_is_not_found(self, client, asked):
        assert client.get(page_of(asked, "moyens")).status_code == 404

    def test_it_saves_and_goes_on(self, client, asked):
        answer = post(client, asked, "collectivite", {"Q1": "Aubusson", "Q2": "dgs"})
        assert answer.status_code == 302 and answer.url.endswith("/page/engagement/")
        response = Response.objects.get()
        assert response.values["Q2"] == "dgs" and response.page == "engagement"
        assert {(row.code, row.by, row.channel) for row in Answer.objects.all()} == {
            ("Q1", "secretariat@aubusson.example", Channel.MAIL),
            ("Q2", "secretariat@aubusson.example", Channel.MAIL),
        }

    def test_what_was_answered_is_shown_again(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active", "Q6": "4", "Q7.conseil": "5", "Q7.services": "nsp"})
        html = client.get(page_of(asked, "engagement")).text
        for ticked in ("Q5-active", "Q6-4", "Q7.conseil-5", "Q7.services-nsp"):
            assert re.search(rf'id="{re.escape(ticked)}"[^>]*checked', html), ticked

    def test_an_answer_opens_other_pages(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        assert client.get(page_of(asked, "moyens")).status_code == 200

    def test_a_hidden_answer_is_kept_but_does_not_count(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        post(client, asked, "moyens", {"Q19": "moins_1"})
        post(client, asked, "engagement", {"Q5": "jamais"})
        response = Response.objects.get()
        assert response.values["Q19"] == "moins_1"
        assert "Q19" not in services.counting_values(response)

    def test_the_one_that_is_wrong_is_said_and_the_others_are_saved(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        answer = post(
            client,
            asked,
            "partenariats",
            {"Q13.n": "1", "Q13.0.Q13a": "Fürth", "Q13.0.Q13c": "mille neuf cent", "Q17": "oui"},
        )
        assert answer.status_code == 200
        assert "mille neuf cent" in answer.text and "une année, comme 1998" in answer.text and "Fürth" in answer.text
        assert 'href="#Q13.0.Q13c"' in answer.text
        assert Response.objects.get().values["Q17"] == "oui"

    def test_too_many_choices_are_refused_with_their_number(self, client, asked):
        post(client, asked, "engagement", {"Q5": "jamais"})
        data = {"Q5": "jamais", "Q9": ["moyens", "personne", "contexte", "autre"]}
        assert "4 choix sont cochés" in post(client, asked, "engagement", data).text

    def test_the_others_do_not_go_with_none(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        answer = post(client, asked, "engagement", {"Q5": "active", "Q8": ["budget", "aucune"]})
        assert "ne va pas avec les autres" in answer.text

    @pytest.mark.parametrize("strange", ["\x00", "💥" * 10, "<script>alert(1)</script>", "é" * 400, "=1+1"])
    def test_strange_texts_are_no_error(self, client, asked, strange):
        answer = post(
            client, asked, "collectivite", {"Q1": strange.encode("utf-8", "replace").decode(), "Q4": strange[:5]}
        )
        assert answer.status_code in (200, 302)
        assert "<script>alert" not in answer.text

    @pytest.mark.parametrize("count", ["-1", "99999999999999999999", "x", "1e3", "²"])
    def test_a_strange_number_of_blocks_is_no_error(self, client, asked, count):
        assert post(client, asked, "collectivite", {"Q1": "Aubusson", "Q3.n": count, "vu": count}).status_code in (
            200,
            302,
        )

    def test_going_back_keeps_everything(self, client, asked):
        answer = post(client, asked, "engagement", {"Q5": "active", "geste": "precedent"})
        assert answer.url.endswith("/page/collectivite/")
        assert Response.objects.get().values["Q5"] == "active"

    def test_it_resumes_where_it_was_left_on_another_device(self, client, asked):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        assert f'href="{page_of(asked, "engagement")}"' in Client().get(asked.get_absolute_url()).text

    def test_a_csrf_token_that_is_gone_loses_nothing(self, asked):
        strict = Client(enforce_csrf_checks=True)
        assert post(strict, asked, "collectivite", {"Q1": "Aubusson"}).status_code == 302
        assert Response.objects.get().values["Q1"]["nom"] == "Aubusson"

    def test_twice_is_once(self, client, asked):
        for _time in range(2):
            post(client, asked, "collectivite", {"Q1": "Aubusson", "Q2": "elu"})
        assert Answer.objects.count() == 2 and Response.objects.get().revision == 1


class TestAutosave:
    def test_an_answer_that_opens_a_question_of_its_page_shows_it(self, client, asked):
        html = client.get(page_of(asked, "engagement")).text
        data = {"Q5": "jamais", "posees": hidden(html, "posees")}
        answer = post(client, asked, "engagement", data, auto=True)
        assert answer["HX-Retarget"] == "#questions" and "Voudriez-vous en savoir plus" in answer.text

    def test_without_a_script_the_page_comes_again_with_it(self, client, asked):
        html = client.get(page_of(asked, "engagement")).text
        answer = post(client, asked, "engagement", {"Q5": "jamais", "posees": hidden(html, "posees")})
        page = client.get(answer.url).text
        assert answer.url.endswith("engagement/?suite=1") and "amène d’autres questions" in page
        after = post(client, asked, "engagement", {"Q9": ["moyens"], "posees": hidden(page, "posees")})
        assert after.url.endswith("/page/partenariats/")

    def test_it_says_when_and_tells_the_page_its_revision(self, client, asked):
        answer = post(client, asked, "engagement", {"Q6": "4"}, auto=True)
        assert answer.status_code == 200 and "Enregistré à" in answer.text and 'value="1"' in answer.text
        assert Response.objects.get().page == "engagement"

    def test_the_same_window_never_meets_itself(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"}, auto=True)
        answer = post(client, asked, "engagement", {"Q5": "jamais"})
        assert answer.status_code == 302 and Response.objects.get().values["Q5"] == "jamais"

    def test_what_is_wrong_waits(self, client, asked):
        data = {"Q3.n": "1", "Q3.0.Q3b.courriel": "pas une adresse"}
        answer = post(client, asked, "collectivite", data, auto=True)
        assert "à corriger" in answer.text


class TestTwoPeople:
    def test_the_later_one_sees_the_other_value_and_nothing_is_overwritten(self, client, asked):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        post(client, asked, "engagement", {"Q5": "active"})
        answer = post(client, colleague, "engagement", {"Q5": "jamais", "fenetre": "autre"})
        assert answer.status_code == 200
        assert "secretariat@aubusson.example" in answer.text and "«\u00a0active\u00a0»" in answer.text
        assert Response.objects.get().values["Q5"] == "active"
        assert re.search(r'id="Q5-jamais"[^>]*checked', answer.text)  # what was typed is still there

    def test_once_told_they_may_replace_it(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        told = post(client, asked, "engagement", {"Q5": "jamais", "fenetre": "autre"})
        post(client, asked, "engagement", {"Q5": "jamais", "fenetre": "autre", "vu": hidden(told.text, "vu")})
        assert Response.objects.get().values["Q5"] == "jamais"
        assert list(Answer.objects.order_by("pk").values_list("value", flat=True)) == ["active", "jamais"]

    def test_who_did_not_touch_an_answer_does_not_undo_the_other(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active", "Q6": "2"})
        post(client, asked, "engagement", {"Q5": "jamais", "Q6": "2", "vu": "1"})
        answer = post(client, asked, "engagement", {"Q5": "active", "Q6": "5", "vu": "1", "fenetre": "autre"})
        assert answer.status_code == 302
        assert Response.objects.get().values | {"Q6": 5} == Response.objects.get().values
        assert Response.objects.get().values["Q5"] == "jamais"

    def test_two_people_on_two_pages_both_keep_theirs(self, client, asked):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        post(client, asked, "engagement", {"Q5": "projet", "fenetre": "autre"})
        assert {"Q1", "Q5"} <= set(Response.objects.get().values)


class TestPartnerships:
    @pytest.fixture
    def twinned(self, asked):
        for iso2, name in (("DE", "Allemagne"), ("SN", "Sénégal")):
            CountryFactory(iso2=iso2, name=name, is_oda_eligible=iso2 == "SN")
        partner = PartnerFactory(foreign=True, name="Fürth", country_id="DE")
        jumelage = JumelageFactory(
            collectivite=asked.invitation.actor, partner=partner, year_signed=1992, vitality="actif"
        )
        services.save_page(asked.invitation, {"Q5": "active"}, seen=0, author=Author(Channel.MAIL, asked.email))
        return jumelage

    def test_those_that_are_known_are_filled(self, client, asked, twinned):
        html = client.get(page_of(asked, "partenariats")).text
        assert "Fürth (Allemagne)" in html and 'value="1992"' in html

    def test_they_are_said_to_be_exact_in_one_gesture(self, client, asked, twinned):
        data = {"Q13.n": "1", "Q13.0.id": str(twinned.pk), "Q13.0.Q13x": "exact", "Q13.0.Q13e": "actif"}
        assert post(client, asked, "partenariats", data).status_code == 302
        assert Response.objects.get().values["Q13"] == [{"id": str(twinned.pk), "Q13x": "exact", "Q13e": "actif"}]

    def test_one_is_added_without_a_script(self, client, asked, twinned):
        data = {"Q13.n": "1", "Q13.0.id": str(twinned.pk), "Q13.0.Q13x": "exact", "geste": "ajouter:Q13"}
        answer = client.get(post(client, asked, "partenariats", data).url)
        assert 'name="Q13.n" value="2"' in answer.text
        data = {
            "Q13.n": "2", "Q13.0.id": str(twinned.pk), "Q13.0.Q13x": "exact",
            "Q13.1.Q13a": "Plauen", "Q13.1.Q13p": "allemagne", "Q13.1.Q13e": "en_sommeil",
        }  # fmt: skip
        post(client, asked, "partenariats", data)
        assert Response.objects.get().values["Q13"][1] == {
            "id": "",
            "Q13a": "Plauen",
            "Q13p": "DE",
            "Q13e": "en_sommeil",
        }
        assert "relancer un partenariat en sommeil" in client.get(page_of(asked, "partenariats")).text

    def test_a_block_is_taken_away(self, client, asked, twinned):
        data = {"Q13.n": "1", "Q13.0.Q13a": "Plauen", "Q13.0.retirer": "1"}
        post(client, asked, "partenariats", data)
        assert "Q13" not in Response.objects.get().values

    def test_an_unknown_country_is_said(self, client, asked, twinned):
        data = {"Q13.n": "1", "Q13.0.Q13a": "Plauen", "Q13.0.Q13p": "Syldavie"}
        assert "n’est pas dans la liste des pays" in post(client, asked, "partenariats", data).text

    def test_aid_is_asked_about_only_where_a_partner_receives_it(self, client, asked, twinned):
        assert "e-APD" not in client.get(page_of(asked, "moyens")).text
        post(client, asked, "partenariats", {"Q13.n": "1", "Q13.0.Q13a": "Thiès", "Q13.0.Q13p": "SN"})
        assert "e-APD" in client.get(page_of(asked, "moyens")).text


class TestFiles:
    JPEG = b"\xff\xd8\xff\xe0" + b"0" * 100

    @pytest.fixture(autouse=True)
    def engaged(self, asked, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        services.save_page(asked.invitation, {"Q5": "active"}, seen=0, author=Author(Channel.MAIL, asked.email))

    def send(self, client, asked, name, content, **said):
        return post(client, asked, "communication", {"Q30a": SimpleUploadedFile(name, content), "vu": "9"} | said)

    def test_a_photo_is_kept_read_by_its_people_and_taken_back(self, client, asked):
        assert self.send(client, asked, "Fête à Fürth.JPG", self.JPEG).status_code == 302
        kept = Response.objects.get().values["Q30a"]
        assert kept["nom"] == "Fête à Fürth.JPG"
        assert "Fête à Fürth.JPG" in client.get(page_of(asked, "communication")).text
        answer = client.get(f"{asked.get_absolute_url()}fichiers/{kept['fichier']}/")
        assert b"".join(answer.streaming_content) == self.JPEG and "attachment" in answer["Content-Disposition"]
        other = RespondentFactory()
        assert client.get(f"{other.get_absolute_url()}fichiers/{kept['fichier']}/").status_code == 404
        post(client, asked, "communication", {"Q30a.retirer": "1", "vu": "9"})
        assert "Q30a" not in Response.objects.get().values

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("programme.exe", b"MZ", "type accepté"),
            ("photo.jpg", b"<script>alert(1)</script>", "n’est pas ce que son nom dit"),
            ("photo", JPEG, "type accepté"),
            ("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 5_000_001, "5 Mo"),
        ],
    )
    def test_what_is_refused_is_said_and_the_rest_is_kept(self, client, asked, name, content, said):
        answer = self.send(client, asked, name, content, Q31=["fiche"])
        assert said in answer.text and Response.objects.get().values["Q31"] == ["fiche"]

    def test_a_page_that_saves_by_itself_sends_no_file_twice(self, client, asked):
        for _time in range(3):
            post(client, asked, "communication", {"Q30a": SimpleUploadedFile("a.jpg", self.JPEG), "vu": "9"}, auto=True)
        assert not AnswerFile.objects.exists()


class TestSending:
    def answered(self, client, asked):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        post(client, asked, "engagement", {"Q5": "jamais", "Q9": ["moyens"], "posees": "Q5,Q9"})
        post(client, asked, "suite", {"Q43": ["fiche", "statistiques"]})

    def test_what_must_be_answered_is_asked_first(self, client, asked):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        answer = client.post(f"{asked.get_absolute_url()}relire/")
        assert answer.status_code == 409 and "Où en est votre action extérieure" in answer.text
        assert Response.objects.get().state == ResponseState.UNDER_WAY

    def test_it_is_read_again_then_sent(self, client, asked, mailoutbox):
        self.answered(client, asked)
        review = client.get(f"{asked.get_absolute_url()}relire/").text
        assert "les moyens manquent" in review
        answer = client.post(f"{asked.get_absolute_url()}relire/", follow=True)
        assert "Merci, vos réponses sont arrivées" in answer.text
        response = Response.objects.get()
        assert response.state == ResponseState.SUBMITTED and response.counted

    def test_the_copy_is_a_pdf_that_says_the_answers(self, client, asked):
        self.answered(client, asked)
        client.post(f"{asked.get_absolute_url()}relire/")
        answer = client.get(f"{asked.get_absolute_url()}reponses.pdf")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")

    def test_no_copy_of_what_is_not_sent(self, client, asked):
        self.answered(client, asked)
        assert client.get(f"{asked.get_absolute_url()}reponses.pdf").status_code == 302

    def test_it_is_changed_until_the_last_day(self, client, asked):
        self.answered(client, asked)
        client.post(f"{asked.get_absolute_url()}relire/")
        before = Response.objects.get().counted
        post(client, asked, "engagement", {"Q5": "projet", "vu": "9"})
        after = Response.objects.get()
        assert after.state == ResponseState.SUBMITTED and after.counted != before

    def test_nothing_is_taken_once_it_is_over(self, client, asked):
        self.answered(client, asked)
        wave = asked.invitation.wave
        wave.closes_on = timezone.localdate() - timedelta(days=1)
        wave.opens_on = wave.closes_on - timedelta(days=30)
        wave.save()
        answer = post(client, asked, "engagement", {"Q5": "active", "vu": "9"})
        assert answer.status_code == 409 and "close" in answer.text
        assert "close" in client.get(asked.get_absolute_url()).text
        assert Response.objects.get().values["Q5"] == "jamais"

    def test_a_pause_stops_the_mails_not_who_is_answering(self, client, asked):
        asked.invitation.wave.status = WaveStatus.PAUSED
        asked.invitation.wave.save()
        assert post(client, asked, "engagement", {"Q5": "active"}).status_code == 302


class TestLinks:
    def test_a_link_that_nobody_made_is_not_recognized(self, client, asked):
        answer = client.get(asked.get_absolute_url()[:-2] + "X/")
        assert answer.status_code == 404 and "Lien non reconnu" in answer.text

    def test_handing_over_ends_the_link_at_once_and_keeps_the_answers(self, client, asked):
        post(client, asked, "engagement", {"Q5": "active"})
        before = asked.get_absolute_url()
        data = {"email": "maire@aubusson.example", "name": "Le maire", "geste": "transmettre"}
        assert "C’est transmis" in client.post(f"{before}collegue/", data).text
        assert client.get(before).status_code == 410 and "transmis à un collègue" in client.get(before).text
        assert post(client, asked, "engagement", {"Q5": "jamais"}).status_code == 410
        colleague = Respondent.objects.standing().get()
        assert re.search(r'id="Q5-active"[^>]*checked', client.get(page_of(colleague, "engagement")).text)
        assert Message.objects.filter(kind="surveys.colleague", to_email="maire@aubusson.example").count() == 1

    def test_two_people_share_one_response(self, client, asked):
        data = {"email": "maire@aubusson.example", "geste": "ensemble"}
        client.post(f"{asked.get_absolute_url()}collegue/", data)
        colleague = Respondent.objects.get(email="maire@aubusson.example")
        post(client, colleague, "engagement", {"Q5": "active"})
        post(client, asked, "collectivite", {"Q1": "Aubusson", "vu": "1"})
        assert Response.objects.count() == 1
        assert set(Answer.objects.values_list("by", flat=True)) == {"maire@aubusson.example", asked.email}

    def test_one_s_own_address_is_refused(self, client, asked):
        data = {"email": asked.email.upper(), "geste": "transmettre"}
        answer = client.post(f"{asked.get_absolute_url()}collegue/", data)
        assert answer.status_code == 200 and "propre adresse" in answer.text
        assert client.get(asked.get_absolute_url()).status_code == 200

    def test_a_link_that_staff_took_back_opens_nothing(self, client, asked):
        url = asked.get_absolute_url()
        services.take_back(asked, by="staff@soco.example")
        assert client.get(url).status_code == 410


class TestLanding:
    def test_the_link_is_sent_again_to_the_address_that_holds_it(self, client, asked):
        answer = client.post("/questionnaires/", {"geste": "renvoyer", "email": asked.email.upper()})
        assert "Si " in answer.text
        assert Message.objects.get().to_email == asked.email

    def test_nothing_is_said_of_an_unknown_address(self, client, asked):
        answer = client.post("/questionnaires/", {"geste": "renvoyer", "email": "inconnu@exemple.example"})
        assert "C’est noté" in answer.text and not Message.objects.exists()

    def test_ten_clicks_are_one_mail(self, client, asked):
        for _time in range(10):
            client.post("/questionnaires/", {"geste": "renvoyer", "email": asked.email})
        assert Message.objects.count() == 1

    def test_somebody_answers_unasked(self, client, asked):
        gueret = CommuneFactory(name="Guéret")
        data = {"geste": "repondre", "collectivite": gueret.code, "email": "mairie@gueret.example", "name": "Ana"}
        assert "C’est noté" in client.post("/questionnaires/", data).text
        respondent = Respondent.objects.get(email="mairie@gueret.example")
        assert respondent.invitation.is_spontaneous and respondent.invitation.actor == gueret

    def test_a_stranger_never_gets_the_answers_of_a_collectivite_that_has_its_link(self, client, asked):
        ResponseFactory(invitation=asked.invitation, values={"Q5": "active"})
        data = {"geste": "repondre", "collectivite": asked.invitation.actor.code, "email": "curieux@exemple.example"}
        client.post("/questionnaires/", data)
        assert not Message.objects.filter(to_email="curieux@exemple.example").exists()
        assert Message.objects.get().to_email == asked.email

    def test_one_that_does_not_exist_is_said(self, client, asked):
        data = {"geste": "repondre", "collectivite": "Groville-les-Bains", "email": "x@exemple.example"}
        assert "Nous ne trouvons pas cette collectivité" in client.post("/questionnaires/", data).text

    def test_without_a_wave_it_says_so(self, client, db):
        assert "Aucune enquête n’est ouverte" in client.get("/questionnaires/").text
