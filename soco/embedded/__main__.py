"""The second half of `./portal`, run by the environment's Python: dispatch, and one clear sentence for each error."""

import sys
from collections.abc import Sequence

from . import arguments, tools
from .processes import StopRequested, stop_on_signals
from .run import run
from .terminal import accept_any_encoding, with_errors_explained

COMMANDS = {"run": run, "test": tools.test, "check": tools.check, "manage": tools.manage, "bench": tools.bench}

EXIT_INTERRUPTED = 130
"""As a shell says it for Ctrl-C; but stopping `run` is how it ends, not an interruption."""


def main(argv: Sequence[str]) -> int:
    accept_any_encoding()
    stop_on_signals()
    try:
        return with_errors_explained(lambda: _dispatch(argv))
    except StopRequested:
        return 0 if argv[:1] == ["run"] else EXIT_INTERRUPTED


def _dispatch(argv: Sequence[str]) -> int:
    understood = arguments.parse(argv)
    return COMMANDS[understood.command](understood)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
