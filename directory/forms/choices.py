"""Themes, countries and sustainable development goals, chosen from their lists rather than typed as codes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import IdentityTag
from directory.models.reference import country_names, theme_names
from directory.sdgs import SDGS

MOST = 3  # themes or goals of one jumelage, of one project


def theme_choices() -> list[tuple[str, str]]:
    return list(theme_names().items())


def country_choices() -> list[tuple[str, str]]:
    return list(country_names().items())


def sdg_choices() -> list[tuple[int, str]]:
    return [(number, f"{number}. {title}") for number, title in SDGS.items()]


class _Limited:
    """At most `most` values (None: any number)."""

    most: int | None

    def validate(self, value: list[Any]) -> None:
        super().validate(value)  # type: ignore[misc]
        if self.most is not None and len(value) > self.most:
            raise ValidationError(_("Choisissez-en %(most)d au plus.") % {"most": self.most})


class ThemesField(_Limited, forms.MultipleChoiceField):
    """Codes of themes, as a list of texts; checkboxes in the order of the list."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None = MOST, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("label", gettext_lazy("Thèmes"))
        kwargs.setdefault("help_text", gettext_lazy("Trois au plus.") if most == MOST else "")
        kwargs.setdefault("required", False)
        super().__init__(choices=theme_choices, **kwargs)


class CountriesField(_Limited, forms.MultipleChoiceField):
    """Codes of countries, as a list of texts, by French name."""

    widget = forms.SelectMultiple(attrs={"size": 8})

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("label", gettext_lazy("Pays"))
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text", gettext_lazy("Pour en choisir plusieurs, tenez la touche Ctrl (ou Cmd) en cliquant.")
        )
        super().__init__(choices=country_choices, **kwargs)


class SdgsField(_Limited, forms.TypedMultipleChoiceField):
    """Numbers of sustainable development goals, as a list of integers; checkboxes with their titles."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None = MOST, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("label", gettext_lazy("Objectifs de développement durable"))
        kwargs.setdefault("help_text", gettext_lazy("Trois au plus.") if most == MOST else "")
        kwargs.setdefault("required", False)
        super().__init__(choices=sdg_choices, coerce=int, empty_value=[], **kwargs)


class TicksField(forms.MultipleChoiceField):
    """Boxes to tick, any number of them, as a list of texts."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class IdentityField(TicksField):
    """What a territory says it is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Identité du territoire"))
        super().__init__(choices=IdentityTag.choices, **kwargs)
