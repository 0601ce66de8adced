"""The first half of `./portal`, run by whatever Python the machine has: understand, install, hand over."""

import os
from collections.abc import Sequence
from pathlib import Path

from . import arguments, installation, network
from .arguments import ROOT, Arguments
from .terminal import accept_any_encoding, say, with_errors_explained

NEED_TEST_LIBRARIES = ("test", "check", "bench")
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Return an exit code, or become `.venv/bin/python -m soco.embedded …` and never return."""
    accept_any_encoding()
    try:
        return with_errors_explained(lambda: _install_and_hand_over(argv))
    except KeyboardInterrupt:
        say("\n  Arrêté. Relancez la même commande pour reprendre.")
        return EXIT_INTERRUPTED


def _install_and_hand_over(argv: Sequence[str]) -> int:
    understood = arguments.parse(argv)
    if understood.command == "help":
        say(arguments.HELP, end="")
        return 0
    python = _install(understood)
    if understood.command == "setup":
        return 0
    # -P and PYTHONPATH: our packages are found from any current folder, and nothing in that folder hides them.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return os.execve(python, [str(python), "-P", "-m", "soco.embedded", *argv], {**os.environ, "PYTHONPATH": path})


def _install(understood: Arguments) -> Path:
    def refuse_early() -> None:
        if understood.command == "run":
            network.refuse_busy_port(understood.host, understood.port)

    lock = "tests" if understood.command in NEED_TEST_LIBRARIES else "production"
    return installation.ensure(ROOT, lock, before=refuse_early)
