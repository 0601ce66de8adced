"""Where allauth meets the portal: mails through the ledger, our words for errors, where to go after signing in."""

import time
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from . import notifications
from .models import User
from .second_factor import STRONG_TYPES

logger = structlog.get_logger(__name__)

INCORRECT_CODE = _("Ce code n’est pas le bon. Vérifiez les chiffres ; s’il a expiré, demandez-en un autre.")
TOO_MANY = _("Trop d’essais en peu de temps. Patientez quelques minutes, puis réessayez.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Ce compte est suspendu. Écrivez à l’équipe du réseau."),
        "cannot_remove_primary_email": _("Cette adresse est celle de votre compte : changez-en avant de la retirer."),
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "email_password_mismatch": _("L’adresse électronique ou le mot de passe n’est pas le bon."),
        "email_taken": _("Un compte existe déjà avec cette adresse."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": INCORRECT_CODE,
        "incorrect_password": _("Ce n’est pas le bon mot de passe."),
        "invalid_login": _("La connexion n’a pas abouti. Réessayez."),
        "rate_limited": TOO_MANY,
        "same_as_current": _("C’est déjà l’adresse utilisée."),
        "too_many_login_attempts": TOO_MANY,
        "unverified_primary_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def send_mail(self, template_prefix: str, email: str, values: dict[str, Any]) -> None:
        notifications.send(template_prefix, email, values)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_staff:
            try:
                return reverse("staff_home")
            except NoReverseMatch:
                return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_space")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago has just proved who they are: staff's first sign-in leads straight to the second proof."""
        records = get_authentication_records(context.request, context.request.user)
        is_fresh = any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Utiliser mon mot de passe"),
            "mfa_reauthenticate": _("Utiliser un code de mon application"),
            "mfa_reauthenticate:webauthn": _("Utiliser une clé d’accès"),
        }
        return [method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Retirez d’abord votre seconde preuve d’identité."),
        "cannot_delete_authenticator": _(
            "L’équipe du réseau se connecte toujours avec deux preuves : ajoutez-en une autre avant de retirer celle-ci."
        ),
        "cannot_generate_recovery_codes": _("Ajoutez d’abord une clé d’accès ou une application de codes."),
        "incorrect_code": INCORRECT_CODE,
        "rate_limited": TOO_MANY,
        "unverified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one: who removed the last would be locked out of the next page."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG_TYPES).exclude(
            pk=authenticator.pk
        )
        return not authenticator.user.is_staff or others.exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Clé d’accès %(number)s") % {"number": number})


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": _("Cette identité est déjà reliée à un autre compte."),
        "disconnect_last": _("C’est votre seul moyen de connexion : choisissez d’abord un mot de passe."),
        "email_taken": _("Un compte existe déjà avec cette adresse. Connectez-vous à ce compte, puis reliez-y %s."),
        "invalid_token": _("La réponse du service de connexion n’est pas valable. Réessayez."),
        "no_password": _("C’est votre seul moyen de connexion : choisissez d’abord un mot de passe."),
        "no_verified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """The person reads that it failed; why is for who runs the site."""
        logger.warning("accounts.provider_refused", provider=str(provider), error=str(error), why=repr(exception))
