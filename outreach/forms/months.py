"""Which month's report, and whose."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.months import month_words, months_back, shifted
from soco.accounts.models import User

MONTHS = 24
ALL = "tous"


class MonthForm(forms.Form):
    """`colleagues`: whose reports this person may read, their own apart; none: the choice is not offered."""

    mois = forms.ChoiceField(label=gettext_lazy("Mois"))
    voltigeur = forms.ChoiceField(label=gettext_lazy("De qui"), required=False)

    def __init__(self, data: Any, *, today: date, colleagues: Iterable[User] | None) -> None:
        super().__init__(data, auto_id="bilan_%s", label_suffix="", initial={"mois": f"{shifted(today, -1):%Y-%m}"})
        months = reversed(months_back(today, MONTHS))
        self.fields["mois"].choices = [(f"{first:%Y-%m}", month_words(first)) for first in months]  # type: ignore[attr-defined]
        if colleagues is None:
            del self.fields["voltigeur"]
            return
        others = [(str(user.pk), user.get_full_name() or user.email) for user in colleagues]
        self.fields["voltigeur"].choices = [("", _("moi")), (ALL, _("toute l’équipe")), *others]  # type: ignore[attr-defined]
