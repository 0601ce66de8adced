"""The search of groups: each parameter one QuerySet word."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from directory.filters.base import Search
from directory.filters.fields import CountriesFilter, TextFilter, ThemesFilter, ValuesFilter
from events.enums import GroupKind, GroupSort
from events.models import Group, GroupQuerySet


class GroupFilter(Search):
    """The search of `/groupes/`."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    nature = ValuesFilter("of_kinds", values=GroupKind.values, label=gettext_lazy("Nature"))
    pays = CountriesFilter()
    theme = ThemesFilter()

    FACETS = ("nature", "pays", "theme")
    SORTS = GroupSort

    class Meta:
        model = Group
        fields: list[str] = []

    @cached_property
    def textual(self) -> Any:
        """No name is guessed from a misspelt one: groups are few, and read in a minute."""
        return self.queryset.answering(self.text) if self.text else self.queryset

    def sorted(self) -> GroupQuerySet:
        """The answers in the order asked for; their queryset must be loaded for_card."""
        found: GroupQuerySet = self.qs
        return found.by_next_meeting() if self.sort == GroupSort.MEETING else found.by_name()
