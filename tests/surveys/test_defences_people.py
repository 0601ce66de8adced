"""Several people, several windows: nobody silently undoes what another answered."""

import contextlib
import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from directory.models import ChangeProposal, Need
from soco.accounts.roles import TEAM
from soco.mailing.models import Message
from surveys import services
from surveys.enums import Channel, WaveStatus
from surveys.models import Answer, Invitation, Respondent, Response, Wave
from surveys.services.answering import Author
from tests.factories.actors import CommuneFactory
from tests.factories.jumelages import JumelageFactory
from tests.factories.surveys import (
    RespondentFactory,
    WaveFactory,
)
from tests.surveys.attacks import send, together
from tests.surveys.test_answering_pages import hidden, page_of, post
from tests.surveys.test_follow_up import sent, waiting
from tests.surveys.test_xlsform_pages import signed_in

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)


class TestTwoPeople:
    @pytest.mark.parametrize(
        ("page", "theirs", "mine"),
        [
            ("engagement", {"Q5": "active"}, {"Q6": "4"}),
            ("engagement", {"Q7.conseil": "5"}, {"Q6": "4"}),
            ("collectivite", {"Q2": "dgs"}, {"Q4": "oui"}),
            ("collectivite", {"Q1": "Aubusson, la vraie"}, {"Q4": "oui"}),
            ("suite", {"Q43": ["fiche"]}, {"Q42": "Merci"}),
            ("attentes", {"Q35": ["conseil", "", ""]}, {"Q36": "mois"}),
        ],
    )
    def test_what_i_left_empty_is_no_quarrel_with_who_filled_it(self, client, asked, page, theirs, mine):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        mine_html = client.get(page_of(asked, page)).text
        send(client, colleague, page, theirs)
        answer = send(client, asked, page, mine, html=mine_html)
        assert "entre-temps" not in answer.content.decode()

    def test_who_insists_by_going_on_does_not_erase_what_they_never_touched(self, client, asked):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        html = client.get(page_of(asked, "engagement")).text
        send(client, colleague, "engagement", {"Q5": "active"})
        told = send(client, asked, "engagement", {"Q6": "4"}, html=html)
        if told.status_code == 200:
            send(client, asked, "engagement", {}, html=told.text)
        assert Response.objects.get().values.get("Q5") == "active"

    def test_prefilled_and_untouched_is_no_quarrel(self, client, asked, twinned):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        html = client.get(page_of(asked, "partenariats")).text
        send(client, colleague, "partenariats", {"Q13.0.Q13x": "corriger", "Q13.0.Q13c": "1991"})
        answer = send(client, asked, "partenariats", {"Q17": "oui"}, html=html)
        assert answer.status_code == 302
        assert Response.objects.get().values["Q13"][0]["Q13c"] == 1991

    def test_going_back_never_hides_a_quarrel(self, client, asked):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        html = client.get(page_of(asked, "engagement")).text
        send(client, colleague, "engagement", {"Q5": "active"})
        answer = send(client, asked, "engagement", {"Q5": "jamais", "geste": "precedent"}, html=html)
        assert answer.status_code == 200 and "entre-temps" in answer.text

    def test_going_back_never_loses_what_is_wrong(self, client, asked, twinned):
        changed = {"Q13.0.Q13x": "corriger", "Q13.0.Q13h": "Un échange de chorales", "Q13.0.Q13c": "mil neuf cent"}
        answer = send(client, asked, "partenariats", changed | {"geste": "precedent"})
        kept = str(Response.objects.get().values)
        assert answer.status_code == 200 or "chorales" in kept

    def test_a_block_that_somebody_else_added_stays(self, client, asked, twinned):
        colleague = RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")
        send(client, asked, "partenariats", {"Q13.0.Q13x": "exact"})
        mine, theirs = (client.get(page_of(who, "partenariats")).text for who in (asked, colleague))
        new = {"Q13.n": "2", "Q13.1.Q13a": "Plauen", "Q13.1.Q13p": "Allemagne"}
        send(client, colleague, "partenariats", new, html=theirs)
        answer = send(client, asked, "partenariats", {"Q17": "oui"}, html=mine)
        assert len(Response.objects.get().values["Q13"]) == 2
        assert answer.status_code == 302


