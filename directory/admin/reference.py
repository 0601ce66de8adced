"""The reference lists: countries, themes, the network's services, and the official files that were loaded."""

import pghistory
from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from directory import counts_version
from directory.enums import Source
from directory.models import Country, DatasetLoad, Service, Theme
from soco.web.staff_lists import ReadOnlyAdmin, StaffAdmin

from .history import HistoryMixin


class ReferenceAdmin(HistoryMixin, StaffAdmin):
    """A list whose words may change and whose codes never do; nothing is deleted, other tables point here."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        with pghistory.context(source=Source.STAFF.value, by=request.user.email):
            obj.save(update_fields=form.changed_data if change else None, force_insert=not change)
        transaction.on_commit(counts_version.bump)  # its name stands in cached lists


@admin.register(Country)
class CountryAdmin(ReferenceAdmin):
    """The 250 of ISO 3166; their eligibility to official aid is the staff's to keep."""

    list_display = ["name", "iso2", "iso3", "is_oda_eligible"]
    list_filter = ["is_oda_eligible"]
    search_fields = ["name__unaccent__icontains", "name_en__icontains", "iso2__iexact", "iso3__iexact"]
    readonly_fields = ["iso2", "iso3"]
    fields = ["name", "name_en", ("iso2", "iso3"), "is_oda_eligible", ("latitude", "longitude")]
    ordering = ["name", "pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    list_display = ["name", "code", "told_sdgs", "told_dac_codes", "position"]
    search_fields = ["name__unaccent__icontains", "code__icontains"]
    ordering = ["position", "pk"]
    fields = ["name", "code", "sdgs", "dac_codes", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []

    @admin.display(description=gettext_lazy("ODD"))
    def told_sdgs(self, theme: Theme) -> str:
        return ", ".join(str(number) for number in theme.sdgs)

    @admin.display(description=gettext_lazy("codes CAD"))
    def told_dac_codes(self, theme: Theme) -> str:
        return ", ".join(theme.dac_codes)


@admin.register(Service)
class ServiceAdmin(ReferenceAdmin):
    list_display = ["name", "code", "url", "is_active", "position"]
    list_filter = ["is_active"]
    search_fields = ["name__unaccent__icontains", "code__icontains"]
    ordering = ["position", "pk"]
    fields = ["name", "code", "summary", "audience", "how_to_ask", "url", "is_active", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(DatasetLoad)
class DatasetLoadAdmin(ReadOnlyAdmin):
    """Which official file was loaded when, and what it changed; written by the loaders alone."""

    list_display = ["dataset", "scope", "loaded_at", "told_counts"]
    list_filter = ["dataset"]
    ordering = ["-loaded_at", "-pk"]
    fields = ["dataset", "scope", "loaded_at", "told_counts", "checksum"]

    @admin.display(description=gettext_lazy("décompte"))
    def told_counts(self, load: DatasetLoad) -> str:
        words = {
            "created": "créées",
            "changed": "modifiées",
            "unchanged": "inchangées",
            "closed": "closes",
            "refused": "refusées",
        }
        return ", ".join(f"{count} {words.get(name, name)}" for name, count in load.counts.items())
