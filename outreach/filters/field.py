"""The list of reports to compare: each address parameter one QuerySet word; what is not understood asks for nothing."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.filters.fields import ForgivingTextField
from outreach.enums import SentState
from outreach.models import FieldReport, FieldReportQuerySet

SETTLED, EVERY = "tranches", "tous"


class FieldReportSearch(forms.Form):
    """Without a state: those that wait."""

    q = ForgivingTextField(label=gettext_lazy("Collectivité"), required=False)
    auteur = forms.ChoiceField(label=gettext_lazy("Envoyé par"), required=False)
    etat = forms.ChoiceField(required=False, choices=[(SETTLED, ""), (EVERY, "")], widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="filtre_%s", label_suffix="")
        authors = FieldReport.objects.compared().authors()
        self.fields["auteur"].choices = [("", _("tout le monde")), *authors]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def state(self) -> str:
        return self.cleaned_data.get("etat") or ""

    @property
    def narrowing(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value and name != "etat"}

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        return self._told(self.state)

    @cached_property
    def narrowed(self) -> FieldReportQuerySet:
        rows, asked = FieldReport.objects.compared(), self.narrowing
        if text := asked.get("q"):
            rows = rows.naming(text)
        return rows.sent_from(int(asked["auteur"])) if asked.get("auteur") else rows

    def found(self) -> FieldReportQuerySet:
        if self.state == EVERY:
            return self.narrowed.newest_first()
        return self.narrowed.settled().newest_first() if self.state else self.narrowed.in_conflict().oldest_first()

    @cached_property
    def tabs(self) -> list[tuple[str, str, int, str]]:
        """Each state: its value, its name, how many reports it holds, the query of its address. One question to the database."""
        counts = self.narrowed.counts_by_state()
        told = [
            ("", _("À comparer"), counts.get(SentState.CONFLICT, 0)),
            (SETTLED, _("Tranchés"), counts.get(SentState.SETTLED, 0)),
            (EVERY, _("Tous"), sum(counts.values())),
        ]
        return [(value, name, count, self._told(value).urlencode()) for value, name, count in told]

    def _told(self, state: str) -> QueryDict:
        told = QueryDict(mutable=True)
        told.update(({"etat": state} if state else {}) | self.narrowing)
        return told
