"""Signed links: derived from the site's secret and never stored; each good for one purpose, one object, until one day.

A link is `<purpose>.<id>.<version>.<last day>.<signature>`: nothing about a person. The signature is checked, in constant
time, before the database is asked anything. Raising the object's version revokes every link made before; a reminder
rebuilds the very same link. An app answers the links of its purpose from its `apps.py`:

    signed_links.answer("fiche", views.confirmation)    # view(request, link)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

_SEPARATOR = "."
_EPOCH = date(2020, 1, 1)


class InvalidLink(Exception):
    """The token was never made here: mistyped, cut, or guessed."""


class ExpiredLink(Exception):
    """The token was good once: its last day is over, or its version was revoked."""


@dataclass(frozen=True)
class SignedLink:
    """What a link says once its signature holds. `last_day` is included."""

    purpose: str
    pk: int
    version: int
    last_day: date

    @property
    def token(self) -> str:
        days = (self.last_day - _EPOCH).days
        return _signer().sign(_SEPARATOR.join([self.purpose, f"{self.pk:x}", f"{self.version:x}", f"{days:x}"]))

    @property
    def url(self) -> str:
        """Its whole address, as a mail carries it."""
        return settings.SITE_URL + reverse("signed_link", args=[self.token])

    def check(self, version: int) -> None:
        """Raises ExpiredLink when the object is no longer at this link's version."""
        if self.version != version:
            raise ExpiredLink


Answer = Callable[[HttpRequest, SignedLink], HttpResponse]
_answers: dict[str, Answer] = {}


def make(purpose: str, pk: int, *, version: int = 1, days: int = 60, since: date | None = None) -> SignedLink:
    """A link good for `days` days from `since` (a date, today if None); the same arguments always make the same link."""
    return SignedLink(purpose, pk, version, (since or timezone.localdate()) + timedelta(days=days))


def read(token: str, purpose: str = "") -> SignedLink:
    """What `token` says. Raises InvalidLink (also for another purpose than `purpose`), or ExpiredLink after its last day."""
    try:
        said, pk, version, days = _signer().unsign(token).split(_SEPARATOR)
        link = SignedLink(said, int(pk, 16), int(version, 16), _EPOCH + timedelta(days=int(days, 16)))
    except (BadSignature, ValueError) as error:
        raise InvalidLink from error
    if purpose and said != purpose:
        raise InvalidLink
    if link.last_day < timezone.localdate():
        raise ExpiredLink
    return link


def answer(purpose: str, view: Answer) -> None:
    """Let `view` answer the links made for `purpose`."""
    _answers[purpose] = view


def view_of(link: SignedLink) -> Answer:
    """The view that answers `link`. Raises InvalidLink if nobody does."""
    try:
        return _answers[link.purpose]
    except KeyError as error:
        raise InvalidLink from error


def personal_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that a signed link opens: a link that was never made here (404) or is over (410) is explained, and the address stays
    out of the next site's logs and of search engines."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except InvalidLink:
            response = render(request, "web/link_invalid.html", {"page_title": _("Lien non reconnu")}, status=404)
        except ExpiredLink:
            response = render(request, "web/link_expired.html", {"page_title": _("Lien expiré")}, status=410)
        # Not « no-referrer »: a browser would then post the page's own form with « Origin: null », which CSRF refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


def _signer() -> Signer:
    return Signer(salt="soco.signed_links", sep=_SEPARATOR)
