"""The data folder (`var/`): its files, its lock, and what a running portal says about itself there."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .terminal import PortalError

SOCKET_PATH_BYTES = 107
"""The longest path that the system accepts for a Unix socket (108 bytes with its final NUL)."""

_LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
_AWKWARD_IN_ADDRESSES = set(',@%?#"\\')
"""Characters that separate or escape something in PostgreSQL's or the broker's addresses."""

_LOG_BYTES = 10_000_000
_PREVIOUS_STOP_SECONDS = 12


@dataclass(frozen=True)
class Running:
    """What the process that holds the folder tells the others: who it is and, once they are up, its services."""

    pid: int
    command: str
    site_url: str = ""
    services: dict[str, str] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True


class FolderIsBusy(PortalError):
    """Another portal command holds the folder."""


class VarFolder:
    """One data folder. Everything in it is private to its owner (0700)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.postgres = path / "pg"
        self.valkey = path / "valkey"
        self.logs = path / "journaux"
        self.beat_schedule = path / "beat" / "schedule"
        self.staff_login = path / "connexion-equipe.txt"
        self._state = path / "portal.json"
        self._secret_key = path / "secret_key"
        self._lock_fd: int | None = None
        self._socket_fallback: Path | None = None

    def create(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.logs, self.beat_schedule.parent, self.path / "static", self.path / "media"):
            folder.mkdir(mode=0o700, exist_ok=True)

    def secret_key(self) -> str:
        """The key of this folder's portal, drawn once."""
        if not self._secret_key.exists():
            write_private(self._secret_key, secrets.token_urlsafe(50))
        return self._secret_key.read_text(encoding="ascii")

    def log(self, name: str) -> Path:
        """The log file called `name`; one that grew past 10 MB is set aside first, as `<name>.log.1`."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def socket_folder(self, preferred: Path) -> Path:
        """`preferred`, or a private temporary folder when sockets cannot stand there (path too long, or awkward)."""
        if _is_short_enough(preferred) and not _AWKWARD_IN_ADDRESSES & set(str(preferred)):
            return preferred
        if self._socket_fallback is None:
            self._socket_fallback = Path(tempfile.mkdtemp(prefix="portail-"))
        folder = self._socket_fallback / preferred.name
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_short_enough(folder):
            raise PortalError(
                f"Le chemin {preferred} est trop long pour y ouvrir la base de données, celui du dossier temporaire "
                "aussi. Choisissez un dossier au chemin plus court : ./portal run --var DOSSIER."
            )
        return folder

    # --- who holds the folder ---------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def held_by(self, command: str, site_url: str = "") -> Iterator[None]:
        """Hold the folder for this process, or raise FolderIsBusy, which says who holds it.

        The services inherit the lock: after a `kill -9` of this process, the folder is free only when the last of them
        has stopped, so that the next start never meets a database that is still closing.
        """
        lock_fd = os.open(self.path / "portal.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for_lock(lock_fd)
            self._lock_fd = lock_fd
            self.publish(Running(os.getpid(), command, site_url))
            yield
        finally:
            if self._lock_fd is not None:
                self.withdraw()
                self._lock_fd = None
            os.close(lock_fd)
            if self._socket_fallback is not None:
                shutil.rmtree(self._socket_fallback, ignore_errors=True)

    @property
    def inherited_fds(self) -> list[int]:
        """What a service must inherit to keep the folder held as long as it lives."""
        return [] if self._lock_fd is None else [self._lock_fd]

    def publish(self, running: Running) -> None:
        write_private(self._state, json.dumps(asdict(running), ensure_ascii=False, indent=1))

    def withdraw(self) -> None:
        """Say nothing any more: whoever comes now waits for the end of the stop instead of reading about us."""
        with contextlib.suppress(OSError):
            self._state.unlink()

    def running(self) -> Running | None:
        """The process that holds the folder, when it is alive and says so."""
        try:
            running = Running(**json.loads(self._state.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return running if running.is_alive and self._is_held() else None

    def _is_held(self) -> bool:
        with (self.path / "portal.lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _wait_for_lock(self, lock_fd: int) -> None:
        deadline = time.monotonic() + _PREVIOUS_STOP_SECONDS
        while True:
            try:
                return fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                running = self.running()
                if running is not None:
                    raise self._busy(running) from None
                if time.monotonic() > deadline:
                    raise FolderIsBusy(
                        f"Des processus d’un portail précédent utilisent encore {self.path}. Attendez quelques "
                        "secondes et relancez ; si cela dure, redémarrez la machine. Les données sont intactes."
                    ) from None
            time.sleep(0.1)

    def _busy(self, running: Running) -> FolderIsBusy:
        if running.command == "run":
            return FolderIsBusy(
                f"Le portail tourne déjà sur {self.path} (processus {running.pid}) : {running.site_url}. "
                f"Pour l’arrêter : Ctrl-C dans sa fenêtre, ou « kill {running.pid} ». "
                "Pour en lancer un second à côté : ./portal run --var AUTRE_DOSSIER --port AUTRE_PORT."
            )
        return FolderIsBusy(
            f"Une commande « ./portal {running.command} » (processus {running.pid}) utilise déjà {self.path}. "
            "Attendez sa fin, puis relancez."
        )


def _is_short_enough(folder: Path) -> bool:
    return len(os.fsencode(folder / _LONGEST_SOCKET_NAME)) <= SOCKET_PATH_BYTES


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, readable by its owner only, complete or not at all."""
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)
