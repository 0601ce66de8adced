"""What staff types about a need: a day, what was answered, why it is dropped."""

from django import forms
from django.utils.translation import gettext_lazy

TEXT_LENGTH = 4000


class PlanNeedForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("À traiter avant le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AnswerNeedForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Ce qui a été répondu"),
        help_text=gettext_lazy("Ou ce qui a été fait\u00a0: un appel, un rendez-vous, une inscription."),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Dites ce qui a été répondu, ou fait.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DropNeedForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi sans suite"),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Dites pourquoi ce besoin est sans suite.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
