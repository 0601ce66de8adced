"""What people type about the contacts of an actor, and what a contact chooses to publish."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import editable
from directory.enums import ConsentScope
from directory.models import Contact, Jumelage

from .proposals import NOT_A_PHONE


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "function", "role", "email", "phone", "jumelage"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "function": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, jumelages: Any, **kwargs: Any) -> None:
        """`jumelages`: those of the actor, of which the person may be the contact."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Prénom et nom")
        self.fields["function"].help_text = _("Par exemple\u00a0: adjointe aux relations internationales.")
        self.fields["email"].label = _("Adresse électronique")
        self.fields["email"].help_text = _("La personne y recevra la question\u00a0: que peut-on publier\u00a0?")
        field: Any = self.fields["jumelage"]
        field.queryset = jumelages
        field.label = _("Pour un jumelage seulement")
        field.empty_label = _("Non, pour tout ce que fait l’acteur")
        field.label_from_instance = _jumelage_name
        if not jumelages.exists():
            del self.fields["jumelage"]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and "phone" in self.changed_data and not editable.is_phone(phone):
            raise forms.ValidationError(NOT_A_PHONE)
        return phone


def _jumelage_name(jumelage: Jumelage) -> str:
    return jumelage.name


class ConsentForm(forms.Form):
    """What the public may read of me: each thing by itself, the name with any of them."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Ce que le public peut lire"),
        choices=ConsentScope.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scopes"]
        field.choices = mine(contact)
        field.help_text = _("L’adresse ou le téléphone ne sont publiés qu’avec votre nom.")


def mine(contact: Contact) -> list[tuple[str, str]]:
    """The choices of a person, with the value that each would publish."""
    named = f"{contact.name}, {contact.function}" if contact.function else contact.name
    choices = [(ConsentScope.NAME, _("Mon nom et ma fonction\u00a0: %(value)s") % {"value": named})]
    if contact.email:
        choices.append((ConsentScope.EMAIL, _("Mon adresse électronique\u00a0: %(value)s") % {"value": contact.email}))
    if contact.phone:
        choices.append((ConsentScope.PHONE, _("Mon téléphone\u00a0: %(value)s") % {"value": contact.phone}))
    return [(scope.value, label) for scope, label in choices]
