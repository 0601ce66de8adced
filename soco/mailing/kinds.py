"""The kinds of mail: each app says, in its `notifications.py`, what it may send and what its words are about.

A kind's words stand in `templates/<app>/email/<name>.txt` (first line the subject, an empty line, the body); staff may
replace them. Text and HTML are both made from them (see `rendering`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise

from .enums import Category, Reason

Params = Mapping[str, Any]


class Attachment(NamedTuple):
    """A file that a mail carries."""

    name: str
    content: bytes
    mime_type: str


class NotRelevant(Exception):
    """Raised by a kind's `context`: at the moment of sending, there is nothing to say any more."""

    def __init__(self, reason: Reason = Reason.NO_OBJECT) -> None:
        super().__init__(reason)
        self.reason = reason


def no_attachments(params: Params) -> Iterable[Attachment]:
    return ()


@dataclass(frozen=True)
class MailKind:
    """What may be sent.

    `context(params)` turns a row's parameters (ids, mostly) into the plain values that its words name, at the moment of
    sending; it raises NotRelevant when the mail would make no sense any more. `example()` gives the parameters of a real
    row to preview it on, or None when there is none yet. A kind with `tried` has no words of its own: `tried(params)` says
    which mail it lets staff read in their own inbox.
    """

    code: str
    label: str | Promise
    category: Category
    context: Callable[[Params], Mapping[str, Any]]
    example: Callable[[], dict[str, Any] | None]
    attachments: Callable[[Params], Iterable[Attachment]] = no_attachments
    tried: Callable[[Params], "Trial"] | None = None

    @property
    def template(self) -> str:
        app, _dot, name = self.code.partition(".")
        return f"{app}/email/{name}.txt"


class Trial(NamedTuple):
    """A mail to read before it is anybody's: `words` (subject, body) may not be saved yet."""

    kind: MailKind
    params: Params
    words: tuple[str, str]


_kinds: dict[str, MailKind] = {}


def register(*kinds: MailKind) -> None:
    """Let mails of these kinds be sent; the same code again replaces it."""
    for kind in kinds:
        _kinds[kind.code] = kind


def get(code: str) -> MailKind | None:
    return _kinds.get(code)


def every() -> list[MailKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def with_words() -> list[MailKind]:
    """Those whose words staff may change."""
    return [kind for kind in every() if kind.tried is None]
