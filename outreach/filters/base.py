"""What the staff's lists have in common: filters in the address, tabs with their counts; what is not understood asks for nothing,
and is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.filters.fields import ForgivingTextField
from directory.models import Actor

ME, NOBODY = "moi", "personne"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Tab = tuple[str, str, int, str]


class StaffSearch(forms.Form):
    """A list with tabs. A tab is the value of `etat`; the first one stands for none."""

    TABS: tuple[tuple[str, Any], ...] = ()

    q = ForgivingTextField(label=gettext_lazy("Collectivité ou code"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    depuis = forms.DateField(label=gettext_lazy("Du"), required=False, widget=DAY)
    jusque = forms.DateField(label=gettext_lazy("Au"), required=False, widget=DAY)

    def __init__(self, data: Mapping[str, str], user: Any, today: date) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        self.user, self.today = user, today
        places = Actor.objects.departement_names()
        self.fill("departement", [("", _("tous")), *places])
        for name, choices in self.choices().items():
            self.fill(name, choices)
        self.is_valid()

    def choices(self) -> dict[str, list[tuple[str, Any]]]:
        """Those of its own lists, by field."""
        return {}

    def fill(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def state(self) -> str:
        asked = self.data.get("etat", "")
        return asked if asked in [value for value, _label in self.TABS] else ""

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in use, the tab apart, as an address says them."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        return self.told(self.state)

    @property
    def notices(self) -> list[str]:
        """What was not understood, in words."""
        wrong = [str(self.fields[name].label) for name in self.errors if name in self.fields]
        told = [_("Ce filtre ne se lit pas, il est laissé de côté\u00a0: %(name)s.") % {"name": name} for name in wrong]
        first, last = self.period
        return (
            [*told, _("Le premier jour vient après le dernier\u00a0: rien ne peut être trouvé.")]
            if first > last
            else told
        )

    @property
    def period(self) -> tuple[date, date]:
        """Its first and last day."""
        return self.cleaned_data.get("depuis") or date.min, self.cleaned_data.get("jusque") or date.max

    @property
    def has_period(self) -> bool:
        return bool(self.cleaned_data.get("depuis") or self.cleaned_data.get("jusque"))

    def person(self, name: str) -> Any:
        """Whom a filter asks for: this person, or the number of a colleague."""
        asked = self.cleaned_data[name]
        return self.user if asked == ME else int(asked)

    def tabs_told(self, counts: Mapping[str, int]) -> list[Tab]:
        """Each tab: its value, its name, how many it holds, the query of its address."""
        return [(value, str(label), counts[value], self.told(value).urlencode()) for value, label in self.TABS]

    def told(self, state: str, **more: str) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(({"etat": state} if state else {}) | self.narrowing | more)
        return told


def people(found: list[tuple[int, str, str, str]], user: Any) -> list[tuple[str, str]]:
    """(number, name) of those who are found, this person apart: they say « me »."""
    return [(str(pk), f"{first} {last}".strip() or email) for pk, first, last, email in found if pk != user.pk]