class TestSilentOverwriting:
    """A page that stays open goes on showing what somebody else changed since."""

    @pytest.fixture
    def colleague(self, client, asked):
        send(client, asked, "engagement", {"Q5": "active", "Q6": "2"})
        return RespondentFactory(invitation=asked.invitation, email="dgs@aubusson.example")

    def test_an_open_page_that_saves_twice_by_itself(self, client, asked, colleague):
        html = client.get(page_of(asked, "engagement")).text  # says « active »
        send(client, colleague, "engagement", {"Q5": "jamais"})
        saved = send(client, asked, "engagement", {"Q6": "4"}, html=html, auto=True)
        assert Response.objects.get().values["Q5"] == "jamais"
        window = hidden(html, "fenetre")
        swapped = f'<form data-reponses>{saved.text}<input type="hidden" name="fenetre" value="{window}"></form>'
        send(client, asked, "engagement", {"Q6": "5"}, html=swapped, auto=True)
        assert Response.objects.get().values["Q5"] == "jamais"

    def test_a_page_that_comes_back_with_an_error(self, client, asked, colleague, countries):
        send(client, asked, "attentes", {"Q36": "telephone"})
        html = client.get(page_of(asked, "attentes")).text
        send(client, colleague, "attentes", {"Q36": "mois"})
        told = send(client, asked, "attentes", {"Q35": ["conseil", "conseil", ""]}, html=html)
        assert "Le même choix" in told.text and "entre-temps" not in told.text
        send(client, asked, "attentes", {"Q35": ["conseil", "", ""]}, html=told.text)
        assert Response.objects.get().values.get("Q36") == "mois"

    def test_a_saving_that_comes_late_does_not_undo_the_next_one(self, client, asked):
        html = client.get(page_of(asked, "suite")).text
        send(client, asked, "suite", {"Q42": "Merci, et à bientôt"}, html=html)
        send(client, asked, "suite", {"Q42": "Merci, e"}, html=html, auto=True)  # left before it, comes after
        assert Response.objects.get().values["Q42"] == "Merci, et à bientôt"

    def test_what_is_sent_is_what_was_read_again(self, client, asked, colleague):
        post(client, asked, "collectivite", {"Q1": "Aubusson", "vu": "99"})
        review = client.get(f"{asked.get_absolute_url()}relire/").text
        send(client, colleague, "engagement", {"Q5": "jamais"})
        said = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', review))
        client.post(f"{asked.get_absolute_url()}relire/", said)
        assert not Response.objects.get().is_finished

    def test_an_addition_that_staff_accepted_is_not_shown_twice(self, client, asked, twinned):
        from directory.services import accept_addition

        sent(asked, Q13=[{"id": "", "Q13a": "Plauen", "Q13p": "DE"}])
        accept_addition(waiting()[0], by="staff@soco.example")
        html = client.get(page_of(asked, "partenariats")).text
        assert html.count('value="Plauen"') + html.count(">Plauen (Allemagne)") <= 1

    @pytest.mark.parametrize(
        "name",
        [
            "\u202egnalP",
            "<script>alert(1)</script>",
            "=cmd()",
            "💥",
            "'; DROP TABLE",
        ],
    )
    def test_staff_can_decide_of_any_partner(self, asked, twinned, name):
        from directory.services import DirectoryError, accept_addition

        sent(asked, Q13=[{"id": "", "Q13a": name, "Q13p": "DE", "Q13h": "y" * 300}])
        (proposal,) = waiting()
        html = signed_in(TEAM).get(f"/equipe/propositions/{proposal.pk}/", follow=True)
        assert html.status_code == 200 and "<script>alert(1)" not in html.text
        with contextlib.suppress(DirectoryError):
            accept_addition(proposal, by="staff@soco.example")

    def test_a_name_that_no_fiche_could_bear_is_told_to_staff(self, asked, twinned):
        response = sent(asked, Q13=[{"id": "", "Q13a": "x" * 300, "Q13p": "DE"}])
        assert waiting() == [] and "trop long" in response.not_taken[0]

    def test_staff_publish_what_they_read_not_what_was_sent_since(self, asked, twinned):
        team = signed_in(TEAM)
        sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1991}])
        (proposal,) = waiting()
        url = f"/equipe/propositions/{proposal.pk}/"
        html = team.get(url).text
        assert "1991" in html
        sent(asked, Q13=[{"id": str(twinned.pk), "Q13x": "corriger", "Q13c": 1901, "Q13e": "clos"}])  # while staff read
        said = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
        said = {name: value for name, value in said.items() if "csrf" not in name}
        team.post(url, said | {"tout": "accepter"})
        twinned.refresh_from_db()
        assert (twinned.year_signed, twinned.vitality) == (1992, "actif") or twinned.year_signed == 1991


