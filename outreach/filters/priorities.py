"""The list of whom to meet next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import COLLECTIVITE_NATURES, ContactState, Nature, PopulationBand
from directory.filters.fields import ForgivingTextField
from directory.models import Actor
from outreach import priority
from outreach.models import FieldArea, Priority
from outreach.models.planning import PriorityQuerySet

MINE, EVERYBODY = "moi", "tous"


class PrioritySearch(forms.Form):
    """Without a parameter: those of the person's own area (of everywhere, for who has none) that may be contacted, the most
    pressing first."""

    q = ForgivingTextField(label=gettext_lazy("Collectivité ou code"), required=False)
    secteur = forms.ChoiceField(label=gettext_lazy("Secteur"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    epci = forms.RegexField(r"^\d{9}\Z", required=False, widget=forms.HiddenInput)
    nature = forms.ChoiceField(label=gettext_lazy("Niveau"), required=False)
    population = forms.ChoiceField(label=gettext_lazy("Population"), required=False)
    etat = forms.ChoiceField(label=gettext_lazy("Contact"), required=False)
    signal = forms.ChoiceField(label=gettext_lazy("Parce que"), required=False)

    def __init__(self, data: Mapping[str, str], user: Any, today: date) -> None:
        self.areas = {str(area.user_id): area for area in FieldArea.objects.select_related("user").order_by("user")}
        if str(user.pk) in self.areas and not any(data.get(name) for name in self.base_fields):
            data = {**data, "secteur": data.get("secteur", MINE)}
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.today = today
        mine = [(MINE, _("le mien"))] if str(user.pk) in self.areas else []
        others = [(pk, str(area.user)) for pk, area in self.areas.items() if pk != str(user.pk)]
        places = Actor.objects.departement_names()
        natures = [(nature.value, nature.label) for nature in Nature if nature in COLLECTIVITE_NATURES]
        signals = [
            (code, priority.LABELS[code])
            for code in priority.SIGNALS
            if code not in (priority.POPULATION, priority.RECENT)
        ]
        choices: dict[str, list[Any]] = {
            "secteur": [(EVERYBODY if mine else "", _("tous")), *mine, *others],
            "departement": [("", _("tous")), *places],
            "nature": [("", _("tous")), *natures],
            "population": [("", _("toutes")), *PopulationBand.choices],
            "etat": [("", _("tous")), *ContactState.choices],
            "signal": [("", _("toutes raisons")), *signals],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        self.user = user
        self.is_valid()

    @property
    def everybody_query(self) -> str:
        """The address of the list without any filter."""
        return f"?secteur={EVERYBODY}" if str(self.user.pk) in self.areas else ""

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, as an address says them."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update(self.narrowing)
        return told

    @cached_property
    def found(self) -> PriorityQuerySet:
        """Those that answer the filters; who asked not to be contacted, only if it is asked for by name or by state."""
        asked = self.narrowing
        rows = Priority.objects.all() if "q" in asked or "etat" in asked else Priority.objects.to_meet(self.today)
        if text := asked.get("q"):
            rows = rows.naming(text)
        if signal := asked.get("signal"):
            rows = rows.with_signal(signal)
        if area := self.areas.get(str(self.user.pk) if asked.get("secteur") == MINE else asked.get("secteur", "")):
            rows = rows.among(area.actors())
        actors = Actor.objects.all()
        words = {
            "departement": actors.in_departements,
            "epci": actors.in_epci,
            "nature": actors.of_nature,
            "population": actors.in_population_bands,
            "etat": actors.in_contact_states,
        }
        for name, word in words.items():
            if value := asked.get(name):
                rows = rows.among(word([value]))
        return rows
