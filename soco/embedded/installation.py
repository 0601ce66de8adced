"""The environment `.venv`: made with the standard library alone, from a lock of hashed wheels, and only when needed."""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from .terminal import PortalError, last_lines, say, step

STAMP = "portal-installation.json"
LOG = "portal-installation.log"

_NETWORK_IS_DOWN = "le réseau ne répond pas. Vérifiez la connexion (et le proxy), puis relancez la même commande"
_PIP_FAILURES = {
    "DO NOT MATCH THE HASHES": "un fichier téléchargé ne correspond pas à son empreinte. Relancez ; si cela se répète, "
    "passez par un autre réseau",
    "No space left on device": "le disque est plein. Libérez de la place (1 Go suffit), puis relancez",
    "name resolution": _NETWORK_IS_DOWN,
    "NewConnectionError": _NETWORK_IS_DOWN,
    "ProxyError": _NETWORK_IS_DOWN,
    "ConnectTimeout": _NETWORK_IS_DOWN,
    "ReadTimeout": _NETWORK_IS_DOWN,
    "No matching distribution": "une bibliothèque n’existe pas pour ce système. Utilisez Linux (x86-64 ou ARM 64) "
    "avec Python 3.11 à 3.14, puis relancez",
}


def ensure(root: Path, lock: str, *, before: Callable[[], None] = lambda: None) -> Path:
    """Return the environment's Python once everything in `requirements/<lock>.lock` is installed in it.

    `before` runs when an installation is needed, just before it: a last chance to refuse before a minute of work.
    """
    environment = Environment(root)
    if environment.needs(lock):
        before()
        with _only_one_installer(root) as lock_fd:
            if environment.needs(lock):  # another portal may have done it while this one waited
                environment.install(lock, lock_fd)
    return environment.python


class Environment:
    """The folder `.venv` of a checkout, and what is installed in it.

    A stamp inside remembers the locks that were installed, by their SHA-256. It is removed before any change and
    written after it: an interrupted installation leaves none, and the next one starts from an empty environment.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / STAMP
        self.log = self.folder / LOG

    def needs(self, lock: str) -> bool:
        return self._installed().get(lock) != self._fingerprint(lock)

    def install(self, lock: str, lock_fd: int) -> None:
        with step("installation des bibliothèques (une minute environ la première fois)"):
            if not self._installed():
                self._create(lock_fd)
            self.stamp.unlink(missing_ok=True)
            satisfied = self._satisfied_by(lock)
            self._run(
                *("-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
                *("--require-hashes", "--only-binary", ":all:", "-r", str(self._lock_file(lock))),
                python=self.python,
                lock_fd=lock_fd,
                explain=self._explain_pip,
            )
            if satisfied == self._satisfied_by(lock):  # else a lock changed meanwhile: the next start installs it
                content = {"python": self._python_version(), "locks": satisfied}
                self.stamp.write_text(json.dumps(content), encoding="utf-8")

    def _installed(self) -> dict[str, str]:
        """Lock name → SHA-256 of what is installed; empty when nothing is, or nothing that still works."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            return dict(stamp["locks"]) if stamp["python"] == self._python_version() else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _python_version(self) -> str | None:
        """« 3.11 » as the environment's Python says it now; None when it is gone or was replaced by a broken one."""
        question = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            command = [str(self.python), "-I", "-S", "-c", question]
            answer = subprocess.run(command, capture_output=True, check=True, text=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return answer.stdout.strip()

    def _satisfied_by(self, lock: str) -> dict[str, str]:
        """The locks that hold once `lock` is installed: itself, and production when every pin of it is in `lock`."""
        names = {lock}
        if self._pins("production") <= self._pins(lock):
            names.add("production")
        return {name: self._fingerprint(name) for name in sorted(names)}

    def _pins(self, lock: str) -> set[str]:
        lines = self._lock_file(lock).read_text(encoding="utf-8").splitlines()
        return {line.rstrip(" \\") for line in lines if line and not line.startswith((" ", "#"))}

    def _fingerprint(self, lock: str) -> str:
        return hashlib.sha256(self._lock_file(lock).read_bytes()).hexdigest()

    def _lock_file(self, lock: str) -> Path:
        return self.root / "requirements" / f"{lock}.lock"

    def _create(self, lock_fd: int) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise PortalError(
                    f"Il manque à Python le module « {module} ». Installez-le (Debian, Ubuntu : "
                    "« sudo apt install python3-venv »), puis relancez la même commande."
                )
        self.folder.mkdir(exist_ok=True)
        self._run(
            *("-m", "venv", "--clear", str(self.folder)),
            # The base interpreter: the portal may itself run inside the environment that is being made anew.
            python=Path(getattr(sys, "_base_executable", "") or sys.executable),
            lock_fd=lock_fd,
            explain=self._explain_venv,
        )

    def _run(self, *arguments: str, python: Path, lock_fd: int, explain: Callable[[str], PortalError]) -> None:
        """Run the isolated `python` with `arguments`, its output kept in the log. Raises what `explain` says of it."""
        result = subprocess.run(
            [python, "-I", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[lock_fd],
            text=True,
            errors="replace",
            check=False,
        )
        self.log.write_text(result.stdout, encoding="utf-8")
        if result.returncode != 0:
            raise explain(result.stdout)

    def _explain_venv(self, output: str) -> PortalError:
        return PortalError(
            f"L’environnement Python {self.folder} n’a pas pu être créé. Le détail est dans {self.log}, dont la fin :\n"
            + last_lines(self.log, 5)
        )

    def _explain_pip(self, output: str) -> PortalError:
        for sign, sentence in _PIP_FAILURES.items():
            if sign in output:
                return PortalError(f"L’installation des bibliothèques s’est arrêtée : {sentence}. Détail : {self.log}")
        return PortalError(
            f"L’installation des bibliothèques a échoué. Le détail est dans {self.log}, dont la fin :\n"
            + last_lines(self.log, 5)
        )


@contextlib.contextmanager
def _only_one_installer(root: Path) -> Iterator[int]:
    """Two portals started together install one after the other; the block receives the lock's file descriptor.

    The lock is on the checkout's folder itself (no file to leave behind), and pip inherits it: it is held until the
    last of them has stopped writing, even when the portal that started pip was killed.
    """
    lock_fd = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  … une autre installation est en cours dans ce dossier, attente de sa fin")
            fcntl.flock(lock_fd, fcntl.LOCK_EX)
        yield lock_fd
    finally:
        os.close(lock_fd)
