"""What staff choose and type to invite people to an event: whom « autour » means, whom to leave out, which addresses."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Nature
from directory.filters.fields import ForgivingTextField
from directory.forms.choices import country_choices, theme_choices
from directory.models import Actor
from events.enums import InvitationAnswer
from events.models import Criteria, Event, EventInvitation, EventInvitationQuerySet
from events.models.candidates import point_of

MOST_KM = 300
MOST_LEFT_OUT = 300  # unticked at a time: they are in the address of the page
_NUMBER = re.compile(r"\b\d{1,9}\b")
_SEPARATORS = re.compile(r"[\s,;]+")


class NumbersField(forms.Field):
    """Ids, in one value or several, whatever separates them; what is no number is ignored."""

    widget = forms.MultipleHiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> list[int]:
        typed = value if isinstance(value, list) else [value or ""]
        return list(dict.fromkeys(int(number) for text in typed for number in _NUMBER.findall(str(text))))


class CriteriaForm(forms.Form):
    """Whom « autour » means. Two queries, for the names of the territories."""

    rayon = forms.IntegerField(
        label=gettext_lazy("Rayon autour du lieu (km)"),
        required=False,
        min_value=1,
        max_value=MOST_KM,
        error_messages={
            "invalid": gettext_lazy("Écrivez un nombre entier de kilomètres, comme 30."),
            "min_value": gettext_lazy("Le rayon va de 1 à 300 kilomètres."),
            "max_value": gettext_lazy("Le rayon va de 1 à 300 kilomètres."),
        },
    )
    epci = forms.ChoiceField(label=gettext_lazy("Intercommunalité"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    pays = forms.ChoiceField(label=gettext_lazy("Pays de coopération"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Thème de coopération"), required=False)
    tous = forms.BooleanField(
        label=gettext_lazy("Seulement les structures qui remplissent tous ces critères"), required=False
    )
    jamais = forms.BooleanField(
        label=gettext_lazy("Seulement les collectivités jamais rencontrées par le réseau"), required=False
    )
    partenaires = forms.BooleanField(
        label=gettext_lazy("Aussi les associations et autres partenaires de France"), required=False
    )

    def __init__(self, data: Any, *, event: Event) -> None:
        super().__init__(data, auto_id="critere_%s", label_suffix="", initial=self._usual(event))
        self.event = event
        published = Actor.objects.published().by_name()
        none = ("", _("aucun"))
        choices: dict[str, list[Any]] = {
            "epci": [("", _("aucune")), *published.of_nature([Nature.EPCI]).values_list("code", "name")],
            "departement": [none, *published.of_nature([Nature.DEPARTEMENT]).values_list("code", "name")],
            "pays": [none, *(choice for choice in country_choices() if choice[0] != "FR")],
            "theme": [none, *theme_choices()],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = _("Choisissez une valeur de la liste.")

    @staticmethod
    def _usual(event: Event) -> dict[str, Any]:
        return {"rayon": 30} if point_of(event) else {}

    def clean_rayon(self) -> int | None:
        km: int | None = self.cleaned_data["rayon"]
        if km and point_of(self.event) is None:
            raise ValidationError(
                _("Le lieu de cet événement n’est pas situé\u00a0: choisissez plutôt un département ou un thème.")
            )
        return km

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and self.criteria.is_empty:
            raise ValidationError(
                _("Dites qui est «\u00a0autour\u00a0»\u00a0: un rayon, un territoire, un pays ou un thème.")
            )
        return said

    @property
    def criteria(self) -> Criteria:
        said = self.cleaned_data
        return Criteria(
            km=said["rayon"],
            epci=said["epci"],
            departement=said["departement"],
            country=said["pays"],
            theme=said["theme"],
            needs_all=said["tous"],
            never_met=said["jamais"],
            with_partners=said["partenaires"],
        )

    @property
    def understood(self) -> QueryDict:
        """The criteria as an address says them."""
        told = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value:
                told[name] = "on" if value is True else str(value)
        return told


class ChoiceForm(forms.Form):
    """Whom the preview showed and who is left out. `liste`: those that the button invites; `vu`: those of the page; `garder`: those
    of the page that are still ticked; `sauf`: those unticked before."""

    liste = NumbersField()
    vu = NumbersField()
    garder = NumbersField()
    sauf = NumbersField()

    @property
    def left_out(self) -> list[int]:
        said = self.cleaned_data
        seen, kept = set(said["vu"]), set(said["garder"])
        return [pk for pk in said["sauf"] if pk not in seen] + [pk for pk in said["vu"] if pk not in kept]

    @property
    def chosen(self) -> list[int]:
        out = set(self.left_out)
        return [pk for pk in self.cleaned_data["liste"] if pk not in out]


class AddressesForm(forms.Form):
    """Addresses to invite, one per line."""

    adresses = forms.CharField(
        label=gettext_lazy("Adresses électroniques, une par ligne"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Écrivez une adresse au moins.")},
    )

    def clean_adresses(self) -> str:
        typed: str = self.cleaned_data["adresses"]
        self.emails = list(dict.fromkeys(part.lower() for part in _SEPARATORS.split(typed) if part))
        wrong = [email for email in self.emails if not _is_address(email)]
        if wrong:
            raise ValidationError(
                _("Ceci n’est pas une adresse complète\u00a0: %(wrong)s. Rien n’est parti.")
                % {"wrong": ", ".join(f"«\u00a0{email[:60]}\u00a0»" for email in wrong[:5])}
            )
        if len(self.emails) > settings.EVENTS_MOST_INVITATIONS:
            raise ValidationError(
                _("%(most)s adresses au plus à la fois.") % {"most": settings.EVENTS_MOST_INVITATIONS}
            )
        return typed


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


class InvitationSearch(forms.Form):
    """The list of the invitations: by name or address, by answer. What is not understood asks for nothing."""

    UNDELIVERED = "en-echec"

    q = ForgivingTextField(label=gettext_lazy("Structure ou adresse"), required=False)
    etat = forms.ChoiceField(
        label=gettext_lazy("Réponse"),
        required=False,
        choices=[
            ("", gettext_lazy("toutes")),
            *InvitationAnswer.choices,
            (UNDELIVERED, gettext_lazy("Courriel revenu en erreur")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.is_valid()

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update(self.narrowing)
        return told

    def found(self, event: Event) -> EventInvitationQuerySet:
        """The invitations of `event` that answer the filters, the newest first."""
        asked, rows = self.narrowing, EventInvitation.objects.of_event(event)
        if text := asked.get("q"):
            rows = rows.naming(text)
        if answer := asked.get("etat"):
            rows = rows.undelivered() if answer == self.UNDELIVERED else rows.answering(answer)
        return rows.newest_first()
