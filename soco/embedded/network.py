"""The web address: is it free before starting, does it answer after."""

import errno
import http.client
import socket

from .terminal import PortalError


def refuse_busy_port(host: str, port: int) -> None:
    """Raise PortalError, with what to do, when the site could not listen on `host`:`port`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError):
        raise _unknown_host(host) from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn: a port just left is free
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortalError(
                    f"Le port {port} est déjà utilisé par un autre programme. Arrêtez-le, ou changez de port : "
                    f"./portal run --port {port + 1 if port < 65_535 else 8000}."
                ) from None
            if error.errno == errno.EACCES:
                raise PortalError(
                    f"Le port {port} est réservé à l’administrateur de la machine. Choisissez-en un autre : "
                    "./portal run --port 8000."
                ) from None
            raise _unknown_host(host) from None


def _unknown_host(host: str) -> PortalError:
    return PortalError(
        f"« {host} » n’est pas une adresse de cette machine. Utilisez --host 127.0.0.1 (cette machine seulement) "
        "ou --host 0.0.0.0 (tout le réseau)."
    )


def url_host(host: str) -> str:
    """`host` as it stands in a URL or after gunicorn's --bind: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def answers(host: str, port: int) -> bool:
    """Does a web server answer there? Any HTTP answer counts: what it says is the site's business."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    connection = http.client.HTTPConnection(local, port, timeout=5)
    try:
        connection.request("GET", "/sante/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
