"""Waves, mails, and what is said again."""

import contextlib
import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import FieldChange
from directory.services import Decision, decide
from soco.accounts.roles import TEAM
from soco.mailing import kinds
from soco.mailing.enums import State
from soco.mailing.models import Message
from surveys import notifications, services, tasks
from surveys.enums import KeptOut, ResponseState, WaveStatus
from surveys.models import Invitation, Response, Wave
from tests.factories import UserFactory
from tests.factories.actors import CommuneFactory
from tests.factories.jumelages import JumelageFactory
from tests.factories.surveys import (
    InvitationFactory,
    RespondentFactory,
    WaveFactory,
)
from tests.surveys.attacks import at, send
from tests.surveys.test_answering_pages import page_of
from tests.surveys.test_follow_up import sent, waiting
from tests.surveys.test_xlsform_pages import signed_in

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


class TestWaves:
    @pytest.fixture
    def draft(self, aect):
        opens_on = timezone.localdate() + timedelta(days=10)
        return WaveFactory(questionnaire=aect, status=WaveStatus.DRAFT, opens_on=opens_on, audience="nature=commune")

    def launched(self, draft):
        services.launch(draft, by="staff@soco.example")
        while services.prepare_batch(draft.pk):
            pass
        return Wave.objects.get(pk=draft.pk)

    def test_a_pause_before_the_first_day_does_not_send_the_invitations_early(self, draft):
        CommuneFactory(email="mairie@a.example")
        wave = self.launched(draft)
        before = Message.objects.get().due_at
        services.pause(wave)
        services.resume(wave)
        assert Message.objects.get().due_at == before

    def test_after_a_pause_the_invitation_and_its_reminder_do_not_leave_the_same_day(self, aect):
        wave = WaveFactory(
            questionnaire=aect, opens_on=MONDAY, closes_on=MONDAY + timedelta(days=90), mailed_on=[MONDAY.isoformat()]
        )
        respondent = RespondentFactory(invitation=InvitationFactory(wave=wave), added_at=at(2026, 11, 27))
        respondent.invitation.wave = wave
        notifications.invitations([respondent], step=0, due_at=at(2026, 11, 30, 9))
        services.pause(wave)  # before it left
        services.resume(wave)  # three weeks later
        day = MONDAY + timedelta(days=21)
        assert Message.objects.get().sent_at is None  # it leaves today
        assert services.remind(wave, day) == 0

    def test_changing_the_settings_during_the_preparation_does_not_undo_it(self, draft, monkeypatch):
        monkeypatch.setattr(services.waves, "BATCH", 2)
        for number in range(5):
            CommuneFactory(email=f"mairie{number}@a.example")
        services.launch(draft, by="staff@soco.example")
        stale = Wave.objects.get(pk=draft.pk)  # staff open the form and send it while a batch is written
        services.prepare_batch(draft.pk)
        stale.title = "Un autre titre"
        services.save_wave(stale, by="staff@soco.example")
        while services.prepare_batch(draft.pk):
            pass
        assert Invitation.objects.count() == 5 and Wave.objects.get().is_open

    def test_changing_the_settings_while_it_closes_does_not_open_it_again(self, asked):
        stale = Wave.objects.get()
        services.close(Wave.objects.get())
        services.save_wave(stale, by="staff@soco.example")
        assert Wave.objects.get().is_closed

    def test_changing_the_settings_during_a_reminder_does_not_send_it_twice(self, aect):
        wave = WaveFactory(
            questionnaire=aect, opens_on=MONDAY, closes_on=MONDAY + timedelta(days=60), mailed_on=[MONDAY.isoformat()]
        )
        RespondentFactory(invitation=InvitationFactory(wave=wave), added_at=at(2026, 11, 27))
        stale = Wave.objects.get()
        services.remind(wave, MONDAY + timedelta(days=7))
        services.save_wave(stale, by="staff@soco.example")
        assert len(Wave.objects.get().mailed_on) == 2

    def test_a_colleague_has_seven_whole_days(self, aect):
        wave = WaveFactory(
            questionnaire=aect, opens_on=MONDAY, closes_on=MONDAY + timedelta(days=60), mailed_on=[MONDAY.isoformat()]
        )
        called = at(2026, 12, 1, 8)  # a tuesday
        RespondentFactory(invitation=InvitationFactory(wave=wave), added_at=called)
        assert services.remind(wave, MONDAY + timedelta(days=7)) == 0

    def test_an_audience_that_changes_between_batches(self, draft, monkeypatch):
        monkeypatch.setattr(services.waves, "BATCH", 2)
        actors = [CommuneFactory(email=f"mairie{number}@a.example") for number in range(5)]
        services.launch(draft, by="staff@soco.example")
        services.prepare_batch(draft.pk)
        actors[0].delete()
        actors[3].is_published = False
        actors[3].save(update_fields=["is_published"])
        CommuneFactory(email="neuve@a.example")
        while services.prepare_batch(draft.pk):
            pass
        assert Wave.objects.get().is_open and Invitation.objects.count() == 4

    def test_the_same_actor_closed_after_the_launch_gets_no_mail(self, draft):
        actor = CommuneFactory(email="mairie@a.example")
        self.launched(draft)
        actor.valid_until = timezone.localdate()
        actor.save(update_fields=["valid_until"])
        mail = Message.objects.get()
        with pytest.raises(kinds.NotRelevant):
            kinds.get(mail.kind).context(mail.params)

    def test_the_page_of_a_draft_does_not_read_the_whole_country(
        self, draft, django_assert_max_num_queries, monkeypatch
    ):
        monkeypatch.setattr(services.waves, "BATCH", 5)
        for _number in range(40):
            CommuneFactory()
        team = signed_in(TEAM)
        with django_assert_max_num_queries(27):
            team.get(draft.get_absolute_url())


