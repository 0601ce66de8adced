import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from soco.embedded import network
from soco.embedded.terminal import PortalError


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a program that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def web() -> Iterator[int]:
    """The port of a web server whose every page is an error."""

    class Failing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(503)

        def log_message(self, *arguments: object) -> None:
            """Nothing on the terminal."""

    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_free_port_is_accepted() -> None:
    assert network.refuse_busy_port("127.0.0.1", free_port()) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])  # noqa: S104
def test_a_busy_port_is_one_sentence_with_the_next_one(listening: int, host: str) -> None:
    with pytest.raises(PortalError) as refused:
        network.refuse_busy_port(host, listening)

    assert str(refused.value) == (
        f"Le port {listening} est déjà utilisé par un autre programme. Arrêtez-le, ou changez de port : "
        f"./portal run --port {listening + 1}."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "é" * 70])
def test_an_address_of_elsewhere_is_one_sentence(host: str) -> None:
    with pytest.raises(PortalError, match="n’est pas une adresse de cette machine"):
        network.refuse_busy_port(host, free_port())


def test_any_http_answer_is_an_answer(web: int) -> None:
    assert network.answers("127.0.0.1", web)
    assert network.answers("0.0.0.0", web)  # noqa: S104


def test_nobody_there_is_no_answer() -> None:
    assert not network.answers("127.0.0.1", free_port())


@pytest.mark.parametrize(("host", "shown"), [("::1", "[::1]"), ("127.0.0.1", "127.0.0.1"), ("mairie", "mairie")])
def test_ipv6_stands_in_brackets(host: str, shown: str) -> None:
    assert network.url_host(host) == shown
