"""The mails about accounts. Their parameters are the plain values that their words name: a code cannot be looked up later.

allauth asks for a mail by a template's name; KINDS says which kind each becomes. A name that is not there is a defect.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soco.mailing import kinds, outbox
from soco.mailing.enums import Category
from soco.mailing.kinds import MailKind, Params

CODE, WHEN, LINKS = "code", "when", "links"
ADVICE_DAYS = 2


@dataclass(frozen=True)
class AccountMail:
    """A mail of ours: its code after « accounts. », its label, and what it says: a code, what happened when, or where to go."""

    name: str
    label: Any
    says: str = WHEN

    @property
    def kind(self) -> MailKind:
        return MailKind(
            code=f"accounts.{self.name}",
            label=self.label,
            category=Category.ACCOUNT,
            context=_as_they_are,
            example=self.example,
        )

    def example(self) -> dict[str, Any]:
        return _params(self.says, {"code": "1234-5678", "ip": "192.0.2.10"})


KINDS = {
    "account/email/email_confirmation_signup": AccountMail(
        "email_confirmation", gettext_lazy("Code de confirmation de l’inscription"), CODE
    ),
    "account/email/email_confirmation": AccountMail(
        "new_address", gettext_lazy("Code de confirmation d’une nouvelle adresse"), CODE
    ),
    "account/email/login_code": AccountMail("login_code", gettext_lazy("Code de connexion"), CODE),
    "account/email/password_reset_code": AccountMail(
        "password_reset_code", gettext_lazy("Code pour changer de mot de passe"), CODE
    ),
    "account/email/account_already_exists": AccountMail(
        "account_already_exists", gettext_lazy("Inscription demandée, le compte existe déjà"), LINKS
    ),
    "account/email/unknown_account": AccountMail(
        "unknown_account", gettext_lazy("Connexion demandée, aucun compte à cette adresse"), LINKS
    ),
    "account/email/password_reset": AccountMail("password_reset", gettext_lazy("Mot de passe remplacé")),
    "account/email/password_changed": AccountMail("password_changed", gettext_lazy("Mot de passe changé")),
    "account/email/password_set": AccountMail("password_set", gettext_lazy("Mot de passe choisi")),
    "account/email/email_changed": AccountMail("email_changed", gettext_lazy("Adresse changée")),
    "account/email/email_deleted": AccountMail("email_deleted", gettext_lazy("Adresse retirée")),
    "mfa/email/totp_activated": AccountMail("totp_activated", gettext_lazy("Application de codes ajoutée")),
    "mfa/email/totp_deactivated": AccountMail("totp_deactivated", gettext_lazy("Application de codes retirée")),
    "mfa/email/recovery_codes_generated": AccountMail(
        "recovery_codes_generated", gettext_lazy("Nouveaux codes de secours")
    ),
    "mfa/email/webauthn_added": AccountMail("webauthn_added", gettext_lazy("Clé d’accès ajoutée")),
    "mfa/email/webauthn_removed": AccountMail("webauthn_removed", gettext_lazy("Clé d’accès retirée")),
    "socialaccount/email/account_connected": AccountMail(
        "account_connected", gettext_lazy("Identité extérieure reliée au compte")
    ),
    "socialaccount/email/account_disconnected": AccountMail(
        "account_disconnected", gettext_lazy("Identité extérieure séparée du compte")
    ),
}


COLLEAGUE = MailKind(
    code="accounts.welcome_colleague",
    label=gettext_lazy("Compte ouvert par l’équipe"),
    category=Category.ACCOUNT,
    context=lambda params: params,
    example=lambda: _links() | {"by": "Camille Durand"},
)


def register() -> None:
    kinds.register(COLLEAGUE, *(mail.kind for mail in KINDS.values()))


def welcome_colleague(user: Any, *, by: Any) -> None:
    """Tell somebody that `by` opened an account for them: they sign in by code, there is no password to hand over."""
    outbox.enqueue(
        outbox.Mail(COLLEAGUE.code, user.email, f"{user.pk}", _links() | {"by": str(by)}, to_name=user.first_name)
    )


def _links() -> dict[str, str]:
    return {"code_url": settings.SITE_URL + reverse("account_request_login_code")}


def send(prefix: str, email: str, context: dict[str, Any]) -> None:
    """Ask for the mail that allauth names `prefix`. Raises KeyError for a name that is not in KINDS.

    Each request is its own mail: the former code no longer works.
    """
    mail = KINDS[prefix]
    now = timezone.now()
    until = {CODE: now + timedelta(seconds=settings.CODE_SECONDS), LINKS: now + timedelta(days=ADVICE_DAYS)}
    outbox.enqueue(
        outbox.Mail(
            kind=mail.kind.code,
            to=email,
            occasion=uuid4().hex,
            params=_params(mail.says, context),
            relevant_until=until.get(mail.says),
        )
    )


def _params(says: str, context: dict[str, Any]) -> dict[str, Any]:
    common = {"network_name": settings.NETWORK_NAME, "contact_email": settings.MAIL_FROM}
    if says == CODE:
        return common | {"code": context["code"], "minutes": settings.CODE_SECONDS // 60}
    if says == LINKS:
        pages = {"signup_url": "account_signup", "login_url": "account_login", "reset_url": "account_reset_password"}
        return common | {name: settings.SITE_URL + reverse(page) for name, page in pages.items()}
    now = timezone.localtime()
    when = _("%(day)s à %(hour)s") % {"day": date_format(now, "l j F Y"), "hour": date_format(now, r"G \h i")}
    return common | {"when": when, "ip": context.get("ip", ""), "space_url": settings.SITE_URL + reverse("my_space")}


def _as_they_are(params: Params) -> Params:
    return params
