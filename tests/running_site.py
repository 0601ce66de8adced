"""The site as it runs: gunicorn with its own settings on a free port of the loopback, for tests and measures of many at once."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

READY_SECONDS = 60
HOST = "127.0.0.1"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ONCE = re.compile(r'name="once" value="([^"]+)"')


@contextmanager
def running(**environment: str) -> Iterator[int]:
    """Serve this process's database; yields the port. Stopped at the end, whatever happens."""
    port = _free_port()
    base, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    own = {
        "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
        "PORTAL_PROCESS": "web",
        "ALLOWED_HOSTS": HOST,
    }
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--config", str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")),
            *("--bind", f"{HOST}:{port}", "--log-level", "error", "soco.wsgi:application"),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | own | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the site did not start") from error
            time.sleep(0.05)
        else:
            return


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str


@dataclass
class Visitor:
    """One browser without scripts: keeps its cookie and the token of the last form."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    once: str = ""
    _connection: HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        said = {"csrfmiddlewaretoken": self.token, "once": self.once} | fields
        return self._ask("POST", path, urlencode(said, doseq=True))

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._connection is None:
            self._connection = HTTPConnection(HOST, self.port, timeout=120)
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equal, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.token = _first(_TOKEN, text) or self.token
        self.once = _first(_ONCE, text) or self.once
        return Answer(response.status, response.headers.get("Location", ""), text)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
