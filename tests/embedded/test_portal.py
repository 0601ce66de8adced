"""`./portal run` for real, from an empty folder to a killed portal that starts again: the walk that a user does."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from soco.embedded.arguments import ROOT
from soco.embedded.processes import dies_with_parent

PORTAL = [sys.executable, str(ROOT / "portal")]
READY_SECONDS = 120


def clean_environment() -> dict[str, str]:
    """What a new terminal has: nothing of the services that this test suite runs with."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def processes_of(folder: Path) -> list[str]:
    """The live processes that work in the folder or were given it; postgres hides its arguments, but not its folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            given = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            current = (entry / "cwd").readlink()
        except OSError:
            continue
        if os.fsencode(folder) in given or current.is_relative_to(folder):
            found.append(f"{entry.name} {given[:80]!r}")
    return found


def wait_until_none(folder: Path, seconds: float) -> float:
    started = time.monotonic()
    while left := processes_of(folder):
        assert time.monotonic() - started < seconds, left
        time.sleep(0.1)
    return time.monotonic() - started


@dataclass
class Portal:
    process: subprocess.Popen[str]
    var: Path
    port: int
    output: str = ""

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C pour arrêter" in line:
                return
            assert time.monotonic() < deadline, self.output
        self.process.wait()
        pytest.fail(f"the portal stopped: {self.output}{self.process.stderr.read() if self.process.stderr else ''}")

    def stop(self, number: signal.Signals) -> tuple[int, float]:
        """Exit code, and how long the stop took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.output += self.process.communicate(timeout=30)[0]
        return self.process.returncode, time.monotonic() - started


@contextmanager
def portal(var: Path) -> Iterator[Portal]:
    """A portal on `var`, ready; killed at the end if the test has not stopped it."""
    port = free_port()
    process = subprocess.Popen(
        [*PORTAL, "run", "--port", str(port), "--var", str(var)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    with process:
        running = Portal(process, var, port)
        try:
            running.wait_until_ready()
            yield running
        finally:
            process.terminate()


def answer(*command: str, var: Path) -> subprocess.CompletedProcess[str]:
    environment = clean_environment() | {"PORTAL_VAR": str(var)}
    return subprocess.run([*PORTAL, *command], env=environment, capture_output=True, text=True, timeout=60, check=False)


@dataclass(frozen=True)
class FirstRun:
    var: Path
    output: str
    exit_code: int
    stop_seconds: float
    processes_left: list[str]


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The portal's first run on an empty folder, stopped with SIGTERM as soon as it is ready."""
    var = tmp_path_factory.mktemp("portail") / "var"
    with portal(var) as running:
        code, seconds = running.stop(signal.SIGTERM)
    return FirstRun(var, running.output, code, seconds, processes_of(var))


def test_the_first_run_shows_each_step_and_its_time(first_run: FirstRun) -> None:
    steps = re.findall(r"^  ✓ (.+) \([\d,]+\u00a0s\)$", first_run.output, flags=re.MULTILINE)

    assert steps == [
        "base de données et file d’attente",
        "migrations de la base",
        "données officielles",
        "questionnaire de l’action extérieure",
        "compte de l’équipe",
        "données de démonstration",
        "jumelages connus",
        "fichiers statiques",
        "tâches de fond et site",
        "arrêt",
    ]


def test_sigterm_stops_everything_within_five_seconds(first_run: FirstRun) -> None:
    assert first_run.exit_code == 0
    assert first_run.stop_seconds < 5
    assert first_run.processes_left == []


def test_the_first_run_gives_the_staff_login_and_keeps_it_private(first_run: FirstRun) -> None:
    kept = first_run.var / "connexion-equipe.txt"

    assert kept.read_text() in first_run.output
    assert re.search(r"mot de passe +: \S{16,}\n", kept.read_text())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_running_portal_refuses_a_second_and_lends_its_services(first_run: FirstRun) -> None:
    with portal(first_run.var) as running:
        second = answer("run", "--port", str(free_port()), "--var", str(first_run.var), var=first_run.var)
        same_port = answer("run", "--port", str(running.port), "--var", f"{first_run.var}-2", var=first_run.var)
        code = "import os, sys; from django.contrib.auth.models import Group\n"
        code += "print(os.environ['DATABASE_URL'], Group.objects.count()); sys.exit(7)"
        command = answer("manage", "shell", "--verbosity", "0", "--command", code, var=first_run.var)
        state = json.loads((first_run.var / "portal.json").read_text())
        stopped, seconds = running.stop(signal.SIGINT)

    assert (second.returncode, same_port.returncode) == (2, 2)
    assert second.stderr.startswith(
        f"✗ Le portail tourne déjà sur {first_run.var} (processus {running.process.pid}) : "
        f"http://localhost:{running.port}."
    )
    assert same_port.stderr.startswith(f"✗ Le port {running.port} est déjà utilisé par un autre programme.")
    assert (command.returncode, command.stdout.strip()) == (7, f"{state['services']['DATABASE_URL']} 5")
    assert "mot de passe" not in running.output
    assert (stopped, seconds < 5) == (0, True)


def test_nothing_is_left_of_a_killed_portal_and_the_next_one_recovers(first_run: FirstRun) -> None:
    with portal(first_run.var) as killed:
        killed.process.kill()
        killed.process.wait()
        gone_after = wait_until_none(first_run.var, 10)

    with portal(first_run.var) as restarted:
        stopped, seconds = restarted.stop(signal.SIGTERM)

    assert gone_after < 10
    assert (stopped, seconds < 5) == (0, True)


def test_a_command_without_a_portal_starts_its_services_and_stops_them(tmp_path: Path) -> None:
    var = tmp_path / "var"

    code = "import sys; from django.db import connection; print(sys.stdin.read(), connection.ensure_connection())"
    command = subprocess.run(
        [*PORTAL, "manage", "shell", "--verbosity", "0", "--command", code],
        env=clean_environment() | {"PORTAL_VAR": str(var)},
        input="entrée",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (command.returncode, command.stdout.strip()) == (0, "entrée None")
    assert processes_of(var) == []


def test_a_database_that_does_not_answer_is_said_before_anything_is_served(tmp_path: Path) -> None:
    nowhere = f"postgres://personne@127.0.0.1:{free_port()}/rien"

    refused = subprocess.run(
        [*PORTAL, "run", "--port", str(free_port()), "--var", str(tmp_path / "var")],
        env=clean_environment() | {"DATABASE_URL": nowhere},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert refused.returncode == 1
    assert "La base de données ne répond pas comme il faut. Vérifiez DATABASE_URL." in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "var" / "pg").exists()


def test_a_folder_that_cannot_be_made_is_one_sentence() -> None:
    refused = answer("run", "--port", str(free_port()), "--var", "/sys/portail", var=Path("/sys/portail"))

    assert refused.returncode == 2
    assert refused.stderr.startswith("✗ Impossible d’écrire dans /sys/portail : ")
    assert refused.stderr.count("\n") == 1
