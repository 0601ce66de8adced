"""What staff types of a call or a mail: the button pressed says which; all but the collectivité may be left out."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.proposals import OnceField
from directory.models import Actor, Service
from directory.services import WantedNeed
from outreach.enums import NoteKind

from .plan import CollectiviteField
from .wishes import check_wish, until_field, wish_field

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_LETTERS = 4000


class NoteForm(forms.Form):
    """Its kind comes with the button."""

    actor = CollectiviteField()
    text = forms.CharField(
        label=gettext_lazy("Ce qui s’est dit"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = forms.DateField(label=gettext_lazy("Le"), required=False, widget=DAY, initial=timezone.localdate)
    need = forms.CharField(
        label=gettext_lazy("Un besoin exprimé"), max_length=200, required=False,
        help_text=gettext_lazy("Il arrive aussitôt dans les besoins à traiter."),
    )  # fmt: skip
    service = forms.ChoiceField(label=gettext_lazy("Le service qui y répond"), required=False)
    wish = wish_field(label=gettext_lazy("Ce que la collectivité souhaite"))
    wish_until = until_field()
    once = OnceField()

    def __init__(self, data: Any = None, *, actor: Actor | None = None) -> None:
        super().__init__(data, initial={"actor": actor})
        services = Service.objects.active().values_list("code", "name")
        self.fields["service"].choices = [("", _("aucun encore")), *services]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("service") and not said.get("need"):
            self.add_error("need", _("Dites en quelques mots ce qui est demandé."))
        if said.get("on") and said["on"] > timezone.localdate():
            self.add_error("on", _("Ce jour est à venir\u00a0: un échange a déjà eu lieu."))
        check_wish(self, said, kind="wish", until="wish_until")
        return said

    @property
    def with_errors(self) -> list[tuple[forms.BoundField, Any]]:
        """What the summary of errors reads."""
        return [(self[name], self[name].errors) for name in self.fields]

    @property
    def wanted(self) -> WantedNeed | None:
        """What was asked for, if something was."""
        said = self.cleaned_data
        return WantedNeed("0", said["need"], said["service"]) if said["need"] else None


def kind_of(pressed: str) -> NoteKind | None:
    """The kind that a button says."""
    return NoteKind(pressed) if pressed in NoteKind.values else None
