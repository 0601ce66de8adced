"""The children of a portal: each in its own process group, none outlives the portal, all stop within five seconds."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self

from . import guard
from .terminal import ChildFailed, last_lines

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = {"programs": 2.5, "services": 1.5}
"""How long each may take to stop: first what uses the services, then the services. Five at most in all."""


class StopRequested(BaseException):
    """Ctrl-C, `kill`, or a closed terminal. Not an Exception: nothing but the end of the portal catches it."""


def stop_on_signals() -> None:
    """From now on, Ctrl-C, SIGTERM and SIGHUP raise StopRequested, once: the stop itself is never interrupted."""
    heard = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup ./portal run` outlives its terminal
        heard.append(signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for signal_number in heard:
            signal.signal(signal_number, signal.SIG_IGN)
        raise StopRequested

    for signal_number in heard:
        signal.signal(signal_number, stop)


def dies_with_parent(signal_number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `signal_number` to the child when its parent dies, were it by `kill -9`.

    Linux only (prctl(2), PR_SET_PDEATHSIG). Call Popen from the main thread: the kernel watches the thread that forked.
    """
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def before_exec() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return before_exec


@dataclass(frozen=True)
class Child:
    """One started program. `label` is its French name."""

    label: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    is_service: bool

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def failure(self, sentence: str) -> ChildFailed:
        """`sentence` about this child, followed by the end of its log."""
        return ChildFailed(f"{sentence} Fin de son journal, {self.log} :\n{last_lines(self.log)}")


class Children:
    """Everything that was started, in order. Leaving the `with` block stops it all."""

    def __init__(self, inherited_fds: Sequence[int] = ()) -> None:
        self._all: list[Child] = []
        self._inherited_fds = inherited_fds

    def __enter__(self) -> Self:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=self._inherited_fds,
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._guard.communicate(guard.END)

    def start(
        self,
        label: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        is_service: bool = False,
        shows_output: bool = False,
        user: int | None = None,
    ) -> Child:
        """Start `command`, its output appended to `log` (its errors alone when it `shows_output` in the terminal).

        `stop_signal` both stops it and is what the kernel sends it if this process dies. A service (`is_service`) is
        stopped after the programs that use it. `user` is the uid (and gid) to take, when this process is root.
        """
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=None if shows_output else output,
                stderr=output,
                env=env,
                cwd=cwd,
                process_group=0,  # Ctrl-C in the terminal reaches the portal alone, which stops each child its own way
                preexec_fn=dies_with_parent(stop_signal),
                pass_fds=self._inherited_fds,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        child = Child(label, process, log, stop_signal, is_service)
        self._all.append(child)
        self._tell_guard(process.pid)
        return child

    def wait_for(self, child: Child) -> int:
        """Wait until a child that has an end reaches it; return its exit code."""
        code = child.process.wait()
        self._all.remove(child)
        return code

    def watch(self, seconds: float = 0.25) -> NoReturn:
        """Wait until one of the children stops by itself, then raise ChildFailed about it. Never returns."""
        while True:
            for child in self._all:
                if not child.is_running:
                    raise child.failure(
                        f"« {child.label} » s’est arrêté de lui-même (code {child.process.returncode}), donc tout le "
                        "portail s’arrête. Les données sont intactes."
                    )
            time.sleep(seconds)

    def stop(self) -> None:
        """Stop the programs, then the services; kill what is late. Safe to call twice."""
        _stop_together([child for child in self._all if not child.is_service], _STOP_SECONDS["programs"])
        _stop_together([child for child in self._all if child.is_service], _STOP_SECONDS["services"])
        self._all.clear()

    def _tell_guard(self, group: int) -> None:
        if self._guard.stdin:
            self._guard.stdin.write(f"{group}\n")
            self._guard.stdin.flush()


def _stop_together(children: Iterable[Child], seconds: float) -> None:
    running = [child for child in children if child.is_running]
    for child in running:
        child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + seconds
    for child in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        # The whole group: a master that was killed, or that crashed, may have left workers behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
