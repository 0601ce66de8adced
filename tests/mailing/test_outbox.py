"""Asking for a mail: once per occasion, in the caller's transaction, nothing rendered."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from soco.mailing import outbox
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Message
from soco.mailing.outbox import Mail

pytestmark = pytest.mark.django_db


def test_a_row_says_everything_that_delivery_needs() -> None:
    outbox.enqueue(
        Mail(
            "tests.note",
            "Élodie@Mairie.fr ",
            "42:premier",
            {"said": "ok"},
            to_name="Élodie",
            about="actor:42",
            reply_to="a@b.fr",
        )
    )

    message = Message.objects.get()
    assert message.key == "tests.note:42:premier:élodie@mairie.fr"
    assert (message.to_email, message.to_name, message.reply_to) == ("élodie@mairie.fr", "Élodie", "a@b.fr")
    assert (message.category, message.state, message.about) == (Category.TRANSACTION, State.QUEUED, "actor:42")
    assert message.params == {"said": "ok"}
    assert message.text == message.subject == ""
    assert message.message_id.startswith("<")


def test_asking_twice_for_the_same_occasion_makes_one_mail() -> None:
    for said in ("un", "deux"):
        outbox.enqueue(Mail("tests.note", "a@exemple.fr", "42:rappel", {"said": said}))
    outbox.enqueue(Mail("tests.note", "a@exemple.fr", "42:merci"))
    outbox.enqueue(Mail("tests.note", "b@exemple.fr", "42:rappel"))

    assert sorted(Message.objects.values_list("key", flat=True)) == [
        "tests.note:42:merci:a@exemple.fr",
        "tests.note:42:rappel:a@exemple.fr",
        "tests.note:42:rappel:b@exemple.fr",
    ]
    assert Message.objects.get(key="tests.note:42:rappel:a@exemple.fr").params == {"said": "un"}


def test_a_rolled_back_gesture_asks_for_nothing() -> None:
    class Refused(Exception):
        pass

    with pytest.raises(Refused), transaction.atomic():
        outbox.enqueue(Mail("tests.note", "a@exemple.fr", "42:rappel"))
        raise Refused

    assert not Message.objects.exists()


def test_a_mail_for_later_is_planned() -> None:
    later = timezone.now() + timedelta(days=2)

    outbox.enqueue(Mail("tests.note", "a@exemple.fr", "42", due_at=later))

    assert list(Message.objects.values_list("state", "due_at")) == [(State.PLANNED, later)]


def test_an_unknown_kind_is_a_defect_of_the_caller() -> None:
    with pytest.raises(outbox.UnknownKind):
        outbox.enqueue(Mail("tests.nothing", "a@exemple.fr", "42"))


def test_a_very_long_address_still_makes_one_key() -> None:
    address = f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 50}.fr"
    for _time in range(2):
        outbox.enqueue(Mail("tests.note", address, "42"))

    assert Message.objects.get().to_email == address
    assert len(Message.objects.get().key) <= outbox.KEY_LENGTH


def test_what_has_not_left_can_be_taken_back() -> None:
    for occasion in ("7:rappel", "70:rappel", "8:rappel"):
        outbox.enqueue(Mail("tests.note", "a@exemple.fr", occasion, about=f"actor:{occasion[:-7]}"))
    Message.objects.filter(about="actor:8").update(state=State.SENT, sent_at=timezone.now())

    assert outbox.cancel(kind="tests.note", about="actor:8") == 0
    assert outbox.cancel(kind="tests.note", occasion="7:rappel", reason=Reason.ALREADY_DONE) == 1
    assert outbox.cancel(kind="tests.note", occasion="7:rappel") == 0

    assert dict(Message.objects.values_list("about", "state")) == {
        "actor:7": State.CANCELLED,
        "actor:70": State.QUEUED,
        "actor:8": State.SENT,
    }
    with pytest.raises(ValueError, match="say which"):
        outbox.cancel(kind="tests.note")


def test_a_name_longer_than_its_column_is_cut_rather_than_refused() -> None:
    outbox.enqueue(Mail("tests.note", "a@exemple.fr", "42", to_name="N" * 301))

    assert Message.objects.get().to_name == "N" * 200
