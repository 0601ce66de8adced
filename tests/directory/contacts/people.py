"""What the tests of contacts share: one person, their consent, what a text says of them."""

from directory import services
from directory.enums import ConsentScope
from directory.models import Contact

NAME, FUNCTION, EMAIL, PHONE = "Maïwenn Kerbiriou", "adjointe aux échanges", "maiwenn@exemple.fr", "05 55 01 02 03"
VALUES = {"name": NAME, "function": FUNCTION, "role": "elu", "email": EMAIL, "phone": PHONE}


def agrees(contact: Contact, *scopes: ConsentScope) -> None:
    services.give_consent(contact, list(scopes), how="courriel du 3 mars", by="equipe@exemple.fr")


def told_of(body: str) -> list[str]:
    """What a page or a file says of the person."""
    text = body.replace("\u00a0", " ")
    return [value for value in (NAME, FUNCTION, EMAIL, PHONE) if value in text]
