"""Where many actors are written to: their référent, else their public address; and what the ledger knows of that address."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.models import Actor, Attachment
from soco.mailing.models import Address


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address`: « » if none is known; `is_opposed`: to the mails of the service; `is_failing`: what is sent there comes back."""

    address: str
    is_opposed: bool = False
    is_failing: bool = False


def mailboxes_of(actors: Sequence[Actor]) -> dict[int, Mailbox]:
    """The mailbox of each of these actors, by id. Two queries for all."""
    people: dict[int, str] = {}
    for attachment in Attachment.objects.accepted().of_actors([actor.pk for actor in actors]).principal_first():
        if attachment.user.is_active:
            people.setdefault(attachment.actor_id, attachment.user.email.lower())
    addresses = {actor.pk: people.get(actor.pk) or actor.email.lower() for actor in actors}
    known = {row.email: row for row in Address.objects.among([each for each in addresses.values() if each])}
    return {pk: _mailbox(address, known.get(address)) for pk, address in addresses.items()}


def _mailbox(address: str, known: Address | None) -> Mailbox:
    return Mailbox(address, bool(known and known.service_opposed_at), bool(known and known.is_failing))
