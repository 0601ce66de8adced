"""What is typed to make a tour, to change it and to settle an answer; where a voltigeur goes."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Nature
from directory.fiche_names import understood
from directory.forms.proposals import OnceField
from directory.models import Actor
from events.forms.planning import DAY, HOUR, FicheField, MomentField, check_day
from outreach.models import MOST_STOPS, FieldArea, Tour, TourStop, voltigeurs
from outreach.services import TourPlan
from soco.accounts.models import User

FEWEST_MINUTES, MOST_MINUTES = 10, 8 * 60
MOST_EPCI = 30
VISITED = [(Nature.COMMUNE.value, gettext_lazy("Communes")), (Nature.EPCI.value, gettext_lazy("Intercommunalités"))]
MINUTES_ERRORS = {
    "invalid": gettext_lazy("Écrivez un nombre entier de minutes, comme 60."),
    "min_value": gettext_lazy("Une étape dure de 10 minutes à 8 heures (480 minutes)."),
    "max_value": gettext_lazy("Une étape dure de 10 minutes à 8 heures (480 minutes)."),
}
COUNT_ERRORS = dict.fromkeys(
    ("invalid", "min_value", "max_value"), gettext_lazy("Une tournée a de 1 à 12 étapes.")
)  # fmt: skip


def departement_choices() -> list[tuple[str, str]]:
    return [(code, f"{name} ({code})") for code, name in Actor.objects.departement_names()]


def minutes_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=FEWEST_MINUTES, max_value=MOST_MINUTES, error_messages=dict(MINUTES_ERRORS), **kwargs
    )


class VoltigeurField(forms.ModelChoiceField):
    """Who makes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=User.objects.none(), label=gettext_lazy("Voltigeur"), empty_label=gettext_lazy("personne encore"), **kwargs
        )  # fmt: skip


class LocatedField(FicheField):
    """A commune, or another actor whose place is known."""

    def clean(self, value: Any) -> Actor | None:
        actor = super().clean(value)
        if actor is not None and not actor.is_located:
            raise ValidationError(
                _("La place de cette fiche sur la carte n’est pas connue\u00a0: choisissez-en une autre.")
            )
        return actor


class EpciField(FicheField):
    def clean(self, value: Any) -> Actor | None:
        actor = super().clean(value)
        if actor is not None and actor.nature != Nature.EPCI:
            raise ValidationError(_("Ce n’est pas une intercommunalité. Écrivez son nom comme sur sa fiche."))
        return actor


class ChooseForm(forms.Form):
    """The day, from where, in which area, how many. `area`: of the person who asks, or None."""

    template_name = "outreach/_choose_fields.html"

    jour = forms.DateField(
        label=gettext_lazy("Jour"), widget=DAY, error_messages={"invalid": gettext_lazy("Ce jour ne se lit pas.")}
    )
    heure = forms.TimeField(
        label=gettext_lazy("Départ à"), widget=HOUR, error_messages={"invalid": gettext_lazy("Écrivez l’heure comme 08:30.")}
    )  # fmt: skip
    depart = LocatedField(
        label=gettext_lazy("Départ de"), help_text=gettext_lazy("Une commune, par son nom ou son code postal.")
    )
    retour = forms.BooleanField(label=gettext_lazy("Revenir au point de départ"), required=False)
    combien = forms.IntegerField(
        label=gettext_lazy("Nombre d’étapes"), min_value=1, max_value=MOST_STOPS, error_messages=COUNT_ERRORS
    )
    minutes = minutes_field(label=gettext_lazy("Minutes sur place"))
    departements = forms.MultipleChoiceField(
        label=gettext_lazy("Départements"), required=False, widget=forms.CheckboxSelectMultiple
    )
    epci = EpciField(
        label=gettext_lazy("Intercommunalité"),
        required=False,
        help_text=gettext_lazy(
            "S’ajoute aux départements cochés. Sans département ni intercommunalité\u00a0: partout."
        ),
    )
    natures = forms.MultipleChoiceField(
        label=gettext_lazy("Rencontrer"), choices=VISITED, required=False, widget=forms.CheckboxSelectMultiple
    )
    voltigeur = VoltigeurField(required=False)
    elle = FicheField(
        label=gettext_lazy("Pourquoi pas elle\u00a0?"),
        required=False,
        help_text=gettext_lazy("Une collectivité qui n’est pas proposée\u00a0: le portail dit pourquoi."),
    )

    def __init__(self, data: Any, *, user: User, area: FieldArea | None) -> None:
        super().__init__(data, label_suffix="")
        self.user, self.area = user, area
        self.fields["departements"].choices = departement_choices()  # type: ignore[attr-defined]
        self.fields["voltigeur"].queryset = voltigeurs()  # type: ignore[attr-defined]
        self.initial = self._usual()

    def _usual(self) -> dict[str, Any]:
        tomorrow = timezone.localdate() + timedelta(days=1)
        return {
            "jour": tomorrow + timedelta(days={5: 2, 6: 1}.get(tomorrow.weekday(), 0)),
            "heure": time(8, 30),
            "depart": self.area.start if self.area else None,
            "retour": True,
            "combien": 5,
            "minutes": 60,
            "departements": self.area.departement_codes if self.area else [],
            "natures": [value for value, _label in VISITED],
            "voltigeur": self.user.pk,
        }

    def clean_jour(self) -> date:
        day: date = self.cleaned_data["jour"]
        check_day(day)
        if day < timezone.localdate():
            raise ValidationError(_("Ce jour est déjà passé."))
        return day

    @property
    def visited(self) -> list[str]:
        return self.cleaned_data["natures"] or [value for value, _label in VISITED]

    @property
    def epci_codes(self) -> list[str]:
        """The intercommunalité asked for; those of the person's area as long as the area is theirs as it stands."""
        epci = self.cleaned_data["epci"]
        if epci is not None:
            return [epci.code]
        is_own = self.area is not None and set(self.area.departement_codes) == set(self.cleaned_data["departements"])
        return list(self.area.epci_codes) if self.area and is_own else []

    def plan(self, *, title: str = "") -> TourPlan:
        said = self.cleaned_data
        return TourPlan(
            day=said["jour"], start=said["depart"], leaves_at=said["heure"], voltigeur=said["voltigeur"],
            title=title, minutes=said["minutes"], returns=said["retour"], departement_codes=said["departements"], epci=said["epci"],
        )  # fmt: skip


