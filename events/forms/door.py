"""What is typed at the door: the list's search, and somebody who came without registering."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from events.models import Event, EventQuestion, ParticipantQuerySet
from events.services import Applicant, Person

from .registration import RegistrationForm


class Shown(TextChoices):
    """Which people the list of the door shows; the values are those of the address parameter `etat`."""

    ALL = "", _("Tous")
    AWAITED = "attendus", _("Attendus")
    PRESENT = "presents", _("Présents")
    ABSENT = "absents", _("Absents")


class DoorFilter(forms.Form):
    """The search of the list. What is not understood counts for nothing."""

    q = forms.CharField(required=False, max_length=200)
    etat = forms.ChoiceField(required=False, choices=Shown)

    def chosen(self, people: ParticipantQuerySet) -> ParticipantQuerySet:
        """Those of `people` that are searched for."""
        self.full_clean()
        said = self.cleaned_data
        found = people.naming(said["q"]) if said.get("q") else people
        words = {
            Shown.AWAITED: found.unmarked,
            Shown.PRESENT: found.attended,
            Shown.ABSENT: found.no_shows,
        }
        return words.get(said.get("etat") or Shown.ALL, found.all)()


class WalkInForm(RegistrationForm):
    """Somebody who came without registering: the fields of a registration that one has the time to fill at a door."""

    phone = others = is_listed = website = once = None  # type: ignore[assignment]
    name = forms.CharField(
        label=_("Prénom et nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        max_length=254,
        required=False,
        help_text=_("Les documents y arriveront. Sans adresse, la personne est comptée, et rien ne lui est écrit."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    structure = forms.CharField(
        label=_("Structure"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "structures"}),
    )
    job = forms.CharField(label=_("Fonction"), max_length=150, required=False)

    def add_questions(self, event: Event, answers: dict[str, Any] | None = None) -> None:
        """None: the organiser's questions prepare the day, and it has come."""
        self.questions: list[EventQuestion] = []

    @property
    def walk_in(self) -> Applicant:
        said = self.cleaned_data
        structure = self.actor.name if self.actor else said["structure"]
        return Applicant(name=said["name"], email=said["email"], structure=structure, actor=self.actor)

    @property
    def people(self) -> list[Person]:
        return [Person(self.cleaned_data["name"], job=self.cleaned_data["job"])]
