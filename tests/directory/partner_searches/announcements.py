"""What the tests of announcements share: values as a form gives them, what a browser posts."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from soco.mailing.models import Message


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def values(**said: Any) -> dict[str, Any]:
    """FIELDS of an announcement, for the services."""
    usual = {
        "kind": "demande",
        "title": "Port de pêche cherche une ville de la Baltique",
        "description": "Des échanges de jeunes autour de la voile.",
        "country_codes": ["DE"],
        "theme_codes": [],
        "population_bands": [],
        "languages": ["fr"],
        "identity_tags": ["littoral"],
        "deadline": in_days(90),
    }
    return usual | said


def posted(**said: Any) -> dict[str, Any]:
    """The same as a browser sends it."""
    usual = values()
    return usual | {"deadline": usual["deadline"].isoformat()} | said


def mails() -> list[tuple[str, str]]:
    """Every mail asked for: its kind without its app, and to whom."""
    rows = Message.objects.order_by("pk").values_list("kind", "to_email")
    return [(kind.removeprefix("directory.search_"), address) for kind, address in rows]
