"""What people type around a questionnaire: a colleague's address, their own, and staff's settings of a wave."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.fiche_names import Found, label_of, understood
from directory.models import Actor
from surveys.models import Wave


class TrapForm(forms.Form):
    """A form of a public page, with a box that only robots fill."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class LinkForm(TrapForm):
    """« Renvoyez-moi mon lien »."""

    email = forms.EmailField(
        label=gettext_lazy("Votre adresse"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SpontaneousForm(TrapForm):
    """« Nous voulons répondre »: for which collectivité, and where the link goes."""

    wave_choice = forms.ChoiceField(label=gettext_lazy("Enquête"), widget=forms.RadioSelect)
    collectivite = forms.CharField(
        label=gettext_lazy("Votre collectivité"),
        max_length=250,
        help_text=gettext_lazy("Son nom, ou son code INSEE ou SIREN."),
    )
    name = forms.CharField(label=gettext_lazy("Votre nom"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse"),
        help_text=gettext_lazy("Le lien y est envoyé. Si votre collectivité a déjà le sien, il va à qui le tient."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, waves: list[Wave], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="repondre-%s", **kwargs)
        self.waves = {str(wave.pk): wave for wave in waves}
        choice: Any = self.fields["wave_choice"]
        choice.choices = [(pk, wave.title) for pk, wave in self.waves.items()]
        if len(waves) == 1:
            choice.widget, choice.required = forms.HiddenInput(), False
        self.found = Found()

    @property
    def wave(self) -> Wave:
        return self.waves[self.cleaned_data["wave_choice"]]

    @property
    def actor(self) -> Actor:
        assert self.found.actor is not None  # noqa: S101 - clean_collectivite saw to it
        return self.found.actor

    def clean_wave_choice(self) -> str:
        chosen = self.cleaned_data["wave_choice"] or next(iter(self.waves), "")
        if chosen not in self.waves:
            raise ValidationError(_("Cette enquête ne prend plus de réponses."))
        return str(chosen)

    def clean_collectivite(self) -> str:
        typed: str = self.cleaned_data["collectivite"]
        self.found = understood(typed)
        if self.found.candidates:
            names = "\u00a0; ".join(label_of(actor) for actor in self.found.candidates)
            raise ValidationError(_("Plusieurs portent ce nom\u00a0: écrivez laquelle. %(names)s.") % {"names": names})
        if self.found.actor is None or not self.found.actor.is_collectivite:
            raise ValidationError(
                _("Nous ne trouvons pas cette collectivité\u00a0: écrivez son nom exact, ou son code INSEE ou SIREN.")
            )
        return typed


class ColleagueForm(forms.Form):
    """A colleague who goes on, or completes."""

    HAND_OVER, TOGETHER = "transmettre", "ensemble"

    email = forms.EmailField(label=gettext_lazy("Adresse de votre collègue"))
    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=120, required=False)
    message = forms.CharField(
        label=gettext_lazy("Un mot pour l’expliquer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    geste = forms.ChoiceField(
        label=gettext_lazy("Ensuite"),
        choices=[
            (HAND_OVER, gettext_lazy("Je transmets : mon lien ne servira plus")),
            (TOGETHER, gettext_lazy("Nous répondons à deux : nos deux liens servent")),
        ],
        initial=HAND_OVER,
        widget=forms.RadioSelect,
    )
