"""The day after: thanks, the documents, three questions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.enums import RegistrationState as State
from events.models import Document, Registration
from soco.mailing import kinds
from soco.mailing.enums import Category

from .values import example_in, registration_of, values_of, write

THANKS = "events.thanks"
GOOD_FOR_DAYS = 10
CONCERNED = (State.PRESENT, State.CONFIRMED)


def thanks(registration: Registration) -> int:
    """Once for each registration. Return how many mails are asked for."""
    return write(
        THANKS,
        registration,
        occasion=str(registration.pk),
        relevant_until=registration.event.ends_at + timedelta(days=GOOD_FOR_DAYS),
    )


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, CONCERNED)
    documents = Document.objects.of_event(registration.event).for_registered().newest_first()
    return values_of(registration, params) | {
        "documents": [document.title for document in documents],
        "opinion_url": settings.SITE_URL + reverse("registration_opinion", args=[registration.token]),
    }


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=THANKS,
            label=_("remerciement, le lendemain"),
            # The person did not ask for it: they may oppose it, and it waits for decent hours.
            category=Category.SERVICE,
            context=_context,
            example=lambda: example_in(CONCERNED),
        )
    )
