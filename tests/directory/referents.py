"""What the tests of attachments share: a commune of its own domain, the mails asked for, a person's roles."""

from typing import Any

from directory.models import Actor
from soco.mailing.models import Message
from tests.factories import CommuneFactory


def limoges(**fields: Any) -> Actor:
    facts = {"name": "Limoges", "code": "87085", "email": "mairie@ville-limoges.fr", "official": True}
    return CommuneFactory(**facts | fields)


def mails() -> list[tuple[str, str]]:
    """Every mail asked for: its kind without its app, and to whom."""
    rows = Message.objects.order_by("pk").values_list("kind", "to_email")
    return [(kind.removeprefix("directory."), address) for kind, address in rows]


def roles_of(user: Any) -> list[str]:
    return list(user.groups.order_by("name").values_list("name", flat=True))
