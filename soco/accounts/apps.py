"""Accounts: who signs in, with what role, and what is known of them."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "soco.accounts"
    label = "accounts"
    verbose_name = _("comptes")

    def ready(self) -> None:
        from allauth.account.signals import email_changed, email_confirmed, email_removed, user_signed_up

        from soco.mailing import kinds
        from soco.web import registries, slots

        from . import consents, digest, notifications, privacy

        notifications.register()
        kinds.register(digest.KIND)
        slots.fill("staff.home", digest.choice, order=80)
        registries.register(privacy.ACCOUNT)
        registries.register(consents.PERSONAL_DATA)
        slots.fill("my_space.main", consents.choice, order=90)
        registries.register(privacy.ENDED_SESSIONS)
        registries.register(privacy.UNCONFIRMED)
        # allauth has no other hook for these two moments: an address confirmed by code, or vouched for by a provider.
        email_changed.connect(_remember_changed, dispatch_uid="accounts.email_changed")
        email_removed.connect(_remember_removed, dispatch_uid="accounts.email_removed")
        email_confirmed.connect(_welcome_owner, dispatch_uid="accounts.email_confirmed")
        user_signed_up.connect(_welcome_user, dispatch_uid="accounts.user_signed_up")


def _welcome_owner(request: Any, email_address: Any, **_signal: Any) -> None:
    from . import services

    match = getattr(request, "resolver_match", None)
    if match is None or match.view_name != "account_email_verification_sent":
        services.forget_stranger(email_address.user)
    services.welcome(email_address.user)


def _welcome_user(user: Any, **_signal: Any) -> None:
    from . import services

    services.welcome(user)


def _remember_changed(user: Any, from_email_address: Any, to_email_address: Any, **_signal: Any) -> None:
    from . import services

    if from_email_address:
        services.remember_address(user, from_email_address.email, now=to_email_address.email)


def _remember_removed(user: Any, email_address: Any, **_signal: Any) -> None:
    from . import services

    services.remember_address(user, email_address.email)
