"""What is typed about the life of a jumelage: a letter to its collectivité, the steps of a relaunch, how it ended."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import RelaunchStep

from .fields import ChoiceToMake, NeededDay, NeededSometimes, SometimesEmpty

NOTE_LENGTH = 4000
MESSAGE_LENGTH = 1000
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LetterForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Texte"),
        max_length=6000,
        help_text=gettext_lazy(
            "Une ligne vide sépare deux paragraphes, un tiret au début d’une ligne fait une liste. Signez\u00a0: la réponse "
            "vous arrive."
        ),
        widget=forms.Textarea(attrs={"rows": 22}),
    )


class _StepsField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=RelaunchStep.choices, widget=forms.CheckboxSelectMultiple, **kwargs)


class _StepsThere(SometimesEmpty, _StepsField):
    """Perhaps none yet."""


class StartRelaunchForm(forms.Form):
    needed = _StepsField(
        label=gettext_lazy("Ce qu’il faut à ce jumelage"),
        error_messages={"required": gettext_lazy("Cochez au moins une chose dont ce jumelage a besoin.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Notes de l’équipe"),
        help_text=gettext_lazy("La collectivité ne les lit pas."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RelaunchForm(StartRelaunchForm):
    done = _StepsThere(label=gettext_lazy("Ce qui est acquis"))
    field_order = ["needed", "done", "note"]


class AskRelaunchForm(forms.Form):
    """« Demander un appui pour relancer »: by the people of the collectivité."""

    needed = _StepsField(
        label=gettext_lazy("Ce qu’il vous manque"),
        error_messages={"required": gettext_lazy("Cochez au moins une chose qui manque.")},
    )
    message = forms.CharField(
        label=gettext_lazy("Dites-nous où vous en êtes"),
        help_text=gettext_lazy("Depuis quand, ce que vous avez essayé, ce que vous aimeriez faire."),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CloseRelaunchForm(forms.Form):
    class Outcome(TextChoices):
        SUCCEEDED = "relance", gettext_lazy("Relancé\u00a0: une action a eu lieu")
        GIVEN_UP = "abandon", gettext_lazy("Abandonné\u00a0: le jumelage reste «\u00a0à relancer\u00a0»")
        ENDED = "clos", gettext_lazy("Abandonné, et le jumelage est terminé")

    outcome = ChoiceToMake(
        label=gettext_lazy("Comment cette relance finit"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    last_action = NeededSometimes(
        label=gettext_lazy("L’action qui a eu lieu"),
        help_text=gettext_lazy("Obligatoire si le jumelage est relancé. Par exemple\u00a0: visite d’une délégation."),
        max_length=300,
    )
    last_action_on = NeededDay(
        label=gettext_lazy("Le jour de cette action"),
        help_text=gettext_lazy("Obligatoire si le jumelage est relancé."),
        widget=DAY,
    )

    def clean_last_action_on(self) -> date | None:
        on: date | None = self.cleaned_data["last_action_on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(_("Cette action a déjà eu lieu\u00a0: sa date n’est pas dans l’avenir."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("Dites comment cette relance finit."))
        if cleaned.get("outcome") == self.Outcome.SUCCEEDED:
            if not cleaned.get("last_action") and "last_action" not in self.errors:
                self.add_error("last_action", _("Dites ce qui a eu lieu."))
            if not cleaned.get("last_action_on") and "last_action_on" not in self.errors:
                self.add_error("last_action_on", _("Dites quand."))
        return cleaned
