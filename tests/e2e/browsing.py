"""What every story does: the site's address as the browser knows it, and a session given to it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from soco.accounts.models import User


def home_of(page: Page) -> str:
    """« http://localhost:40123 », from whatever page is open."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def session_of(user: User, home: str) -> dict[str, str]:
    """The session cookie of `user`, signed in a moment ago, for the site at `home`."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": home}


def sign_in(page: Page, user: User) -> None:
    """Give the browser the session of `user`."""
    page.context.add_cookies([session_of(user, home_of(page))])  # type: ignore[list-item]
