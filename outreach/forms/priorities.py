"""What each signal is worth."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from outreach.priority import LABELS, LEAST, MOST, POPULATION, WEIGHTS, signed


class WeightsForm(forms.Form):
    """One number for each weight of `outreach.priority`."""

    def __init__(self, data: Any, *, weights: dict[str, int]) -> None:
        super().__init__(data, initial=weights)
        for code, usual in WEIGHTS.items():
            self.fields[code] = forms.IntegerField(
                label=LABELS[code],
                min_value=LEAST,
                max_value=MOST,
                help_text=""
                if code.startswith(POPULATION)
                else _("D’habitude %(points)s.") % {"points": signed(usual)},
            )
