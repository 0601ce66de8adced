"""A message that somebody sends to an actor through its page, and the sender's copy: neither shows the actor's address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.rendering import quoted

RELAY = "directory.contact_relay"
RECEIPT = "directory.contact_receipt"


@dataclass(frozen=True)
class Letter:
    """What somebody writes, and the verified address that the answer goes to. `code`: the same letter, the same code."""

    sender_name: str
    sender_email: str
    subject: str
    text: str
    code: str


def contact_relay(actor: Actor, letter: Letter, *, to: Iterable[str]) -> None:
    """Hand `letter` to these addresses, one mail each, and a copy to its sender."""
    params = {
        "actor": actor.pk,
        "sender_name": letter.sender_name,
        "sender_email": letter.sender_email,
        "subject": letter.subject,
        "text": letter.text,
    }
    about = f"actor:{actor.pk}"
    mails = [
        outbox.Mail(
            kind=RELAY, to=address, occasion=letter.code, params=params, about=about, reply_to=letter.sender_email
        )
        for address in to
    ]
    mails.append(
        outbox.Mail(
            kind=RECEIPT,
            to=letter.sender_email,
            to_name=letter.sender_name,
            occasion=letter.code,
            params=params,
            about=about,
        )
    )
    outbox.enqueue_many(mails)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    actor = Actor.objects.filter(pk=params["actor"]).only("name", "slug").first()
    if actor is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return {
        "actor": actor.name,
        "actor_url": settings.SITE_URL + actor.get_absolute_url(),
        "sender_name": params["sender_name"],
        "sender_email": params["sender_email"],
        "subject": params["subject"],
        "text": quoted(params["text"]),
    }


def _example() -> dict[str, Any] | None:
    actor = Actor.objects.published().by_population().first()
    if actor is None:
        return None
    return {
        "actor": actor.pk,
        "sender_name": "Dominique Petit",
        "sender_email": "dominique.petit@example.org",
        "subject": "Un échange entre nos écoles",
        "text": "Bonjour,\n\nNos élèves apprennent la même langue. Pourrions-nous en parler ?",
    }


def register() -> None:
    kinds.register(
        kinds.MailKind(RELAY, _("Message reçu depuis une fiche"), Category.TRANSACTION, _context, _example),
        kinds.MailKind(RECEIPT, _("Copie d’un message à un acteur"), Category.TRANSACTION, _context, _example),
    )
