"""Form fields and filters of a search: they keep what they know, the rest is ignored and told, never an error."""

import re
from collections.abc import Iterable
from copy import copy
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models.cooperation import EUROPE_CODE
from directory.search import MAX_LENGTH, understand

MOST_VALUES = 20  # of one filter at a time: each is repeated in every link of the page


class ValuesField(forms.Field):
    """Several values of a closed list: keeps those it knows; the others, or too many, stay in `ignored` and are told.

    No choices on the form: nothing renders them (facets do), and each form would copy them.
    """

    widget = forms.MultipleHiddenInput

    def __init__(self, *, values: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = frozenset(values)

    def to_python(self, value: list[str] | None) -> list[str]:
        values = list(dict.fromkeys(self.cleaned(item) for item in value or []))
        known = [item for item in values if self.knows(item)]
        self.ignored = [item for item in values if item not in known] + known[MOST_VALUES:]
        return known[:MOST_VALUES]

    def cleaned(self, item: str) -> str:
        return item

    def knows(self, item: str) -> bool:
        return item in self.values


class CodesField(ValuesField):
    """Codes of a fixed shape, whose list lives in the database."""

    def __init__(self, *, shape: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape = re.compile(shape)

    def cleaned(self, item: str) -> str:
        return item.strip().upper()

    def knows(self, item: str) -> bool:
        return bool(self.shape.fullmatch(item))


class WordsField(CodesField):
    """Codes in small letters, as the addresses of themes."""

    def cleaned(self, item: str) -> str:
        return item.strip().lower()


class CountriesField(CodesField):
    """ISO codes, and « europe »."""

    def cleaned(self, item: str) -> str:
        item = item.strip()
        return item.lower() if item.lower() == EUROPE_CODE else item.upper()


class FlagField(forms.Field):
    """One box to tick: « oui », or nothing."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> list[str]:
        self.ignored = [value] if value not in (None, "", "oui") else []
        return ["oui"] if value == "oui" else []


class LightFilter(django_filters.Filter):
    """A filter that a search copies without what it holds: django-filter copies each of them deeply for each request, and ours
    keep nothing of one (their form fields, which do, are copied by the form)."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "LightFilter":
        return copy(self)


class ValuesFilter(LightFilter):
    """A filter that takes several known values, and gives them to one QuerySet word."""

    field_class = ValuesField

    def __init__(self, word: str, **kwargs: Any) -> None:
        self.word = word
        super().__init__(required=False, **kwargs)

    def filter(self, qs: Any, value: list[str]) -> Any:
        return getattr(qs, self.word)(value) if value else qs


class CodesFilter(ValuesFilter):
    field_class = CodesField


class CountriesFilter(ValuesFilter):
    field_class = CountriesField

    def __init__(self, word: str = "with_countries", **kwargs: Any) -> None:
        super().__init__(word, shape=rf"[A-Z]{{2}}|{EUROPE_CODE}", label=gettext_lazy("Pays"), **kwargs)


class ThemesFilter(ValuesFilter):
    field_class = WordsField

    def __init__(self, word: str = "with_themes", **kwargs: Any) -> None:
        super().__init__(word, shape=r"[a-z0-9-]{1,40}", label=gettext_lazy("Thème"), **kwargs)


class ForgivingTextField(forms.CharField):
    """Any text at all: control characters become spaces, a text too long is cut and this is told."""

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\x00-\x1f\x7f\ufffd]+", " ", value or "").strip()
        self.ignored = []
        if value and not text:
            self.ignored = [_("des caractères illisibles")]
        elif len(text) > MAX_LENGTH:
            self.ignored = [_("la fin du texte, trop long")]
        elif text and not understand(text):
            self.ignored = [text]
        return text[:MAX_LENGTH].strip()


class TextFilter(LightFilter):
    """The search box; `Search.textual` answers it, because facets need its answers apart."""

    field_class = ForgivingTextField

    def filter(self, qs: Any, value: str) -> Any:
        return qs


class FlagFilter(LightFilter):
    """A filter that is on or off; on, it is a QuerySet word without argument."""

    field_class = FlagField

    def __init__(self, word: str, **kwargs: Any) -> None:
        self.word = word
        super().__init__(required=False, **kwargs)

    def filter(self, qs: Any, value: list[str]) -> Any:
        return getattr(qs, self.word)() if value else qs
