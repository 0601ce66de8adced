"""The boxes of a visit's report, and those of each line of it: a person, a need, a promise, what was learned."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import editable
from directory.enums import Vitality
from directory.forms.proposals import NOT_A_PHONE, NOT_A_SITE, OnceField
from directory.models import Service
from events.forms.planning import MomentField
from events.models import Event
from outreach.checklists import POINTS
from outreach.checklists import checklist as points_of
from outreach.enums import RESULTS, VisitKind, VisitState
from outreach.models.visits import LONGEST_KM, LONGEST_MINUTES
from soco.accounts.models import User

from .plan import EventChoice, events_around
from .wishes import check_wish, until_field, wish_field

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_LETTERS = 20_000
MOST_ROWS = 20
URGENCIES = (
    ("", gettext_lazy("sans urgence")),
    ("7", gettext_lazy("dans la semaine")),
    ("30", gettext_lazy("dans le mois")),
    ("90", gettext_lazy("dans les trois mois")),
)


class ReportForm(forms.Form):
    """What came of a visit. Its `version` is the one that its reader read."""

    result = forms.ChoiceField(
        label=gettext_lazy("Ce qu’a donné la visite"),
        choices=[(state.value, state.label) for state in RESULTS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites ce qu’a donné la visite.")},
    )
    starts_at = MomentField(label=gettext_lazy("Date et heure réelles"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Durée en minutes"), min_value=1, max_value=LONGEST_MINUTES, required=False
    )
    km = forms.IntegerField(
        label=gettext_lazy("Distance parcourue en km"), min_value=0, max_value=LONGEST_KM, required=False
    )
    postponed_to = MomentField(
        label=gettext_lazy("Nouvelle date, si la visite est reportée"), required=False,
        help_text=gettext_lazy("Elle est alors prévue de nouveau, avec le même objet."),
    )  # fmt: skip
    checklist = forms.MultipleChoiceField(
        label=gettext_lazy("Points abordés"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=gettext_lazy("Compte rendu"), required=False, max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Pour l’équipe seule\u00a0: jamais public."),
    )  # fmt: skip
    next_contact_on = forms.DateField(label=gettext_lazy("Prochain contact le"), required=False, widget=DAY)
    wish = wish_field(label=gettext_lazy("Ce que la collectivité souhaite"))
    wish_until = until_field()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["checklist"].choices = points_of(kind)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        result, now = said.get("result"), timezone.now()
        if result == VisitState.DONE and said.get("starts_at") and said["starts_at"] > now:
            self.add_error("starts_at", _("Une visite à venir ne peut pas être réalisée."))
        if said.get("postponed_to") and result != VisitState.POSTPONED:
            self.add_error("postponed_to", _("Seule une visite reportée a une nouvelle date."))
        elif said.get("postponed_to") and said["postponed_to"] <= now:
            self.add_error("postponed_to", _("Cette date est passée."))
        check_wish(self, said, kind="wish", until="wish_until")
        return said


class UnplannedForm(ReportForm):
    """The same for a visit that nobody had planned: its kind, its subject, its event."""

    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=VisitKind.choices)
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=200, required=False)
    event = EventChoice(
        label=gettext_lazy("Événement"), queryset=Event.objects.none(), required=False,
        empty_label=gettext_lazy("aucun"),
    )  # fmt: skip
    once = OnceField()
    version = postponed_to = None  # type: ignore[assignment]
    field_order = ("kind", "subject", "event", "result")

    def __init__(self, data: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, kind=kind, **kwargs)
        self.fields["checklist"].choices = [(code, str(label)) for code, label in POINTS.items()]  # type: ignore[attr-defined]
        self.fields["event"].queryset = events_around(timezone.now())  # type: ignore[attr-defined]
        results = [choice for choice in ReportForm.base_fields["result"].choices if choice[0] != VisitState.POSTPONED]  # type: ignore[attr-defined]
        self.fields["result"].choices = results  # type: ignore[attr-defined]


# --- its lines ----------------------------------------------------------------------------------------------------------------
class PersonForm(forms.Form):
    """Somebody met; an empty line is nobody."""

    job = forms.CharField(label=gettext_lazy("Fonction"), max_length=150, required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=150, required=False)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Téléphone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("Accepte que le réseau garde son nom et ses coordonnées"), required=False
    )
    as_contact = forms.BooleanField(
        label=gettext_lazy("L’ajouter aux contacts de la fiche (un courriel lui demande ce qui peut être public)"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_named = any(said.get(name) for name in ("name", "email", "phone"))
        if is_named and not said.get("agrees"):
            self.add_error(
                "agrees",
                _(
                    "Sans son accord, seule sa fonction est gardée\u00a0: cochez s’il est donné, sinon videz les autres cases."
                ),
            )
        if said.get("as_contact") and not (said.get("name") and said.get("email")) and "email" not in self.errors:
            self.add_error("as_contact", _("Un contact a un nom et une adresse électronique."))
        if (said.get("email") or said.get("phone")) and not (said.get("name") or said.get("job")):
            self.add_error("name", _("Dites le nom ou la fonction."))
        return said


def _code() -> str:
    return secrets.token_hex(4)


class CodeField(forms.CharField):
    """What tells a line from the others of its report, whatever their order."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=_code, max_length=40)

    def clean(self, value: Any) -> str:
        typed = str(value or "")
        return typed if typed.isascii() and typed.isalnum() and len(typed) <= 40 else _code()


