"""Claim, send, settle, sweep: what leaves, what does not and why, and nothing twice."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from soco.mailing import addresses, delivery
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Address, Message
from tests.factories import AddressFactory, InformationSwitchFactory, MessageFactory

pytestmark = pytest.mark.django_db

KINDS = {
    Category.ACCOUNT: "tests.code",
    Category.TRANSACTION: "tests.note",
    Category.SERVICE: "tests.reminder",
    Category.INFORMATION: "tests.news",
}


def message(category: Category = Category.TRANSACTION, **fields: Any) -> Message:
    return MessageFactory(kind=KINDS[category], category=category, **fields)


def told(row: Message) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


class RefusingBackend(BaseEmailBackend):
    """Raises what the test asks, or counts what it takes."""

    failure: Exception | None = None
    opened = 0

    def open(self) -> bool:
        RefusingBackend.opened += 1
        return True

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        if self.failure:
            raise self.failure
        return len(email_messages)


@pytest.fixture
def server(settings) -> Iterator[Callable[[Exception | None], None]]:
    settings.EMAIL_BACKEND = "tests.mailing.test_delivery.RefusingBackend"

    def answers(failure: Exception | None) -> None:
        RefusingBackend.failure = failure

    yield answers
    RefusingBackend.failure = None


def test_a_due_mail_leaves_once_with_its_own_headers(settings) -> None:
    settings.MAIL_REPLY_TO = "equipe@exemple.fr"
    row = message(to_email="a@exemple.fr", to_name="Élodie", params={"said": "Voilà"})

    assert delivery.deliver() == 1
    assert delivery.deliver() == 0

    (email,) = mail.outbox
    assert email.to == ["a@exemple.fr"]
    assert email.reply_to == ["equipe@exemple.fr"]
    assert email.extra_headers == {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    assert [kind for _content, kind in email.alternatives] == ["text/html"]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.subject) == (State.SENT, 1, "Une note")
    assert row.text.startswith("Bonjour Élodie,\n\nVoilà")
    assert row.sent_at is not None


def test_a_mail_carries_its_files() -> None:
    message(params={"file": ["rendez-vous.ics", "BEGIN:VCALENDAR"]})
    delivery.deliver()

    assert [tuple(file) for file in mail.outbox[0].attachments] == [
        ("rendez-vous.ics", "BEGIN:VCALENDAR", "text/calendar")
    ]


def test_mails_of_service_carry_the_way_out(client) -> None:
    message(Category.SERVICE, to_email="a@exemple.fr")
    delivery.deliver()

    headers = mail.outbox[0].extra_headers
    address = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.outbox[0].body
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"params": {"done": True}}, Reason.ALREADY_DONE),
        ({"relevant_until": datetime(2020, 1, 1, tzinfo=UTC)}, Reason.TOO_LATE),
    ],
)
def test_a_mail_without_sense_any_more_is_skipped_with_its_reason(fields: dict[str, Any], reason: Reason) -> None:
    row = message(**fields)
    delivery.deliver()

    assert told(row) == (State.SKIPPED, reason)
    assert mail.outbox == []


def test_an_opposition_holds_for_what_nobody_asked_for_and_not_for_the_rest() -> None:
    AddressFactory(email="a@exemple.fr", service_opposed_at=timezone.now())
    rows = {c: message(c, to_email="a@exemple.fr") for c in (Category.ACCOUNT, Category.TRANSACTION, Category.SERVICE)}
    other = message(Category.SERVICE, to_email="b@exemple.fr")
    delivery.deliver()

    assert {c: told(row) for c, row in rows.items()} == {
        Category.ACCOUNT: (State.SENT, ""),
        Category.TRANSACTION: (State.SENT, ""),
        Category.SERVICE: (State.SKIPPED, Reason.OPPOSED),
    }
    assert told(other) == (State.SENT, "")


def test_a_failing_address_receives_account_mails_only() -> None:
    AddressFactory(email="a@exemple.fr", failing_since=timezone.now())
    code, note = message(Category.ACCOUNT, to_email="a@exemple.fr"), message(to_email="a@exemple.fr")
    delivery.deliver()

    assert told(code) == (State.SENT, "")
    assert told(note) == (State.SKIPPED, Reason.ADDRESS_FAILING)


def test_the_body_of_an_account_mail_is_forgotten_once_settled(server) -> None:
    row = message(Category.ACCOUNT, params={"said": "Votre code : 123 456", "subject": "Votre code : 123 456"})
    server(smtplib.SMTPServerDisconnected("cut"))
    delivery.deliver()
    row.refresh_from_db()
    assert (row.state, row.text, row.subject) == (State.RETRY, "", "Essai : code")
    assert row.params["said"] == "Votre code : 123 456"

    server(None)
    Message.objects.update(due_at=timezone.now())
    delivery.deliver()
    row.refresh_from_db()
    assert (row.state, row.text, row.params, row.subject) == (State.SENT, "", {}, "Essai : code")


def test_a_mail_that_cannot_be_written_fails_alone_and_says_why() -> None:
    broken, fine = message(params={"broken": True}), message()
    delivery.deliver()

    assert told(broken)[0] == State.FAILED
    assert "no such row" in broken.error
    assert told(fine) == (State.SENT, "")


@pytest.mark.parametrize(
    ("failure", "state", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.fr": (450, b"4.2.0 greylisted")}), State.RETRY, "450 4.2.0 greylisted"),
        (smtplib.SMTPRecipientsRefused({"a@b.fr": (550, b"5.7.1 policy")}), State.FAILED, "550 5.7.1 policy"),
        (smtplib.SMTPDataError(554, b"5.6.0 content"), State.FAILED, "554 5.6.0 content"),
        (smtplib.SMTPDataError(451, b"4.3.0 later"), State.RETRY, "451 4.3.0 later"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad password"), State.RETRY, "535 5.7.8 bad password"),
        (
            smtplib.SMTPSenderRefused(550, b"5.7.1 sender not verified", "a@b.fr"),
            State.RETRY,
            "550 5.7.1 sender not verified",
        ),
        (smtplib.SMTPSenderRefused(552, b"5.3.4 too large", "a@b.fr"), State.FAILED, "552 5.3.4 too large"),
        (smtplib.SMTPServerDisconnected("cut"), State.RETRY, "SMTPServerDisconnected : cut"),
        (TimeoutError("timed out"), State.RETRY, "TimeoutError : timed out"),
        (ConnectionRefusedError("refused"), State.RETRY, "ConnectionRefusedError : refused"),
    ],
)
def test_what_the_server_says_decides(server, failure: Exception, state: State, words: str) -> None:
    row = message(to_email="a@b.fr")
    server(failure)
    before = timezone.now()
    delivery.deliver()

    row.refresh_from_db()
    assert (row.state, row.error) == (state, words)
    assert not Address.objects.exists()
    if state == State.RETRY:
        assert timedelta(0) < row.due_at - before - timedelta(minutes=1) < timedelta(seconds=30)


def test_an_address_that_does_not_exist_is_marked_and_nothing_else_leaves_for_it(server) -> None:
    first = message(to_email="parti@b.fr", due_at=timezone.now() - timedelta(hours=1))
    second = message(to_email="parti@b.fr", due_at=timezone.now() + timedelta(days=1))
    server(smtplib.SMTPRecipientsRefused({"parti@b.fr": (550, b"5.1.1 no such user")}))
    delivery.deliver()

    assert told(first) == (State.FAILED, "")
    assert told(second) == (State.SKIPPED, Reason.ADDRESS_FAILING)
    assert Address.objects.get().failure == "550 5.1.1 no such user"


def test_tries_are_spaced_then_end(server) -> None:
    row = message()
    server(smtplib.SMTPDataError(451, b"later"))
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(len(delivery.RETRY_MINUTES)):
            delivery.deliver()
            row.refresh_from_db()
            waits.append(round((row.due_at - timezone.now()).total_seconds() / 60))
            clock.move_to(row.due_at)
        delivery.deliver()

    assert waits == list(delivery.RETRY_MINUTES)
    assert told(row) == (State.FAILED, "")
    assert row.attempts == len(delivery.RETRY_MINUTES) + 1


def test_when_the_server_is_gone_the_rest_of_the_batch_is_not_blamed(server) -> None:
    rows = [message(due_at=timezone.now() - timedelta(hours=2 - n)) for n in range(2)]
    server(ConnectionRefusedError("refused"))
    delivery.deliver()

    assert [(told(row)[0], row.attempts) for row in rows] == [(State.RETRY, 1), (State.QUEUED, 0)]
    assert rows[1].due_at > timezone.now()


def test_categories_leave_in_order_and_the_oldest_first() -> None:
    now = timezone.now()
    for minutes, category in (
        (5, Category.SERVICE),
        (9, Category.SERVICE),
        (1, Category.ACCOUNT),
        (3, Category.TRANSACTION),
    ):
        message(category, due_at=now - timedelta(minutes=minutes), to_email=f"{category}{minutes}@exemple.fr")

    assert [row.to_email for row in delivery.claim()] == [
        "account1@exemple.fr", "transaction3@exemple.fr", "service9@exemple.fr", "service5@exemple.fr",
    ]  # fmt: skip


def test_information_waits_for_the_switch() -> None:
    row = message(Category.INFORMATION)
    assert delivery.deliver() == 0
    assert told(row) == (State.QUEUED, "")

    InformationSwitchFactory(is_on=True)
    assert delivery.deliver() == 1
    assert told(row) == (State.SENT, "")


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), True),  # Tuesday, 8:00 in Paris
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), False),  # 20:00
        (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), False),  # Saturday
    ],
)
def test_decent_hours(settings, moment: datetime, leaves: bool) -> None:
    settings.MAILING_DECENT_HOURS, settings.MAILING_WEEK_DAYS = (8, 20), 5
    with time_machine.travel(moment, tick=False):
        reminder, code = message(Category.SERVICE), message(Category.ACCOUNT)
        delivery.deliver()

    assert told(reminder)[0] == (State.SENT if leaves else State.QUEUED)
    assert told(code)[0] == State.SENT


def test_daily_cap(settings) -> None:
    settings.MAILING_DAILY_CAP = {"service": 2, "information": 2}
    MessageFactory(state=State.SENT, category=Category.SERVICE, sent_at=timezone.now() - timedelta(days=2))
    for _n in range(2):
        message(Category.SERVICE)
    delivery.deliver()
    late, note = message(Category.SERVICE), message()
    delivery.deliver()

    assert told(late)[0] == State.QUEUED
    assert told(note)[0] == State.SENT


def test_the_sweep_gives_back_what_a_killed_worker_held_and_drops_what_is_too_late(settings) -> None:
    settings.MAILING_LEASE_SECONDS = 60
    now = timezone.now()
    killed = message(state=State.SENDING, claimed_at=now - timedelta(seconds=61), attempts=1)
    at_work = message(state=State.SENDING, claimed_at=now - timedelta(seconds=5), attempts=1)
    late = message(state=State.PLANNED, due_at=now + timedelta(days=1), relevant_until=now - timedelta(seconds=1))
    message_id = killed.message_id

    assert delivery.sweep() == {"given_up": 0, "given_back": 1, "too_late": 1}
    assert delivery.sweep() == {"given_up": 0, "given_back": 0, "too_late": 0}

    assert told(killed) == (State.RETRY, "")
    assert told(at_work) == (State.SENDING, "")
    assert told(late) == (State.SKIPPED, Reason.TOO_LATE)
    delivery.deliver()
    assert mail.outbox[0].extra_headers["Message-ID"] == message_id


def test_a_worker_thought_dead_does_not_settle_what_another_took_over() -> None:
    row = message()
    (slow,) = delivery.claim()
    Message.objects.update(state=State.RETRY)
    (taken_over,) = delivery.claim()

    delivery._settle(slow, delivery.Outcome(State.FAILED, error="too late to speak"))
    assert told(row) == (State.SENDING, "")
    delivery._settle(taken_over, delivery.Outcome(State.SENT))
    assert told(row) == (State.SENT, "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same_row() -> None:
    from threading import Barrier, Thread

    from django.db import connection

    for _n in range(40):
        message()
    barrier, claimed = Barrier(4), []

    def work() -> None:
        barrier.wait()
        while batch := delivery.claim():
            claimed.extend(row.pk for row in batch)
        connection.close()

    threads = [Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed)) == 40


def test_opposing_takes_back_what_already_waits() -> None:
    reminder = message(Category.SERVICE, to_email="a@exemple.fr", due_at=timezone.now() + timedelta(days=3))
    note = message(to_email="a@exemple.fr")
    for _time in range(2):
        addresses.oppose("A@Exemple.fr", Category.SERVICE)

    assert told(reminder) == (State.SKIPPED, Reason.OPPOSED)
    assert told(note) == (State.QUEUED, "")
    with pytest.raises(ValueError, match="oppose"):
        addresses.oppose("a@exemple.fr", Category.ACCOUNT)


@pytest.mark.parametrize(
    ("code", "words", "is_bad"),
    [
        (550, "5.1.1 unknown user", True),
        (550, "no such mailbox", True),
        (550, "5.7.1 blocked as spam", False),
        (552, "5.2.2 mailbox full", False),
        (554, "rejected", False),
        (553, "mailbox name not allowed", True),
    ],
)
def test_which_refusals_condemn_an_address(code: int, words: str, is_bad: bool) -> None:
    assert addresses.says_address_is_bad(code, words) is is_bad
