import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from soco.embedded.processes import Child, Children
from soco.embedded.terminal import ChildFailed

# A program that refuses to stop, with a child of its own that refuses too.
STUBBORN = """
import os, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
os.fork()
print(os.getpid(), flush=True)
time.sleep(60)
"""


def exists(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(happened, seconds: float = 10) -> float:  # type: ignore[no-untyped-def]
    """Wait for `happened()`; return how long it took."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < seconds, "too late"
        time.sleep(0.02)
    return time.monotonic() - started


def pids(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()]


def start_stubborn(children: Children, log: Path, *, is_service: bool = False) -> Child:
    command = [sys.executable, "-c", STUBBORN]
    return children.start("têtu", command, log=log, env=dict(os.environ), is_service=is_service)


def test_a_child_stops_at_its_own_signal(children: Children, tmp_path: Path) -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, lambda *_: sys.exit(7)); print(1, flush=True); signal.pause()"
    )
    log = tmp_path / "log"
    child = children.start(
        "base", [sys.executable, "-c", code], log=log, env=dict(os.environ), stop_signal=signal.SIGINT
    )
    wait_until(lambda: log.read_text())

    children.stop()

    assert child.process.returncode == 7


def test_programs_stop_before_the_services_they_use(children: Children, tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def stop(*_): time.sleep(float(sys.argv[3])); print(sys.argv[2], file=open(sys.argv[1], 'a')); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); print(1, flush=True); signal.pause()"
    )
    for name, seconds, is_service in (("service", 0, True), ("programme", 0.3, False)):
        command = [sys.executable, "-c", code, str(order), name, str(seconds)]
        children.start(name, command, log=tmp_path / name, env=dict(os.environ), is_service=is_service)
    wait_until(lambda: (tmp_path / "service").read_text() and (tmp_path / "programme").read_text())

    children.stop()

    assert order.read_text().split() == ["programme", "service"]


def test_children_that_refuse_to_stop_are_killed_within_five_seconds(children: Children, tmp_path: Path) -> None:
    start_stubborn(children, tmp_path / "program")
    start_stubborn(children, tmp_path / "service", is_service=True)
    wait_until(lambda: len(pids(tmp_path / "program")) == len(pids(tmp_path / "service")) == 2)
    stubborn = pids(tmp_path / "program") + pids(tmp_path / "service")
    started = time.monotonic()

    children.stop()

    assert time.monotonic() - started < 5
    assert wait_until(lambda: not any(map(exists, stubborn)), 0.5) < 0.5


def test_a_child_that_stops_by_itself_is_named_with_the_end_of_its_log(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    children.start("horloge", ["sh", "-c", "echo la pile est vide; exit 3"], log=log, env=dict(os.environ))

    with pytest.raises(ChildFailed) as failed:
        children.watch()

    assert "« horloge » s’est arrêté de lui-même (code 3)" in str(failed.value)
    assert str(failed.value).endswith("    la pile est vide")
    assert failed.value.exit_code == 1


def test_nothing_outlives_a_killed_portal(tmp_path: Path) -> None:
    """Not the child that stops when asked, nor the one that refuses, nor the children of either."""
    code = (
        "import os, signal, sys; from pathlib import Path; from soco.embedded.processes import Children\n"
        "with Children() as children:\n"
        "    children.start('docile', ['sh', '-c', 'echo $$; sleep 60'], log=Path(sys.argv[1]), env=os.environ)\n"
        "    children.start('têtu', [sys.executable, '-c', sys.argv[3]], log=Path(sys.argv[2]), env=os.environ)\n"
        "    print('prêt', flush=True); signal.pause()\n"
    )
    logs = [tmp_path / "docile", tmp_path / "stubborn"]
    with subprocess.Popen([sys.executable, "-c", code, *logs, STUBBORN], stdout=subprocess.PIPE, text=True) as portal:
        portal.stdout.readline()
        wait_until(lambda: (len(pids(logs[0])), len(pids(logs[1]))) == (1, 2))
        started = [*pids(logs[0]), *pids(logs[1])]

        portal.kill()

        assert wait_until(lambda: not any(map(exists, started)), 10) < 10
