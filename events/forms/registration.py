"""What people type to register for an event, and to change their registration."""

import re
from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.fiche_names import Found, label_of, understood
from directory.forms.proposals import OnceField
from directory.models import Actor, Attachment
from directory.search import folded
from events.enums import QuestionKind
from events.models import Event, EventQuestion
from events.services import Applicant, Person

MOST_LETTERS = 1000
NONE_OF_THEM = "aucune"
PEOPLE_HELP = gettext_lazy(
    "Une personne par ligne, sans vous compter\u00a0: son nom, puis, si vous voulez, son adresse et sa fonction, séparés par des "
    "virgules."
)
LISTED = gettext_lazy("J’accepte que mon nom et ma structure figurent sur la liste des participants")
_LINES = re.compile(r"[\r\n]+")
_PARTS = re.compile(r"[,;\t]")


def question_name(question: EventQuestion) -> str:
    return f"question_{question.pk}"


def question_field(question: EventQuestion) -> forms.Field:
    """The field that a question of the organiser asks for."""
    said = {"label": question.label, "required": question.is_required}
    if question.kind == QuestionKind.YES_NO:
        choices = [("oui", _("Oui")), ("non", _("Non"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)
    if question.kind == QuestionKind.CHOICE:
        choices = [(choice, choice) for choice in question.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)
    return forms.CharField(max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 2}), **said)


class AnswersMixin(forms.Form):
    """A form that also asks the questions of an event."""

    questions: list[EventQuestion]

    def add_questions(self, event: Event, answers: dict[str, Any] | None = None) -> None:
        self.questions = list(event.questions.all())
        for question in self.questions:
            field = question_field(question)
            field.initial = (answers or {}).get(str(question.pk), "")
            self.fields[question_name(question)] = field

    @property
    def answers(self) -> dict[str, Any]:
        """The answers given, by the question's id."""
        said = {str(question.pk): self.cleaned_data.get(question_name(question)) for question in self.questions}
        return {pk: answer for pk, answer in said.items() if answer}


def known_of(user: Any, *, with_structure: bool = True) -> dict[str, Any]:
    """What the form is filled with for a person who is signed in."""
    if not user.is_authenticated:
        return {}
    known = {"name": user.get_full_name(), "email": user.email}
    if not with_structure:
        return known
    attachment = Attachment.objects.accepted().of_user(user).principal_first().for_page().first()
    return known | ({"structure": label_of(attachment.actor)} if attachment else {})


