"""The mail room's own mail: a kind of mail as staff would see it in their own inbox."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from . import kinds
from .enums import Category


def _tried(params: kinds.Params) -> kinds.Trial:
    kind = kinds.get(params["kind"])
    if kind is None:
        raise kinds.NotRelevant
    subject, body = params["words"]
    return kinds.Trial(kind, params["params"], (subject, body))


def _attachments(params: kinds.Params) -> Iterable[kinds.Attachment]:
    tried = _tried(params)
    return tried.kind.attachments(tried.params)


TEST = kinds.MailKind(
    code="mailing.test",
    label=_("Essai d’un courriel"),
    category=Category.TRANSACTION,
    context=lambda params: {},
    example=lambda: None,
    attachments=_attachments,
    tried=_tried,
)
