"""The second factor's forms in our words: an app's code, a recovery code, a passkey and its name."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

from .forms import PlainForm

APP_CODE = _("Code à six chiffres de votre application")


class AppCodeForm(PlainForm):
    labels = {"code": APP_CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": 20}


class AuthenticateForm(AppCodeForm, base.AuthenticateForm):
    helps = {"code": _("Téléphone perdu ou cassé ? Tapez ici l’un de vos codes de secours.")}


class ReauthenticateForm(AppCodeForm, base.ReauthenticateForm):
    helps = {"code": _("Un code de secours convient aussi.")}


class ActivateTOTPForm(AppCodeForm, totp.ActivateTOTPForm):
    helps = {"code": _("Il change toutes les trente secondes.")}


class AddWebAuthnForm(PlainForm, webauthn.AddWebAuthnForm):
    labels = {
        "name": _("Nom de cette clé"),
        "passwordless": _("Me connecter avec cette clé seule, sans mot de passe"),
    }
    helps = {
        "name": _("Pour la reconnaître plus tard : « ordinateur du bureau », « mon téléphone »."),
        "passwordless": _("Votre appareil demandera alors votre empreinte, votre visage ou son code."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].widget.attrs["maxlength"] = 100


class EditWebAuthnForm(PlainForm, webauthn.EditWebAuthnForm):
    labels = {"name": _("Nom de cette clé")}
