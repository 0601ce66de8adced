"""What a participant types of an event that is over."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 2000
RATINGS = [
    (5, _("5 – très utile")),
    (4, _("4 – utile")),
    (3, _("3 – moyennement utile")),
    (2, _("2 – peu utile")),
    (1, _("1 – pas utile")),
]


class OpinionForm(forms.Form):
    """Three answers, of which the first only is asked of everybody."""

    rating = forms.TypedChoiceField(
        label=_("Cet événement vous a-t-il été utile\u00a0?"),
        choices=RATINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une note de 1 à 5.")},
    )
    useful = forms.CharField(
        label=_("Qu’est-ce qui vous a été le plus utile\u00a0?"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wish = forms.CharField(
        label=_("Que souhaitez-vous pour la prochaine fois\u00a0?"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
