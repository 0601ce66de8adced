"""What every search of the répertoire has: a text that forgives, filters that are counted, an order, an address that says it."""

import re
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from directory.models.text_search import CloseName, close_names
from directory.search import SearchText, understand

# Parameters that are not filters but may stand in an address without being strange.
OTHER_PARAMETERS = {"page"}


class Search(django_filters.FilterSet):
    """A search, from the parameters of an address. Each subclass has filters, `FACETS` (those that are counted), `SORTS`."""

    FACETS: ClassVar[tuple[str, ...]] = ()
    SORTS: ClassVar[type[TextChoices]]

    class Meta:
        fields: list[str] = []

    @classmethod
    def _form_class(cls) -> type[forms.Form]:
        """The form of the filters, made once: each instance of it copies its fields anyway."""
        if "_made_form" not in cls.__dict__:
            cls._made_form = type(
                f"{cls.__name__}Form", (forms.Form,), {n: f.field for n, f in cls.base_filters.items()}
            )
        return cls._made_form

    def get_form_class(self) -> type[forms.Form]:
        return self._form_class()

    @cached_property
    def text(self) -> SearchText:
        self.form.is_valid()
        return understand(self.form.cleaned_data.get("q") or "")

    @cached_property
    def close(self) -> list[CloseName]:
        """Names one or two typing mistakes away from the text."""
        return close_names(self.text)

    @cached_property
    def textual(self) -> Any:
        """The rows that answer the text alone, before any facet."""
        return self.queryset.answering(self.text, self.close) if self.text else self.queryset

    def filter_queryset(self, queryset: QuerySet) -> Any:
        return super().filter_queryset(self.textual)

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """The understood values of each facet that has some."""
        self.form.is_valid()
        values = {name: self.form.cleaned_data.get(name) for name in self.FACETS}
        return {name: chosen for name, chosen in values.items() if chosen}

    @property
    def sort(self) -> Any:
        asked = self.data.get("tri")
        return self.SORTS(asked) if asked in self.SORTS.values else self.SORTS.RELEVANCE  # type: ignore[attr-defined]

    @property
    def understood(self) -> QueryDict:
        """The search as an address should say it: only what was understood, nothing twice, no page number."""
        params = QueryDict(mutable=True)
        if self.text:
            params["q"] = self.text.typed
        for name, values in self.chosen.items():
            params.setlist(name, values)
        if self.sort != self.SORTS.RELEVANCE:  # type: ignore[attr-defined]
            params["tri"] = self.sort.value
        return params

    @property
    def ignored(self) -> list[str]:
        """What the address says that was not understood, as `nom=valeur`, shortened."""
        self.form.is_valid()
        told = []
        for name, field in self.form.fields.items():
            told += [f"{name}={item}" if name != "q" else item for item in getattr(field, "ignored", [])]
            if name in self.form.errors:
                told.append(name)
        known = {*self.form.fields, "tri", *OTHER_PARAMETERS}
        told += [name for name in self.data if name not in known]
        if self.data.get("tri") and self.data["tri"] not in self.SORTS.values:
            told.append(f"tri={self.data['tri']}")
        return [_shortened(item) for item in told[:8]]

    def loosened(self) -> list[dict[str, Any]]:
        """For an empty answer: each criterion that could be given up, and how many rows that would leave."""
        steps = []
        for name in [*(["q"] if self.text else []), *self.chosen]:
            data = self.understood
            del data[name]
            without = type(self)(data, queryset=self.queryset)
            label = (
                _("le texte « %(typed)s »") % {"typed": self.text.typed}
                if name == "q"
                else _("le filtre « %(label)s »") % {"label": self.form.fields[name].label}
            )
            if total := without.qs.count():
                steps.append({"name": name, "label": label, "query": data.urlencode(), "total": total})
        return sorted(steps, key=lambda step: -step["total"])


def _shortened(item: str) -> str:
    item = re.sub(r"[\x00-\x1f\x7f]+", " ", item)
    return item if len(item) <= 60 else f"{item[:57]}…"
