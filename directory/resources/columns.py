"""How a value of an actor is read from a cell and written in one: texts, numbers, days, lists, links by code."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from directory.enums import Nature

CODE_LENGTH = {Nature.COMMUNE: 5, Nature.DEPARTEMENT: 2, Nature.REGION: 2}
TRUE, FALSE = {"oui", "o", "1", "vrai", "true", "x"}, {"non", "n", "0", "faux", "false"}


def fold(text: str) -> str:
    """« Téléphone » → telephone, « Code postal » → code_postal."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare.lower()).strip("_")


def repaired(text: str, length: int | None) -> str:
    """A code without spaces, in capitals, with the zeros that a spreadsheet ate: « 1001 » → 01001, « 2a004 » → 2A004."""
    code = re.sub(r"\s", "", text).upper()
    return code.zfill(length) if length and code.isascii() and code.isdigit() else code


class TextWidget(Widget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class PhoneWidget(TextWidget):
    """Nine digits are a French number that lost its zero."""

    def repair(self, text: str) -> str:
        digits = re.sub(r"[\s.]", "", text)
        return f"0{digits}" if re.fullmatch(r"[1-9]\d{8}", digits) else text


class ChoiceWidget(TextWidget):
    def __init__(self, choices: Iterable[tuple[str, Any]]) -> None:
        self.by_text = {fold(str(text)): value for value, label in choices for text in (value, label)}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if not value:
            return ""
        if fold(value) not in self.by_text:
            raise ValidationError(_("« %(value)s » n’est pas dans la liste.") % {"value": value})
        return self.by_text[fold(value)]


class NumberWidget(TextWidget):
    def __init__(self, kind: type[int] | type[float]) -> None:
        self.kind = kind

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int | float | None:
        if not value:
            return None
        try:
            number = self.kind(re.sub(r"\s", "", value).replace(",", "."))
        except ValueError:
            raise ValidationError(_("« %(value)s » n’est pas un nombre.") % {"value": value}) from None
        if number != number or abs(number) > 1e12:
            raise ValidationError(_("« %(value)s » n’est pas un nombre possible.") % {"value": value})
        return number


class YesNoWidget(TextWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool:
        told = fold(value)
        if told not in TRUE | FALSE:
            raise ValidationError(_("« %(value)s » : écrivez oui ou non.") % {"value": value})
        return told in TRUE

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "oui" if value else "non"


class DayWidget(TextWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date | None:
        if not value:
            return None
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(value, pattern).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        raise ValidationError(
            _("« %(value)s » n’est pas une date : écrivez 2026-01-31 ou 31/01/2026.") % {"value": value}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if isinstance(value, datetime):
            value = timezone.localtime(value).date()
        return value.isoformat() if value else ""


class ListWidget(TextWidget):
    """Several texts in one cell, parted by `|`; codes also by spaces, commas and semicolons."""

    def __init__(self, *, codes: bool = False) -> None:
        self.codes = codes

    def repair(self, text: str) -> str:
        if not self.codes:
            return text
        return " ".join(repaired(code, 5) for code in re.split(r"[\s|,;]+", text) if code)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:
        parts = value.split() if self.codes else value.split("|")
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return (" " if self.codes else "|").join(value or [])


class LinkWidget(TextWidget):
    """Another actor, by its code; `nature` None means: of the same nature as the row's own."""

    def __init__(self, nature: Nature | None) -> None:
        self.nature = nature

    def repair(self, text: str) -> str:
        return repaired(text, CODE_LENGTH.get(self.nature) if self.nature else None)


class RegisterWidget(TextWidget):
    """The number of a public register, without spaces, in capitals; `length` digits of which a spreadsheet ate a zero or two."""

    def __init__(self, length: int | None = None) -> None:
        self.length = length

    def repair(self, text: str) -> str:
        number = repaired(text, None)
        is_near = self.length is not None and self.length - 2 <= len(number) < self.length
        return repaired(number, self.length) if is_near else number


class CountryWidget(TextWidget):
    def repair(self, text: str) -> str:
        return repaired(text, None)


def column(name: str, attribute: str, widget: Widget | None = None, *, readonly: bool = False) -> Field:
    return Field(attribute=attribute, column_name=name, widget=widget or TextWidget(), readonly=readonly)
