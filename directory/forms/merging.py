"""What staff types to find look-alikes and mergers, to compare two fiches, and to choose between two values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.duplicates import LABELS, Pair
from directory.enums import PARTNER_NATURES
from directory.models import Actor
from directory.models.merge import MergeQuerySet
from directory.services import comparison, look_alikes
from directory.services.comparison import Fiche, Line, Side

APART = "ecartees"


class DuplicateSearch(forms.Form):
    """The filters of the look-alikes. Without a state: those that nobody looked at yet."""

    q = forms.CharField(label=gettext_lazy("Nom ou code"), required=False, max_length=100)
    motif = forms.ChoiceField(
        label=gettext_lazy("Motif"), required=False, choices=[("", gettext_lazy("tous")), *LABELS.items()]
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"),
        required=False,
        choices=[("", gettext_lazy("toutes")), *((nature.value, nature.label) for nature in PARTNER_NATURES)],
    )
    pays = forms.ChoiceField(label=gettext_lazy("Pays"), required=False)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[("", gettext_lazy("à regarder")), (APART, gettext_lazy("écartées"))],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        countries = Actor.objects.partners().countries()
        self.fields["pays"].choices = [("", _("tous")), *countries]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update({name: value for name, value in self.cleaned_data.items() if value})
        return told

    @property
    def is_of_set_apart(self) -> bool:
        return self.cleaned_data.get("etat") == APART

    @property
    def found(self) -> list[Pair]:
        """The pairs that were asked for; a value that was not understood asks for nothing."""
        asked = self.cleaned_data
        return look_alikes.narrowed(
            look_alikes.set_aside() if self.is_of_set_apart else look_alikes.pairs(),
            reason=asked.get("motif", ""),
            nature=asked.get("nature", ""),
            country=asked.get("pays", ""),
            text=asked.get("q", "").strip(),
        )


class CompareForm(forms.Form):
    """Two fiches that nothing brought together, by their codes or the addresses of their pages."""

    une = forms.CharField(label=gettext_lazy("Une fiche"), max_length=300)
    autre = forms.CharField(label=gettext_lazy("L’autre fiche"), max_length=300)

    def _fiche(self, name: str) -> Actor:
        typed = self.cleaned_data[name].strip().rstrip("/")
        code = typed.rpartition("/")[2].rpartition("-")[2]
        found = list(Actor.objects.partners().with_code(code.lower())[:1])
        if not found:
            raise forms.ValidationError(
                _("Aucun partenaire n’a ce code\u00a0: donnez l’adresse de sa page, ou son code, comme p123.")
            )
        return found[0]

    def clean_une(self) -> Actor:
        return self._fiche("une")

    def clean_autre(self) -> Actor:
        return self._fiche("autre")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("une") and cleaned.get("une") == cleaned.get("autre"):
            self.add_error("autre", _("C’est la même fiche\u00a0: donnez-en une autre."))
        return cleaned


class MergeSearch(forms.Form):
    """The filters of the mergers."""

    q = forms.CharField(label=gettext_lazy("Nom"), required=False, max_length=100)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[
            ("", gettext_lazy("toutes")),
            ("faites", gettext_lazy("en vigueur")),
            ("defaites", gettext_lazy("défaites")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.is_valid()

    @property
    def understood(self) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update({name: value for name, value in self.cleaned_data.items() if value})
        return told

    def applied_to(self, merges: MergeQuerySet) -> MergeQuerySet:
        state, text = self.cleaned_data.get("etat"), self.cleaned_data.get("q", "").strip()
        if state:
            merges = merges.standing() if state == "faites" else merges.undone()
        return merges.naming(text) if text else merges


@dataclass(frozen=True)
class Option:
    """One of the two values of a line, with the button that chooses it."""

    radio: Any
    side: Side


class MergeForm(forms.Form):
    """One choice for each group of fields that differs. `version`: what the page was drawn from, checked when it comes back."""

    def __init__(self, kept: Fiche, absorbed: Fiche, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.kept, self.absorbed = kept, absorbed
        self.lines = comparison.lines_between(kept, absorbed)
        for line in self.lines:
            self.fields[line.name] = forms.TypedChoiceField(
                label=line.label,
                coerce=int,
                choices=[(side.pk, side.told) for side in line.sides],
                initial=line.default,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choisissez une des deux valeurs.")},
            )

    @property
    def version(self) -> str:
        fiches = sorted((self.kept, self.absorbed), key=lambda fiche: fiche.pk)
        return "·".join(fiche.updated_at.isoformat() for fiche in fiches)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("version") != self.version:
            raise forms.ValidationError(
                _(
                    "Rien n’est fusionné\u00a0: une des deux fiches a changé pendant que vous lisiez. "
                    "Relisez les différences, puis fusionnez."
                )
            )
        return cleaned

    @property
    def choices(self) -> dict[str, int]:
        return {line.name: self.cleaned_data[line.name] for line in self.lines}

    @property
    def options(self) -> list[tuple[Line, Any, Sequence[Option]]]:
        """Each line with its bound field, and its two values with their buttons."""
        return [
            (line, self[line.name], [Option(*pair) for pair in zip(self[line.name], line.sides, strict=True)])
            for line in self.lines
        ]
