"""Links, strangers, and people who are forgotten."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from soco.mailing import kinds
from soco.mailing.models import Message
from soco.mailing.rendering import render
from surveys import notifications, services
from surveys.enums import Channel, KeptOut, NonResponse, WaveStatus
from surveys.models import Invitation, Respondent, Wave
from surveys.services.answering import Author
from tests.factories import UserFactory
from tests.factories.actors import CommuneFactory
from tests.factories.surveys import (
    InvitationFactory,
    WaveFactory,
)
from tests.surveys.test_follow_up import sent

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


class TestLinks:
    def receipt_link(self, respondent):
        context = kinds.get(notifications.RECEIPT).context({"respondent": respondent.pk})
        return context["link"].partition("/questionnaires/")[2]

    def test_a_link_taken_back_opens_nothing_even_from_a_receipt_that_left_later(self, client, asked):
        sent(asked)
        services.take_back(asked, by="staff@soco.example")
        try:
            link = self.receipt_link(asked)
        except kinds.NotRelevant:
            return
        assert client.get(f"/questionnaires/{link}").status_code == 410
        assert (
            client.post(f"/questionnaires/{link}page/engagement/", {"posees": "Q5", "Q5": "jamais"}).status_code == 410
        )

    def test_a_link_of_another_purpose_opens_nothing(self, client, asked):
        from soco.web import signed_links

        for purpose in ("stop", "fiche", "evenement", "q"):
            token = signed_links.make(purpose, asked.pk).token
            assert client.get(f"/questionnaires/{token}/").status_code == 404

    @pytest.mark.parametrize(
        "token", ["x", "é", "a.b.c.d.e", "%00", "questionnaire.1.1.1.", "." * 400, "questionnaire.-1.1.b69.x"]
    )
    def test_no_token_fails(self, asked, token):
        client = Client(raise_request_exception=False)
        for path in ("", "relire/", "page/x/", "merci/", "reponses.pdf", "collegue/"):
            assert client.get(f"/questionnaires/{token}/{path}").status_code in (404, 410)

    def test_handing_over_once_closed_takes_no_link_away(self, client, asked):
        services.close(asked.invitation.wave)
        data = {"email": "maire@aubusson.example", "geste": "transmettre"}
        client.post(f"{asked.get_absolute_url()}collegue/", data)
        asked.refresh_from_db()
        colleague = Respondent.objects.exclude(pk=asked.pk).first()
        arrives = False
        if colleague:
            try:
                arrives = bool(kinds.get(notifications.COLLEAGUE).context({"respondent": colleague.pk, "by": asked.pk}))
            except kinds.NotRelevant:
                arrives = False
        assert asked.is_standing or arrives

    def test_a_word_to_a_colleague_is_a_quotation_and_forges_no_call(self, asked):
        services.add_colleague(
            asked, email="b@c.example", name="B", message="[Confirmez votre compte] https://evil.example/x"
        )
        mail = Message.objects.get(kind="surveys.colleague")
        kind = kinds.get("surveys.colleague")
        made = render(kind, {"name": ""} | dict(kind.context(mail.params)))
        assert "> [Confirmez" in made.text
        assert 'href="https://evil.example/x"' not in made.html

    def test_a_name_brings_no_address_into_a_mail(self, client, asked):
        other = CommuneFactory(name="Guéret")
        data = {
            "geste": "repondre",
            "collectivite": other.code,
            "email": "pirate@evil.example",
            "name": "Impôts, payez sur https://evil.example/",
        }
        client.post("/questionnaires/", data)
        assert not Respondent.objects.filter(email="pirate@evil.example").exists() and not Message.objects.exists()
        told = {"email": "victime@mairie.example", "name": "www.evil.example", "geste": "ensemble"}
        assert "Un nom, sans adresse" in client.post(f"{asked.get_absolute_url()}collegue/", told).text

    def test_one_link_does_not_make_a_mailing_list(self, client, asked):
        for number in range(40):
            client.post(f"{asked.get_absolute_url()}collegue/", {"email": f"v{number}@x.example", "geste": "ensemble"})
        assert Message.objects.filter(kind="surveys.colleague").count() <= 12


class TestSpontaneous:
    def ask(self, client, actor, email="curieux@exemple.example", **others):
        return client.post(
            "/questionnaires/", {"geste": "repondre", "collectivite": actor.code, "email": email} | others
        )

    def test_one_that_refused_on_the_phone_gets_no_more_mail_because_a_stranger_asks(self, client, asked):
        services.note_outcome(asked.invitation, NonResponse.REFUSAL, by="staff@soco.example")
        self.ask(client, asked.invitation.actor)
        (mail,) = Message.objects.all() or [None]
        if mail:
            with pytest.raises(kinds.NotRelevant):
                kinds.get(mail.kind).context(mail.params)

    def test_one_at_rest_gets_no_more_mail_because_a_stranger_asks(self, client, asked):
        actor = asked.invitation.actor
        actor.contact_state = "refus"
        actor.save(update_fields=["contact_state"])
        self.ask(client, actor)
        (mail,) = Message.objects.all() or [None]
        if mail:
            with pytest.raises(kinds.NotRelevant):
                kinds.get(mail.kind).context(mail.params)

    def test_a_stranger_who_takes_a_collectivite_without_address_is_seen_by_staff(self, client, asked):
        silent = InvitationFactory(wave=asked.invitation.wave, kept_out=KeptOut.NO_ADDRESS)
        self.ask(client, silent.actor)
        silent.refresh_from_db()
        assert not Respondent.objects.filter(invitation=silent).exists() or silent.is_spontaneous

    def test_a_stranger_gets_no_link_for_one_that_wants_to_be_left_alone(self, client, asked):
        silent = InvitationFactory(wave=asked.invitation.wave, kept_out=KeptOut.REFUSED)
        self.ask(client, silent.actor)
        assert not Respondent.objects.filter(invitation=silent).exists()

    def test_no_mail_leaves_from_a_demonstration(self, client, asked):
        Wave.objects.update(is_demo=True)
        self.ask(client, CommuneFactory(name="Guéret"))
        client.post("/questionnaires/", {"geste": "renvoyer", "email": asked.email})
        assert not Message.objects.exists()

    def test_one_that_exists_no_more_does_not_answer(self, client, asked):
        gone = CommuneFactory(name="Vieux-Bourg", valid_until=date(2020, 1, 1))
        self.ask(client, gone)
        assert not Invitation.objects.filter(actor=gone).exists()

    def test_one_address_is_not_flooded(self, client, asked):
        for number in range(15):
            self.ask(client, CommuneFactory(name=f"Commune{number}"), email="victime@x.example")
        assert Message.objects.filter(to_email="victime@x.example").count() <= 5

    def test_asking_while_the_invitations_are_prepared_does_not_stop_them(self, client, aect):
        wave = WaveFactory(questionnaire=aect, status=WaveStatus.DRAFT, opens_on=timezone.localdate())
        actor = CommuneFactory(email="mairie@a.example")
        services.launch(wave, by="staff@soco.example")
        self.ask(client, actor)
        assert Invitation.objects.filter(actor=actor).exists()
        while services.prepare_batch(wave.pk):
            pass
        assert Wave.objects.get().is_open


class TestForgetting:
    @pytest.fixture
    def person(self, asked):
        return UserFactory(email=asked.email)

    def everywhere(self, text):
        """The tables of questionnaires, mails and the répertoire that still say `text`."""
        found = []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
                "AND (table_name LIKE 'surveys_%' OR table_name LIKE 'directory_%' OR table_name LIKE 'mailing_%' "
                "OR table_name LIKE 'pghistory_%')"
            )
            for table, column in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{text}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
        return found

    def erase(self, user):
        from soco.web import registries

        with transaction.atomic():
            return " ".join(filter(None, (entry.erase(user) for entry in registries.personal_data())))

    def test_nothing_names_who_called_a_colleague(self, asked, person):
        services.add_colleague(asked, email="maire@aubusson.example", message="Bonjour")
        self.erase(person)
        assert self.everywhere("secretariat@aubusson") == []

    def test_nothing_names_who_answered(self, client, asked, person):
        sent(asked, Q13=[{"id": "", "Q13a": "Plauen", "Q13p": "DE"}])
        self.erase(person)
        assert self.everywhere("secretariat@aubusson") == []

    def test_what_is_promised_of_the_contacts_in_answers_is_true(self, client, asked, person):
        block = {"id": "", "Q3a": "elu", "Q3b": {"nom": "Jeanne", "courriel": asked.email}}
        sent(asked, Q4="oui", Q4b={"nom": "Jeanne Secrétaire", "courriel": asked.email}, Q3=[block])
        told = self.erase(person)
        assert "sans votre nom ni votre adresse" not in told or self.everywhere("secretariat@aubusson") == []

    def test_staff_who_leave_are_forgotten_too(self, asked):
        staff = UserFactory(email="partante@soco.example", staff=True)
        response = sent(asked)
        services.mark_read(response, by=staff.email)
        services.reopen(response, by=staff.email, because="Une erreur")
        services.note_outcome(asked.invitation, NonResponse.ABSENT, by=staff.email)
        services.write_to(asked.invitation, email="x@y.example", name="", by=staff.email)
        services.save_wave(Wave(title="A", questionnaire=asked.invitation.wave.questionnaire), by=staff.email)
        self.erase(staff)
        left = self.everywhere("partante@soco")
        assert left == [], " ".join(left)

    def test_contacts_said_on_the_phone_are_forgotten_in_time(self, aect):
        invitation = InvitationFactory(wave=WaveFactory(questionnaire=aect))
        author = Author(Channel.PHONE, "staff@soco.example")
        services.save_page(
            invitation, {"Q4": "oui", "Q4b": {"nom": "Jeanne", "courriel": "jeanne@x.example"}}, seen=0, author=author
        )
        Wave.objects.update(opens_on=date(2020, 1, 6), closes_on=date(2020, 3, 6), status=WaveStatus.CLOSED)
        services.forget_old_people(timezone.now(), apply=True)
        assert self.everywhere("jeanne@x.example") == []

    def test_contacts_are_forgotten_in_time_although_their_author_was_erased(self, asked, person):
        sent(asked, Q4="oui", Q4b={"nom": "Luc", "courriel": "luc@x.example"})
        self.erase(person)
        Wave.objects.update(opens_on=date(2020, 1, 6), closes_on=date(2020, 3, 6), status=WaveStatus.CLOSED)
        services.forget_old_people(timezone.now(), apply=True)
        assert self.everywhere("luc@x.example") == []

    def test_in_time_nothing_names_those_who_answered(self, asked):
        services.add_colleague(asked, email="maire@aubusson.example", name="Madame le Maire")
        sent(asked, Q4="oui", Q4b={"nom": "Luc", "courriel": "luc@x.example"})
        Wave.objects.update(opens_on=date(2020, 1, 6), closes_on=date(2020, 3, 6), status=WaveStatus.CLOSED)
        services.forget_old_people(timezone.now(), apply=True)
        left = {place for text in ("aubusson.example", "luc@x", "Madame le Maire") for place in self.everywhere(text)}
        assert not [place for place in left if place.startswith("surveys_")]
