"""The day after: thanks to those who came, with the documents, and three questions to whoever registered."""

from collections.abc import Mapping
from datetime import datetime
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
CAME = (State.PRESENT, State.CONFIRMED)


def thanks(registration: Registration, *, relevant_until: datetime) -> list[outbox.Mail]:
    """The mails of one registration: whoever registered, and the people who came and gave an address of their own. Once."""
    mails = mails_about(
        THANKS, registration, occasion=f"{registration.pk}", with_copies=True, relevant_until=relevant_until
    )
    absent = {who.pk for who in registration.participants.all() if who.attended is False}
    return [mail for mail in mails if mail.params.get("participant") not in absent]


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, CAME)
    if registration.event.status != EventStatus.PUBLISHED:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    documents = Document.objects.of_event(registration.event).newest_first()
    is_copy = copied(registration, params) is not None
    shown = documents.public() if is_copy else documents.for_registered()
    proof = "" if is_copy else f"?inscription={registration.token}"
    return values_of(registration, params) | {
        "documents": [
            {"title": document.title, "url": settings.SITE_URL + document.get_absolute_url() + proof}
            for document in shown
        ],
        "opinion_url": ""
        if is_copy
        else settings.SITE_URL + reverse("registration_opinion", args=[registration.token]),
    }


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=THANKS,
            label=_("merci, le lendemain"),
            # Nobody asked for it: it waits for decent hours, and one may oppose it.
            category=Category.SERVICE,
            context=_context,
            example=lambda: example_in(CAME),
        )
    )
