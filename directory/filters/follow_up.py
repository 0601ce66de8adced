"""The staff's follow-up of jumelages: four lists, and the same filters for all, each one QuerySet word."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import services
from directory.enums import FollowUp
from directory.models import Actor, Jumelage, JumelageQuerySet
from directory.search import understand

from .fields import ForgivingTextField


class FollowUpSearch(forms.Form):
    """Without a list: what is to be verified. What is not understood asks for nothing."""

    q = ForgivingTextField(label=gettext_lazy("Nom ou pays"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    pays = forms.ChoiceField(label=gettext_lazy("Pays du partenaire"), required=False)
    vue = forms.ChoiceField(required=False, choices=FollowUp.choices, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], today: date) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.today = today
        places = Actor.objects.departement_names()
        self.fields["departement"].choices = [("", _("tous")), *places]  # type: ignore[attr-defined]
        countries = Jumelage.objects.published().partner_countries()
        self.fields["pays"].choices = [("", _("tous")), *countries]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def view(self) -> FollowUp:
        return FollowUp(self.cleaned_data.get("vue") or FollowUp.TO_VERIFY)

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update({"vue": self.view.value, **self.narrowing})
        return told

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, the list apart."""
        return {name: value for name, value in self.cleaned_data.items() if value and name != "vue"}

    @cached_property
    def narrowed(self) -> JumelageQuerySet:
        """The published jumelages that answer the filters, whatever the list."""
        asked, jumelages = self.narrowing, Jumelage.objects.published()
        if text := asked.get("q"):
            jumelages = jumelages.answering(understand(text), [])
        if departement := asked.get("departement"):
            jumelages = jumelages.in_departements([departement])
        if country := asked.get("pays"):
            jumelages = jumelages.with_countries([country])
        return jumelages

    def found(self, view: FollowUp | None = None) -> JumelageQuerySet:
        """Those of a list (the chosen one), in its order."""
        return services.followed(self.narrowed, view or self.view, self.today)

    def tabs(self) -> list[tuple[FollowUp, int, str]]:
        """Each list: itself, how many it holds, the query of its address."""
        return [(view, self.found(view).count(), self._query(view)) for view in FollowUp]

    def _query(self, view: FollowUp) -> str:
        told = QueryDict(mutable=True)
        told.update({"vue": view.value, **self.narrowing})
        return told.urlencode()
