"""Form fields that are needed in some cases only: their form checks, their help says when, and « (facultatif) » is not said."""

from typing import Any

from django import forms


class SometimesEmpty:
    """`required` for the words around the field, never for the browser nor for `clean`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"required": False})
        self.widget.use_required_attribute = lambda initial: False  # type: ignore[attr-defined]
        self.required = True

    def clean(self, value: Any) -> Any:
        self.required = False
        try:
            return super().clean(value)  # type: ignore[misc]
        finally:
            self.required = True


class NeededSometimes(SometimesEmpty, forms.CharField):
    """A text."""


class NeededDay(SometimesEmpty, forms.DateField):
    """A day."""


class ChoiceToMake(SometimesEmpty, forms.ChoiceField):
    """A choice that can be left for another day."""
