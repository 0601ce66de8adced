"""How staff find and choose an actor, and the form that refuses to undo somebody else's work."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ORDER_VAR
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import COLLECTIVITE_NATURES, Nature
from directory.forms.choices import IdentityField
from directory.models import Actor, ActorQuerySet
from directory.search import understand

from .history import version_of

# Which natures a foreign key to an actor may hold; `successor` takes any.
NATURES_OF_LINK = {
    "region": [Nature.REGION],
    "departement": [Nature.DEPARTEMENT],
    "epci": [Nature.EPCI],
    "seat": [Nature.COMMUNE],
    "collectivite": list(COLLECTIVITE_NATURES),
    "network": [Nature.RESEAU],
}


def searched(request: HttpRequest, queryset: ActorQuerySet, term: str) -> ActorQuerySet:
    """What the site's own search answers, the most relevant first unless a column was chosen."""
    text = understand(term)
    if not text:
        return queryset.none() if term.strip() else queryset
    chosen_order = queryset.query.order_by if request.GET.get(ORDER_VAR) else ()
    found = queryset.search(text)
    return found.order_by(*chosen_order) if chosen_order else found


def actor_label(actor: Actor) -> str:
    """254 communes share a name: a choice says the nature and the code too."""
    return f"{actor.name} · {actor.nature_label} · {actor.code}"


class ActorChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Actor) -> str:
        return actor_label(obj)


class ActorSelect(AutocompleteSelect):
    """Django's own autocomplete, asking `ActorAutocomplete`."""

    def get_url(self) -> str:
        return reverse("admin:directory_actor_autocomplete")


class ActorAutocomplete(AutocompleteJsonView):
    def get_queryset(self) -> ActorQuerySet:
        natures = NATURES_OF_LINK.get(self.source_field.name)
        actors = super().get_queryset()
        return actors.of_nature(natures) if natures else actors

    def serialize_result(self, obj: Actor, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": actor_label(obj)}


class ConfirmationField(forms.DateField):
    """A moment asked for as its day: noon of another day, the moment itself if the day stays.

    An hour would be one more thing to fill in, and one of them comes twice in the night when winter time begins.
    """

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:
        day = super().clean(value)
        if day is None:
            return None
        if day > timezone.localdate():
            raise forms.ValidationError(_("Cette date est dans l’avenir."))
        return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ActorForm(forms.ModelForm):
    """Refuses to overwrite what somebody else saved while the form was open."""

    identity_tags = IdentityField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = version_of(self.instance) if self.instance.pk else None
        if self.now is not None:
            self.initial["version"] = self.now

    def _get_validation_exclusions(self) -> set[str]:
        """Constraints weigh a commune's fields with its nature and code, which the form shows and does not ask."""
        excluded = super()._get_validation_exclusions()
        return excluded - {"nature", "code", "siren"} if self.instance.pk else excluded

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        seen = cleaned.get("version")
        if self.now is not None and seen is not None and seen != self.now:
            raise forms.ValidationError(
                _(
                    "Cette fiche a changé pendant que vous la modifiiez : rien n’a été enregistré. Regardez son"
                    " historique, rechargez la page, puis refaites votre modification."
                )
            )
        return cleaned

    @property
    def changed_fields(self) -> list[str]:
        return [name for name in self.changed_data if name != "version"]
