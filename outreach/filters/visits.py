"""The list of visits: to come, to write down, done, all."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.enums import VisitKind, VisitState
from outreach.models import Visit, VisitQuerySet

from .base import ME, NOBODY, StaffSearch, Tab, people

COMING, UNWRITTEN, DONE, EVERY, RENEW = "", "a-ecrire", "realisees", "toutes", "a-recontacter"


class VisitSearch(StaffSearch):
    """Without a tab: what is to come, the soonest first."""

    TABS = (
        (COMING, gettext_lazy("À venir")),
        (UNWRITTEN, gettext_lazy("À écrire")),
        (DONE, gettext_lazy("Réalisées")),
        (RENEW, gettext_lazy("À recontacter")),
        (EVERY, gettext_lazy("Toutes")),
    )

    resultat = forms.ChoiceField(label=gettext_lazy("État"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    voltigeur = forms.ChoiceField(label=gettext_lazy("Voltigeur"), required=False)
    field_order = ("q", "type", "resultat", "departement", "voltigeur", "depuis", "jusque")

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        known = people(Visit.objects.voltigeurs(), self.user)
        return {
            "resultat": [("", _("tous")), *VisitState.choices],
            "type": [("", _("tous")), *VisitKind.choices],
            "voltigeur": [("", _("tout le monde")), (ME, _("moi")), (NOBODY, _("personne encore")), *known],
        }

    @property
    def is_mine(self) -> bool:
        return bool(self.cleaned_data.get("voltigeur") == ME)

    @property
    def mine_query(self) -> str:
        """The address of the same list, of this person alone."""
        return self.told(self.state, voltigeur=ME).urlencode()

    @cached_property
    def narrowed(self) -> VisitQuerySet:
        """The visits that answer the filters, whatever their tab."""
        asked, visits = self.cleaned_data, Visit.objects.all()
        if text := asked.get("q"):
            visits = visits.naming(text)
        if kind := asked.get("type"):
            visits = visits.of_kinds([kind])
        if state := asked.get("resultat"):
            visits = visits.in_states([state])
        if departement := asked.get("departement"):
            visits = visits.in_departements([departement])
        if who := asked.get("voltigeur"):
            visits = visits.by_voltigeur(None) if who == NOBODY else visits.by_voltigeur(self.person("voltigeur"))
        return visits.between(*self.period) if self.has_period else visits

    def found(self) -> VisitQuerySet:
        """Those of the tab, in its order."""
        now = timezone.now()
        if self.state == COMING:
            return self.narrowed.to_come(now).soonest_first()
        if self.state == UNWRITTEN:
            return self.narrowed.to_write_down(now).soonest_first()
        if self.state == RENEW:
            return self.narrowed.to_contact_again(self.today).by_next_contact()
        return self.narrowed.done().newest_first() if self.state == DONE else self.narrowed.newest_first()

    @cached_property
    def tabs(self) -> list[Tab]:
        """Two questions to the database."""
        counts = self.narrowed.counted(timezone.now())
        renewed = self.narrowed.contacts_due(self.today)["count"]
        told = {COMING: "coming", UNWRITTEN: "unwritten", DONE: "done", EVERY: "all"}
        return self.tabs_told({tab: counts[name] for tab, name in told.items()} | {RENEW: renewed})