class NeedForm(forms.Form):
    """Something that the collectivité asks for; an empty line asks for nothing."""

    label = forms.CharField(label=gettext_lazy("Ce qui est demandé"), max_length=200, required=False)
    service = forms.ChoiceField(label=gettext_lazy("Le service qui y répond"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgence"), choices=URGENCIES, required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Qui s’en charge"), required=False)
    detail = forms.CharField(
        label=gettext_lazy("Précisions"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    code = CodeField()

    def __init__(self, *args: Any, lists: "Lists", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = lists.services  # type: ignore[attr-defined]
        self.fields["owner"].choices = lists.colleagues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        more = any(said.get(name) for name in ("service", "urgency", "owner", "detail"))
        if more and not said.get("label") and "label" not in self.errors:
            self.add_error("label", _("Dites en quelques mots ce qui est demandé."))
        return said


class PromiseForm(forms.Form):
    """What the network promised; an empty line is no promise."""

    text = forms.CharField(label=gettext_lazy("Engagement"), max_length=250, required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Qui s’en charge"), required=False)
    due_on = forms.DateField(label=gettext_lazy("À faire avant le"), required=False, widget=DAY)
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lists: "Lists", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = lists.colleagues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("due_on") and not said.get("text") and "text" not in self.errors:
            self.add_error("text", _("Dites ce qui est promis."))
        return said


class Lists:
    """What the lines choose from, read once for all of them."""

    def __init__(self) -> None:
        self.services = [("", _("aucun encore")), *Service.objects.active().values_list("code", "name")]
        self.colleagues = [("", _("personne encore")), *((str(user.pk), str(user)) for user in User.objects.team())]


Persons = forms.formset_factory(PersonForm, extra=1, max_num=MOST_ROWS, absolute_max=2 * MOST_ROWS)
Needs = forms.formset_factory(NeedForm, extra=1, max_num=MOST_ROWS, absolute_max=2 * MOST_ROWS)
Promises = forms.formset_factory(PromiseForm, extra=1, max_num=MOST_ROWS, absolute_max=2 * MOST_ROWS)


# --- what was learned -----------------------------------------------------------------------------------------------------------
def plain(value: Any) -> str:
    """A value as a hidden box carries it and as two are compared: a day in ISO, a text without what a browser changes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value if value is not None else "").replace("\r\n", "\n").replace("\x00", "").strip()


class LearnedForm(forms.Form):
    """Facts of a fiche. Beside each box stands what the fiche said when the page was shown: what its reader did not touch is never
    proposed, even if the fiche changed meanwhile."""

    def __init__(
        self, data: Any = None, *, known: Mapping[str, Any], seen: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """`known`: what the fiche says; `seen`: what the page showed of it, when it is shown again."""
        super().__init__(data, **kwargs)
        self.known = {name: plain(value) for name, value in known.items()} | dict(seen or {})

    def hidden(self) -> Iterator[tuple[str, str]]:
        """The hidden boxes: name and value."""
        return ((self._hidden_name(name), self._seen(name)) for name in self.fields)

    def seen(self) -> dict[str, str]:
        return {name: self._seen(name) for name in self.fields}

    @property
    def values(self) -> dict[str, Any]:
        """The facts that were typed anew, as proposals keep them; a box that was not sent says nothing."""
        told = {name: plain(self.cleaned_data.get(name)) for name in self.fields if self.add_prefix(name) in self.data}
        changed = {name: value for name, value in told.items() if value != self._seen(name)}
        return {name: value or None if name.endswith("_on") else value for name, value in changed.items()}

    def _hidden_name(self, name: str) -> str:
        return f"vu-{self.add_prefix(name)}"

    def _seen(self, name: str) -> str:
        return plain(self.data.get(self._hidden_name(name), self.known.get(name, "")))


class FicheForm(LearnedForm):
    """The plain facts of a collectivité."""

    phone = forms.CharField(
        label=gettext_lazy("Téléphone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=gettext_lazy("Courriel public"), required=False)
    website = forms.CharField(label=gettext_lazy("Site internet"), max_length=300, required=False)
    address = forms.CharField(label=gettext_lazy("Adresse postale"), max_length=300, required=False)
    description = forms.CharField(
        label=gettext_lazy("Présentation"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_phone(self) -> str:
        phone = editable.french_phone(self.cleaned_data["phone"])
        if phone and phone != self._seen("phone") and not editable.is_phone(phone):
            raise forms.ValidationError(NOT_A_PHONE)
        return phone

    def clean_website(self) -> str:
        website = editable.whole_address(self.cleaned_data["website"])
        if website and website != self._seen("website") and not editable.is_plain_site(website):
            raise forms.ValidationError(NOT_A_SITE)
        return website


class JumelageForm(LearnedForm):
    """How one of its jumelages lives."""

    vitality = forms.ChoiceField(
        label=gettext_lazy("Vitalité"),
        choices=[("", gettext_lazy("Je ne sais pas")), *Vitality.choices],
        required=False,
    )
    last_action_on = forms.DateField(label=gettext_lazy("Dernière action connue, le"), required=False, widget=DAY)
    last_action = forms.CharField(label=gettext_lazy("Laquelle"), max_length=300, required=False)

    def clean_last_action_on(self) -> date | None:
        day: date | None = self.cleaned_data["last_action_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("La dernière action a déjà eu lieu\u00a0: cette date est dans l’avenir."))
        return day
