"""A letter of the organiser to those who are registered."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import states
from events.enums import RegistrationState as State
from events.models import Registration
from soco.mailing import kinds
from soco.mailing.enums import Category
from soco.mailing.rendering import quoted

from .values import example_in, registration_of, values_of, write

LETTER = "events.letter"


def letter(registration: Registration, *, subject: str, text: str, once: str, by: str) -> int:
    """Return how many mails are asked for: the people who come and gave an address of their own get it too."""
    return write(
        LETTER,
        registration,
        occasion=f"{registration.pk}:{once}",
        with_copies=registration.state in (State.CONFIRMED, State.PRESENT),
        subject=subject,
        text=text,
        by=by,
    )


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    registration = registration_of(params, states.LIVE)
    return values_of(registration, params) | {
        "subject": params.get("subject", _("Des nouvelles")),
        "message": quoted(str(params.get("text", _("Le message de l’organisateur.")))),
    }


def register() -> None:
    kinds.register(
        kinds.MailKind(
            code=LETTER,
            label=gettext_lazy("lettre de l’organisateur aux inscrits"),
            # About what the person registered for, not news of the network.
            category=Category.TRANSACTION,
            context=_context,
            example=lambda: example_in(states.LIVE),
        )
    )
