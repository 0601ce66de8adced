"""What people say of a fiche: their corrections, and what a visitor thinks is wrong."""

import json
import re
import secrets
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import editable
from directory.enums import ProposalKind
from directory.models import Actor
from directory.services.fiches import as_json

from .choices import IdentityField
from .fields import NeededSometimes

NOT_A_SITE = gettext_lazy("Écrivez l’adresse comme ceci\u00a0: www.mairie.fr.")
NOT_A_PHONE = gettext_lazy(
    "Écrivez le numéro en entier\u00a0: dix chiffres, comme 05 56 00 00 00, ou l’indicatif du pays d’abord, "
    "comme +34 943 00 00 00."
)
A_NONCE = re.compile(r"[\w-]{8,32}")
REPORT_KINDS = [
    (ProposalKind.WRONG, gettext_lazy("Une information est fausse")),
    (ProposalKind.CLOSED, gettext_lazy("Cet organisme n’existe plus")),
    (ProposalKind.DUPLICATE, gettext_lazy("Il a une autre fiche\u00a0: c’est un doublon")),
    (ProposalKind.OTHER, gettext_lazy("Autre chose")),
]


def _nonce() -> str:
    return secrets.token_urlsafe(12)


FIELD_OPTIONS: dict[str, dict[str, Any]] = {
    "website": {"assume_scheme": "https"},  # « mairie.fr » is « https://mairie.fr »
    "description": {"max_length": 10_000},
}


def _formfield(field: Any, **kwargs: Any) -> forms.Field:
    found: forms.Field = field.formfield(**kwargs, **FIELD_OPTIONS.get(field.name, {}))
    return found


class OnceField(forms.CharField):
    """A number made with the page: the same page sent twice says the same thing once."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=_nonce)

    def clean(self, value: Any) -> str:
        return value if isinstance(value, str) and A_NONCE.fullmatch(value) else _nonce()


def signature_of(form: forms.BaseForm) -> str:
    """The page's own number and what was typed on it: sent twice is one origin, changed and sent again is another."""
    typed = {name: str(value) for name, value in form.cleaned_data.items() if name != "once"}
    digest = sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()
    return f"{form.cleaned_data['once']}:{digest[:16]}"


class TouchedFacts:
    """A form over the facts of a fiche. Each box carries the value it was shown with: what its reader did not touch is never
    proposed, even if the fiche changed while the page was open. Its fields have `show_hidden_initial`."""

    fact_names: tuple[str, ...] = ()

    @property
    def facts(self) -> list[str]:
        """The names of its fields that are facts of the fiche."""
        return [name for name in self.fact_names if name in self.fields]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """The facts that were typed anew, by field."""
        form: Any = self
        touched, seen = set(form.changed_data), self.seen
        return {name: as_json(form.cleaned_data[name]) for name in self.facts if name in touched or name not in seen}

    @property
    def seen(self) -> dict[str, Any]:
        """The facts as the page showed them, by field. Of a list shown empty, a browser sends nothing."""
        form: Any = self
        told = [
            name
            for name in self.facts
            if form[name].html_initial_name in form.data or isinstance(form.fields[name], forms.MultipleChoiceField)
        ]
        return {name: self._seen(form, name) for name in told}

    @staticmethod
    def _seen(form: Any, name: str) -> Any:
        field = form.fields[name]
        raw = field.hidden_widget().value_from_datadict(form.data, form.files, form[name].html_initial_name)
        if isinstance(field, forms.CharField) and not isinstance(field, forms.ChoiceField):
            return str(raw or "").replace("\x00", "")
        try:
            return as_json(field.clean(raw))
        except forms.ValidationError:  # a box that somebody tampered with shows nothing
            return None

    @property
    def signature(self) -> str:
        return signature_of(self)  # type: ignore[arg-type]

    @property
    def confirms_the_rest(self) -> bool:
        """Did its author read the whole fiche and say that what they left is right?"""
        return bool(self.cleaned_data["the_rest"])  # type: ignore[attr-defined]


