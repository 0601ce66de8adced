"""What organisers type about those who register: find them, refuse one, write to them, add a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.documents import FileForm
from directory.forms.fiches import FicheField
from directory.forms.proposals import OnceField
from events.enums import RegistrationState as State
from events.models import Document, Event

from .registration import RegistrationForm, question_name

AUDIENCES = [
    (State.CONFIRMED.value, gettext_lazy("Les inscrits")),
    (State.OFFERED.value, gettext_lazy("Les personnes à qui une place est proposée")),
    (State.WAITING.value, gettext_lazy("La liste d’attente")),
    (State.PRESENT.value, gettext_lazy("Les personnes venues")),
    (State.ABSENT.value, gettext_lazy("Les personnes absentes")),
]


class PeopleFilter(forms.Form):
    """The filters of the list of an event's registrations."""

    q = forms.CharField(label=gettext_lazy("Nom, structure ou adresse"), required=False, max_length=100)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), required=False, choices=[("", gettext_lazy("Tous")), *State.choices]
    )

    def applied_to(self, registrations: Any) -> Any:
        """Those asked for, in the order of the list. What is not understood is left out."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if text := said.get("q"):
            registrations = registrations.naming(text.replace("\x00", ""))
        if state := said.get("etat"):
            registrations = registrations.in_states([state])
        return registrations.in_line()


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Écrit à la personne."),
    )


class ActorForm(forms.Form):
    """The fiche of a structure that was typed freely."""

    actor = FicheField(label=gettext_lazy("Sa fiche dans le répertoire"), required=False)


class HandRegistrationForm(RegistrationForm):
    """A registration that an organiser types for somebody who phoned or wrote: the same in the third person. No answer is demanded,
    and only the person may agree to be listed."""

    website = is_listed = None  # type: ignore[assignment]

    def __init__(self, data: Any = None, *, event: Event) -> None:
        super().__init__(data, event=event)
        labels = {
            "name": _("Prénom et nom"),
            "email": _("Adresse électronique"),
            "structure": _("Structure"),
            "which": _("Plusieurs structures portent ce nom. Laquelle est-ce\u00a0?"),
            "phone": _("Téléphone"),
            "others": _("Collègues qui viennent aussi"),
        }
        for name, label in labels.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs["autocomplete"] = "off"  # the organiser's own are not theirs
        self.fields["email"].required = False
        self.fields["email"].help_text = _(
            "La confirmation et le lien pour se désister y arrivent. Sans adresse, rien n’est écrit à cette personne."
        )
        self.fields["phone"].help_text = _("Pour la prévenir d’un changement.")
        for question in self.questions:
            self.fields[question_name(question)].required = False


class LetterForm(forms.Form):
    """A letter to those who are registered, by state."""

    states = forms.MultipleChoiceField(
        label=gettext_lazy("À qui"),
        choices=AUDIENCES,
        widget=forms.CheckboxSelectMultiple,
        initial=[State.CONFIRMED.value],
    )
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=5000,
        help_text=gettext_lazy("Le titre, la date et le lieu de l’événement sont rappelés au-dessus."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    once = OnceField()


class DocumentForm(FileForm):
    """A programme, minutes, slides."""

    class Meta:
        model = Document
        fields = ("title", "kind", "file", "audience")