class TestSaidAgain:
    """What a collectivité says, says no more, and says again."""

    def test_an_addition_taken_back_and_said_again_is_proposed(self, asked, twinned):
        block = {"id": "", "Q13a": "Plauen", "Q13p": "DE"}
        sent(asked, Q13=[block])
        sent(asked, Q13=[])
        sent(asked, Q13=[block])
        assert len(waiting()) == 1

    def test_an_agreement_unticked_by_mistake_and_given_again_proposes_again(self, asked, twinned):
        said = {
            "Q13": [
                {"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991},
                {"id": "", "Q13a": "Plauen", "Q13p": "DE"},
            ]
        }
        sent(asked, **said)
        before = len(waiting())
        sent(asked, Q43=["statistiques"], **said)
        assert waiting() == []
        sent(asked, **said)
        assert len(waiting()) == before == 2

    def test_three_sendings_leave_one_wish_for_a_field(self, asked, twinned):
        def say(year, state):
            sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": year, "Q13e": state}])

        say(1991, "en_sommeil")
        decide(waiting()[0], {"year_signed": Decision(accept=False)}, by="staff@soco.example")
        say(1990, "en_sommeil")
        say(1989, "en_sommeil")
        wishes = [change.new for change in FieldChange.objects.pending().filter(field="year_signed")]
        assert wishes == [1989]

    def test_an_agreement_taken_back_after_sending_stops_the_proposals(self, client, asked, twinned):
        sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "fini"}])
        send(client, asked, "suite", {"Q43": ["statistiques"]})
        for _round in range(2):
            tasks.tend()
        assert waiting() == []

    def test_a_required_answer_taken_away_after_sending_does_not_count_as_sent(self, client, asked):
        sent(asked)
        send(client, asked, "engagement", {"Q5": ""})
        response = Response.objects.get()
        assert not response.is_finished or response.values.get("Q5")

    def test_a_response_that_was_read_and_changes_is_to_be_read_again(self, client, asked):
        services.mark_read(sent(asked), by="staff@soco.example")
        send(client, asked, "engagement", {"Q5": "jamais"})
        assert Response.objects.get().state == ResponseState.SUBMITTED

    def test_sending_again_the_same_is_nothing_new(self, client, asked):
        services.mark_read(sent(asked), by="staff@soco.example")
        for _time in range(3):
            client.post(f"{asked.get_absolute_url()}relire/")
        assert Response.objects.get().state == ResponseState.READ

    def test_staff_know_what_the_repertoire_could_not_take(self, asked, twinned):
        response = sent(asked, Q30="nous n’en avons pas encore")
        team = signed_in(TEAM)
        html = team.get(response.invitation.get_absolute_url()).text
        assert "n’a pas été" in html or "Rien n’a été enregistré" in html or "refusé" in html

    def test_reopening_in_a_wave_that_is_over_loses_no_answer_from_its_results(self, asked):
        response = sent(asked)
        services.close(asked.invitation.wave)
        try:
            services.reopen(response, by="staff@soco.example", because="Une erreur")
        except services.SurveysError:
            return
        assert Response.objects.get().is_finished

    def test_one_answer_that_breaks_does_not_stop_the_others(self, asked, monkeypatch):
        import sys

        first = sent(asked)
        second = sent(RespondentFactory(invitation=InvitationFactory(wave=asked.invitation.wave)))
        Response.objects.update(followed_at=None)
        module = sys.modules["surveys.services.follow_up"]
        real = module._express

        def broken(response):
            if response.pk == first.pk:
                raise RuntimeError
            return real(response)

        monkeypatch.setattr(module, "_express", broken)
        day = timezone.localdate()
        Wave.objects.update(opens_on=day - timedelta(days=9), closes_on=day - timedelta(days=1))
        with contextlib.suppress(RuntimeError):
            tasks.tend()
        assert Response.objects.get(pk=second.pk).followed_at and Wave.objects.get().is_closed


