"""A jumelage ends, or lives again: when, why, what happens now."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Vitality
from directory.models import Jumelage
from directory.services.fiches import as_json
from soco.web.templatetags.soco import day

from .jumelages import DAY
from .proposals import OnceField, signature_of

MESSAGE_LENGTH = 2000


class GestureForm(forms.Form):
    """What one gesture changes of a jumelage, as the one door takes it: see `views.fiche_editing.edited`."""

    confirms_the_rest = False
    once = OnceField()

    def __init__(self, data: Any = None, *, jumelage: Jumelage) -> None:
        super().__init__(data)
        self.jumelage = jumelage

    @property
    def seen(self) -> dict[str, Any]:
        """These forms show no value of the page."""
        return {}

    @property
    def signature(self) -> str:
        return signature_of(self)


def _past(on: date | None, sentence: str) -> date | None:
    if on and on > timezone.localdate():
        raise forms.ValidationError(sentence)
    return on


class EndForm(GestureForm):
    ended_on = forms.DateField(
        label=gettext_lazy("Date de fin"),
        help_text=gettext_lazy("Laissez la case vide si vous ne la connaissez pas."),
        required=False,
        widget=DAY,
    )
    message = forms.CharField(
        label=gettext_lazy("Pourquoi il s’arrête"),
        help_text=gettext_lazy("Pour l’équipe du réseau\u00a0: ce n’est pas publié."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["ended_on", "message", "once"]

    def clean_ended_on(self) -> date | None:
        on = _past(
            self.cleaned_data["ended_on"], _("Ce jour n’est pas encore venu\u00a0: revenez quand il sera passé.")
        )
        began = max(self.jumelage.year_signed or 0, self.jumelage.year_started or 0)
        if on and on.year < began:
            said = _("La fin ne peut pas précéder la signature ni le début (%(year)s).") % {"year": began}
            raise forms.ValidationError(said)
        return on

    @property
    def values(self) -> dict[str, Any]:
        return {"vitality": Vitality.ENDED.value, "ended_on": as_json(self.cleaned_data["ended_on"])}


class ReviveForm(GestureForm):
    last_action_on = forms.DateField(
        label=gettext_lazy("Quand a-t-il repris\u00a0?"),
        help_text=gettext_lazy("Le jour de la première action, ou le premier du mois."),
        widget=DAY,
    )
    last_action = forms.CharField(
        label=gettext_lazy("Ce qui se passe maintenant"),
        help_text=gettext_lazy("Publié sur la page. Par exemple\u00a0: accueil d’une délégation."),
        max_length=Jumelage._meta.get_field("last_action").max_length,
    )
    message = forms.CharField(
        label=gettext_lazy("Autre chose à nous dire"),
        help_text=gettext_lazy("Pour l’équipe du réseau\u00a0: ce n’est pas publié."),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["last_action_on", "last_action", "message", "once"]

    def clean_last_action_on(self) -> date | None:
        on = _past(
            self.cleaned_data["last_action_on"],
            _("Cette action a déjà eu lieu\u00a0: sa date n’est pas dans l’avenir."),
        )
        ended_on = self.jumelage.ended_on
        if on and ended_on and on < ended_on:
            said = _("Le jumelage a pris fin le %(day)s\u00a0: il n’a pas repris avant.") % {"day": day(ended_on)}
            raise forms.ValidationError(said)
        return on

    @property
    def values(self) -> dict[str, Any]:
        """Active, without a day of end; its action too, unless a later one is known."""
        alive = {"vitality": Vitality.ACTIVE.value, "ended_on": None}
        on, known = self.cleaned_data["last_action_on"], self.jumelage.last_action_on
        if known and known > on:
            return alive
        return alive | {"last_action_on": as_json(on), "last_action": self.cleaned_data["last_action"]}
