"""What a collectivité asks about being contacted, wherever it is typed: on its own page, in a note, in a report."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.enums import WishKind

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NOTHING = ("", gettext_lazy("Rien de particulier"))


def wish_field(**kwargs: Any) -> forms.ChoiceField:
    """A refusal, a pause, or nothing."""
    return forms.ChoiceField(choices=[NOTHING, *WishKind.choices], required=False, widget=forms.RadioSelect, **kwargs)


def until_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(label=gettext_lazy("Dernier jour de la pause"), required=False, widget=DAY, **kwargs)


def check_wish(form: forms.Form, said: dict[str, Any], *, kind: str, until: str) -> None:
    """A pause has a last day, to come; nothing else has one. `kind`, `until`: the names of the fields."""
    if until in form.errors:
        return
    last = said.get(until)
    if said.get(kind) == WishKind.PAUSE:
        if not last:
            form.add_error(until, _("Dites jusqu’à quel jour\u00a0: une pause a une fin."))
        elif last < timezone.localdate():
            form.add_error(until, _("Ce jour est passé."))
    elif last:
        form.add_error(until, _("Seule une pause a un dernier jour."))


class WishForm(forms.Form):
    """On the page of the collectivité."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Ce qu’elle demande"), choices=WishKind.choices, widget=forms.RadioSelect
    )
    until = until_field(help_text=gettext_lazy("Seulement pour une pause."))
    reason = forms.CharField(label=gettext_lazy("Raison"), max_length=250, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        check_wish(self, said, kind="kind", until="until")
        return said
