"""The filters of the coverage lists: each address parameter one QuerySet word; what is not understood asks for nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import COLLECTIVITE_NATURES, ContactState, Nature, PopulationBand
from directory.filters.fields import ForgivingTextField
from outreach.models.coverage_words import CoverageQuerySet, collectivites

YES, NO = "oui", "non"


class ListFilter(forms.Form):
    """What both lists have: a form of filters read from an address."""

    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.everybody = collectivites(settings.REGION_CODE)
        places = self.everybody.departements().values_list("code", "name")
        self.fields["departement"].choices = [("", _("tous")), *places]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def asked(self) -> dict[str, Any]:
        """The filters in use, as an address says them."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def understood(self) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(self.asked)
        return told


class CoverageSearch(ListFilter):
    """The collectivités that a cell of the board counts."""

    q = ForgivingTextField(label=gettext_lazy("Nom ou code"), required=False)
    etat = forms.ChoiceField(
        label=gettext_lazy("État du contact"),
        required=False,
        choices=[("", gettext_lazy("tous")), *ContactState.choices],
    )
    rencontre = forms.ChoiceField(
        label=gettext_lazy("Rencontre"),
        required=False,
        choices=[
            ("", gettext_lazy("avec ou sans")),
            (NO, gettext_lazy("jamais rencontrées")),
            (YES, gettext_lazy("déjà rencontrées")),
        ],
    )
    niveau = forms.ChoiceField(
        label=gettext_lazy("Niveau"),
        required=False,
        choices=[
            ("", gettext_lazy("tous")),
            *((nature.value, nature.label) for nature in reversed(COLLECTIVITE_NATURES)),
        ],
    )
    tranche = forms.ChoiceField(
        label=gettext_lazy("Population"),
        required=False,
        choices=[("", gettext_lazy("toutes")), *PopulationBand.choices],
    )
    epci = forms.ChoiceField(label=gettext_lazy("Intercommunalité"), required=False)
    field_order = ("q", "etat", "rencontre", "niveau", "tranche", "departement", "epci")

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        rows = self.everybody.of_nature([Nature.EPCI]).by_name()
        if departement := self.cleaned_data.get("departement"):
            rows = rows.counted_in(departement)
        self.fields["epci"].choices = [("", _("toutes")), *rows.values_list("code", "name")]  # type: ignore[attr-defined]
        self.full_clean()

    @cached_property
    def found(self) -> CoverageQuerySet:
        asked, rows = self.asked, self.everybody
        if text := asked.get("q"):
            rows = rows.naming(text)
        if state := asked.get("etat"):
            rows = rows.in_states([state])
        if met := asked.get("rencontre"):
            rows = rows.met() if met == YES else rows.not_met()
        if level := asked.get("niveau"):
            rows = rows.of_nature([level])
        if band := asked.get("tranche"):
            rows = rows.in_population_bands([band])
        if departement := asked.get("departement"):
            rows = rows.counted_in(departement)
        if epci := asked.get("epci"):
            rows = rows.in_epci([epci])
        return rows.largest_first()  # type: ignore[no-any-return, attr-defined]


class BlankSearch(ListFilter):
    """Where nobody was ever met."""

    niveau = forms.ChoiceField(
        label=gettext_lazy("Niveau"),
        required=False,
        choices=[
            ("", gettext_lazy("intercommunalités et départements")),
            (Nature.EPCI.value, Nature.EPCI.label),
            (Nature.DEPARTEMENT.value, Nature.DEPARTEMENT.label),
        ],
    )

    @cached_property
    def found(self) -> CoverageQuerySet:
        asked, rows = self.asked, self.everybody.blank()
        if level := asked.get("niveau"):
            rows = rows.of_nature([level])
        if departement := asked.get("departement"):
            rows = rows.counted_in(departement)
        return rows.largest_first()  # type: ignore[no-any-return, attr-defined]
