"""The mails of the agenda as they leave: one for each state, true when it is read, to whom it concerns and nobody else."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from events import services
from events.enums import ExpiredOffer
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration
from events.services import Applicant, Person
from soco.mailing import delivery
from soco.mailing.models import Message
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
ME = "dominique@exemple.fr"


def registered(event: Event, email: str = ME, people: tuple[Person, ...] = ()) -> Registration:
    return services.register(event, Applicant("Dominique Étienne", email), people=people)


def sent() -> list[Any]:
    """What leaves now, in order."""
    mail.outbox.clear()
    delivery.deliver()
    return list(mail.outbox)


def read(message: Any) -> str:
    """Its words on plain spaces."""
    return " ".join(message.body.replace("\u00a0", " ").split())


def subjects(messages: list[Any]) -> list[tuple[str, str]]:
    return [(message.to[0], message.subject.partition("\u00a0: ")[0]) for message in messages]


def journal() -> list[tuple[str, str, str]]:
    rows = Message.objects.order_by("pk").values_list("kind", "state", "reason")
    return [(kind.removeprefix("events."), state, reason) for kind, state, reason in rows]


# --- each state ----------------------------------------------------------------------------------------------------
def test_each_state_has_its_mail() -> None:
    event = EventFactory(capacity=1, title="Café", offer_hours=24)
    first, second = registered(event, "un@exemple.fr"), registered(event)
    told = subjects(sent())
    services.withdraw(first)
    told += subjects(sent())
    services.accept_offer(second)
    told += subjects(sent())
    services.refuse(second, by="a@exemple.fr", reason="Réservé aux élus")
    told += subjects(sent())

    assert told == [
        ("un@exemple.fr", "Votre place est réservée"),
        (ME, "Vous êtes sur la liste d’attente"),
        ("un@exemple.fr", "Votre désistement est noté"),
        (ME, "Une place vous est proposée"),
        (ME, "Votre place est réservée"),
        (ME, "Votre inscription n’a pas pu être retenue"),
    ]


def test_a_seat_given_without_an_offer_says_so() -> None:
    event = EventFactory(capacity=1, offer_hours=0)
    first = registered(event, "un@exemple.fr")
    registered(event)
    sent()

    services.withdraw(first)

    assert (ME, "Une place s’est libérée, elle est à vous") in subjects(sent())


def test_who_waits_reads_the_position_and_no_mail_that_says_they_come() -> None:
    """P3: never a confirmation nor a reminder, until the seat is theirs."""
    event = EventFactory(capacity=1, reminders=["J-7", "J-1"], online=True)
    services.plan_reminders(event)
    registered(event, "un@exemple.fr")
    registered(event, "deux@exemple.fr")
    registered(event)
    waiting = next(message for message in sent() if message.to == [ME])
    with time_machine.travel(event.starts_at - timedelta(days=1), tick=False):
        services.queue_reminders(timezone.now())
        reminders = sent()

    assert "en position 2." in read(waiting)
    assert "visio.exemple.fr" not in waiting.body + str(waiting.alternatives)
    assert waiting.attachments == []
    assert [message.to for message in reminders] == [["un@exemple.fr"]]
    assert [kind for kind, *_rest in journal()] == ["confirmed", "waiting", "waiting", "reminder"]


def test_an_offer_that_passed_is_told_as_what_it_is() -> None:
    closed, back = EventFactory(offer_hours=1), EventFactory(offer_hours=1, expired_offer=ExpiredOffer.END_OF_LINE)
    until = timezone.now() - timedelta(minutes=1)
    RegistrationFactory(event=closed, state=State.OFFERED, offer_until=until, seats=12, email="un@exemple.fr")
    RegistrationFactory(event=back, seats=12)
    RegistrationFactory(event=back, state=State.OFFERED, offer_until=until, email=ME)
    services.tend(timezone.now())

    one, two = sorted(sent(), key=lambda message: message.to[0], reverse=True)

    assert "votre demande est close" in read(one)
    assert "n’a pas été acceptée à temps. Votre demande repart à la fin de la liste d’attente, en position 1." in read(
        two
    )


def test_the_end_of_an_offer_is_not_told_once_the_event_has_begun() -> None:
    starts = timezone.now() + timedelta(hours=1)
    event = EventFactory(starts_at=starts)
    RegistrationFactory(event=event, state=State.OFFERED, offer_until=starts)
    with time_machine.travel(starts + timedelta(minutes=5), tick=False):
        services.tend(timezone.now())
        messages = sent()

    assert messages == []
    assert journal() == [("expired", "skipped", "trop_tard")]


def test_a_cancellation_reaches_both_lists_each_with_its_words() -> None:
    event = EventFactory(capacity=1)
    registered(event, "un@exemple.fr")
    registered(event)
    sent()

    services.cancel_event(event, by="a@exemple.fr", reason="Neige sur les routes")
    seated, waiting = sorted(sent(), key=lambda message: message.to[0], reverse=True)

    assert "La raison : Neige sur les routes" in read(seated)
    assert "le fichier joint retire le rendez-vous de votre agenda" in read(seated)
    assert len(seated.attachments) == 1
    assert "La raison : Neige sur les routes" in read(waiting)
    assert "votre demande est close" in read(waiting)
    assert waiting.attachments == []


def test_answers_go_to_who_organises() -> None:
    event = EventFactory(organiser=UserFactory(email="camille@exemple.fr"))
    registered(event)
    registered(EventFactory())

    assert [message.reply_to for message in sent()] == [["camille@exemple.fr"], ["contact@example.org"]]


# --- whom -------------------------------------------------------------------------------------------------------------------------
def test_colleagues_read_what_concerns_them_without_the_link_that_manages() -> None:
    event = EventFactory(online=True)
    people = (Person("Dominique Étienne"), Person("Noé", "noe@exemple.fr"))
    registration = registered(event, people=people)
    confirmations = sent()
    services.withdraw(registration)
    ends = sent()

    assert [message.to[0] for message in confirmations] == [ME, "noe@exemple.fr"]
    assert "/agenda/inscriptions/" in confirmations[0].body
    copy = confirmations[1]
    everything = copy.body + str(copy.alternatives) + copy.attachments[0].content.replace("\r\n ", "")
    assert "/agenda/inscriptions/" not in everything
    assert "visio.exemple.fr" in everything
    assert "Bonjour Noé," in copy.body
    assert [message.to[0] for message in ends] == [ME, "noe@exemple.fr"]
    assert "est retirée par la personne qui vous avait inscrit" in read(ends[1])
    assert "METHOD:CANCEL" in ends[1].attachments[0].content


def test_a_colleague_who_is_taken_out_is_told_and_their_agenda_too() -> None:
    event = EventFactory(title="Café")
    mine = registered(event, people=(Person("Dominique Étienne"), Person("Zoé", "zoe@exemple.fr"), Person("Ali")))
    sent()

    for name in ("Zoé", "Ali"):
        services.remove_participant(mine.participants.get(name=name), by=ME)
    told = sent()

    assert subjects(told) == [("zoe@exemple.fr", "Votre participation est retirée")]
    file = told[0].attachments[0].content.replace("\r\n ", "")
    assert "METHOD:CANCEL" in file
    assert "mailto:zoe@exemple.fr" in file
    assert mine.token not in told[0].body


def test_a_replacement_is_told_to_who_leaves_and_to_who_comes() -> None:
    event = EventFactory(title="Café")
    together = registered(event, people=(Person("Dominique Étienne"), Person("Zoé", "zoe@exemple.fr")))
    alone = registered(event, "seule@exemple.fr")
    sent()

    services.replace_participant(together.participants.get(name="Zoé"), Person("Ali", "ali@exemple.fr"), by=ME)
    services.replace_participant(alone.participants.get(), Person("Rose", "rose@exemple.fr"), by="seule@exemple.fr")

    assert sorted(subjects(sent())) == [
        ("ali@exemple.fr", "Votre place est réservée"),
        ("rose@exemple.fr", "Votre place est réservée"),
        ("seule@exemple.fr", "Votre participation est retirée"),
        ("zoe@exemple.fr", "Votre participation est retirée"),
    ]


def test_who_was_taken_out_and_named_again_is_not_told_that_they_are_out() -> None:
    mine = registered(EventFactory(), people=(Person("Dominique Étienne"), Person("Zoé", "zoe@exemple.fr")))
    sent()
    who = mine.participants.get(name="Zoé")

    services.replace_participant(who, Person("Ali", "ali@exemple.fr"), by=ME)
    who.refresh_from_db()
    services.replace_participant(who, Person("Zoé", "zoe@exemple.fr"), by=ME)

    assert [to for to, _subject in subjects(sent())] == ["zoe@exemple.fr"]
    assert ("removed", "skipped", "sans_objet") in journal()


def test_colleagues_of_a_request_that_waits_are_told_nothing_even_by_a_cancellation() -> None:
    event = EventFactory(capacity=1)
    registered(event, people=(Person("Dominique"), Person("Noé", "noe@exemple.fr")))

    services.cancel_event(event, by="a@exemple.fr", reason="Neige")

    assert {message.to[0] for message in sent()} == {ME}


def test_a_mail_asked_for_somebody_who_was_replaced_leaves_nobody_s_link_at_their_address() -> None:
    event = EventFactory()
    registration = registered(event)
    two = registered(event, "trois@exemple.fr", (Person("Trois"), Person("Noé", "noe@exemple.fr")))
    services.replace_participant(registration.participants.get(), Person("Inès", "ines@exemple.fr"))
    services.replace_participant(Participant.objects.get(name="Noé"), Person("Ali", "ali@exemple.fr"))

    messages = sent()

    assert [(message.to[0], message.body.partition(",")[0]) for message in messages] == [
        ("trois@exemple.fr", f"Bonjour {two.name}"),
        ("ines@exemple.fr", "Bonjour Inès"),
        ("ali@exemple.fr", "Bonjour Ali"),
    ]
    assert journal()[0] == ("confirmed", "skipped", "sans_objet")


# --- when -------------------------------------------------------------------------------------------------------------------------
def test_a_mail_whose_registration_moved_on_is_skipped_with_its_reason() -> None:
    event = EventFactory(capacity=1)
    registration = registered(event)
    services.withdraw(registration)

    assert subjects(sent()) == [(ME, "Votre désistement est noté")]
    assert journal() == [("confirmed", "skipped", "sans_objet"), ("withdrawn", "sent", "")]


def test_no_confirmation_once_the_event_has_begun() -> None:
    event = EventFactory()
    registered(event)
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        assert sent() == []

    assert journal() == [("confirmed", "skipped", "trop_tard")]


def test_changed_twice_before_it_leaves_one_mail_tells_both() -> None:
    event = EventFactory(title="Café")
    registered(event)
    sent()

    services.save_event(event, {"place_name": "Médiathèque"}, by="a@exemple.fr")
    services.save_event(event, {"title": "Thé"}, by="a@exemple.fr")
    (message,) = sent()

    assert message.subject == "Changement\u00a0: Thé"
    assert "- Lieu : Médiathèque, Pau - Titre : Thé" in read(message)
    assert journal()[1:] == [("changed", "skipped", "deja_fait"), ("changed", "sent", "")]


def test_what_was_told_already_is_not_told_again() -> None:
    event = EventFactory()
    registered(event)
    services.save_event(event, {"place_name": "Médiathèque"}, by="a@exemple.fr")
    sent()

    services.save_event(event, {"title": "Thé"}, by="a@exemple.fr")
    (message,) = sent()

    assert "- Titre : Thé" in read(message)
    assert "- Lieu" not in read(message)
    assert "- Où : Médiathèque, Pau" in read(message)


def test_postponed_then_changed_before_it_leaves_the_new_date_is_not_lost() -> None:
    paris = ZoneInfo("Europe/Paris")
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=paris), tick=False):
        event = EventFactory(starts_at=datetime(2026, 12, 1, 8, 30, tzinfo=paris))
        registered(event)
        sent()
        services.postpone_event(event, by="a@exemple.fr", starts_at=datetime(2026, 12, 8, 8, 30, tzinfo=paris))
        services.save_event(event, {"place_name": "Médiathèque"}, by="a@exemple.fr")
        (message,) = sent()

    said = (
        "- Date : mardi 8 décembre 2026 à 8 h 30, au lieu du mardi 1er décembre 2026 à 8 h 30 - Lieu : Médiathèque, Pau"
    )
    assert said in read(message)


def test_postponed_to_a_date_to_come_nothing_says_the_old_one_is_good() -> None:
    event = EventFactory()
    registered(event)
    services.postpone_event(event, by="a@exemple.fr", reason="Travaux")
    confirmation, postponed = sent()

    assert "Quand : date à venir" in read(confirmation)
    assert confirmation.attachments == []
    assert "est reporté. Nous vous écrirons la nouvelle date dès qu’elle sera connue. La raison : Travaux" in read(
        postponed
    )

    services.publish_event(event, by="a@exemple.fr")
    (again,) = sent()
    assert "- Date confirmée" in read(again)
    assert "METHOD:REQUEST" in again.attachments[0].content


def test_who_is_offered_a_seat_is_not_told_that_they_are_registered() -> None:
    event = EventFactory(capacity=1, offer_hours=24)
    first = registered(event, "un@exemple.fr")
    registered(event)
    services.withdraw(first)
    sent()

    services.save_event(event, {"city": "Dax"}, by="a@exemple.fr")
    (message,) = sent()

    assert "La place qui vous est proposée reste gardée pour vous." in read(message)
    assert "Votre inscription reste valable" not in message.body
    assert message.attachments == []


def test_the_link_is_sent_again_once_an_hour() -> None:
    moment = datetime(2026, 11, 24, 9, 58, tzinfo=ZoneInfo("Europe/Paris"))
    with time_machine.travel(moment, tick=False) as clock:
        registration = registered(EventFactory())
        assert [services.send_link(registration), services.send_link(registration)] == [True, False]
        clock.shift(timedelta(minutes=5))  # another hour of the clock, not an hour later
        assert services.send_link(registration) is False
        clock.shift(timedelta(minutes=56))
        assert services.send_link(registration) is True
        assert [subject for _to, subject in subjects(sent())].count("Votre lien") == 2


# --- the day after ----------------------------------------------------------------------------------------------------------------
def test_thanks_reach_colleagues_who_came_with_the_public_documents_only() -> None:
    end = timezone.now() - timedelta(days=1)
    event = EventFactory(starts_at=end - timedelta(hours=1), ends_at=end)
    registration = RegistrationFactory(event=event, present=True, email=ME)
    Participant.objects.create(registration=registration, name="Noé", email="noe@exemple.fr", attended=True)
    Participant.objects.create(registration=registration, name="Zoé", email="zoe@exemple.fr", attended=False)

    services.thank(timezone.now())
    mine, copy = sent()

    assert [mine.to[0], copy.to[0]] == [ME, "noe@exemple.fr"]
    assert "/avis/" in mine.body
    assert "/agenda/inscriptions/" not in copy.body


def test_thanks_asked_for_an_event_cancelled_since_do_not_leave() -> None:
    end = timezone.now() - timedelta(days=1)
    event = EventFactory(starts_at=end - timedelta(hours=1), ends_at=end)
    RegistrationFactory(event=event, email=ME)
    services.thank(timezone.now())
    Event.objects.filter(pk=event.pk).update(status="annule")

    assert sent() == []
    assert journal() == [("thanks", "skipped", "sans_objet")]
