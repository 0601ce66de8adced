"""A fiche of the répertoire chosen in a form: typed by its name, suggested, never guessed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from directory.fiche_names import label_of, understood
from directory.models import Actor


class FicheField(forms.CharField):
    """A fiche of the répertoire, typed by its name and suggested; gives an Actor, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs |= {
            "list": "structures",
            "autocomplete": "off",
            "hx-get": reverse_lazy("structure_suggestions"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#structures",
            "hx-sync": "this:replace",
        }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Actor):
            return label_of(value)
        if isinstance(value, int):
            actor = Actor.objects.filter(pk=value).first()
            return label_of(actor) if actor else ""
        return value

    def clean(self, value: Any) -> Actor | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = understood(typed)
        if found.actor:
            return found.actor
        if found.candidates:
            labels = "\u00a0; ".join(label_of(actor) for actor in found.candidates)
            raise ValidationError(
                _("Plusieurs fiches portent ce nom. Écrivez celle que vous voulez\u00a0: %(labels)s.")
                % {"labels": labels}
            )
        raise ValidationError(_("Aucune fiche du répertoire ne porte ce nom. Écrivez-le comme sur sa fiche."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial) or "", data)
