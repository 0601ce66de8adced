"""Projects in the staff's workshop."""

from typing import Any

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db.models import DateField, DateTimeField, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from directory import services
from directory.enums import Source
from directory.forms.choices import CountriesField, SdgsField, ThemesField
from directory.models import Project, ProjectActor
from directory.services import DirectoryError
from soco.web.staff_lists import StaffAdmin

from .actors import DAY, provenance_lines
from .choices import ConfirmationField
from .history import HistoryMixin
from .jumelages import ActorLinksMixin, HiddenRows
from .list_filters import DemoFilter, PublishedFilter


class RoleInline(ActorLinksMixin, admin.TabularInline):
    model = ProjectActor
    extra = 0
    verbose_name_plural = gettext_lazy("Acteurs et financeurs")


class TwoLists(FilteredSelectMultiple):
    """Django's two lists, in a box of their own: its script puts them first in whatever holds them, before the label."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html('<div class="related-widget-wrapper">{}</div>', super().render(*args, **kwargs))


class ProjectAdminForm(forms.ModelForm):
    country_codes = CountriesField(widget=TwoLists(gettext_lazy("pays"), is_stacked=False), help_text="")
    theme_codes = ThemesField()
    sdgs = SdgsField()


@admin.register(Project)
class ProjectAdmin(HistoryMixin, StaffAdmin):
    form = ProjectAdminForm
    list_display = ["title", "status", "starts_on", "ends_on", "budget", "is_published"]
    list_filter = ["status", PublishedFilter, DemoFilter]
    list_per_page = 50
    ordering = ["-starts_on", "-pk"]
    search_fields = ["title__unaccent__icontains"]
    autocomplete_fields = ["jumelage"]
    formfield_overrides = {
        DateField: {"widget": DAY},
        DateTimeField: {"form_class": ConfirmationField, "widget": DAY},
    }
    readonly_fields = ["slug", "provenance_told", "created_at", "updated_at"]
    inlines = [RoleInline]
    fields = [
        "title",
        "jumelage",
        "status",
        ("starts_on", "ends_on"),
        "description",
        "country_codes",
        "theme_codes",
        "sdgs",
        ("dac_code", "budget"),
        "verified_at",
        "is_published",
        "slug",
        "provenance_told",
        ("created_at", "updated_at"),
    ]

    def view_on_site(self, project: Project) -> str | None:
        return project.get_absolute_url() if project.is_published else None

    @admin.display(description=gettext_lazy("provenance"))
    def provenance_told(self, project: Project) -> str:
        return render_to_string("admin/directory/_provenance.html", {"lines": provenance_lines(project)})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DirectoryError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Project, form: forms.ModelForm, change: bool) -> None:
        with pghistory.context(source=Source.STAFF.value, by=request.user.email):
            services.save_project(obj, form.changed_data, source=Source.STAFF, by=request.user.email)

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        services.remove_projects([obj.pk], by=request.user.email)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        services.remove_projects(list(queryset.values_list("pk", flat=True)), by=request.user.email)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.refresh_projects([form.instance.pk])


@admin.register(ProjectActor)
class ProjectActorAdmin(HiddenRows):
    list_display = ["project", "actor", "role", "amount"]
    list_select_related = ["project", "actor"]
