"""The files of a deployment say the same as the embedded portal."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from soco.embedded import network, postgres
from soco.embedded.arguments import ROOT


@pytest.fixture(scope="module")
def web_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of gunicorn under our settings, with an application that says how long the query is."""
    folder: Path = tmp_path_factory.mktemp("application")
    (folder / "hello.py").write_text(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [str(len(environ['QUERY_STRING'])).encode()]\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        ROOT / "deploy" / "gunicorn.conf.py",
        "--log-level",
        "error",
    ]
    with subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "hello:application"], cwd=folder) as process:
        deadline = time.monotonic() + 20
        while not network.answers("127.0.0.1", port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/?"
        process.terminate()


def test_a_query_of_12_kilobytes_reaches_the_site(web_server: str) -> None:
    with urllib.request.urlopen(web_server + "a" * 12_000) as answer:
        assert answer.read() == b"12000"


def test_a_longer_request_line_is_refused_before_it_fills_the_memory(web_server: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(web_server + "a" * 17_000)

    with refused.value as answer:
        assert answer.code == 414


def test_the_container_sorts_and_folds_like_the_embedded_database() -> None:
    compose = YAML(typ="safe").load(ROOT / "docker-compose.yml")

    options = compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert set(options) <= set(postgres.INITDB_OPTIONS)
    assert {option for option in postgres.INITDB_OPTIONS if "locale" in option} <= set(options)
