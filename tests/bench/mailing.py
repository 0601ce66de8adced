"""The mail room: asking for thousands of mails, delivering them to a server on the loopback, claiming among a million rows."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from soco.mailing import delivery, kinds, outbox
from soco.mailing.enums import Category, State
from soco.mailing.models import Message
from soco.mailing.outbox import Mail
from tests.mailing import sink as sinks

from . import databases
from .measure import Figure, timed

MAIL = "bench_mail"
MAILS, DELIVERED, LEDGER = 5_000, 1_000, 1_000_000


def _database() -> None:
    if databases.exists(MAIL):
        databases.use(MAIL)
    else:
        databases.make(MAIL)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE mailing_message")
    kinds.register(
        kinds.MailKind("tests.note", "Note", Category.TRANSACTION, context=dict, example=lambda: None)
    )  # the workers of the bench know it by tests.mailing


def _mails(count: int) -> Iterator[Mail]:
    for n in range(count):
        yield Mail("tests.note", f"personne{n}@exemple.fr", f"{n}:bench", {"said": f"Bonjour {n}"}, about=f"actor:{n}")


def mail_enqueue(full: bool) -> Iterator[Figure]:
    """5,000 mails asked for in one transaction, in one call, then one by one. Baseline: as many bare INSERT, one by one."""
    _database()
    rows = list(_mails(MAILS))

    def seconds(action: object) -> float:
        Message.objects.all().delete()
        start = time.perf_counter()
        with transaction.atomic():
            action()  # type: ignore[operator]
        return time.perf_counter() - start

    def one_by_one() -> None:
        for row in rows:
            outbox.enqueue(row)

    def bare() -> None:
        with connection.cursor() as cursor:
            for n in range(MAILS):
                cursor.execute(
                    "INSERT INTO mailing_message (key, kind, category, state, reason, to_email, to_name, reply_to, about, params,"
                    " due_at, attempts, message_id, error, subject, text, created_at)"
                    " VALUES (%s, 'tests.note', 'transaction', 'queued', '', %s, '', '', '', '{}', now(), 0, %s,"
                    " '', '', '', now())",
                    [f"bare:{n}", f"personne{n}@exemple.fr", f"<{n}@exemple.fr>"],
                )

    base = seconds(bare) * 1000
    for name, action in (
        ("mail_enqueue_many", lambda: outbox.enqueue_many(rows)),
        ("mail_enqueue_one_by_one", one_by_one),
    ):
        yield Figure(name, MAILS, seconds(action) * 1000, "ms", baseline=base, limit=5000)


def mail_delivery(full: bool) -> Iterator[Figure]:
    """Mails a second that one worker process delivers to a server on the loopback. Baseline: a bare claim–send–settle loop."""
    rates = {}
    with sinks.running() as (sink, url):
        for way in ("bare", "portal"):
            _database()
            outbox.enqueue_many(_mails(DELIVERED))
            before = sink.received.total()
            rates[way] = DELIVERED / _run(way, url)
            if sink.received.total() - before != DELIVERED:
                raise RuntimeError(f"{way}: {sink.received.total() - before} mails arrived")
    yield Figure("mail_delivery", DELIVERED, rates["portal"], "per_s", baseline=rates["bare"], limit=50, at_most=False)


def _run(way: str, email_url: str) -> float:
    env = os.environ | {
        "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{MAIL}",
        "DJANGO_SETTINGS_MODULE": "tests.mailing.worker_settings",
        "EMAIL_URL": email_url,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.deliver", way],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.strip().splitlines()[-1])


def mail_claim(full: bool) -> Iterator[Figure]:
    """Claiming ten mails among a million settled rows. Baseline: the same among five thousand. Fails without the index."""
    _database()
    outbox.enqueue_many(_mails(MAILS))
    small = timed(_claim_and_give_back, times=40)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mailing_message (key, kind, category, state, reason, to_email, to_name, reply_to, about, params, due_at,"
            " sent_at, attempts, message_id, error, subject, text, created_at)"
            " SELECT 'old:' || n, 'tests.note', 'transaction', 'sent', '', 'personne' || n %% 5000 || '@exemple.fr', '', '',"
            " 'actor:' || n %% 5000, '{}', now(), now(), 1, '<' || n || '@exemple.fr>', '', 'Une note', 'Bonjour', now()"
            " FROM generate_series(1, %s) n",
            [LEDGER],
        )
        cursor.execute("ANALYZE mailing_message")
        wanted = Message.objects.due(timezone.now()).of_category(Category.TRANSACTION).oldest_first()
        plan = wanted.select_for_update(skip_locked=True)[:10].explain()
    large = timed(_claim_and_give_back, times=40)
    if "message_waiting" not in plan or "Seq Scan" in plan:
        raise RuntimeError(f"the claim does not use its index:\n{plan}")
    yield Figure(
        "mail_claim_in_a_million", Message.objects.count(), large.median, "ms", p95=large.p95, baseline=small.median,
        ratio=large.median / small.median, limit=2,
    )  # fmt: skip


def _claim_and_give_back() -> None:
    batch = delivery.claim()
    Message.objects.filter(pk__in=[row.pk for row in batch]).update(state=State.QUEUED)
