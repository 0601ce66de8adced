"""The mail room's own mail: a kind of mail as staff would see it in their own inbox."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from . import kinds, rendering
from .enums import Category


def _context(params: kinds.Params) -> dict[str, Any]:
    """The tried mail, whole, as a quotation: its button works, its recipient is staff."""
    kind = kinds.get(params["kind"])
    if kind is None:
        raise kinds.NotRelevant
    words = tuple(params["words"])
    mail = rendering.render(kind, {"name": ""} | dict(kind.context(params["params"])), words=words)
    return {"label": str(kind.label), "subject": mail.subject, "text": rendering.quoted(mail.text)}


TEST = kinds.MailKind(
    code="mailing.test",
    label=_("Essai d’un courriel"),
    category=Category.TRANSACTION,
    context=_context,
    example=lambda: None,
)
