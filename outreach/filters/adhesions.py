"""The filters of memberships: each address parameter one QuerySet word; what is not understood asks for nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Nature
from directory.filters.fields import ForgivingTextField
from outreach.models import Adhesion
from outreach.models.coverage_words import collectivites
from outreach.models.planning import AdhesionQuerySet


class AdhesionSearch(forms.Form):
    """Without a filter: every membership, the latest years first."""

    q = ForgivingTextField(label=gettext_lazy("Nom ou code"), required=False)
    annee = forms.ChoiceField(label=gettext_lazy("Année"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("toutes")), *Nature.choices]
    )
    perdues = forms.BooleanField(label=gettext_lazy("plus à jour cette année"), required=False)

    def __init__(self, data: Mapping[str, str], today: date) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.today = today
        places = collectivites(settings.REGION_CODE).departements().values_list("code", "name")
        years = [(str(year), str(year)) for year in Adhesion.objects.years()]
        self.fields["departement"].choices = [("", _("tous")), *places]  # type: ignore[attr-defined]
        self.fields["annee"].choices = [("", _("toutes")), *years]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def asked(self) -> dict[str, Any]:
        """The filters in use, as an address says them."""
        return {name: "on" if value is True else value for name, value in self.cleaned_data.items() if value}

    @property
    def understood(self) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(self.asked)
        return told

    @cached_property
    def found(self) -> AdhesionQuerySet:
        asked, rows = self.asked, Adhesion.objects.all()
        if text := asked.get("q"):
            rows = rows.naming(text)
        if year := asked.get("annee"):
            rows = rows.of_year(int(year))
        if departement := asked.get("departement"):
            rows = rows.in_departements([departement])
        if nature := asked.get("nature"):
            rows = rows.of_natures([nature])
        if asked.get("perdues"):
            rows = rows.lapsed(self.today)
        return rows.newest_first()
