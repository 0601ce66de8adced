"""A real browser: Debian's Chromium driven by Playwright against a live server on the loopback."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from directory.models import Actor
from soco.accounts.models import User
from tests.e2e.browsing import session_of
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, PartnerFactory

CHROMIUM = Path(os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"))
REQUIRED = os.environ.get("PORTAL_E2E") == "required"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.e2e)
            if not CHROMIUM.exists() and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=f"navigateur absent : {CHROMIUM} (voir PORTAL_CHROMIUM)"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, and Django refuses its ORM beside one unless told that it is meant.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking", "--disable-sync"]
        )
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, live_server, settings) -> Iterator[Callable[..., Page]]:
    """`open_page("/repertoire/", width=320, javascript=False, user=…)`: a page, read by `user` already signed in, whose console
    errors fail the test."""
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(
        address: str,
        *,
        width: int = 1280,
        height: int = 800,
        javascript: bool = True,
        dark: bool = False,
        user: User | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="fr-FR",
        )
        contexts.append(context)
        if user:
            context.add_cookies([session_of(user, live_server.url)])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: _is_trouble(message.type, message.text) and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: _is_foreign(request.url, live_server.url) and troubles.append(request.url))
        page.goto(live_server.url + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _is_trouble(kind: str, text: str) -> bool:
    """A console error, but for those that Chromium writes of each page that is meant to refuse or to be missing, or of a network
    that a story cut."""
    return kind == "error" and not re.search("status of (401|403|404|409|410|422|429)|ERR_INTERNET_DISCONNECTED", text)


def _is_foreign(url: str, home: str) -> bool:
    return not url.startswith((home, "data:", "blob:"))


@pytest.fixture
def other_site() -> Iterator[Callable[[str], str]]:
    """`other_site(html)`: the address of a page on another origin that holds this."""
    pages: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages[-1] if self.path == "/" else b"")

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def holding(html: str) -> str:
        pages.append(f"<!doctype html><html lang='fr'><title>Mairie</title>{html}</html>".encode())
        return f"http://127.0.0.1:{server.server_port}/"

    yield holding
    server.shutdown()
    server.server_close()


@pytest.fixture
def repertoire(transactional_db) -> Actor:
    """A small territory: two départements, an EPCI, twenty-five communes and a partner. Gives its largest commune."""
    vienne, charente = DepartementFactory(name="Haute-Vienne", code="87"), DepartementFactory()
    epci = EpciFactory(
        name="Communauté urbaine Limoges Métropole", short_name="CU Limoges Métropole", code="248719312",
        departement=vienne, departement_codes=["87"], population=207_707, member_count=20, latitude=45.83, longitude=1.26,
    )  # fmt: skip
    limoges = CommuneFactory(
        name="Limoges", code="87085", siren="218708501", departement=vienne, epci=epci, population=129_937,
        postal_codes=["87000", "87100"], latitude=45.83, longitude=1.26, email="mairie@limoges.exemple",
        phone="05 55 00 00 00", website="https://limoges.exemple", confirmed=True, official=True,
    )  # fmt: skip
    CommuneFactory(
        name="Saint-Léonard-de-Noblat", code="87161", departement=vienne, epci=epci, population=4_300, ageing=True
    )
    CommuneFactory(name="Saint-Yrieix-la-Perche", code="87187", departement=vienne, population=6_700, outdated=True)
    for position in range(22):
        CommuneFactory(
            name=f"Villeneuve-{position}", code=f"16{position:03d}", departement=charente, population=200 + position
        )
    PartnerFactory(name="Comité de jumelage de Limoges", departement=vienne, demo=True, latitude=45.8, longitude=1.3)
    return limoges
