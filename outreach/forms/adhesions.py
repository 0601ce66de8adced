"""What staff types about memberships: who, for which year, from and until when; a file of them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.forms.planning import FicheField
from outreach.models import Adhesion

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
BAD_DAY = {"invalid": gettext_lazy("Cette date ne se lit pas\u00a0: écrivez 31/12/2026.")}
MOST_MEGABYTES = 5


class _DaysForm(forms.Form):
    year = forms.IntegerField(
        label=gettext_lazy("Année"),
        min_value=1990,
        max_value=2100,
        error_messages={
            "required": gettext_lazy("Donnez l’année de l’adhésion."),
            "invalid": gettext_lazy("Une année s’écrit avec quatre chiffres."),
            "min_value": gettext_lazy("L’année d’une adhésion est comprise entre 1990 et 2100."),
            "max_value": gettext_lazy("L’année d’une adhésion est comprise entre 1990 et 2100."),
        },
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Du"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy("Vide\u00a0: le 1er janvier de l’année."),
        error_messages=BAD_DAY,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Au"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy("Vide\u00a0: le 31 décembre de l’année."),
        error_messages=BAD_DAY,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=250)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if year := said.get("year"):
            said["starts_on"] = said.get("starts_on") or date(year, 1, 1)
            said["ends_on"] = said.get("ends_on") or date(year, 12, 31)
            if not self.errors and said["ends_on"] < said["starts_on"]:
                self.add_error("ends_on", _("Le dernier jour d’une adhésion vient après le premier."))
        return said


class AddAdhesionForm(_DaysForm):
    actor = FicheField(
        label=gettext_lazy("Qui adhère"),
        help_text=gettext_lazy("Une collectivité ou un autre acteur du répertoire, par son nom."),
        error_messages={"required": gettext_lazy("Dites qui adhère.")},
    )
    field_order = ("actor", "year", "starts_on", "ends_on", "note")


class AdhesionForm(_DaysForm):
    """A membership that is known."""

    def __init__(self, *args: Any, adhesion: Adhesion, **kwargs: Any) -> None:
        initial = {name: getattr(adhesion, name) for name in ("year", "starts_on", "ends_on", "note")}
        super().__init__(*args, initial=initial, **kwargs)


class EndAdhesionForm(forms.Form):
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        widget=DAY,
        error_messages=BAD_DAY | {"required": gettext_lazy("Donnez le dernier jour.")},
    )


class AdhesionFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fichier CSV ou XLSX"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 1_000_000:
            raise ValidationError(_("Ce fichier dépasse %(most)d Mo\u00a0: découpez-le.") % {"most": MOST_MEGABYTES})
        return file
