"""Erasing somebody empties their mails and their name in those of others, and nobody else's."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from soco.mailing import addresses, delivery, retention
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Message
from tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
SENT = {"state": State.SENT, "sent_at": timezone.now()}


@pytest.mark.parametrize("name", ["de la", "Jean Martin"])
def test_a_common_name_empties_nobody_elses_mail(name: str) -> None:
    user = UserFactory(email="a@exemple.fr", first_name=name, last_name="")
    strangers = MessageFactory(subject="Le maire de la commune", text="Jean Martinez, Jean Martin", **SENT)
    failed = MessageFactory(state=State.FAILED, params={"said": f"{name} a écrit"}, reply_to="a@exemple.fr")
    mine = MessageFactory(reply_to="a@exemple.fr", text=f"{name} vous écrit. Jean Martinez aussi.", **SENT)

    retention.PERSONAL_DATA.erase(user)

    strangers.refresh_from_db()
    assert (strangers.subject, strangers.text) == ("Le maire de la commune", "Jean Martinez, Jean Martin")
    failed.refresh_from_db()
    assert (failed.params, failed.reply_to) == ({"said": "une personne a écrit"}, "")
    mine.refresh_from_db()
    assert mine.text == "une personne vous écrit. Jean Martinez aussi."


def test_a_mail_in_a_workers_hands_is_not_written_back() -> None:
    user = UserFactory(email="a@exemple.fr")
    row = MessageFactory(to_email="a@exemple.fr", params={"said": "Bonjour"})
    (held,) = delivery.claim()
    retention.PERSONAL_DATA.erase(user)

    assert not delivery._hold(held)
    delivery._settle(held, delivery.Outcome(State.RETRY, error="later"))
    row.refresh_from_db()
    assert (row.state, row.reason, row.to_email, row.text, row.params) == (State.CANCELLED, Reason.ERASED, "", "", {})


def test_a_notice_told_twice_blames_one_mail_only() -> None:
    older = MessageFactory(to_email="a@exemple.fr", **SENT)
    newer = MessageFactory(to_email="a@exemple.fr", **SENT)
    for known in (newer.message_id, newer.message_id, "the-providers-own-id"):
        addresses.bounced(message_id=known, email="a@exemple.fr", description="550", is_permanent=True)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.state, newer.state) == (State.SENT, State.BOUNCED)


def test_an_account_mail_that_comes_too_late_keeps_no_code() -> None:
    late = MessageFactory(
        kind="tests.code", category=Category.ACCOUNT, params={"code": "1234"}, relevant_until=timezone.now()
    )
    delivery.sweep()

    late.refresh_from_db()
    assert (late.state, late.params) == (State.SKIPPED, {})


def test_a_mail_that_kills_every_worker_is_given_up() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    killer = MessageFactory(state=State.SENDING, claimed_at=long_ago, attempts=len(delivery.RETRY_MINUTES) + 1)

    assert delivery.sweep()["given_up"] == 1
    killer.refresh_from_db()
    assert killer.state == State.FAILED
    assert "tué" in killer.error


def test_a_mail_taken_back_while_it_waits_its_turn_in_a_batch_does_not_leave(mailoutbox) -> None:
    first, second = MessageFactory.create_batch(2)
    batch = delivery.claim()
    Message.objects.filter(pk=second.pk).close(State.CANCELLED, Reason.BY_STAFF)
    delivery._send_batch(batch)

    assert [email.to for email in mailoutbox] == [[first.to_email]]


def test_what_was_opposed_follows_the_person_to_a_new_address() -> None:
    addresses.oppose("avant@exemple.fr", Category.SERVICE)
    addresses.carry_over("avant@exemple.fr", "apres@exemple.fr")
    row = MessageFactory(category=Category.SERVICE, kind="tests.reminder", to_email="apres@exemple.fr")
    delivery.deliver()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SKIPPED, Reason.OPPOSED)


def test_mails_kept_as_files_go_after_a_month(settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    old, recent = tmp_path / "a.eml", tmp_path / "b.eml"
    for file in (old, recent):
        file.write_text("x")
    month_ago = time.time() - 40 * 86400
    os.utime(old, (month_ago, month_ago))

    assert retention.FILES.run(False) == 1
    assert retention.FILES.run(True) == 1
    assert list(tmp_path.iterdir()) == [recent]
