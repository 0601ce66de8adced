"""Jumelages in the staff's workshop: every field, who else takes part, documents; edits that say who made them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import DateField, ForeignKey, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import services
from directory.enums import Freshness, JumelageKind, Source, Vitality
from directory.forms.choices import SdgsField, ThemesField
from directory.models import Actor, Jumelage, JumelageActor, JumelageDocument, JumelageQuerySet
from directory.models.jumelage import UNKNOWN
from directory.search import understand
from directory.services import DirectoryError, links
from soco.web.staff_lists import ReadOnlyAdmin, SelectFilter, StaffAdmin

from .actors import DAY, provenance_lines
from .choices import NATURES_OF_LINK, ActorChoiceField, ActorSelect
from .history import HistoryMixin
from .jumelage_imports import JumelageImportMixin
from .list_filters import DemoFilter, FreshnessFilter, PublishedFilter


class KindFilter(SelectFilter):
    title = gettext_lazy("type de lien")
    parameter_name = "type"
    word = "of_kinds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(JumelageKind.choices)


class VitalityFilter(SelectFilter):
    title = gettext_lazy("vitalité")
    parameter_name = "vitalite"
    word = "with_vitality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Vitality.choices, (UNKNOWN, gettext_lazy("Inconnue"))]


class ToVerifyFilter(SelectFilter):
    title = gettext_lazy("à vérifier")
    parameter_name = "verifier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("oui", gettext_lazy("À vérifier"))]

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(to_verify=True)


class ActorLinksMixin:
    """Foreign keys to actors are chosen with the site's own search."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.related_model is Actor:
            natures = NATURES_OF_LINK.get(db_field.name)
            kwargs["widget"] = ActorSelect(db_field, self.admin_site)  # type: ignore[attr-defined]
            kwargs["queryset"] = Actor.objects.of_nature(natures) if natures else Actor.objects.all()
            kwargs["form_class"] = ActorChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ParticipantInline(ActorLinksMixin, admin.TabularInline):
    model = JumelageActor
    extra = 0
    verbose_name_plural = gettext_lazy("Autres participants")


class DocumentInline(admin.TabularInline):
    model = JumelageDocument
    extra = 0
    fields = ["kind", "title", "file", "dated_on", "is_public"]
    formfield_overrides = {DateField: {"widget": DAY}}


