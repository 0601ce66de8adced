"""Who the tests of contacts speak of, and the gestures that they share."""

from django.test import Client

from directory import services
from directory.enums import ConsentScope
from directory.models import Actor, Contact
from tests.factories import (
    AttachmentFactory,
)

NAME, FUNCTION, EMAIL, PHONE = "Maïwenn Kerbiriou", "adjointe aux échanges", "maiwenn@exemple.fr", "05 55 01 02 03"
VALUES = {"name": NAME, "function": FUNCTION, "role": "elu", "email": EMAIL, "phone": PHONE}
LIST = "/mon-espace/structures/{}/contacts/"


def referent_of(actor: Actor) -> tuple[Client, int]:
    """A client of one of its référents, and the number of their attachment."""
    client = Client()
    attachment = AttachmentFactory(actor=actor, accepted=True)
    client.force_login(attachment.user)
    return client, attachment.pk


def agrees(contact: Contact, *scopes: ConsentScope) -> None:
    services.give_consent(contact, list(scopes), how="courriel du 3 mars", by="equipe@exemple.fr")


def told_of(body: str) -> list[str]:
    """What a page or a file says of the person."""
    text = body.replace("\u00a0", " ")
    return [value for value in (NAME, FUNCTION, EMAIL, PHONE) if value in text]