class TestPrefilled:
    def test_what_nobody_touched_proposes_nothing_when_the_repertoire_changes(self, client, asked, twinned):
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        send(client, asked, "partenariats", {"Q17": "oui"})  # Fürth is left as it was shown
        twinned.year_signed = 1993
        twinned.save(update_fields=["year_signed"])
        post(client, asked, "suite", {"Q43": ["fiche"], "vu": "99"})
        response = services.submit(asked.invitation, author=Author(Channel.MAIL, asked.email))
        services.follow_up(response.pk)
        assert waiting() == []

    def test_a_double_space_is_not_corrected_by_who_does_not_touch_it(self, client, asked, twinned):
        twinned.last_action = "Un échange  de chorales"
        twinned.save(update_fields=["last_action"])
        post(client, asked, "collectivite", {"Q1": "Aubusson"})
        send(client, asked, "partenariats", {"Q17": "oui"})
        post(client, asked, "suite", {"Q43": ["fiche"], "vu": "99"})
        response = services.submit(asked.invitation, author=Author(Channel.MAIL, asked.email))
        services.follow_up(response.pk)
        assert waiting() == []

    def test_a_city_of_many_jumelages_loses_none(self, client, asked, twinned):
        for _number in range(44):
            JumelageFactory(collectivite=asked.invitation.actor, vitality="actif")
        html = client.get(page_of(asked, "partenariats")).text
        send(client, asked, "partenariats", {"Q13.44.Q13x": "fini"}, html=html)
        assert any(block.get("Q13x") == "fini" for block in Response.objects.get().values["Q13"])

    def test_more_blocks_than_it_takes_are_not_dropped_in_silence(self, client, asked, twinned):
        changed = {"Q13.n": "45"} | {f"Q13.{n}.Q13a": f"Ville {n}" for n in range(1, 45)}
        answer = send(client, asked, "partenariats", changed)
        assert answer.status_code == 200 or len(Response.objects.get().values["Q13"]) == 45


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_first_savings(self, asked):
        def save(code, value):
            invitation = Invitation.objects.select_related("wave", "actor").get(pk=asked.invitation.pk)
            return services.save_page(invitation, {code: value}, seen=0, author=Author(Channel.MAIL, "a", code))

        found = together(
            *(
                lambda code=code, value=value: save(code, value)
                for code, value in (("Q5", "active"), ("Q6", 4), ("Q2", "dgs"), ("Q4", "non"))
            )
        )
        assert not [each for each in found if isinstance(each, Exception)]
        response = Response.objects.get()
        assert set(response.values) == {"Q5", "Q6", "Q2", "Q4"} and response.revision == 4

    def test_two_values_of_one_question_never_both_win_in_silence(self, asked):
        def save(value):
            invitation = Invitation.objects.select_related("wave", "actor").get(pk=asked.invitation.pk)
            return services.save_page(invitation, {"Q5": value}, seen=0, author=Author(Channel.MAIL, value, value))

        found = together(lambda: save("active"), lambda: save("jamais"))
        assert sum(bool(each.clashes) for each in found) == 1 and Answer.objects.count() == 1

    def test_handed_over_twice_at_once(self, asked):
        def give(email):
            return services.hand_over(Respondent.objects.get(pk=asked.pk), email=email)

        found = together(lambda: give("a@x.example"), lambda: give("b@x.example"))
        assert Respondent.objects.standing().count() == 1
        assert sum(isinstance(each, services.SurveysError) for each in found) == 1

    def test_two_strangers_at_once_are_one_holder(self, asked):
        actor = CommuneFactory()
        wave = asked.invitation.wave
        found = together(
            *(lambda n=n: services.ask_spontaneously(wave, actor, email=f"{n}@x.example") for n in range(4))
        )
        assert not [each for each in found if isinstance(each, Exception)]
        assert Respondent.objects.filter(invitation__actor=actor).count() == 1

    def test_sent_twice_at_once_is_followed_once(self, asked, countries):
        JumelageFactory(collectivite=asked.invitation.actor, vitality="actif")
        author = Author(Channel.MAIL, asked.email)
        said = {
            "Q1": {"nom": "A"},
            "Q5": "active",
            "Q43": ["fiche"],
            "Q35": ["conseil"],
            "Q13": [{"id": "", "Q13a": "Plauen", "Q13p": "PL"}],
        }
        services.save_page(asked.invitation, said, seen=0, author=author)

        def send():
            invitation = Invitation.objects.select_related("wave", "actor").get(pk=asked.invitation.pk)
            response = services.submit(invitation, author=author)
            return services.follow_up(response.pk)

        found = together(send, send, send, services.follow_up_due)
        assert not [each for each in found if isinstance(each, Exception)]
        assert ChangeProposal.objects.count() == 1 and Need.objects.count() == 1

    def test_prepared_twice_at_once(self, aect):
        wave = WaveFactory(
            questionnaire=aect,
            status=WaveStatus.DRAFT,
            opens_on=timezone.localdate() + timedelta(days=3),
            audience="nature=commune",
        )
        for number in range(8):
            CommuneFactory(email=f"m{number}@a.example")
        services.launch(wave, by="a")
        found = together(*(lambda: services.prepare_batch(wave.pk),) * 3)
        assert not [each for each in found if isinstance(each, Exception)]
        while services.prepare_batch(wave.pk):
            pass
        assert Invitation.objects.count() == Message.objects.count() == 8

    def test_an_answer_is_not_kept_after_the_wave_was_closed(self, asked):
        stale = Respondent.objects.for_answering().get(pk=asked.pk)  # the request has just begun
        services.close(Wave.objects.get())
        with contextlib.suppress(services.SurveysError):
            services.save_page(stale.invitation, {"Q5": "active"}, seen=0, author=Author(Channel.MAIL, "a"))
        assert not Answer.objects.exists()

    def test_a_first_answer_does_not_wait_for_the_reminders_of_a_wave(self, asked):
        from threading import Event

        started, done = Event(), Event()

        def remind():
            with transaction.atomic():
                services.waves._held(
                    Wave.objects.get()
                )  # as `remind` and `prepare_batch` hold it, for minutes when thousands are asked
                started.set()
                done.wait(8)

        def answer():
            started.wait(5)
            invitation = Invitation.objects.select_related("wave", "actor").get(pk=asked.invitation.pk)
            try:
                return services.save_page(invitation, {"Q5": "active"}, seen=0, author=Author(Channel.MAIL, "a"))
            finally:
                done.set()

        _remind, saved = together(remind, answer)
        assert not isinstance(saved, Exception), saved
