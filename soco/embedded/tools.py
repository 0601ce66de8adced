"""`./portal manage`, `test`, `bench` and `check`: one command each, with the services it needs around it."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import environment, services
from .arguments import ROOT, Arguments
from .folder import FolderIsBusy, Running, VarFolder
from .processes import Children, StopRequested, dies_with_parent
from .terminal import say, step

_PORTAL_STARTS_SECONDS = 90
_STOP_SECONDS = 3


def manage(arguments: Arguments) -> int:
    """Run a management command with the services of the portal that runs on the folder, else with its own."""
    folder = VarFolder(arguments.var)
    folder.create()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments.rest]
    env = environment.for_command(folder)
    given = services.given()
    if given.keys() == set(services.ADDRESSES):
        return _foreground(command, env)
    if running := _running_portal(folder):
        return _foreground(command, env | running.services | given)
    with folder.held_by("manage"), Children(folder.inherited_fds) as children:
        return _foreground(command, env | services.start(folder, children, given))


def test(arguments: Arguments) -> int:
    """Run the tests on a PostgreSQL of their own, which forgets rather than waits for the disk."""
    with _tool_services(arguments, environment.TEST_SETTINGS, is_disposable=True) as env:
        return _foreground([sys.executable, "-m", "pytest", *arguments.rest], env, cwd=ROOT)


def bench(arguments: Arguments) -> int:
    """Run the benchmarks under production's settings, on a PostgreSQL as durable as production's."""
    with _tool_services(arguments, environment.PRODUCTION_SETTINGS, is_disposable=False) as env:
        return _foreground([sys.executable, "-m", "tests.bench", *arguments.rest], env, cwd=ROOT)


def check(arguments: Arguments) -> int:
    """Run every static check, even after one has failed; 0 only if all pass."""
    python = sys.executable
    lint_imports = "from importlinter.cli import lint_imports_command as main; main()"
    checks = {
        "style (ruff)": [python, "-m", "ruff", "check", ".", "portal"],
        "mise en forme (ruff)": [python, "-m", "ruff", "format", "--check", ".", "portal"],
        "sens des imports (import-linter)": [python, "-c", lint_imports, "--no-logo"],
        "types (mypy)": [python, "-m", "mypy"],
        "gabarits (djlint)": [python, "-m", "djlint", "--lint", "templates"],
        "migrations manquantes": [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        "réglages de production": [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        "docker-compose.yml": [
            *(python, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ],
    }
    with _tool_services(arguments, environment.PRODUCTION_SETTINGS, is_disposable=True) as env:
        # As on the Internet, so that what https alone switches on is checked too.
        env |= {"SITE_URL": "https://portail.example.org", "ALLOWED_HOSTS": "portail.example.org"}
        failed = [label for label, command in checks.items() if not _passes(label, command, env)]
    if failed:
        say(f"\n{len(failed)} vérification(s) sur {len(checks)} à corriger : {', '.join(failed)}.")
        return 1
    say(f"\nLes {len(checks)} vérifications passent.")
    return 0


def _running_portal(folder: VarFolder) -> Running | None:
    """The portal that serves on the folder, once its services are up; None when none runs."""
    deadline = time.monotonic() + _PORTAL_STARTS_SECONDS
    while (running := folder.running()) and running.command == "run":
        if running.services:
            return running
        if time.monotonic() > deadline:
            raise FolderIsBusy(f"Le portail (processus {running.pid}) démarre encore. Attendez-le, puis relancez.")
        time.sleep(0.1)
    return None


@contextlib.contextmanager
def _tool_services(arguments: Arguments, settings: str, *, is_disposable: bool) -> Iterator[dict[str, str]]:
    """The environment of a tool, with services of its own in `var/<command>`: a portal that runs is not disturbed."""
    arguments.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = VarFolder(arguments.var / arguments.command)
    folder.create()
    with folder.held_by(arguments.command), Children(folder.inherited_fds) as children:
        with step("base de données et file d’attente", stream=sys.stderr):
            addresses = services.start(folder, children, {}, is_disposable=is_disposable)
        yield environment.for_tools(folder, settings) | addresses


def _foreground(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run `command` with the terminal's input and output; return its exit code (128 + n when signal n killed it).

    Ctrl-C is the command's own business (a Python shell goes on after it): the terminal sends it, we wait.
    """
    signal.signal(signal.SIGINT, lambda number, frame: None)
    process = subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        code = process.wait()
    except StopRequested:
        process.terminate()
        try:
            code = process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
    return code if code >= 0 else 128 - code


def _passes(label: str, command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Run one check, show its name, its result and its time, and what it printed if it fails."""
    try:
        with step(label):
            subprocess.run(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
    except subprocess.CalledProcessError as failure:
        say("\n".join(f"      {line}" for line in failure.stdout.splitlines()))
        return False
    return True
