"""The list of quick notes."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.enums import NoteKind
from outreach.models import QuickNote, QuickNoteQuerySet

from .base import ME, StaffSearch, people


class NoteSearch(StaffSearch):
    """The latest first."""

    type = forms.ChoiceField(label=gettext_lazy("Échange"), required=False)
    auteur = forms.ChoiceField(label=gettext_lazy("Noté par"), required=False)
    field_order = ("q", "type", "departement", "auteur", "depuis", "jusque")

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        known = people(QuickNote.objects.authors(), self.user)
        return {
            "type": [("", _("tous")), *NoteKind.choices],
            "auteur": [("", _("tout le monde")), (ME, _("moi")), *known],
        }

    @cached_property
    def narrowed(self) -> QuickNoteQuerySet:
        asked, notes = self.cleaned_data, QuickNote.objects.all()
        if text := asked.get("q"):
            notes = notes.naming(text)
        if kind := asked.get("type"):
            notes = notes.of_kinds([kind])
        if departement := asked.get("departement"):
            notes = notes.in_departements([departement])
        if asked.get("auteur"):
            notes = notes.written_by(self.person("auteur"))
        return notes.between(*self.period) if self.has_period else notes

    def found(self) -> QuickNoteQuerySet:
        return self.narrowed.newest_first()