class RegistrationForm(AnswersMixin):
    """A registration. `known`: what is known of the person already, by field name."""

    name = forms.CharField(
        label=gettext_lazy("Vos prénom et nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        max_length=254,
        help_text=gettext_lazy("La confirmation et le lien pour vous désister y arrivent."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    structure = forms.CharField(
        label=gettext_lazy("Votre structure"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Collectivité, association, établissement… Le répertoire vous propose les noms qu’il connaît."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "list": "structures"}),
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Plusieurs structures portent ce nom. Laquelle est la vôtre\u00a0?"),
        required=False,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=gettext_lazy("Votre téléphone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Pour vous prévenir d’un changement de dernière minute."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    others = forms.CharField(
        label=gettext_lazy("Des collègues viennent avec vous\u00a0?"),
        required=False,
        max_length=4000,
        help_text=PEOPLE_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_listed = forms.BooleanField(label=LISTED, required=False)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    once = OnceField()

    def __init__(self, data: Any = None, *, event: Event, known: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=known or {})
        self.event = event
        self.actor: Actor | None = (known or {}).get("actor")
        self.fields["structure"].widget.attrs |= {
            "hx-get": reverse("structure_suggestions"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#structures",
            "hx-sync": "this:replace",
        }
        self.add_questions(event)
        self.order_fields(
            ["name", "email", "structure", "which", "phone", "others"]
            + [question_name(question) for question in self.questions]
            + ["is_listed"]
        )
        if not self._offer_candidates(data):
            del self.fields["which"]

    def _offer_candidates(self, data: Any) -> bool:
        """Several fiches have the name typed: let the person say which, or none."""
        typed = (data or {}).get("structure", "").replace("\x00", "")[:200]
        if data is None or (self.actor and typed == label_of(self.actor)):  # an invitation says which one
            return False
        found = understood(typed) if typed else Found()
        self.actor = found.actor
        self.candidates = {str(actor.pk): actor for actor in found.candidates}
        if not self.candidates:
            return False
        choices = [(pk, label_of(actor)) for pk, actor in self.candidates.items()]
        field: Any = self.fields["which"]
        field.choices = [*choices, (NONE_OF_THEM, _("Aucune de celles-ci"))]
        field.required = True
        field.error_messages["required"] = _("Dites laquelle est la vôtre, ou «\u00a0Aucune de celles-ci\u00a0».")
        return True

    @classmethod
    def in_one_click(cls, user: Any, event: Event) -> "RegistrationForm | None":
        """The form as a member sends it without typing anything, or None when something is missing or the event asks a question."""
        form = cls(event=event, known=known_of(user))
        is_enough = bool(form.initial.get("name")) and not any(question.is_required for question in form.questions)
        return form if is_enough else None

    @property
    def known_fields(self) -> list[forms.BoundField]:
        """The fields that are filled already."""
        return [self[name] for name in ("name", "email", "structure") if self.initial.get(name)]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and sum(letter.isdigit() for letter in phone) < 6:
            raise ValidationError(
                _("Ce numéro n’est pas complet\u00a0: laissez la case vide, ou écrivez-le en entier.")
            )
        return phone

    def clean_others(self) -> list[Person]:
        lines = [line.strip() for line in _LINES.split(self.cleaned_data["others"]) if line.strip()]
        if len(lines) + 1 > settings.EVENTS_MOST_PEOPLE:
            raise ValidationError(
                _(
                    "Dix personnes au plus par inscription\u00a0: pour un groupe plus nombreux, écrivez à l’organisateur."
                )
            )
        return [self._person(line) for line in lines]

    def _person(self, line: str) -> Person:
        name, *rest = [part.strip() for part in _PARTS.split(line)]
        email = next((part for part in rest if "@" in part), "")
        job = ", ".join(part for part in rest if part and part != email)
        if not name or len(name) > 150 or len(job) > 150:
            raise ValidationError(
                _("«\u00a0%(line)s\u00a0» ne commence pas par un nom de 150 lettres au plus.") % {"line": line[:60]}
            )
        if email:
            try:
                validate_email(email)
                MaxLengthValidator(254)(email)
            except ValidationError as error:
                message = _("L’adresse «\u00a0%(email)s\u00a0» n’est pas complète.") % {"email": email[:100]}
                raise ValidationError(message) from error
        return Person(name, email, job)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if twice := _named_twice([Person(said.get("name", ""), said.get("email", "")), *(said.get("others") or [])]):
            message = _("%(name)s est déjà compté\u00a0: écrivez ici vos collègues seulement.")
            self.add_error("others", message % {"name": twice.name})
        if which := said.get("which"):
            self.actor = self.candidates.get(which)
        return said

    @property
    def is_from_a_robot(self) -> bool:
        """Did it fill the box that nobody sees?"""
        return bool(self.cleaned_data.get("website"))

    def applicant(self, user: Any) -> Applicant:
        said = self.cleaned_data
        return Applicant(
            name=said["name"],
            email=said["email"],
            phone=said["phone"],
            structure=self.actor.name if self.actor else said["structure"],
            actor=self.actor,
            user=user if user.is_authenticated else None,
        )

    @property
    def people(self) -> list[Person]:
        """Everybody who comes, the applicant first."""
        return [Person(self.cleaned_data["name"]), *self.cleaned_data["others"]]


def _named_twice(people: list[Person]) -> Person | None:
    """The first who stands there twice, by name and job or by address."""
    names = Counter((folded(who.name), folded(who.job)) for who in people)
    addresses = Counter(who.email.lower() for who in people if who.email)
    for who in people:
        if names[folded(who.name), folded(who.job)] > 1 or addresses[who.email.lower()] > 1:
            return who
    return None


class ReplaceForm(forms.Form):
    """A colleague who comes instead."""

    name = forms.CharField(label=gettext_lazy("Prénom et nom de votre collègue"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("Son adresse électronique"),
        max_length=254,
        help_text=gettext_lazy("La confirmation et les rappels lui arriveront."),
    )
    job = forms.CharField(label=gettext_lazy("Sa fonction"), max_length=150, required=False)

    @property
    def person(self) -> Person:
        return Person(self.cleaned_data["name"], self.cleaned_data["email"], self.cleaned_data["job"])


class AnswersForm(AnswersMixin):
    """The answers of a registration, to change them."""

    is_listed = forms.BooleanField(label=LISTED, required=False)

    def __init__(self, data: Any = None, *, event: Event, answers: dict[str, Any], is_listed: bool) -> None:
        super().__init__(data, initial={"is_listed": is_listed})
        self.add_questions(event, answers)


class OpinionForm(forms.Form):
    """Three answers about an event."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("Ce rendez-vous vous a-t-il été utile\u00a0?"),
        choices=[
            (5, gettext_lazy("Tout à fait")),
            (4, gettext_lazy("Plutôt oui")),
            (3, gettext_lazy("Moyennement")),
            (2, gettext_lazy("Plutôt non")),
            (1, gettext_lazy("Pas du tout")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    useful = forms.CharField(
        label=gettext_lazy("Ce qui vous a servi"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wish = forms.CharField(
        label=gettext_lazy("Ce que vous souhaitez la prochaine fois"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
