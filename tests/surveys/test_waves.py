"""Waves: who is asked and who is not, when mails leave, what is skipped and why."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from soco.mailing import kinds
from soco.mailing.enums import Reason
from soco.mailing.enums import State as MailState
from soco.mailing.models import Address, Message
from surveys import notifications, services, tasks
from surveys.enums import KeptOut, NonResponse, WaveStatus
from surveys.models import Invitation, Respondent, Wave
from surveys.plan import Plan, mail_day, mail_days
from tests.factories.actors import CommuneFactory, PartnerFactory
from tests.factories.surveys import (
    InvitationFactory,
    QuestionnaireFactory,
    RespondentFactory,
    ResponseFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


@pytest.fixture
def draft(db):
    opens_on = timezone.localdate() + timedelta(days=3)
    return WaveFactory(status=WaveStatus.DRAFT, audience="nature=commune", opens_on=opens_on)


def launched(draft):
    services.launch(draft, by="staff@soco.example")
    while services.prepare_batch(draft.pk):
        pass
    return Wave.objects.get(pk=draft.pk)


class TestCalendar:
    def test_nobody_is_written_to_at_week_ends_nor_in_august(self):
        assert mail_day(date(2026, 11, 28)) == MONDAY
        assert mail_day(date(2027, 7, 31)) == date(2027, 9, 1)

    def test_the_usual_days(self):
        assert mail_days(MONDAY, Plan()) == [MONDAY, date(2026, 12, 7), date(2026, 12, 21)]

    def test_reminders_stay_seven_days_apart_when_one_leaves_late(self):
        days = mail_days(MONDAY, Plan(), [MONDAY, date(2026, 12, 18)])
        assert days == [MONDAY, date(2026, 12, 18), date(2026, 12, 25)]

    @pytest.mark.parametrize("start", [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 365, 13)])
    def test_three_mails_at_most_seven_days_apart_whatever_the_day(self, start):
        days = mail_days(start, Plan(reminders=(7, 8)))
        assert len(days) == 3
        assert all(after - before >= timedelta(days=7) for before, after in pairwise(days))
        assert all(day.weekday() < 5 and day.month != 8 for day in days)


class TestAudience:
    def test_it_says_who_is_left_out_and_why(self, draft):
        CommuneFactory(email="mairie@a.example")
        CommuneFactory(email="")
        Address.objects.create(email="mairie@b.example", service_opposed_at=timezone.now())
        CommuneFactory(email="mairie@b.example")
        Address.objects.create(email="mairie@c.example", failing_since=timezone.now())
        CommuneFactory(email="Mairie@C.example")
        CommuneFactory(email="mairie@d.example", contact_state="refus")
        CommuneFactory(email="mairie@e.example", paused_until=timezone.localdate() + timedelta(days=9))
        PartnerFactory(email="asso@f.example")  # no collectivité
        found = services.audience_of(draft)
        assert (found.total, found.mailed) == (6, 1)
        assert dict(found.kept_out) == dict.fromkeys(KeptOut, 1)

    def test_it_is_a_search_of_the_repertoire(self, draft):
        CommuneFactory(name="Pau", population=70_000)
        CommuneFactory(name="Lys", population=300)
        draft.audience = "population=0-500&strange=1"
        found = services.audience_of(draft)
        assert found.total == 1 and found.ignored

    def test_a_demonstration_never_asks_real_ones_by_mail(self, draft):
        CommuneFactory(email="mairie@a.example")
        Wave.objects.filter(pk=draft.pk).update(is_demo=True)
        launched(draft)
        assert Invitation.objects.count() == 1 and not Message.objects.exists()


class TestLaunching:
    def test_it_freezes_the_audience_and_plans_one_mail_each(self, draft):
        asked, silent = CommuneFactory(email="mairie@a.example", population=700), CommuneFactory(email="")
        wave = launched(draft)
        assert wave.is_open and wave.prepared == wave.audience_size == 2
        assert Message.objects.get().to_email == "mairie@a.example"
        assert Invitation.objects.get(actor=asked).band == "500-2000"
        assert Invitation.objects.get(actor=silent).kept_out == KeptOut.NO_ADDRESS
        assert timezone.localdate(Message.objects.get().due_at) == mail_day(wave.opens_on)

    def test_twice_is_once(self, draft):
        CommuneFactory(email="mairie@a.example")
        launched(draft)
        services.launch(draft, by="staff@soco.example")
        assert not services.prepare_batch(draft.pk)
        assert Invitation.objects.count() == Message.objects.count() == 1

    def test_a_kill_in_the_middle_goes_on_where_it_was(self, draft, monkeypatch):
        monkeypatch.setattr(services.waves, "BATCH", 2)
        for number in range(5):
            CommuneFactory(email=f"mairie{number}@a.example")
        services.launch(draft, by="staff@soco.example")
        services.prepare_batch(draft.pk)
        assert Wave.objects.get().prepared == 2 and Wave.objects.get().is_preparing
        tasks.prepare(draft.pk)
        assert Wave.objects.get().prepared == Invitation.objects.count() == Message.objects.count() == 5

    def test_its_fixed_number_of_queries_does_not_grow_with_the_batch(self, draft, django_assert_max_num_queries):
        for number in range(40):
            CommuneFactory(email=f"mairie{number}@a.example")
        services.launch(draft, by="staff@soco.example")
        with django_assert_max_num_queries(14):
            services.prepare_batch(draft.pk)

    def test_nobody_is_asked_by_a_search_that_finds_none(self, draft):
        Wave.objects.update(audience="nature=commune&q=introuvable")
        with pytest.raises(services.SurveysError, match="aucune collectivité"):
            services.launch(draft, by="staff@soco.example")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"contact_email": ""}, "à quelle adresse"),
            ({"opens_on": date(2020, 1, 6)}, "dans le passé"),
            ({"opens_on": None, "closes_on": None}, "quand elle ouvre"),
        ],
    )
    def test_what_is_missing_is_said(self, draft, change, said):
        Wave.objects.filter(pk=draft.pk).update(**change)
        assert said in services.launch_refusal(Wave.objects.get())

    def test_a_draft_questionnaire_is_not_sent(self):
        wave = WaveFactory(status=WaveStatus.DRAFT, questionnaire=QuestionnaireFactory(), opens_on=timezone.localdate())
        assert "n’est pas publié" in services.launch_refusal(wave)


class TestReminders:
    @pytest.fixture
    def wave(self):
        return WaveFactory(opens_on=MONDAY, closes_on=MONDAY + timedelta(days=60), mailed_on=[MONDAY.isoformat()])

    def asked(self, wave, email, **said):
        invitation = InvitationFactory(wave=wave, **said)
        return RespondentFactory(
            invitation=invitation, email=email, added_at=timezone.make_aware(timezone.datetime(2026, 11, 27))
        )

    def test_nothing_leaves_before_its_day(self, wave):
        self.asked(wave, "a@mairie.example")
        assert services.remind(wave, MONDAY + timedelta(days=6)) == 0

    def test_it_leaves_once(self, wave):
        self.asked(wave, "a@mairie.example")
        day = MONDAY + timedelta(days=7)
        assert services.remind(wave, day) == 1
        assert services.remind(wave, day) == 0
        assert Message.objects.count() == 1 and Wave.objects.get().mailed_on == [MONDAY.isoformat(), day.isoformat()]

    def test_three_mails_at_the_most(self, wave):
        self.asked(wave, "a@mairie.example")
        for days in range(60):
            services.remind(wave, MONDAY + timedelta(days=days))
            left = timezone.make_aware(timezone.datetime(2026, 11, 30) + timedelta(days=days, hours=10))
            Message.objects.filter(sent_at=None).update(state=MailState.SENT, sent_at=left)
        assert Message.objects.count() == 2  # and the invitation

    def test_never_at_the_week_end(self, wave):
        self.asked(wave, "a@mairie.example")
        Wave.objects.update(plan={"reminders": [12]})
        assert services.remind(Wave.objects.get(), date(2026, 12, 12)) == 0
        assert services.remind(Wave.objects.get(), date(2026, 12, 14)) == 1

    def test_a_colleague_who_has_just_been_called_is_not_reminded(self, wave):
        recent = self.asked(wave, "a@mairie.example")
        Respondent.objects.filter(pk=recent.pk).update(added_at=timezone.make_aware(timezone.datetime(2026, 12, 5)))
        assert services.remind(wave, MONDAY + timedelta(days=7)) == 0

    def test_neither_a_pause_nor_the_end_reminds(self, wave):
        self.asked(wave, "a@mairie.example")
        services.pause(wave)
        assert services.remind(wave, MONDAY + timedelta(days=7)) == 0
        services.resume(wave)
        services.close(wave)
        assert services.remind(wave, MONDAY + timedelta(days=7)) == 0

    def test_a_pause_holds_the_mails_that_have_not_left(self, wave):
        self.asked(wave, "a@mairie.example")
        services.remind(wave, MONDAY + timedelta(days=7))
        services.pause(wave)
        held = Message.objects.get()
        assert held.state == MailState.PLANNED and held.due_at.year > 2100
        services.resume(wave)
        assert Message.objects.get().due_at <= timezone.now()


class TestWhyAMailIsNotSent:
    """The reason that the journal shows."""

    def reason(self, respondent, step=1):
        with pytest.raises(kinds.NotRelevant) as told:
            kinds.get(notifications.INVITATION).context({"respondent": respondent.pk, "step": step})
        return told.value.reason

    def test_answered(self):
        respondent = RespondentFactory()
        ResponseFactory(invitation=respondent.invitation, sent=True)
        assert self.reason(respondent) == Reason.ALREADY_DONE

    def test_refused_on_the_phone(self):
        respondent = RespondentFactory()
        services.note_outcome(respondent.invitation, NonResponse.REFUSAL, by="staff@soco.example")
        assert self.reason(respondent) == Reason.OPPOSED

    def test_paused(self):
        respondent = RespondentFactory(invitation__actor__paused_until=timezone.localdate() + timedelta(days=30))
        assert self.reason(respondent) == Reason.PAUSED

    def test_closed(self):
        assert self.reason(RespondentFactory(invitation__wave__status=WaveStatus.CLOSED)) == Reason.TOO_LATE

    def test_handed_over(self):
        respondent = RespondentFactory()
        services.hand_over(respondent, email="autre@mairie.example")
        assert self.reason(respondent) == Reason.NO_OBJECT

    def test_under_way_is_reminded_of_where_it_was(self):
        respondent = RespondentFactory()
        ResponseFactory(invitation=respondent.invitation)
        said = kinds.get(notifications.INVITATION).context({"respondent": respondent.pk, "step": 2})
        assert said["is_begun"] and said["is_last"] and respondent.token in said["link"]


class TestTheEnd:
    def test_the_last_day_closes_it(self):
        wave = WaveFactory(opens_on=date(2026, 9, 1), closes_on=date(2026, 10, 30))
        assert services.close_those_over(date(2026, 10, 30)) == 0
        assert services.close_those_over(date(2026, 10, 31)) == 1
        assert Wave.objects.get(pk=wave.pk).is_closed

    def test_it_is_opened_again_by_another_last_day(self):
        wave = WaveFactory(status=WaveStatus.CLOSED)
        services.extend(wave, until=timezone.localdate() + timedelta(days=10))
        assert Wave.objects.get().is_open

    def test_not_by_a_day_that_is_over(self):
        wave = WaveFactory(status=WaveStatus.CLOSED)
        with pytest.raises(services.SurveysError, match="est passé"):
            services.extend(wave, until=timezone.localdate() - timedelta(days=1))

    def test_a_draft_is_neither_paused_nor_closed(self):
        wave = WaveFactory(status=WaveStatus.DRAFT)
        for gesture in (services.pause, services.resume, services.close):
            with pytest.raises(services.SurveysError, match="brouillon"):
                gesture(wave)
