"""What staff types to find a proposal, and to decide it field by field."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import ProposalKind, ProposalState, Source
from directory.models import Actor, ChangeProposal, FieldChange
from directory.models.contributions import ChangeProposalQuerySet
from directory.services import fiches
from directory.services.fiches import Fiche, NoFiche

from .fields import ChoiceToMake, NeededSometimes

EVERY = "toutes"
AGES = {
    "7": gettext_lazy("il y a plus d’une semaine"),
    "30": gettext_lazy("il y a plus d’un mois"),
    "90": gettext_lazy("il y a plus de trois mois"),
}
SHOWN_OF_A_VALUE = 80  # characters, in a choice


class Choice(TextChoices):
    ACCEPT = "accepter", gettext_lazy("Accepter")
    REFUSE = "refuser", gettext_lazy("Refuser")
    LATER = "attendre", gettext_lazy("Décider plus tard")


class ProposalSearch(forms.Form):
    """The filters of the queue, each one QuerySet word. Without a state: what waits."""

    q = forms.CharField(label=gettext_lazy("Fiche, code ou auteur"), required=False, max_length=100)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), required=False, choices=[*ProposalState.choices, (EVERY, gettext_lazy("toutes"))]
    )
    objet = forms.ChoiceField(
        label=gettext_lazy("Objet"), required=False, choices=[("", gettext_lazy("tous")), *ProposalKind.choices]
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"), required=False, choices=[("", gettext_lazy("toutes")), *Source.choices]
    )
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    age = forms.ChoiceField(
        label=gettext_lazy("Reçue"), required=False, choices=[("", gettext_lazy("n’importe quand")), *AGES.items()]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data.copy(), auto_id="filtre_%s", label_suffix="")
        self.data.setdefault("etat", ProposalState.PENDING)
        places = Actor.objects.departement_names()
        self.fields["departement"].choices = [("", _("tous")), *places]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update({name: value for name, value in self.cleaned_data.items() if value})
        return told

    def applied_to(self, proposals: ChangeProposalQuerySet) -> ChangeProposalQuerySet:
        """The proposals that were asked for; a value that was not understood asks for nothing."""
        asked = self.cleaned_data
        if (state := asked.get("etat") or ProposalState.PENDING) != EVERY:
            proposals = proposals.in_states([state])
        if kind := asked.get("objet"):
            proposals = proposals.of_kinds([kind])
        if source := asked.get("source"):
            proposals = proposals.from_sources([source])
        if departement := asked.get("departement"):
            proposals = proposals.in_departements([departement])
        if age := asked.get("age"):
            proposals = proposals.received_before(timezone.now() - timedelta(days=int(age)))
        if text := asked.get("q", "").strip():
            proposals = proposals.naming(text)
        return proposals


@dataclass(frozen=True)
class Line:
    """One field of a proposal as its reader sees it; the last three are bound form fields, None once decided."""

    change: FieldChange
    today: Any
    is_conflict: bool
    choice: Any = None
    reason: Any = None
    seen: Any = None

    @property
    def told_today(self) -> str:
        return self.change.told(self.today)


def is_conflict(fiche: Fiche | NoFiche, change: FieldChange) -> bool:
    """Does the fiche say something else than when this was proposed, and than what is proposed?"""
    return change.is_pending and fiche.value(change.field) not in (change.old, change.new)


def lines_of(proposal: ChangeProposal, changes: list[FieldChange], form: forms.Form) -> list[Line]:
    """Every field of a proposal, with its boxes in `form` if it waits."""
    fiche = fiches.of(proposal)
    return [
        Line(
            change,
            fiche.value(change.field),
            is_conflict(fiche, change),
            **{
                box: form[f"{change.field}-{box}"]
                for box in ("choice", "reason", "seen")
                if f"{change.field}-{box}" in form.fields
            },
        )
        for change in changes
    ]


def _of_two_values(today: str, proposed: str) -> list[tuple[str, str]]:
    """The choices of a reader when the fiche got another value meanwhile."""

    def told(value: str) -> str:
        return Truncator(value or _("rien")).chars(SHOWN_OF_A_VALUE)

    return [
        (Choice.REFUSE, _("Garder «\u00a0%(value)s\u00a0», la valeur d’aujourd’hui") % {"value": told(today)}),
        (Choice.ACCEPT, _("Mettre «\u00a0%(value)s\u00a0», la valeur proposée") % {"value": told(proposed)}),
        (Choice.LATER, str(Choice.LATER.label)),
    ]


class ReviewForm(forms.Form):
    """One choice and one reason for each field that waits, and an answer to the author's words. Prefix of a field's boxes:
    its name."""

    def __init__(self, proposal: ChangeProposal, changes: list[FieldChange], data: Any = None) -> None:
        super().__init__(data)
        self.fiche = fiches.of(proposal)
        self.changes = changes
        for change in changes:
            if change.is_pending:
                self._add(change)
        if proposal.message:
            self.fields["answer"] = forms.CharField(
                label=_("Votre réponse à son message"),
                help_text=_("Elle part dans le courriel qui dit à l’auteur ce qui est publié."),
                initial=proposal.reason,
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def _add(self, change: FieldChange) -> None:
        name = change.field
        has_changed = is_conflict(self.fiche, change)
        today = self.fiche.value(name)
        choices = _of_two_values(change.told(today), change.told_new) if has_changed else Choice.choices
        self.fields[f"{name}-choice"] = ChoiceToMake(
            label=_("Votre choix"), choices=choices, widget=forms.RadioSelect, required=False
        )
        self.fields[f"{name}-reason"] = NeededSometimes(
            label=_("Raison, lue par l’auteur"),
            help_text=_("Facultative ici.") if has_changed else _("Obligatoire pour un refus."),
            max_length=500,
        )
        self.fields[f"{name}-seen"] = forms.CharField(
            required=False, strip=False, widget=forms.HiddenInput, initial=fiches.as_shown(today)
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for change in self.changes:
            name = change.field
            if cleaned.get(f"{name}-choice") != Choice.REFUSE or cleaned.get(f"{name}-reason"):
                continue
            if is_conflict(self.fiche, change):
                cleaned[f"{name}-reason"] = _("La fiche a reçu une autre valeur entre-temps.")
            else:
                self.add_error(f"{name}-reason", _("Dites pourquoi vous refusez\u00a0: l’auteur le lira."))
        return cleaned

    def decided(self, *, accept_all: bool) -> dict[str, dict[str, Any]]:
        """What was decided, by field, as `services.Decision` takes it. `accept_all`: also accept those for which nothing
        was ticked; « décider plus tard » is a choice."""
        found = {}
        for change in self.changes:
            choice = self.cleaned_data.get(f"{change.field}-choice")
            if not change.is_pending or choice == Choice.LATER or not (choice or accept_all):
                continue
            found[change.field] = {
                "accept": choice != Choice.REFUSE,
                "reason": self.cleaned_data.get(f"{change.field}-reason", ""),
                "overwrite": choice == Choice.ACCEPT,  # of the value that was seen, and of no other
                "seen": self.cleaned_data.get(f"{change.field}-seen", ""),
            }
        return found


class HandleForm(forms.Form):
    """What was done about a report."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Votre décision"),
        choices=[
            (Choice.ACCEPT, gettext_lazy("Le signalement est juste, le nécessaire est fait")),
            (Choice.REFUSE, gettext_lazy("Rien à changer")),
        ],
        widget=forms.RadioSelect,
    )
    reason = NeededSometimes(
        label=gettext_lazy("Ce que vous répondez à l’auteur"),
        help_text=gettext_lazy("Obligatoire si rien ne change."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("choice") == Choice.REFUSE and not cleaned.get("reason"):
            self.add_error("reason", _("Dites pourquoi rien ne change\u00a0: l’auteur le lira."))
        return cleaned


class AdditionForm(HandleForm):
    """A jumelage to add: is it right, and which fiche is its partner?"""

    choice = forms.ChoiceField(
        label=gettext_lazy("Votre décision"),
        choices=[
            (Choice.ACCEPT, gettext_lazy("Ajouter ce jumelage au répertoire")),
            (Choice.REFUSE, gettext_lazy("Ne pas l’ajouter")),
        ],
        widget=forms.RadioSelect,
    )
    reason = NeededSometimes(
        label=gettext_lazy("Ce que vous répondez à l’auteur"),
        help_text=gettext_lazy("Obligatoire si vous ne l’ajoutez pas."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    partner = forms.ChoiceField(
        label=gettext_lazy("Sa fiche de partenaire"),
        help_text=gettext_lazy("Prenez une fiche qui existe plutôt que d’en faire une seconde pour la même ville."),
        widget=forms.RadioSelect,
    )
    field_order = ["partner", "choice", "reason"]

    def __init__(self, candidates: list[Actor], told: str, *, is_chosen: bool, data: Any = None) -> None:
        super().__init__(data)
        self.candidates = {str(actor.pk): actor for actor in candidates}
        known = [
            (pk, _("%(name)s (%(country)s), fiche existante") % {"name": actor.name, "country": actor.country.name})
            for pk, actor in self.candidates.items()
        ]
        new = [] if is_chosen and known else [("", _("Une nouvelle fiche\u00a0: %(told)s") % {"told": told})]
        self.fields["partner"].choices = [*known, *new]  # type: ignore[attr-defined]
        self.fields["partner"].required = False
        self.initial["partner"] = known[0][0] if known else ""

    @property
    def chosen_partner(self) -> Actor | None:
        """The fiche that was chosen; None for a new one."""
        return self.candidates.get(self.cleaned_data["partner"])
