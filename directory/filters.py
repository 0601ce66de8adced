"""The search's parameters: each one QuerySet word; what is not understood is ignored and said, never an error."""

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Freshness, Nature, PopulationBand, Sort
from directory.models import Actor, ActorQuerySet
from directory.models.text_search import CloseName, close_names
from directory.search import MAX_LENGTH, SearchText, understand

# Parameters that are not filters of the répertoire but may stand in an address without being strange.
OTHER_PARAMETERS = {"page"}
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


class ValuesFilter(django_filters.Filter):
    """A filter that takes several known values, and gives them to one QuerySet word."""

    field_class = ValuesField

    def __init__(self, word: str, **kwargs: Any) -> None:
        self.word = word
        super().__init__(required=False, **kwargs)

    def filter(self, qs: ActorQuerySet, value: list[str]) -> ActorQuerySet:
        return getattr(qs, self.word)(value) if value else qs


class CodesFilter(ValuesFilter):
    field_class = CodesField


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


class TextFilter(django_filters.Filter):
    """The search box; `ActorFilter.textual` answers it, because facets need its answers apart."""

    field_class = ForgivingTextField

    def filter(self, qs: ActorQuerySet, value: str) -> ActorQuerySet:
        return qs


class ActorFilter(django_filters.FilterSet):
    """The répertoire's search, from the address parameters of docs/architecture.md."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    nature = ValuesFilter("of_nature", values=Nature.values, label=gettext_lazy("Nature"))
    departement = CodesFilter("in_departements", shape=r"\d{2,3}|2[AB]", label=gettext_lazy("Département"))
    epci = CodesFilter("in_epci", shape=r"\d{9}", label=gettext_lazy("Intercommunalité"))
    population = ValuesFilter("in_population_bands", values=PopulationBand.values, label=gettext_lazy("Population"))
    fraicheur = ValuesFilter("with_freshness", values=Freshness.values, label=gettext_lazy("Dernière confirmation"))

    FACETS = ("nature", "departement", "epci", "population", "fraicheur")

    class Meta:
        model = Actor
        fields: list[str] = []

    @classmethod
    def _form_class(cls) -> type[forms.Form]:
        """The form of the filters, made once: each instance of it copies its fields anyway."""
        if "_made_form" not in cls.__dict__:
            cls._made_form = type("ActorFilterForm", (forms.Form,), {n: f.field for n, f in cls.base_filters.items()})
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
    def textual(self) -> ActorQuerySet:
        """The actors that answer the text alone, before any facet."""
        return self.queryset.answering(self.text, self.close) if self.text else self.queryset

    def filter_queryset(self, queryset: ActorQuerySet) -> ActorQuerySet:
        return super().filter_queryset(self.textual)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The understood values of each facet that has some."""
        self.form.is_valid()
        values = {name: self.form.cleaned_data.get(name) for name in self.FACETS}
        return {name: chosen for name, chosen in values.items() if chosen}

    @property
    def sort(self) -> Sort:
        asked = self.data.get("tri")
        return Sort(asked) if asked in Sort.values else Sort.RELEVANCE

    @property
    def understood(self) -> QueryDict:
        """The search as an address should say it: only what was understood, nothing twice, no page number."""
        params = QueryDict(mutable=True)
        if self.text:
            params["q"] = self.text.typed
        for name, values in self.chosen.items():
            params.setlist(name, values)
        if self.sort != Sort.RELEVANCE:
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
        if self.data.get("tri") and self.data["tri"] not in Sort.values:
            told.append(f"tri={self.data['tri']}")
        return [_shortened(item) for item in told[:8]]

    def loosened(self) -> list[dict[str, Any]]:
        """For an empty answer: each criterion that could be given up, and how many actors that would leave."""
        steps = []
        for name in [*(["q"] if self.text else []), *self.chosen]:
            data = self.understood
            del data[name]
            without = ActorFilter(data, queryset=self.queryset)
            label = (
                _("le texte « %(typed)s »") % {"typed": self.text.typed}
                if name == "q"
                else _("le filtre « %(label)s »") % {"label": self.form.fields[name].label}
            )
            if total := without.qs.count():
                steps.append({"name": name, "label": label, "query": data.urlencode(), "total": total})
        return sorted(steps, key=lambda step: -step["total"])

    def sorted(self) -> ActorQuerySet:
        """The answers in the order asked for; without a text, « pertinence » means the most populated first."""
        if self.sort == Sort.NAME:
            return self.qs.by_name()
        if self.sort == Sort.RECENT:
            return self.qs.by_confirmation()
        if self.sort == Sort.POPULATION or not self.text:
            return self.qs.by_population()
        return self.qs.ranked(self.text, self.close)


def _shortened(item: str) -> str:
    item = re.sub(r"[\x00-\x1f\x7f]+", " ", item)
    return item if len(item) <= 60 else f"{item[:57]}…"
