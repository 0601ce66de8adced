"""What a phone sends, for tests."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from outreach.models import Visit
from soco.accounts.models import User

ADDRESS = "/terrain/comptes-rendus/"


def report(**said: Any) -> dict[str, Any]:
    """What came of a visit, as a phone says it."""
    known = {
        "result": "realisee",
        "starts_at": timezone.now().isoformat(),
        "minutes": 50,
        "km": 32,
        "checklist": ["services"],
        "text": "Le maire veut une formation.",
        "people": [{"job": "Maire", "name": "Jeanne Roy", "email": "", "phone": "", "agrees": True}],
        "needs": [{"service": "", "label": "Une formation des élus"}],
        "promises": [{"text": "Envoyer le programme", "due_on": None}],
        "next_contact_on": None,
    }
    return known | said


def sent(visit: Visit, user: User, **said: Any) -> dict[str, Any]:
    """The whole of a request; `said` replaces parts of it."""
    known = {
        "key": str(uuid4()),
        "visit": visit.pk,
        "version": visit.version,
        "user": user.pk,
        "written_at": timezone.now().isoformat(),
        "report": report(),
    }
    return known | said


def post(client: Client, body: Any) -> Any:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(ADDRESS, content, content_type="application/json")
