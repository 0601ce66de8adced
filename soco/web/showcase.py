"""What the page of components shows: invented values, one for each state that a component can be in."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from .pagination import paginate
from .privacy import TREATMENTS


class _State(str):
    """A freshness, as templates read it."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("Nom"), help_text=_("Tel qu’il doit paraître."))
    email = forms.EmailField(label=_("Adresse électronique"))
    day = forms.DateField(label=_("Date"), required=False)
    reason = forms.ChoiceField(
        label=_("Raison"), choices=[("a", _("Information fausse")), ("b", _("Doublon"))], widget=forms.RadioSelect
    )
    message = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    consent = forms.BooleanField(label=_("J’accepte d’être recontacté"), required=False)


def _source(field: str) -> dict[str, str]:
    return {"source": "staff", "at": "2026-11-02", "by": _("équipe")}


def context() -> dict[str, Any]:
    """The values that `web/components.html` gives to each component."""
    now = timezone.now()
    states = {"verte": 20, "orange": 500, "rouge": 900, "jamais": None}
    return {
        "page_title": _("Composants"),
        "freshness": [
            SimpleNamespace(
                freshness=_State(value),
                verified_at=now - timedelta(days=days) if days is not None else None,
            )
            for value, days in states.items()
        ],
        "vitality": [
            SimpleNamespace(vitality=value, get_vitality_display=label, to_verify=False)
            for value, label in (
                *(("actif", _("Actif")), ("en-projet", _("En projet")), ("en-sommeil", _("En sommeil"))),
                *(("a-relancer", _("À relancer")), ("suspendu", _("Suspendu")), ("clos", _("Clos")), ("", "")),
            )
        ]
        + [SimpleNamespace(vitality="", get_vitality_display="", to_verify=True)],
        "steps": [
            SimpleNamespace(when="1992", what=_("Signature"), is_future=False),
            SimpleNamespace(when="2030", what=_("Fin de la convention"), is_future=True),
        ],
        "page": paginate(range(200), asked="4", total=200, size=20),
        "actor": SimpleNamespace(nature="commune", source_of=_source, provenance={}, verified_at=now),
        "map": SimpleNamespace(
            view_width=120,
            view_height=80,
            outlines=[
                SimpleNamespace(code="1", path="M0 0H50V60H0Z"),
                SimpleNamespace(code="2", path="M50 0H100V60H50Z"),
            ],
        ),
        "spot": (70, 30),
        "treatment": TREATMENTS[0],
        "empty_form": ExampleForm(prefix="vide"),
        "wrong_form": ExampleForm({"erreur-email": "adresse@", "erreur-day": "demain"}, prefix="erreur"),
    }
