"""Real workers, real beats, a real broker and a real mail server, killed or misbehaving: no mail is lost, none is doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from soco.embedded import valkey
from soco.embedded.folder import VarFolder
from soco.embedded.processes import Child, Children, dies_with_parent
from soco.mailing import delivery
from soco.mailing.enums import State
from soco.mailing.models import Address, Message
from tests.factories import MessageFactory
from tests.mailing import sink as sinks
from tests.mailing.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 60


class Site:
    """The processes around one test: broker, workers, beats, mail server; all ended with it."""

    def __init__(self, folder: Path, sink: Sink, email_url: str) -> None:
        self.folder, self.sink = folder, sink
        self.var = VarFolder(folder / "var")
        self.var.create()
        self.children = Children()
        self.broker: Child | None = None
        self.started: list[subprocess.Popen[bytes]] = []
        database = urlsplit(os.environ["DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        self.env = os.environ | {
            "DATABASE_URL": database._replace(path=f"{database.path.rpartition('/')[0]}/{name}").geturl(),
            "EMAIL_URL": email_url,
            "DJANGO_SETTINGS_MODULE": "tests.mailing.worker_settings",
            "PORTAL_PROCESS": "worker",
            "PORTAL_VAR": str(folder),
            "SECRET_KEY": "tests-only",
        }

    def start_broker(self) -> None:
        started = valkey.start(self.var, self.children)
        started.wait()
        self.broker = started.child
        self.env |= {"BROKER_URL": started.broker_url}

    def kill_broker(self) -> None:
        assert self.broker
        os.kill(self.broker.process.pid, signal.SIGKILL)
        while self.broker.is_running:
            time.sleep(0.01)

    def start(self, kind: str) -> subprocess.Popen[bytes]:
        """A worker of two processes, or a beat, in a process group of its own."""
        number = len(self.started)
        options = {
            "worker": ["--concurrency=2", "--without-gossip", "--without-mingle", f"--hostname=w{number}@essai"],
            "beat": ["--schedule", str(self.folder / f"beat{number}"), "--pidfile="],
        }[kind]
        log = (self.folder / f"{kind}{number}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "soco", kind, "--loglevel=WARNING", *options],
            env=self.env,
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        log.close()
        self.started.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        for process in self.started:
            self.kill(process)
        self.children.__exit__(None, None, None)

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with sinks.running() as started:
        yield started


@pytest.fixture
def site(tmp_path: Path, sink: tuple[Sink, str]) -> Iterator[Site]:
    with ExitStack() as stack:
        site = Site(tmp_path, *sink)
        site.children.__enter__()
        stack.callback(site.close)
        site.start_broker()
        yield site


def wait_until(truth: Callable[[], bool], site: Site) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not truth():
        assert time.monotonic() < deadline, f"{Message.objects.values_list('state', flat=True)[:20]}\n{site.logs()}"
        time.sleep(0.1)


def fill(count: int) -> list[str]:
    """`count` mails to deliver, written as an import would; return their Message-IDs."""
    return [row.message_id for row in Message.objects.bulk_create(MessageFactory.build_batch(count))]


def all_sent() -> bool:
    return not Message.objects.exclude(state=State.SENT).exists()


def test_a_worker_killed_in_the_middle_loses_nothing(site: Site) -> None:
    message_ids = fill(500)
    worker = site.start("worker")
    site.start("beat")

    wait_until(lambda: len(site.sink.received) >= 150, site)
    site.kill(worker)
    assert len(site.sink.received) < 500
    site.start("worker")
    wait_until(all_sent, site)

    assert set(site.sink.received) == set(message_ids)
    # Two processes were killed: each may have been between the server's answer and the settling of one row.
    assert site.sink.received.total() - 500 <= 2


def test_two_workers_and_two_beats_double_nothing(site: Site) -> None:
    message_ids = fill(200)
    for kind in ("worker", "beat", "worker", "beat"):
        site.start(kind)
    wait_until(all_sent, site)
    time.sleep(1)

    assert dict(site.sink.received) == dict.fromkeys(message_ids, 1)


def test_a_broker_killed_and_restarted_loses_nothing(site: Site) -> None:
    message_ids = fill(300)
    site.start("worker")
    site.start("beat")
    wait_until(lambda: len(site.sink.received) >= 50, site)

    site.kill_broker()
    message_ids += fill(50)
    site.start_broker()
    wait_until(all_sent, site)

    assert dict(site.sink.received) == dict.fromkeys(message_ids, 1)


ASK = """
import django; django.setup()
from django.db import transaction
from soco.mailing.outbox import Mail, enqueue
with transaction.atomic():
    enqueue(Mail("tests.note", "a@exemple.fr", "42:sans-file"))
"""


def test_a_mail_asked_for_while_the_broker_is_dead_leaves_once_it_is_back(site: Site) -> None:
    site.kill_broker()
    subprocess.run([sys.executable, "-c", ASK], env=site.env, cwd=settings.BASE_DIR, check=True, timeout=30)
    row = Message.objects.get()
    assert row.state == State.QUEUED

    site.start_broker()
    site.start("worker")
    site.start("beat")
    wait_until(all_sent, site)
    assert dict(site.sink.received) == {row.message_id: 1}


def test_a_server_that_refuses_waits_or_hangs_up(settings, sink: tuple[Sink, str]) -> None:
    server, url = sink
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", urlsplit(url).port
    settings.EMAIL_TIMEOUT = 1
    rows = {
        name: MessageFactory(to_email=f"{name}@exemple.fr")
        for name in ("plustard", "inconnu", "refus", "lent", "coupe", "ordinaire")
    }

    first = deliver_and_read(rows)
    assert first["plustard"] == (State.RETRY, "450 4.2.0 greylisted, come back")
    assert first["inconnu"] == (State.FAILED, "550 5.1.1 no such user here")
    assert first["refus"] == (State.FAILED, "554 5.6.0 content refused")
    assert first["lent"][0] == State.RETRY
    assert "timed out" in first["lent"][1]
    for _round in range(4):
        Message.objects.waiting().update(due_at=timezone.now())
        last = deliver_and_read(rows)

    assert {name: state for name, (state, _error) in last.items()} == {
        "plustard": State.SENT,
        "inconnu": State.FAILED,
        "refus": State.FAILED,
        "lent": State.SENT,
        "coupe": State.SENT,
        "ordinaire": State.SENT,
    }
    assert [address.email for address in Address.objects.failing()] == ["inconnu@exemple.fr"]
    # Taken, then cut before the answer: sent again under the same Message-ID, so that the mailbox knows it.
    assert server.received[rows["coupe"].message_id] == 2
    assert server.received[rows["ordinaire"].message_id] == 1


def deliver_and_read(rows: dict[str, Message]) -> dict[str, tuple[str, str]]:
    delivery.deliver()
    return {name: Message.objects.values_list("state", "error").get(pk=row.pk) for name, row in rows.items()}
