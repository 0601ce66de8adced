"""The environment that each Django process receives: where its data are, and production's defaults."""

import os
from urllib.parse import urlsplit

from .folder import VarFolder
from .network import url_host

PRODUCTION_SETTINGS = "soco.settings.base"
TEST_SETTINGS = "soco.settings.test"

_READ_BY_DJANGO = {
    *("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "REGION_CODE"),
    *("NETWORK_NAME", "TILE_URL", "SENTRY_DSN", "MEDIA_STORAGE_URL", "MAIL_FROM", "CSRF_TRUSTED_ORIGINS"),
    *("DJANGO_SETTINGS_MODULE", "PORTAL_PROCESS"),
}


def for_portal(folder: VarFolder, host: str, port: int) -> dict[str, str]:
    """The caller's environment, completed so that the portal answers on `host`:`port`."""
    site_url = site_address(port)
    public_host = urlsplit(site_url).hostname or "localhost"
    hosts = dict.fromkeys(["localhost", "127.0.0.1", "[::1]", url_host(host), public_host])
    defaults = {"SITE_URL": site_url, "ALLOWED_HOSTS": ",".join(hosts)}
    return defaults | for_command(folder) | {"DJANGO_SETTINGS_MODULE": PRODUCTION_SETTINGS}


def for_command(folder: VarFolder) -> dict[str, str]:
    """The caller's environment, completed for a management command on this folder."""
    defaults = {"DJANGO_SETTINGS_MODULE": PRODUCTION_SETTINGS}
    # A variable left empty (`SECRET_KEY=`) is a variable that was not given.
    given = {name: value for name, value in os.environ.items() if value or name not in _READ_BY_DJANGO}
    if "SECRET_KEY" not in given:
        defaults["SECRET_KEY"] = folder.secret_key()
    return defaults | given | {"PORTAL_VAR": str(folder.path), "PORTAL_PROCESS": "command"}


def for_tools(folder: VarFolder, settings: str) -> dict[str, str]:
    """An environment in which nothing of the caller's portal shows: tests and measures are the same everywhere."""
    neutral = {
        name: value
        for name, value in os.environ.items()
        if name not in _READ_BY_DJANGO and not name.startswith("OIDC_")
    }
    return neutral | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": "only-for-tests-checks-and-benchmarks-never-for-a-portal-that-people-use",
        "PORTAL_VAR": str(folder.path),
        "PORTAL_PROCESS": "command",
    }


def site_address(port: int) -> str:
    """The address that people type: a host name by default, because passkeys refuse bare IP addresses."""
    return os.environ.get("SITE_URL") or f"http://localhost:{port}"
