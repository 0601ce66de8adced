"""The mail that asks a person whether the public may read their name, their address, their telephone."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Contact
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web import signed_links

CONSENT = "directory.contact_consent"
PURPOSE = "contact"
LINK_DAYS = 3650  # whoever agreed may change their mind for as long as they are shown


def contact_consent(contact: Contact) -> None:
    """Once a day at most for the same person at the same address."""
    outbox.enqueue(
        outbox.Mail(
            kind=CONSENT,
            to=contact.email,
            to_name=contact.name,
            occasion=f"{contact.pk}:{timezone.localdate():%Y-%m-%d}",
            params={"contact": contact.pk, "version": contact.link_version},
            about=f"actor:{contact.actor_id}",
        )
    )


def contact_link(contact: Contact) -> str:
    """The whole address of the person's page: the same each time it is made, as long as their address is the same."""
    since = timezone.localdate(contact.created_at)
    return signed_links.make(PURPOSE, contact.pk, version=contact.link_version, days=LINK_DAYS, since=since).url


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    contact = Contact.objects.for_page().filter(pk=params["contact"]).first()
    if contact is None or contact.left_on or contact.link_version != params["version"]:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if contact.has_answered:
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return {
        "person": contact.name,
        "function": contact.function,
        "phone": contact.phone,
        "actor": contact.actor.name,
        "actor_url": settings.SITE_URL + contact.actor.get_absolute_url(),
        "consent_url": contact_link(contact),
    }


def _example() -> dict[str, Any] | None:
    contact = Contact.objects.filter(consent_at=None, left_on=None).exclude(email="").order_by("-pk").first()
    return {"contact": contact.pk, "version": contact.link_version} if contact else None


def register() -> None:
    kinds.register(kinds.MailKind(CONSENT, _("Accord d’un contact"), Category.SERVICE, _context, _example))
