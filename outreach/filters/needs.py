"""The filters of the needs that neighbours have in common; what is not understood asks for nothing."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Actor, Service


class CommonNeedSearch(forms.Form):
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        places = Actor.objects.departement_names()
        self.fields["service"].choices = [("", _("tous")), *Service.objects.values_list("code", "name")]  # type: ignore[attr-defined]
        self.fields["departement"].choices = [("", _("tous")), *places]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, as an address says them and as `common_needs` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update(self.narrowing)
        return told