class TestMore:
    def test_what_is_launched_is_what_was_read(self, aect):
        opens_on = timezone.localdate() + timedelta(days=3)
        wave = WaveFactory(
            questionnaire=aect, status=WaveStatus.DRAFT, opens_on=opens_on, audience="nature=commune&q=Guéret"
        )
        CommuneFactory(name="Guéret")
        for _number in range(3):
            CommuneFactory()
        team = signed_in(TEAM)
        html = team.get(wave.get_absolute_url()).text
        assert "Lancer la vague (1 collectivités)" in html
        Wave.objects.update(audience="nature=commune")  # a colleague changes it meanwhile
        said = dict(
            re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html.partition('id="lancer"')[2])
        )
        team.post(f"/equipe/enquetes/{wave.slug}/geste/", said | {"geste": "lancer"})
        assert Wave.objects.get().is_draft

    def test_a_demonstration_gives_staff_nothing_to_read(self, asked):
        from surveys.queues import _to_read

        sent(asked)
        Wave.objects.update(is_demo=True)
        assert _to_read().count == 0

    def test_who_is_answering_does_not_read_the_address_of_staff(self, client, asked):
        services.reopen(sent(asked), by="camille.perso@soco.example", because="Une erreur")
        assert "camille.perso@soco.example" not in client.get(asked.get_absolute_url()).text

    def test_a_page_asks_a_fixed_number_of_queries(self, client, asked, twinned, django_assert_max_num_queries):
        for _number in range(25):
            JumelageFactory(collectivite=asked.invitation.actor, vitality="actif")
        html = client.get(page_of(asked, "partenariats")).text
        with django_assert_max_num_queries(12):
            client.get(page_of(asked, "partenariats"))
        with django_assert_max_num_queries(24):
            send(client, asked, "partenariats", {"Q17": "oui"}, html=html, auto=True)

    def test_the_page_of_one_asks_no_query_for_each_proposal(self, asked, twinned):
        team, counts = signed_in(TEAM), []
        for count in (2, 25):
            sent(asked, Q13=[{"id": "", "Q13a": f"Ville {n}", "Q13p": "DE"} for n in range(count)])
            with CaptureQueriesContext(connection) as asked_for:
                team.get(asked.invitation.get_absolute_url())
            counts.append(len(asked_for))
        assert counts[1] - counts[0] < 5

    def test_staff_do_not_write_to_one_that_is_to_be_left_alone(self, asked):
        silent = InvitationFactory(wave=asked.invitation.wave, kept_out=KeptOut.REFUSED, actor__contact_state="refus")
        signed_in(TEAM).post(f"{silent.get_absolute_url()}geste/", {"geste": "envoyer", "email": "x@mairie.example"})
        assert not Message.objects.exists()

    def test_nobody_is_told_that_a_link_leaves_when_the_wave_is_over(self, asked):
        services.close(asked.invitation.wave)
        data = {"geste": "envoyer", "email": "x@mairie.example"}
        page = signed_in(TEAM).post(f"{asked.invitation.get_absolute_url()}geste/", data, follow=True)
        assert "Le lien part à x@mairie.example" not in page.text

    def test_a_reminder_comes_seven_days_after_the_mail_not_after_its_plan(self, aect):
        friday = date(2026, 11, 27)  # launched that evening: the invitation leaves on Monday
        wave = WaveFactory(
            questionnaire=aect, opens_on=friday, closes_on=friday + timedelta(days=60), mailed_on=[friday.isoformat()]
        )
        respondent = RespondentFactory(invitation=InvitationFactory(wave=wave), added_at=at(2026, 11, 27, 8))
        respondent.invitation.wave = wave
        notifications.invitations([respondent], step=0)
        Message.objects.update(state=State.SENT, sent_at=at(2026, 11, 30, 8))
        services.remind(wave, friday + timedelta(days=7))
        assert not Message.objects.filter(key__startswith=f"surveys.invitation:{respondent.pk}:1").exists()

    @pytest.mark.parametrize(
        "data",
        [
            {"geste": "repondre", "wave_choice": "²", "collectivite": "x" * 240, "email": "a@b.fr"},
            {"geste": "repondre", "wave_choice": "9" * 40, "collectivite": "\x00", "email": "\x00"},
            {"geste": "repondre", "collectivite": "%_\\'\"();--", "email": "a@b.fr\r\nBcc: c@d.fr"},
            {"geste": "repondre", "collectivite": " (", "email": "a@b.fr", "name": "\u202e" * 120},
            {"geste": "renvoyer", "email": "a" * 400 + "@b.fr"},
            {"geste": "renvoyer", "email": "İ@b.fr"},
            {"geste": "\x00"},
            {"geste": ["renvoyer", "repondre"], "email": "a@b.fr"},
        ],
    )
    def test_the_public_page_never_fails(self, asked, data):
        client = Client(raise_request_exception=False)
        assert client.post("/questionnaires/", data).status_code == 200

    def test_a_colleague_who_opposed_is_not_written_to(self, asked):
        from soco.mailing import delivery
        from soco.mailing.models import Address

        Address.objects.create(email="b@x.example", service_opposed_at=timezone.now())
        services.add_colleague(asked, email="b@x.example")
        mail = Message.objects.get()
        assert delivery._why_not(mail, Address.objects.of("b@x.example"))

    def test_reading_never_writes(self, client, asked):
        for path in ("", "page/engagement/", "relire/", "collegue/", "merci/"):
            client.get(f"{asked.get_absolute_url()}{path}")
        assert not Response.objects.exists() and not Message.objects.exists()

    def test_another_s_page_is_not_reached_by_number(self, client, asked):
        token = asked.token.split(".")
        token[1] = f"{asked.pk + 1:x}"
        RespondentFactory(pk=asked.pk + 1, invitation=InvitationFactory(wave=asked.invitation.wave))
        assert client.get(f"/questionnaires/{'.'.join(token)}/").status_code == 404

    def test_an_erased_person_s_link_opens_nothing(self, client, asked):
        url, user = asked.get_absolute_url(), UserFactory(email=asked.email)
        with transaction.atomic():
            services.forget_person(user)
        assert client.get(url).status_code == 410
