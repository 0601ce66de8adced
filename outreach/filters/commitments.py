"""The list of what was promised: mine, late, all that is open, done."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Commitment, CommitmentQuerySet

from .base import NOBODY, StaffSearch, Tab, people

MINE, LATE, OPEN, DONE = "", "en-retard", "tous", "faits"


class CommitmentSearch(StaffSearch):
    """Without a tab: mine, the soonest due first."""

    TABS = (
        (MINE, gettext_lazy("Les miens")),
        (LATE, gettext_lazy("En retard")),
        (OPEN, gettext_lazy("Tous à faire")),
        (DONE, gettext_lazy("Faits")),
    )

    responsable = forms.ChoiceField(label=gettext_lazy("Qui s’en charge"), required=False)
    field_order = ("q", "departement", "responsable", "depuis", "jusque")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["q"].label = _("Engagement ou collectivité")
        self.fields["depuis"].label = _("À faire du")

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        known = people(Commitment.objects.owners(), self.user)
        return {"responsable": [("", _("tout le monde")), (NOBODY, _("personne encore")), *known]}

    @cached_property
    def narrowed(self) -> CommitmentQuerySet:
        asked, rows = self.cleaned_data, Commitment.objects.all()
        if text := asked.get("q"):
            rows = rows.naming(text)
        if departement := asked.get("departement"):
            rows = rows.in_departements([departement])
        if who := asked.get("responsable"):
            rows = rows.without_owner() if who == NOBODY else rows.owned_by(int(who))
        return rows.due_between(*self.period) if self.has_period else rows

    def found(self) -> CommitmentQuerySet:
        """Those of the tab, in its order."""
        if self.state == DONE:
            return self.narrowed.done().newest_first()
        if self.state == LATE:
            return self.narrowed.late(self.today).soonest_first()
        if self.state == OPEN:
            return self.narrowed.open().soonest_first()
        return self.narrowed.open().owned_by(self.user).soonest_first()

    @cached_property
    def tabs(self) -> list[Tab]:
        """One question to the database."""
        counts = self.narrowed.counted(self.user, self.today)
        return self.tabs_told({MINE: counts["mine"], LATE: counts["late"], OPEN: counts["open"], DONE: counts["done"]})
