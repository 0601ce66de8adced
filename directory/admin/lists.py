"""What every staff list has in common: a plain title, and no count beyond that of the list itself."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict


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
