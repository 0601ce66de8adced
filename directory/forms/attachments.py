"""What people type to represent an actor, to invite a colleague, to decide, to write to an actor."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields import ChoiceToMake

FUNCTION_LENGTH = 120
MESSAGE_LENGTH = 1000
LETTER_LENGTH = 4000
REASON_LENGTH = 600
SUBJECT_LENGTH = 200  # the title of an announcement, and what is said before it


class AttachmentRequestForm(forms.Form):
    function = forms.CharField(
        label=gettext_lazy("Votre fonction"),
        max_length=FUNCTION_LENGTH,
        help_text=gettext_lazy("Par exemple\u00a0: secrétaire de mairie, adjointe aux relations internationales."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    message = forms.CharField(
        label=gettext_lazy("Ce qui aidera l’équipe à vous reconnaître"),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, is_proved: bool = False, **kwargs: Any) -> None:
        """`is_proved`: the person's address is proof enough, there is nothing to explain."""
        super().__init__(*args, **kwargs)
        if is_proved:
            del self.fields["message"]
        else:
            self.fields["message"].help_text = _(
                "Une page où l’on trouve votre nom, ou quelqu’un que nous pouvons appeler à son standard."
            )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique de votre collègue"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class RemoveForm(forms.Form):
    """Why a colleague is removed; the person reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Raison, que la personne lira"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Par exemple\u00a0: a changé de poste."),
    )


class ReasonForm(forms.Form):
    """Why a request is refused, or an attachment ended; the person reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("La personne la lira."),
        error_messages={"required": gettext_lazy("Donnez la raison\u00a0: la personne la lira.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AcceptForm(forms.Form):
    """How staff knows that a person works for the actor: one of the usual ways, more words, or both."""

    KNOWN = {
        "telephone": gettext_lazy("vérifié par téléphone"),
        "equipe": gettext_lazy("connu de l’équipe"),
        "site": gettext_lazy("nom trouvé sur un site officiel"),
    }

    known = ChoiceToMake(
        label=gettext_lazy("Comment vous le savez"), choices=list(KNOWN.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Autre raison, ou précision"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=gettext_lazy("La personne la lira."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = str(self.KNOWN.get(cleaned.get("known", ""), ""))
        reason = ", ".join(filter(None, [known, cleaned.get("reason", "")]))
        if not reason and not self.errors:
            self.add_error("known", _("Dites comment vous le savez\u00a0: choisissez, ou écrivez-le."))
        return cleaned | {"reason": reason}


class ContactForm(forms.Form):
    """A message to an actor. `suite` is a trap for machines, drawn out of sight by the page itself."""

    TRAP = "suite"

    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=SUBJECT_LENGTH)
    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        max_length=LETTER_LENGTH,
        help_text=gettext_lazy("Dites qui vous êtes, ce que vous cherchez et pour quand."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )

    def clean(self) -> dict[str, Any]:
        if self.data.get(self.TRAP):
            raise forms.ValidationError(
                _(
                    "Un champ qui ne se voit pas a été rempli, comme le font les robots\u00a0: le message n’est pas parti. "
                    "Votre texte est gardé\u00a0; envoyez-le de nouveau."
                )
            )
        return super().clean() or self.cleaned_data
