"""What the tests of visits' pages share: who signs in, what a report's page sends."""

from typing import Any

from django.contrib.auth.models import Group as AuthGroup
from django.core.management import call_command
from django.test import Client

from soco.accounts.models import User
from tests.factories import UserFactory


def signed_in(role: str, **values: Any) -> Client:
    """A browser whose person has this role; `client.user` is that person."""
    call_command("sync_permissions")
    user: User = UserFactory(staff=True, **values)
    user.groups.add(AuthGroup.objects.get(name=role))
    client = Client()
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


def report_of(**typed: Any) -> dict[str, Any]:
    """What the page of a report sends: a visit that took place, and what is typed beside it (« personnes-0-job »)."""
    sent: dict[str, Any] = {
        "result": "realisee",
        "starts_at_0": "2026-01-12",
        "starts_at_1": "10:00",
        "version": "1",
        "geste": "enregistrer",
    }
    for part in ("personnes", "besoins", "engagements"):
        count = 1 + max((int(name.split("-")[1]) for name in typed if name.startswith(f"{part}-")), default=-1)
        sent |= {f"{part}-TOTAL_FORMS": str(count), f"{part}-INITIAL_FORMS": "0"}
    return sent | typed
