"""allauth's forms in our words: labels above the fields, no placeholder, help where somebody might hesitate."""

import re
from typing import Any

from allauth.account import forms as allauth
from allauth.socialaccount import forms as social
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("Adresse électronique"),
    "email": _("Adresse électronique"),
    "password": _("Mot de passe"),
    "password1": _("Mot de passe"),
    "password2": _("Le même mot de passe, une seconde fois"),
    "oldpassword": _("Mot de passe actuel"),
    "first_name": _("Prénom"),
    "last_name": _("Nom"),
    "code": _("Code reçu par courriel"),
}
NEW_PASSWORD_HELP = _("Douze caractères au moins. Une petite phrase convient très bien et se retient mieux.")
CODE_HELP = _("Huit chiffres, avec ou sans le tiret.")


class PlainForm(forms.Form):
    """Placed before allauth's form: draws the same fields with our labels."""

    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name) or LABELS.get(name) or field.label
            field.help_text = self.helps.get(name, "")


class LoginForm(PlainForm, allauth.LoginForm):
    pass


def refuse_links(name: str) -> None:
    """A name goes into the mails that the portal signs: it carries no address to click. Raises ValidationError."""
    if re.search(r"://|www\.|[@<>\r\n]|\w\.\w{2,}/", name):
        raise forms.ValidationError(_("Écrivez un nom, sans adresse ni lien."))


class NamesMixin(forms.Form):
    first_name = forms.CharField(
        max_length=90, validators=[refuse_links], widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        max_length=90, validators=[refuse_links], widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "email", "password1"]


class SignupForm(PlainForm, NamesMixin, allauth.SignupForm):
    helps = {
        "email": _("Votre adresse professionnelle de préférence : un code de confirmation y sera envoyé."),
        "password1": NEW_PASSWORD_HELP,
    }

    def try_save(self, request: HttpRequest) -> Any:
        """As long for an address that has an account as for a new one: hashing is what takes time."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the button was pressed twice: the other request made the account
            self.account_already_exists = True
            return super().try_save(request)


class SocialSignupForm(PlainForm, NamesMixin, social.SignupForm):
    helps = {"email": _("Un code de confirmation y sera envoyé.")}


class AddEmailForm(PlainForm, allauth.AddEmailForm):
    labels = {"email": _("Nouvelle adresse électronique")}
    helps = {"email": _("Un code y sera envoyé ; l’adresse ne change qu’une fois ce code saisi.")}


class RequestLoginCodeForm(PlainForm, allauth.RequestLoginCodeForm):
    pass


class CodeForm(PlainForm):
    helps = {"code": CODE_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": 20}


class ConfirmLoginCodeForm(CodeForm, allauth.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(CodeForm, allauth.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(CodeForm, allauth.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(PlainForm, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainForm, allauth.ResetPasswordKeyForm):
    labels = {"password1": _("Nouveau mot de passe")}
    helps = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(PlainForm, allauth.ChangePasswordForm):
    labels = {"password1": _("Nouveau mot de passe")}
    helps = {"password1": NEW_PASSWORD_HELP}


class SetPasswordForm(PlainForm, allauth.SetPasswordForm):
    helps = {"password1": NEW_PASSWORD_HELP}


class ReauthenticateForm(PlainForm, allauth.ReauthenticateForm):
    pass


class EraseForm(forms.Form):
    """The person types their own address: nobody erases an account by a slip of the mouse."""

    email = forms.EmailField(
        label=_("Votre adresse électronique, pour confirmer"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).lower()
        if typed != self.address.lower():
            raise forms.ValidationError(_("Ce n’est pas l’adresse de ce compte. Rien n’a été effacé."))
        return typed


class NameForm(forms.Form):
    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=90,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Nom"),
        max_length=90,
        validators=[refuse_links],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
