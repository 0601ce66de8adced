"""What staff types about coverage: the share of the collectivités to be met, where, by when."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models.coverage_words import collectivites

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


REGION = "region"  # the whole of it


class TargetForm(forms.Form):
    departement = forms.ChoiceField(label=gettext_lazy("Territoire"))
    percent = forms.IntegerField(
        label=gettext_lazy("Part des collectivités rencontrées, en\u00a0%"),
        min_value=1,
        max_value=100,
        error_messages={
            "required": gettext_lazy("Donnez une part, entre 1 et 100."),
            "invalid": gettext_lazy("Une part s’écrit en chiffres, entre 1 et 100."),
        },
    )
    reach_by = forms.DateField(
        label=gettext_lazy("Avant le"),
        widget=DAY,
        error_messages={
            "required": gettext_lazy("Donnez le dernier jour."),
            "invalid": gettext_lazy("Cette date ne se lit pas\u00a0: écrivez 31/12/2027."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = collectivites(settings.REGION_CODE).departements().values_list("code", "name")
        self.fields["departement"].choices = [(REGION, _("Toute la région")), *places]  # type: ignore[attr-defined]
        self.fields["departement"].error_messages["invalid_choice"] = _("Ce territoire n’est pas dans la liste.")

    def clean_departement(self) -> str:
        """The code of a département, « » for the région."""
        said: str = self.cleaned_data["departement"]
        return "" if said == REGION else said
