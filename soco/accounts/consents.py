"""Consents: who accepted what, in which words, and when; taking one back is as easy as giving it (GDPR, article 7)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from soco.mailing import addresses
from soco.mailing.enums import Category
from soco.mailing.models import Address
from soco.web.registries import PersonalData
from soco.web.slots import Block

from .models import Consent, ConsentPurpose, User

# The sentence that a person accepts; it is kept with the consent, since it may change.
WORDINGS = {
    ConsentPurpose.NEWS: _("Recevoir par courriel les nouvelles du réseau, ses appels à projets et ses invitations."),
}


@transaction.atomic
def give(user: User, purpose: str) -> Consent:
    """Write down that `user` accepts `purpose` in today's words; return the consent that stands. Safe twice."""
    User.objects.select_for_update().get(pk=user.pk)
    standing = Consent.objects.standing().of(user, purpose).first()
    if standing is None:
        standing = Consent.objects.create(user=user, purpose=purpose, wording=str(WORDINGS[ConsentPurpose(purpose)]))
    if purpose == ConsentPurpose.NEWS:
        addresses.accept(user.email, Category.INFORMATION)
    return standing


@transaction.atomic
def withdraw(user: User, purpose: str) -> None:
    """End the consent of `user` to `purpose`, at once for what already waits to leave. Safe twice."""
    Consent.objects.standing().of(user, purpose).update(withdrawn_at=timezone.now())
    if purpose == ConsentPurpose.NEWS:
        addresses.oppose(user.email, Category.INFORMATION)


def has_given(user: User, purpose: str) -> bool:
    """Does the consent of `user` stand, and did no « stop » from a mail say otherwise since?"""
    refusal = Address.objects.of(user.email) if purpose == ConsentPurpose.NEWS else None
    is_refused = refusal is not None and refusal.refuses(Category.INFORMATION)
    return Consent.objects.standing().of(user, purpose).exists() and not is_refused


def choice(request: HttpRequest, subject: Any) -> Block:
    """In my space: receive the network's news, or no more."""
    return "accounts/_news.html", {
        "is_given": has_given(request.user, ConsentPurpose.NEWS),
        "wording": WORDINGS[ConsentPurpose.NEWS],
    }


def _export(user: User) -> Iterable[dict[str, Any]]:
    for consent in Consent.objects.filter(user=user).order_by("given_at", "pk"):
        yield {
            "objet": consent.get_purpose_display(),
            "phrase": consent.wording,
            "donne_le": consent.given_at.isoformat(),
            "retire_le": consent.withdrawn_at.isoformat() if consent.withdrawn_at else "",
        }


def _erase(user: User) -> str:
    Consent.objects.filter(user=user).delete()
    return ""


PERSONAL_DATA = PersonalData("consentements", _("Vos consentements"), _export, _erase, order=20)
