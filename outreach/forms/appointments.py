"""What a collectivité answers about the slot proposed to it."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.forms.planning import DAY, check_day
from outreach.enums import StopState
from outreach.services.slots import LONGEST_MESSAGE


class SeenField(forms.CharField):
    """The slot that the page showed; None for what is no moment."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> datetime | None:
        try:
            seen = parse_datetime(super().clean(value) or "")
        except ValueError:
            return None
        return seen if seen is not None and timezone.is_aware(seen) else None


class AnswerSlotForm(forms.Form):
    """Yes, another date, or no; and a message."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[
            (StopState.ACCEPTED.value, gettext_lazy("Ce créneau nous convient")),
            (StopState.OTHER_DATE.value, gettext_lazy("Nous préférons une autre date")),
            (StopState.DECLINED.value, gettext_lazy("Nous ne souhaitons pas de visite")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une réponse.")},
    )
    wanted = forms.DateField(
        label=gettext_lazy("Jour souhaité"),
        help_text=gettext_lazy("Si vous préférez une autre date."),
        widget=DAY,
        required=False,
        error_messages={"invalid": gettext_lazy("Ce jour ne se lit pas.")},
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("Une heure qui vous arrangerait, la personne à demander, la raison d’un refus…"),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = SeenField(required=False)

    def clean_wanted(self) -> date | None:
        day: date | None = self.cleaned_data["wanted"]
        if day is not None:
            check_day(day)
            if day < timezone.localdate():
                raise ValidationError(_("Ce jour est déjà passé."))
        return day

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        wants_other = said.get("answer") == StopState.OTHER_DATE
        if wants_other and not said.get("wanted") and not said.get("message") and "wanted" not in self.errors:
            self.add_error("wanted", _("Dites quel jour vous conviendrait, ou écrivez-le dans le message."))
        return said
