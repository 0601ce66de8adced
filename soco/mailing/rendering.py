"""From a kind's words and plain values to a subject, a text and an HTML page: one source, so that both say the same.

Words are a Django template of plain text: the subject on the first line, an empty line, the body. In the body, an empty line
separates paragraphs, lines that start with « - » make a list, lines that start with « > » a quotation, and a line alone
`[Label] https://…` a button. Values may hold no line break of their own, so that nobody's name can forge a paragraph or a
button; what a person wrote freely is passed through `quoted`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template, render_to_string
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .kinds import MailKind, Params
from .models import Wording

_BUTTON = re.compile(r"\[([^\[\]]+)\] (https?://\S+)")
# A mail is a page; lists inside lists inside lists would keep a worker busy for minutes.
MOST_CHARACTERS, MOST_LISTS = 10_000, 3
_UNKNOWN = "⟦%s⟧"
_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_UNREADABLE = gettext_lazy(
    "Ce texte ne peut pas être lu\u00a0: chaque «\u00a0{{\u00a0» se ferme par «\u00a0}}\u00a0», chaque "
    "«\u00a0{% if … %}\u00a0» par «\u00a0{% endif %}\u00a0», et rien d’autre n’est permis."
)
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # French keeps its no-break spaces
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")


class BadWording(ValueError):
    """Words that cannot be rendered; the message says why, in French."""


class Quotation(str):
    """Text whose line breaks were made harmless: each line starts with « > »."""

    __slots__ = ()


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def quoted(text: str) -> Quotation:
    """What a person wrote, as a quotation that keeps its lines."""
    lines = _CONTROL.sub("", text).strip().splitlines() or [""]
    return Quotation("\n".join(f"> {line}".rstrip() for line in lines))


def shipped(kind: MailKind) -> tuple[str, str]:
    """The (subject, body) that come with the portal."""
    subject, _empty, body = get_template(kind.template).template.source.partition("\n\n")  # type: ignore[attr-defined]
    return subject.strip(), body.strip()


def words_of(kind: MailKind) -> tuple[str, str]:
    """The (subject, body) to use: staff's if they changed them."""
    wording = Wording.objects.filter(kind=kind.code).first()
    return (wording.subject, wording.body) if wording else shipped(kind)


def render(
    kind: MailKind, values: Mapping[str, Any], *, words: tuple[str, str] | None = None, unsubscribe_url: str = ""
) -> Rendered:
    """The mail of `kind` about `values`, in `words` (subject, body) or in those of the kind.

    Raises BadWording if the words cannot be rendered or name a value that does not exist.
    """
    subject, body = words or words_of(kind)
    context = _harmless({"network_name": settings.NETWORK_NAME, "site_url": settings.SITE_URL} | dict(values))
    if len(subject) + len(body) > MOST_CHARACTERS or body.count("{% for") > MOST_LISTS:
        raise BadWording(_("Ce texte est trop long, ou contient trop de listes."))
    if _BRACES.search(_TAGS.sub("", subject + body)):  # Django would print a half-open one as it stands
        raise BadWording(_UNREADABLE)
    try:
        subject = _BLANKS.sub(" ", _template(subject).render(Context(context, autoescape=False))).strip()
        source = _tidy(_template(body).render(Context(context, autoescape=False)))
    except Exception as error:  # whatever words typed by a person make a template do
        raise BadWording(_UNREADABLE) from error
    if unknown := re.search("⟦(.*?)⟧", subject + source):
        raise BadWording(_("La valeur «\u00a0%(name)s\u00a0» n’existe pas pour ce courriel.") % {"name": unknown[1]})
    if not subject or not source:
        raise BadWording(_("Un courriel a un objet et un texte."))
    return Rendered(subject, _as_text(source, unsubscribe_url), _as_html(subject, source, unsubscribe_url))


def compose(
    kind: MailKind,
    params: Params,
    *,
    name: str = "",
    words: tuple[str, str] | None = None,
    unsubscribe_url: str = "",
) -> Rendered:
    """The mail of `kind` about `params` as things are now; a trial is the very mail that it tries, marked in its subject.

    Raises BadWording, or kinds.NotRelevant.
    """
    if kind.tried is None:
        values = {"name": name} | dict(kind.context(params))
        return render(kind, values, words=words, unsubscribe_url=unsubscribe_url)
    tried, its_params, its_words = kind.tried(params)
    mail = compose(tried, its_params, words=its_words, unsubscribe_url=unsubscribe_url)
    return replace(mail, subject=f"[Essai] {mail.subject}")


class _WordsEngine(Engine):
    """Django's templates with `soco.mailing.words` for all their language: staff's words can be nothing but words."""

    default_builtins = ["soco.mailing.words"]


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return _WordsEngine(dirs=[], app_dirs=False, libraries={}, autoescape=False, string_if_invalid=_UNKNOWN)


@lru_cache(maxsize=256)
def _template(source: str) -> Any:
    return _engine().from_string(source)


def _harmless(value: Any) -> Any:
    """Strings on one line, quotations apart; the same inside lists and dictionaries."""
    if isinstance(value, Quotation) or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {name: _harmless(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(item) for item in value]
    return re.sub(r"[\r\n]+", " ", _CONTROL.sub("", str(value)))


def _tidy(text: str) -> str:
    """No more than one empty line: conditions of a template leave several."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _as_text(source: str, unsubscribe_url: str) -> str:
    """Plain text: not « safe » HTML, so that whoever shows it escapes it."""
    lines = [
        f"{button[1]}\u00a0:\n{button[2]}" if (button := _BUTTON.fullmatch(line)) else line
        for line in source.splitlines()
    ]
    lines += ["", "-- ", settings.NETWORK_NAME, settings.SITE_URL]
    if unsubscribe_url:
        lines += ["", _("Ne plus recevoir ces courriels\u00a0: %(url)s") % {"url": unsubscribe_url}]
    return "\n".join(lines) + "\n"


def _as_html(subject: str, source: str, unsubscribe_url: str) -> str:
    blocks = [_block(lines) for lines in re.split(r"\n\n", source)]
    context = {
        "subject": subject,
        "blocks": blocks,
        "unsubscribe_url": unsubscribe_url,
        "network_name": settings.NETWORK_NAME,
        "site_url": settings.SITE_URL,
    }
    return render_to_string("mailing/email.html", context)


def _block(paragraph: str) -> dict[str, Any]:
    """One block of the body: its kind, and its lines as safe HTML."""
    lines = paragraph.splitlines()
    if button := _BUTTON.fullmatch(paragraph):
        # Only our own pages are worth a button: an address that a person typed stays an ordinary link.
        if button[2].startswith(settings.SITE_URL + "/"):
            return {"kind": "button", "label": button[1], "url": button[2]}
        return {"kind": "paragraph", "lines": [_line(f"{button[1]}\u00a0: {button[2]}")]}
    for mark, kind in (("- ", "list"), (">", "quotation")):
        if all(line.startswith(mark) for line in lines):
            return {"kind": kind, "lines": [_line(line[len(mark) :].strip()) for line in lines]}
    return {"kind": "paragraph", "lines": [_line(line) for line in lines]}


def _line(text: str) -> SafeString:
    return mark_safe(urlize(conditional_escape(text), nofollow=False))  # noqa: S308 - escaped just before
