"""The staff's list of needs: each address parameter one QuerySet word; what is not understood asks for nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import OPEN_NEEDS, NeedState, Source
from directory.models import Actor, Need, NeedQuerySet, Service
from directory.models.needs import LONG_WAIT

from .areas import area_of
from .fields import ForgivingTextField

EVERY = "tous"
NONE, ME = "aucun", "moi"
HEARD_FROM = (Source.SURVEY, Source.VISIT, Source.STAFF, Source.ORGANISATION)  # where needs come from
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NeedSearch(forms.Form):
    """Without a state: what is open."""

    q = ForgivingTextField(label=gettext_lazy("Demande ou acteur"), required=False)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Reçu par"), required=False)
    suivi = forms.ChoiceField(label=gettext_lazy("Suivi par"), required=False)
    secteur = forms.BooleanField(label=gettext_lazy("mon secteur seulement"), required=False)
    retard = forms.BooleanField(label=gettext_lazy("en retard seulement"), required=False)
    attente = forms.BooleanField(label=gettext_lazy("sans réponse depuis plus de 60 jours"), required=False)
    etat = forms.ChoiceField(
        required=False, choices=[*NeedState.choices, (EVERY, gettext_lazy("tous"))], widget=forms.HiddenInput
    )

    def __init__(self, data: Mapping[str, str], user: Any, today: date) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.user, self.today, self.area = user, today, area_of(user)
        if self.area is None:
            del self.fields["secteur"]
        places = Actor.objects.departement_names()
        choices = {
            "service": [("", _("tous")), *Service.objects.values_list("code", "name"), (NONE, _("aucun encore"))],
            "departement": [("", _("tous")), *places],
            "source": [("", _("tous")), *((each.value, each.label) for each in HEARD_FROM)],
            "suivi": [("", _("tout le monde")), (ME, _("moi")), (NONE, _("personne encore")), *_colleagues(user)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def state(self) -> str:
        return self.cleaned_data.get("etat") or ""

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, the state apart, as an address says them."""
        asked = {name: value for name, value in self.cleaned_data.items() if value and name != "etat"}
        return {name: "on" if value is True else value for name, value in asked.items()}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        return self._told(self.state)

    @cached_property
    def narrowed(self) -> NeedQuerySet:
        """The needs that answer the filters, whatever their state."""
        asked, needs = self.narrowing, Need.objects.all()
        if text := asked.get("q"):
            needs = needs.naming(text)
        if service := asked.get("service"):
            needs = needs.without_service() if service == NONE else needs.of_service(service)
        if departement := asked.get("departement"):
            needs = needs.in_departements([departement])
        if self.area is not None and asked.get("secteur"):
            needs = needs.of_actors(self.area)
        if source := asked.get("source"):
            needs = needs.said_in(source)
        if owner := asked.get("suivi"):
            needs = needs.without_owner() if owner == NONE else needs.owned_by(self.user if owner == ME else int(owner))
        needs = needs.late(self.today) if asked.get("retard") else needs
        return needs.waiting_longer_than(LONG_WAIT, self.today) if asked.get("attente") else needs

    def found(self) -> NeedQuerySet:
        """Those of the state asked for, in its order."""
        if self.state == EVERY:
            return self.narrowed.newest_first()
        if not self.state:
            return self.narrowed.open().most_pressing_first()
        needs = self.narrowed.in_states([self.state])
        return needs.most_pressing_first() if self.state in OPEN_NEEDS else needs.newest_first()

    @cached_property
    def tabs(self) -> list[tuple[str, str, int, str]]:
        """Each state: its value, its name, how many needs it holds, the query of its address. One question to the database."""
        counts = self.narrowed.counts_by_state()
        told = [("", _("À traiter"), sum(counts.get(state, 0) for state in OPEN_NEEDS))]
        told += [(state.value, str(state.label).capitalize(), counts.get(state, 0)) for state in NeedState]
        told.append((EVERY, _("Tous"), sum(counts.values())))
        return [(value, name, count, self._told(value).urlencode()) for value, name, count in told]

    def _told(self, state: str) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(({"etat": state} if state else {}) | self.narrowing)
        return told


class PeriodSearch(forms.Form):
    """When the needs were expressed: from one day to another, both included; a day that is not understood asks for nothing."""

    du = forms.DateField(label=gettext_lazy("Exprimés du"), required=False, widget=_DAY)
    au = forms.DateField(label=gettext_lazy("au"), required=False, widget=_DAY)

    def __init__(self, data: Mapping[str, str], today: date) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.today = today
        self.is_valid()

    def clean_du(self) -> date | None:
        return _plausible(self.cleaned_data["du"])

    def clean_au(self) -> date | None:
        return _plausible(self.cleaned_data["au"])

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update({name: day.isoformat() for name, day in self.cleaned_data.items() if day})
        return told

    @property
    def usual(self) -> list[tuple[str, str]]:
        """Periods often asked for: their name and the query of their address."""
        start, year = self.today.replace(day=1), self.today.year
        before = start.replace(year=year - 1)
        return [
            (_("depuis toujours"), ""),
            (_("douze derniers mois"), f"du={before.isoformat()}"),
            (_("cette année"), f"du={year}-01-01"),
            (_("l’année dernière"), f"du={year - 1}-01-01&au={year - 1}-12-31"),
        ]

    def found(self) -> NeedQuerySet:
        return Need.objects.expressed_between(self.cleaned_data.get("du"), self.cleaned_data.get("au"))


def _plausible(day: date | None) -> date | None:
    if day is not None and not 2000 <= day.year <= 2100:
        raise ValidationError(_("Cette date n’est pas plausible\u00a0: écrivez une année entre 2000 et 2100."))
    return day


def _colleagues(user: Any) -> list[tuple[str, str]]:
    """Those who follow some, this person apart."""
    return [
        (str(pk), f"{first} {last}".strip() or email)
        for pk, first, last, email in Need.objects.owners()
        if pk != user.pk
    ]
