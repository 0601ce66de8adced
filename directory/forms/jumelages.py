"""What people say of a jumelage: its facts, one that the répertoire does not have yet, what a visitor thinks is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import editable
from directory.enums import ProposalKind, Vitality
from directory.fiche_names import MOST, understood
from directory.models import Actor, Country, Jumelage
from directory.services import DirectoryError, participants
from directory.services.fiches import as_json

from .choices import SdgsField, ThemesField
from .proposals import OnceField, ReportForm, TouchedFacts

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
YEAR = forms.NumberInput(attrs={"inputmode": "numeric"})
LONG = {"objectives": 3, "context": 5, "history": 5}
MOST_LETTERS = 10_000
YEARS_AHEAD = 1  # a signature is announced for the year to come, not further


def _formfield(field: Any, **kwargs: Any) -> forms.Field:
    if field.name in LONG:
        kwargs["max_length"] = MOST_LETTERS
    made: forms.Field = field.formfield(**kwargs)
    return made


class JumelageFacts(TouchedFacts, forms.ModelForm):
    """The facts of a jumelage."""

    fact_names = tuple(editable.JUMELAGE_FIELDS)

    theme_codes = ThemesField(label=gettext_lazy("Thèmes"))
    sdgs = SdgsField(label=gettext_lazy("Objectifs de développement durable"))
    actors = forms.CharField(
        label=gettext_lazy("Qui d’autre y participe"),
        help_text=gettext_lazy(
            "Une fiche du répertoire par ligne, puis son rôle après deux-points\u00a0: collectivité associée, partenaire "
            "associé, porteur, opérateur, financeur, ambassade. Une ligne effacée retire le participant."
        ),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    once = OnceField()

    class Meta:
        model = Jumelage
        fields = [name for name in editable.JUMELAGE_FIELDS if name != editable.PARTICIPANTS]
        formfield_callback = _formfield
        widgets = {
            **dict.fromkeys(("last_action_on", "agreement_ends_on", "agreement_renewal_on", "ended_on"), DAY),
            **dict.fromkeys(("year_signed", "year_started"), YEAR),
            **{name: forms.Textarea(attrs={"rows": rows}) for name, rows in LONG.items()},
        }
        help_texts = {
            "year_signed": gettext_lazy("L’année du serment ou de la convention, si vous la connaissez."),
            "year_started": gettext_lazy("L’année des premiers échanges, souvent avant la signature."),
            "vitality": gettext_lazy("Ce qu’il en est aujourd’hui."),
            "last_action": gettext_lazy("Par exemple\u00a0: accueil de quarante collégiens."),
            "last_action_on": gettext_lazy("Au jour près si possible, sinon le premier du mois."),
            "ended_on": gettext_lazy("Seulement si le jumelage est clos."),
            "other_themes": gettext_lazy("Ce que la liste ci-dessus ne dit pas."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial[editable.PARTICIPANTS] = participants.told(self.instance)
        for name in self.facts:
            self.fields[name].show_hidden_initial = True
        if "vitality" in self.fields:
            self.fields["vitality"].choices = [("", _("Je ne sais pas")), *Vitality.choices]  # type: ignore[attr-defined]

    def clean_actors(self) -> str:
        typed: str = self.cleaned_data["actors"]
        if "actors" not in self.changed_data:
            return typed  # as the page showed it
        try:
            known = self.instance if self.instance.pk else None
            return participants.as_text(participants.read(typed, known=known))
        except DirectoryError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        latest = timezone.localdate().year + YEARS_AHEAD
        for name in ("year_signed", "year_started"):
            if cleaned.get(name) and cleaned[name] > latest:
                self.add_error(name, _("Cette année est trop loin dans l’avenir."))
        action = cleaned.get("last_action_on")
        if isinstance(action, date) and action > timezone.localdate():
            self.add_error(
                "last_action_on", _("La dernière action a déjà eu lieu\u00a0: cette date est dans l’avenir.")
            )
        if cleaned.get("ended_on") and cleaned.get("vitality") not in (Vitality.ENDED, None):
            self._settle_the_end(cleaned)
        return cleaned

    def _settle_the_end(self, cleaned: dict[str, Any]) -> None:
        """A day of end and another vitality than « clos »: what was just changed says what was meant."""
        changes_vitality, changes_end = "vitality" in self.changed_data, "ended_on" in self.changed_data
        if changes_vitality and changes_end:
            self.add_error("ended_on", _("Un jumelage qui a une date de fin est clos\u00a0: changez l’un ou l’autre."))
        elif changes_vitality:
            cleaned["ended_on"] = self.instance.ended_on = None  # whoever says that it lives says that it did not end
        else:
            cleaned["vitality"] = self.instance.vitality = (
                Vitality.ENDED
            )  # whoever gives the day it ended says that it did

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        if values.get("ended_on"):
            values["vitality"] = str(self.cleaned_data["vitality"])
        elif "vitality" in values and self.cleaned_data.get("ended_on") is None and self.initial.get("ended_on"):
            values["ended_on"] = None
        return values


class JumelageForm(JumelageFacts):
    """The form of a jumelage's own people, and of staff."""

    message = forms.CharField(
        label=gettext_lazy("Autre chose à nous dire"),
        help_text=gettext_lazy("Ce qui ne tient pas dans les cases ci-dessus\u00a0: l’équipe vous lira."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    the_rest = forms.BooleanField(
        label=gettext_lazy("Tout le reste est exact"),
        help_text=gettext_lazy("Cochez si vous avez relu toute la page\u00a0: elle dira qu’elle est confirmée."),
        required=False,
    )
    field_order = [*editable.JUMELAGE_FIELDS, "the_rest", "message", "once"]


class AddJumelageForm(JumelageFacts):
    """A jumelage to add to a collectivité: its partner first."""

    partner_name = forms.CharField(
        label=gettext_lazy("Ville ou collectivité partenaire"),
        help_text=gettext_lazy(
            "Son nom en français s’il en a un\u00a0: Fribourg, Moscou, Québec. En France, celui de sa fiche du répertoire."
        ),
        max_length=200,
    )
    country = forms.ModelChoiceField(label=gettext_lazy("Pays"), queryset=Country.objects.none(), empty_label="")
    message = JumelageForm.base_fields["message"]
    field_order = ["partner_name", "country", *editable.JUMELAGE_FIELDS, "message", "once"]

    def __init__(self, *args: Any, candidates: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].queryset = Country.objects.all()  # type: ignore[attr-defined]
        self.find = candidates
        self.found: list[Actor] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, country = cleaned.get("partner_name"), cleaned.get("country")
        if name and country:
            self.found = self._of_france(name) if country.pk == "FR" else list(self.find(name, country.pk)[:10])
        return cleaned

    def _of_france(self, typed: str) -> list[Actor]:
        """The fiche meant, one exactly: those of France come from registers, and many communes share their name."""
        named = understood(typed)
        candidates = [named.actor] if named.actor else list(named.candidates or self.find(typed, "FR")[:MOST])
        found = [actor for actor in candidates if actor.country_id == "FR"]
        if len(found) > 1:
            self.add_error("partner_name", participants.several(typed.strip()[:80], found))
        elif not found:
            self.add_error(
                "partner_name",
                _(
                    "Aucune fiche française du répertoire ne porte ce nom. Écrivez-le comme sur sa fiche\u00a0; si elle "
                    "n’existe pas encore, demandez-la à l’équipe par la page Contact, puis revenez\u00a0: rien d’autre n’est "
                    "à changer."
                ),
            )
        return found

    @property
    def all_values(self) -> dict[str, Any]:
        """Every fact, as proposals keep it: of a jumelage to add, none was shown before."""
        return {name: as_json(self.cleaned_data[name]) for name in self.facts}

    @property
    def partner_told(self) -> dict[str, Any]:
        """The partner as a proposal keeps it: a fiche when its name and country name exactly one."""
        told = {"name": self.cleaned_data["partner_name"].strip(), "country": self.cleaned_data["country"].pk}
        return told | {"name": self.found[0].name, "id": self.found[0].pk} if len(self.found) == 1 else told


class JumelageReportForm(ReportForm):
    """« Signaler une erreur » on the page of a jumelage."""

    KINDS = [
        (ProposalKind.WRONG, gettext_lazy("Une information est fausse ou manque")),
        (ProposalKind.CLOSED, gettext_lazy("Ce jumelage n’existe plus, ou n’a jamais existé")),
        (ProposalKind.DUPLICATE, gettext_lazy("Il a une autre page\u00a0: c’est un doublon")),
        (ProposalKind.OTHER, gettext_lazy("Autre chose")),
    ]
