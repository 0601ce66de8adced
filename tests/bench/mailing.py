"""The mail room: asking for thousands of mails, delivering them to a server on the loopback, claiming among a million rows."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from soco.celery import app as celery_app
from soco.mailing import delivery, hours, kinds, outbox
from soco.mailing.enums import Category, State
from soco.mailing.models import Message, MessageQuerySet
from soco.mailing.outbox import Mail
from tests.mailing import sink as sinks

from . import databases
from .measure import Figure, timed

MAIL = "bench_mail"
MAILS, LEDGER = 5_000, 1_000_000
DELIVERED = 2_500  # through a worker: more would take minutes on a small machine
SERVICE_ONE_IN = 6  # of the mails delivered: under the daily cap, and counted against it batch after batch
PATIENCE_SECONDS = 300


def _database() -> None:
    databases.kept(MAIL)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE mailing_message")
    for name, category in (("note", Category.TRANSACTION), ("reminder", Category.SERVICE)):
        # The workers of the bench know them by tests.mailing.
        kinds.register(kinds.MailKind(f"tests.{name}", name, category, context=dict, example=lambda: None))


def _mails(count: int, *, service_one_in: int = 0) -> Iterator[Mail]:
    for n in range(count):
        kind = "tests.reminder" if service_one_in and n % service_one_in == 0 else "tests.note"
        yield Mail(kind, f"personne{n}@exemple.fr", f"{n}:bench", {"said": f"Bonjour {n}"}, about=f"actor:{n}")


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
    """Mails a second that one Celery worker of one process delivers to a server on the loopback, answers and service mixed,
    its start apart. Baseline: a bare claim–send–settle loop.
    """
    rates = {}
    with sinks.running() as (sink, url):
        for way in ("bare", "portal"):
            _database()
            with transaction.atomic():
                outbox.enqueue_many(_mails(DELIVERED, service_one_in=SERVICE_ONE_IN))
                transaction.get_connection().run_on_commit.clear()  # each way starts by itself
            before = sink.received.total()
            rates[way] = DELIVERED / (_seconds_bare(url) if way == "bare" else _seconds_of_a_worker(url))
            if sink.received.total() - before != DELIVERED:
                raise RuntimeError(f"{way}: {sink.received.total() - before} mails arrived")
    yield Figure("mail_delivery", DELIVERED, rates["portal"], "per_s", baseline=rates["bare"], limit=50, at_most=False)


def _environment(email_url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{MAIL}",
        "DJANGO_SETTINGS_MODULE": "tests.mailing.worker_settings",
        "EMAIL_URL": email_url,
        "PORTAL_PROCESS": "worker",
    }


def _seconds_bare(email_url: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.deliver"],
        cwd=settings.BASE_DIR, env=_environment(email_url), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.strip().splitlines()[-1])


def _seconds_of_a_worker(email_url: str) -> float:
    """From the first mail sent to the last: a worker is there before mails are asked for."""
    options = ["--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=ERROR"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "soco", "worker", *options],
        cwd=settings.BASE_DIR, env=_environment(email_url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        celery_app.send_task("mailing.deliver")
        _wait_until(lambda: Message.objects.in_state(State.SENT).exists())
        start = time.perf_counter()
        _wait_until(lambda: not Message.objects.unsettled().exists())
        return time.perf_counter() - start
    finally:
        worker.terminate()
        worker.wait(30)


def _wait_until(truth: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not truth():
        if time.monotonic() > deadline:
            raise RuntimeError("the worker did not deliver in time")
        time.sleep(0.2)


def mail_claim(full: bool) -> Iterator[Figure]:
    """Claiming ten mails among a million settled rows, and counting those of today for the cap. Baseline: the same claim among
    five thousand. Fails without the indexes.
    """
    _database()
    outbox.enqueue_many(_mails(MAILS))
    small = timed(_claim_and_give_back, times=40)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mailing_message (key, kind, category, state, reason, to_email, to_name, reply_to, about, params, due_at,"
            " sent_at, attempts, message_id, error, subject, text, created_at)"
            " SELECT 'old:' || n, 'tests.note', CASE WHEN n %% 2 = 0 THEN 'service' ELSE 'transaction' END, 'sent', '',"
            " 'personne' || n %% 5000 || '@exemple.fr', '', '', 'actor:' || n %% 5000, '{}', now(),"
            " now() - n * interval '90 seconds', 1, '<' || n || '@exemple.fr>', '', 'Une note', 'Bonjour', now()"
            " FROM generate_series(1, %s) n",
            [LEDGER],
        )
        cursor.execute("ANALYZE mailing_message")
        wanted = Message.objects.due(timezone.now()).of_category(Category.TRANSACTION).oldest_first()
        plan = wanted.select_for_update(skip_locked=True)[:10].explain()
        cap_plan = _sent_today().explain()
    large = timed(_claim_and_give_back, times=40)
    if "message_waiting" not in plan or "Seq Scan" in plan:
        raise RuntimeError(f"the claim does not use its index:\n{plan}")
    if "message_sent" not in cap_plan or "Seq Scan" in cap_plan:
        raise RuntimeError(f"the daily cap does not use its index:\n{cap_plan}")
    capped = timed(lambda: hours.why_closed(Category.SERVICE, timezone.now()), times=40)
    yield Figure(
        "mail_claim_in_a_million", Message.objects.count(), large.median, "ms", p95=large.p95, baseline=small.median,
        ratio=large.median / small.median, limit=2,
    )  # fmt: skip
    yield Figure("mail_cap_in_a_million", LEDGER, capped.median, "ms", p95=capped.p95, limit=10)


def _sent_today() -> MessageQuerySet:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Message.objects.of_category(Category.SERVICE).sent_since(midnight)


def _claim_and_give_back() -> None:
    batch = delivery.claim()
    Message.objects.filter(pk__in=[row.pk for row in batch]).update(state=State.QUEUED)
