"""The day after: thanks, the documents, three questions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Document, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason

from .values import copied, example_in, mails_about, registration_of, values_of

THANKS = "events.thanks"
GOOD_FOR_DAYS = 10
CONCERNED = (State.PRESENT, State.CONFIRMED)


def thanks(registration: Registration) -> int:
    """Once for each registration, and for each of its people who came and gave an address of their own; the three questions are for
    the first alone. Return how many mails are asked for."""
    mails = mails_about(
        THANKS,
        registration,
        occasion=str(registration.pk),
        with_copies=True,
        relevant_until=registration.event.ends_at + timedelta(days=GOOD_FOR_DAYS),
    )
    absent = {who.pk for who in registration.participants.all() if who.attended is False}
    return outbox.enqueue_many(mail for mail in mails if mail.params.get("participant") not in absent)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, CONCERNED)
    if registration.event.status != EventStatus.PUBLISHED:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    documents = Document.objects.of_event(registration.event).newest_first()
    is_copy = copied(registration, params) is not None
    opinion_url = settings.SITE_URL + reverse("registration_opinion", args=[registration.token])
    return values_of(registration, params) | {
        "documents": [document.title for document in (documents.public() if is_copy else documents.for_registered())],
        "opinion_url": "" if is_copy else opinion_url,
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
