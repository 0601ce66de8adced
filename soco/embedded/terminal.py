"""What the person at the terminal reads: steps with their time, and errors as one sentence."""

import contextlib
import errno
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO


class PortalError(Exception):
    """What the user can act on. The message is French: what happened, what was kept, what to do."""

    exit_code = 2
    """Refused: something must be changed first, and the sentence says what."""


class ChildFailed(PortalError):
    """Something that was started did not hold."""

    exit_code = 1


_BLOCKING_ERRORS = {
    errno.EACCES: "l’accès y est refusé. Donnez-vous le droit d’écrire dans ce dossier, ou choisissez-en un autre",
    errno.EPERM: "l’accès y est refusé. Donnez-vous le droit d’écrire dans ce dossier, ou choisissez-en un autre",
    errno.EROFS: "ce disque est en lecture seule. Copiez le portail sur un disque où l’on peut écrire",
    errno.ENOTDIR: "ce chemin passe par un fichier. Choisissez un dossier",
    errno.EEXIST: "c’est un fichier. Choisissez un dossier",
    errno.ENOSPC: "le disque est plein. Libérez de la place (1 Go suffit) puis relancez",
    errno.EDQUOT: "votre quota de disque est atteint. Libérez de la place (1 Go suffit) puis relancez",
}


def explain(error: OSError) -> PortalError | None:
    """The sentence for a file that cannot be written, or None when the error is a defect of ours."""
    reason = _BLOCKING_ERRORS.get(error.errno or 0)
    if reason is None:
        return None
    return PortalError(f"Impossible d’écrire dans {error.filename or 'le dossier du portail'} : {reason}.")


def accept_any_encoding() -> None:
    """A terminal that lacks « ✓ » shows « ? » instead of stopping the portal."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str = "", *, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print `text` at once; a terminal that was closed meanwhile never prevents a clean stop."""
    with contextlib.suppress(OSError):
        print(text, file=stream or sys.stdout, end=end, flush=True)


def with_errors_explained(action: Callable[[], int]) -> int:
    """Return `action`'s exit code; what the user can act on becomes one sentence and its own exit code."""
    try:
        return action()
    except PortalError as error:
        refused = error
    except OSError as error:
        explained = explain(error)
        if explained is None:
            raise
        refused = explained
    say(f"✗ {refused}", stream=sys.stderr)
    return refused.exit_code


def duration(seconds: float) -> str:
    """`1.23` → `1,2 s`, with a no-break space."""
    return f"{seconds:.1f}".replace(".", ",") + "\u00a0s"


@contextlib.contextmanager
def step(label: str, *, stream: TextIO | None = None) -> Iterator[None]:
    """Show `label` while the block runs, then ✓ or ✗ and the time it took."""
    stream = stream or sys.stdout
    live = stream.isatty()
    if live:
        say(f"  … {label}", stream=stream, end="\r")
    started = time.monotonic()
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        say(f"  {mark} {label} ({duration(time.monotonic() - started)})", stream=stream)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, indented, for an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:])
