"""What every list of the staff's workshop has in common: a plain title, cheap counts, filters that work without JavaScript."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _


class StaffAdmin(admin.ModelAdmin):
    show_full_result_count = False  # on a filtered list, Django would count the whole table too
    show_facets = admin.ShowFacets.NEVER  # and each value of each filter
    empty_value_display = "—"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if any("\x00" in value for value in request.GET.values()):  # PostgreSQL holds no NUL
            request.GET = QueryDict(request.GET.urlencode().replace("%00", ""))
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:], **(extra_context or {})})


class ReadOnlyAdmin(StaffAdmin):
    """Rows that only the machine writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SelectFilter(admin.SimpleListFilter):
    """One drop-down; a value that is not in it is as good as none."""

    template = "admin/select_filter.html"
    word = ""  # the QuerySet method that takes the list of values

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None or value not in {str(known) for known, _label in self.lookup_choices}:
            return queryset
        return self.narrowed(queryset, value)

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        narrowed: QuerySet = getattr(queryset, self.word)([value])
        return narrowed

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        self.other_parameters = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name != self.parameter_name
            for value in values
        ]
        yield {"value": "", "display": _("Tous"), "selected": not self.value()}
        for value, label in self.lookup_choices:
            yield {"value": value, "display": label, "selected": self.value() == str(value)}
