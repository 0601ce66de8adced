"""The lists of tours and of answers to settle: each address parameter one QuerySet word; what is not
understood asks for nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.filters.fields import ForgivingTextField
from outreach.enums import StopState, TourState
from outreach.models import Tour, TourQuerySet, TourStop, TourStopQuerySet, voltigeurs

ME = "moi"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Search(forms.Form):
    """What both lists have in common."""

    def __init__(self, data: Mapping[str, str], user: Any) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.user = user
        people = [(str(each.pk), str(each)) for each in voltigeurs() if each.pk != user.pk]
        self.fields["voltigeur"].choices = [("", _("tous")), (ME, _("moi")), *people]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, as an address says them."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else str(value)
            for name, value in self.cleaned_data.items()
            if value
        }

    @property
    def understood(self) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(self.narrowing)
        return told

    @property
    def whose(self) -> Any:
        """Whose; None for everybody's."""
        who = self.cleaned_data.get("voltigeur")
        return self.user if who == ME else int(who) if who else None


class TourSearch(Search):
    """Tours: all of them as long as nothing is asked, the next day first."""

    q = ForgivingTextField(label=gettext_lazy("Titre ou collectivité"), required=False)
    voltigeur = forms.ChoiceField(label=gettext_lazy("Voltigeur"), required=False)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), required=False, choices=[("", gettext_lazy("tous")), *TourState.choices]
    )
    du = forms.DateField(label=gettext_lazy("Du"), required=False, widget=DAY)
    au = forms.DateField(label=gettext_lazy("Au"), required=False, widget=DAY)

    @cached_property
    def found(self) -> TourQuerySet:
        asked, tours = self.cleaned_data, Tour.objects.all()
        if text := asked.get("q"):
            tours = tours.naming(text)
        if who := self.whose:
            tours = tours.by_voltigeur(who)
        if state := asked.get("etat"):
            tours = tours.in_states([state])
        if first := asked.get("du"):
            tours = tours.since(first)
        return tours.until(asked["au"]) if asked.get("au") else tours


class AnswerSearch(Search):
    """Answers that wait for staff, the oldest first."""

    q = ForgivingTextField(label=gettext_lazy("Collectivité"), required=False)
    voltigeur = forms.ChoiceField(label=gettext_lazy("Voltigeur"), required=False)
    reponse = forms.ChoiceField(
        label=gettext_lazy("Réponse"),
        required=False,
        choices=[
            ("", gettext_lazy("toutes")),
            *((state.value, state.label) for state in (StopState.OTHER_DATE, StopState.DECLINED)),
        ],
    )

    @cached_property
    def found(self) -> TourStopQuerySet:
        asked, stops = self.cleaned_data, TourStop.objects.to_settle()
        if text := asked.get("q"):
            stops = stops.naming(text)
        if who := self.whose:
            stops = stops.by_voltigeur(who)
        return stops.in_states([asked["reponse"]]) if asked.get("reponse") else stops