@admin.register(Jumelage)
class JumelageAdmin(ActorLinksMixin, HistoryMixin, JumelageImportMixin, StaffAdmin):
    list_display = ["name_told", "kind", "country_told", "year_told", "vitality_told", "freshness_told", "is_published"]
    list_display_links = ["name_told"]
    list_filter = [KindFilter, VitalityFilter, ToVerifyFilter, FreshnessFilter, PublishedFilter, DemoFilter]
    list_per_page = 50
    ordering = ["collectivite__name_key", "partner__name_key", "pk"]
    search_fields = ["slug"]  # Django wants some; get_search_results decides
    search_help_text = gettext_lazy("Nom de la collectivité, du partenaire ou du pays.")
    autocomplete_fields = ["collectivite", "partner", "successor"]
    formfield_overrides = {DateField: {"widget": DAY}}
    readonly_fields = ["slug", "provenance_told", "freshness_told", "created_at", "updated_at"]
    inlines = [ParticipantInline, DocumentInline]
    fieldsets = [
        (
            gettext_lazy("Le lien"),
            {"fields": ["kind", "collectivite", "partner", "title", ("year_signed", "year_started"), "legal_base"]},
        ),
        (
            gettext_lazy("Sa vitalité"),
            {
                "fields": [
                    ("vitality", "vitality_on", "to_verify"),
                    ("last_action_on", "last_action"),
                    "carrier",
                    ("agreement_ends_on", "agreement_renewal_on"),
                    "ended_on",
                ]
            },
        ),
        (
            gettext_lazy("Son contenu"),
            {"fields": ["theme_codes", "other_themes", "sdgs", "objectives", "context", "history"]},
        ),
        (
            gettext_lazy("Provenance et suivi"),
            {
                "fields": [
                    "is_published",
                    "freshness_told",
                    "atlas_reference",
                    "slug",
                    "provenance_told",
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> JumelageQuerySet:
        return super().get_queryset(request).select_related("collectivite", "partner__country")

    def get_search_results(
        self, request: HttpRequest, queryset: JumelageQuerySet, search_term: str
    ) -> tuple[JumelageQuerySet, bool]:
        text = understand(search_term)
        if not text:
            return (queryset.none() if search_term.strip() else queryset), False
        return queryset.answering(text, []), False

    def view_on_site(self, jumelage: Jumelage) -> str | None:
        return jumelage.get_absolute_url() if jumelage.is_published else None

    def get_form(self, request: HttpRequest, obj: Jumelage | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=JumelageAdminForm, **kwargs)

    def save_model(self, request: HttpRequest, obj: Jumelage, form: forms.ModelForm, change: bool) -> None:
        by = request.user.email
        if change:
            services.save_jumelage(obj, form.changed_data, source=Source.STAFF, by=by)
            return
        values = {
            name: form.cleaned_data[name] for name in form.cleaned_data if name not in ("collectivite", "partner")
        }
        made = services.create_jumelage(collectivite=obj.collectivite, partner=obj.partner, by=by, **values)
        for field in Jumelage._meta.concrete_fields:
            setattr(obj, field.attname, getattr(made, field.attname))
        obj._state.adding = False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            links.refresh_jumelages([form.instance.pk])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            if isinstance(row, JumelageDocument) and not row.pk:
                row.added_by = request.user.email
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        services.forget_files(row for row in formset.deleted_objects if isinstance(row, JumelageDocument))
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Jumelage) -> None:
        services.remove_jumelages([obj.pk], by=request.user.email)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Jumelage]) -> None:
        services.remove_jumelages(list(queryset.values_list("pk", flat=True)), by=request.user.email)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DirectoryError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())

    # --- columns ------------------------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("jumelage"), ordering="collectivite__name_key")
    def name_told(self, jumelage: Jumelage) -> str:
        told = _("démonstration") if jumelage.is_demo else jumelage.title
        return format_html('{} <small class="quiet">{}</small>', jumelage.name, told)

    @admin.display(description=gettext_lazy("pays"), ordering="partner__country__name")
    def country_told(self, jumelage: Jumelage) -> str:
        return jumelage.partner.country.name

    @admin.display(description=gettext_lazy("depuis"), ordering="year_signed")
    def year_told(self, jumelage: Jumelage) -> str:
        return str(jumelage.year or "")

    @admin.display(description=gettext_lazy("vitalité"), ordering="vitality")
    def vitality_told(self, jumelage: Jumelage) -> str:
        told = jumelage.get_vitality_display() or _("Inconnue")
        return f"{told} · {_('à vérifier')}" if jumelage.to_verify else told

    @admin.display(description=gettext_lazy("confirmation"), ordering="verified_at")
    def freshness_told(self, jumelage: Jumelage) -> str:
        freshness = Freshness(jumelage.freshness)
        return format_html('<span class="state state-{}">{}</span>', freshness.value, freshness.label)

    @admin.display(description=gettext_lazy("provenance"))
    def provenance_told(self, jumelage: Jumelage) -> str:
        return render_to_string("admin/directory/_provenance.html", {"lines": provenance_lines(jumelage)})


class JumelageAdminForm(forms.ModelForm):
    theme_codes = ThemesField()
    sdgs = SdgsField()

    def clean_collectivite(self) -> Actor:
        actor: Actor = self.cleaned_data["collectivite"]
        if not actor.is_collectivite:
            raise ValidationError(_("Choisissez une collectivité française\u00a0: elle conduit le jumelage."))
        return actor


class HiddenRows(ReadOnlyAdmin):
    """Rows that are edited in the page of what they belong to."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(JumelageActor)
class JumelageActorAdmin(HiddenRows):
    list_display = ["jumelage", "actor", "role"]
    list_select_related = ["jumelage__collectivite", "jumelage__partner", "actor"]


@admin.register(JumelageDocument)
class JumelageDocumentAdmin(HiddenRows):
    list_display = ["title", "jumelage", "kind", "is_public", "added_by", "created_at"]
    list_select_related = ["jumelage__collectivite", "jumelage__partner"]

    def delete_model(self, request: HttpRequest, obj: JumelageDocument) -> None:
        services.remove_document(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[JumelageDocument]) -> None:
        for document in queryset:
            services.remove_document(document)
