"""Is the portal alive? Database, broker, and the clock's last tick, each with what was seen."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

TICK_KEY = "web.beat_tick"


@dataclass(frozen=True)
class Check:
    name: str
    is_ok: bool
    detail: str


def check_database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return Check("base", False, type(error).__name__)
    return Check("base", True, _("répond"))


def check_broker() -> Check:
    from soco.celery import app

    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:
        return Check("file", False, type(error).__name__)
    return Check("file", True, _("répond"))


def check_beat() -> Check:
    """The beat sends a tick, a worker writes it down: late, one of the two is not working."""
    try:
        ticked_at = cache.get(TICK_KEY)
    except Exception as error:
        return Check("horloge", False, type(error).__name__)
    if ticked_at is None:
        return Check("horloge", False, _("aucun battement reçu"))
    seconds = round((timezone.now() - ticked_at).total_seconds())
    return Check(
        "horloge",
        seconds <= settings.BEAT_LATE_SECONDS,
        _("dernier battement il y a %(seconds)d s") % {"seconds": seconds},
    )


def tick() -> None:
    """Write down that beat, broker and worker just did one round together."""
    cache.set(TICK_KEY, timezone.now(), timeout=None)


def report() -> list[Check]:
    return [check_database(), check_broker(), check_beat()]