class FactsForm(TouchedFacts, forms.ModelForm):
    """The facts of a fiche that its own people may correct."""

    fact_names = tuple(editable.FIELDS)

    identity_tags = IdentityField(
        help_text=gettext_lazy("Ce que votre territoire est\u00a0: c’est souvent ce qui rapproche deux partenaires.")
    )
    message = forms.CharField(
        label=gettext_lazy("Autre chose à nous dire"),
        help_text=gettext_lazy("Ce qui ne tient pas dans les cases ci-dessus\u00a0: l’équipe vous lira."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    the_rest = forms.BooleanField(
        label=gettext_lazy("Tout le reste est exact"),
        help_text=gettext_lazy(
            "Cochez si vous avez relu toute la page\u00a0: ce qu’elle montre, jumelages compris, sera confirmé."
        ),
        required=False,
    )
    once = OnceField()
    field_order = [*editable.FIELDS, "the_rest", "message", "once"]

    class Meta:
        model = Actor
        fields = list(editable.FIELDS)
        formfield_callback = _formfield
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "description": forms.Textarea(attrs={"rows": 6}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            # Not type="url": a browser would refuse « mairie.fr », which we complete.
            "website": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        }
        help_texts = {
            "description": gettext_lazy("Quelques phrases sur vos coopérations et vos liens avec l’étranger."),
            "phone": gettext_lazy("Celui de l’organisme, jamais celui d’une personne."),
            "email": gettext_lazy(
                "L’adresse publique de l’organisme. L’équipe relit toujours ce changement avant de le publier."
            ),
            "website": gettext_lazy("Par exemple www.mairie.fr"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(editable.FIELDS) - set(editable.fields_of(self.instance.is_collectivite)):
            del self.fields[name]
        for name in self.facts:
            self.fields[name].show_hidden_initial = True

    def clean_phone(self) -> str:
        phone = editable.french_phone(self.cleaned_data["phone"])
        if phone and "phone" in self.changed_data and not editable.is_phone(phone):
            raise forms.ValidationError(NOT_A_PHONE)
        return phone

    def clean_website(self) -> str:
        website = self.cleaned_data["website"]
        if website and "website" in self.changed_data and not editable.is_plain_site(website):
            raise forms.ValidationError(NOT_A_SITE)
        return website


class LinkForm(FactsForm):
    """The same for the holder of a signed link, who has no account: where to answer."""

    reply_to = forms.EmailField(
        label=gettext_lazy("Votre adresse, pour la réponse"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = [*editable.FIELDS, "the_rest", "message", "reply_to", "once"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_to"].help_text = (
            _(
                "Elle ne sera ni publiée ni donnée. Sans elle, la réponse va à l’adresse publique de la fiche, %(email)s."
            )
            % {"email": self.instance.email}
            if self.instance.email
            else _("Elle ne sera ni publiée ni donnée. Sans elle, nous ne pourrons pas vous répondre.")
        )


class ReportForm(forms.Form):
    """« Signaler une erreur »: everything but the object may be left out."""

    KINDS = REPORT_KINDS

    kind = forms.ChoiceField(
        label=gettext_lazy("De quoi s’agit-il\u00a0?"), choices=REPORT_KINDS, widget=forms.RadioSelect
    )
    message = NeededSometimes(
        label=gettext_lazy("Ce qui est faux, et ce qui est juste si vous le savez"),
        help_text=gettext_lazy("Obligatoire, sauf pour dire que l’organisme n’existe plus."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        help_text=gettext_lazy("Pour vous dire ce que nous en avons fait. Elle ne sera ni publiée ni donnée."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    once = OnceField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        says_enough = cleaned.get("kind") == ProposalKind.CLOSED or cleaned.get("message")
        if cleaned.get("kind") and "message" in cleaned and not says_enough:
            self.add_error(
                "message", _("Dites-nous en quelques mots ce qui ne va pas\u00a0: nous pourrons le vérifier.")
            )
        return cleaned

    @property
    def signature(self) -> str:
        return signature_of(self)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = self.KINDS  # type: ignore[attr-defined]

    @property
    def is_from_a_robot(self) -> bool:
        """Did it fill the box that nobody sees?"""
        return bool(self.cleaned_data.get("website"))
