"""What staff types about the needs of a group: one action for all, one answer for all."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.needs import DAY, TEXT_LENGTH, ColleagueField, ticked_boxes

NOTE_LENGTH = 1000


class _TogetherForm(forms.Form):
    """`ticked`: the needs that were ticked among those of the group (`needs`), with whom the page showed as following each; `gone`:
    how many others were ticked, closed or moved meanwhile."""

    def __init__(self, data: Any = None, *, needs: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        ticked = ticked_boxes(data.getlist("besoin")) if data is not None else {}
        self.ticked = {pk: owner for pk, owner in ticked.items() if pk in needs}
        self.gone = len(ticked) - len(self.ticked)

    def clean(self) -> dict[str, Any]:
        if not self.ticked:
            raise ValidationError(_("Cochez au moins un besoin de ce groupe."))
        return super().clean() or {}


class ActTogetherForm(_TogetherForm):
    note = forms.CharField(
        label=gettext_lazy("Ce que vous allez faire"),
        help_text=gettext_lazy("Ajouté aux précisions de chaque besoin\u00a0: «\u00a0une formation commune en mars\u00a0»."),
        max_length=NOTE_LENGTH,
        error_messages={"required": gettext_lazy("Dites ce que vous allez faire.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    due_on = forms.DateField(
        label=gettext_lazy("À traiter avant le"),
        widget=DAY,
        error_messages={"required": gettext_lazy("Choisissez une échéance pour tous.")},
    )
    field_order = ["note", "colleague", "due_on"]

    def __init__(self, data: Any = None, *, needs: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(data, needs=needs, **kwargs)
        self.fields["colleague"] = ColleagueField(
            people,
            label=gettext_lazy("Suivie par"),
            empty_label=gettext_lazy("choisir…"),
            error_messages={"required": gettext_lazy("Choisissez qui s’en occupe.")},
        )
        self.order_fields(self.field_order)

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("Cette échéance est déjà passée\u00a0: choisissez un jour à venir."))
        return day


class AnswerTogetherForm(_TogetherForm):
    text = forms.CharField(
        label=gettext_lazy("La réponse pour tous"),
        help_text=gettext_lazy("Ce qui a été répondu ou fait\u00a0: chaque besoin coché est clos avec ce texte."),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Dites ce qui a été répondu, ou fait.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