class PickForm(forms.Form):
    """Which of the proposed collectivités become stops."""

    once = OnceField()
    titre = forms.CharField(label=gettext_lazy("Titre de la tournée"), max_length=150, required=False)


class TourForm(forms.Form):
    """The hours of a tour: when it leaves, how long it stays at each stop; who makes it; a note."""

    template_name = "outreach/_hours_fields.html"

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=150, required=False)
    voltigeur = VoltigeurField(required=False)
    leaves_at = forms.TimeField(label=gettext_lazy("Départ à"), widget=HOUR)
    returns = forms.BooleanField(label=gettext_lazy("Revenir au point de départ"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note de la tournée"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, tour: Tour, stops: Sequence[TourStop]) -> None:
        names = ("title", "voltigeur", "leaves_at", "returns", "note")
        super().__init__(
            data, label_suffix="", initial={name: getattr(tour, name) for name in names}, auto_id="tournee_%s"
        )
        known = voltigeurs()
        own = User.objects.filter(pk=tour.voltigeur_id)
        self.fields["voltigeur"].queryset = known | own  # type: ignore[attr-defined]
        for stop in stops:
            self.fields[f"minutes_{stop.pk}"] = minutes_field(
                label=_("Minutes sur place\u00a0: %(name)s") % {"name": stop.actor.name}, initial=stop.minutes
            )

    @property
    def minutes(self) -> dict[int, int]:
        """Minutes on site by stop (id)."""
        said = self.cleaned_data.items()
        return {int(name.partition("_")[2]): value for name, value in said if name.startswith("minutes_")}

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("minutes_")}

    @property
    def minutes_boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("minutes_")]


class AddStopForm(forms.Form):
    """One collectivité more."""

    actor = LocatedField(
        label=gettext_lazy("Ajouter une étape"),
        help_text=gettext_lazy("Une commune ou une intercommunalité, par son nom."),
    )


class SettleForm(forms.Form):
    """The moment agreed with a collectivité."""

    starts_at = MomentField(
        label=gettext_lazy("Nouveau rendez-vous"),
        help_text=gettext_lazy(
            "Le moment convenu avec la collectivité\u00a0: elle en reçoit la confirmation, si son adresse est connue."
        ),
    )


class StartForm(forms.Form):
    """Where one usually starts."""

    start = LocatedField(
        label=gettext_lazy("Commune de départ habituelle"),
        required=False,
        help_text=gettext_lazy("Les nouvelles tournées partent de là."),
    )


class AreaForm(StartForm):
    """Where a voltigeur goes."""

    departement_codes = forms.MultipleChoiceField(
        label=gettext_lazy("Départements"), required=False, widget=forms.CheckboxSelectMultiple
    )
    epci_names = forms.CharField(
        label=gettext_lazy("Intercommunalités d’autres départements"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Une par ligne, par son nom ou son SIREN. Sans département ni intercommunalité\u00a0: partout."
        ),
    )

    field_order = ("departement_codes", "epci_names", "start")

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["departement_codes"].choices = departement_choices()  # type: ignore[attr-defined]

    def clean_epci_names(self) -> list[str]:
        """The SIREN of the intercommunalité that each line names."""
        lines = [line.strip() for line in self.cleaned_data["epci_names"].splitlines() if line.strip()]
        if len(lines) > MOST_EPCI:
            raise ValidationError(_("Trente intercommunalités au plus\u00a0: cochez plutôt des départements."))
        found = [(line, understood(line)) for line in dict.fromkeys(lines)]
        unclear = [line for line, told in found if told.actor is None or told.actor.nature != Nature.EPCI]
        if unclear:
            raise ValidationError(
                _(
                    "Aucune intercommunalité, ou plusieurs, portent ce nom\u00a0: %(names)s. Écrivez son nom complet ou son SIREN."
                )
                % {"names": ", ".join(unclear[:5])}
            )
        return list(dict.fromkeys(told.actor.code for _line, told in found if told.actor))
