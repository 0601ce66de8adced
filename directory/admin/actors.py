"""Collectivités and partners: two lists over one table, the site's own search, edits that say who made them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import IntegrityError
from django.db.models import DateField, DateTimeField, Field, ForeignKey, ProtectedError, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory import perms, services
from directory.enums import COLLECTIVITE_NATURES, PARTNER_NATURES, Freshness, Nature, Source
from directory.models import Actor, ActorQuerySet, Collectivite, Partner
from directory.models.sourced import Sourced
from directory.resources import CollectiviteResource, PartnerResource
from directory.services import editing
from directory.services.refusals import refusal
from soco.web.staff_lists import ReadOnlyAdmin, StaffAdmin
from soco.web.templatetags.soco import number

from .choices import (
    NATURES_OF_LINK,
    ActorAutocomplete,
    ActorChoiceField,
    ActorForm,
    ActorSelect,
    ConfirmationField,
    searched,
)
from .history import HistoryMixin, actor_address, told_moment
from .list_filters import (
    CountryFilter,
    DemoFilter,
    DepartementFilter,
    ExistenceFilter,
    FreshnessFilter,
    NatureFilter,
    PublishedFilter,
)
from .transfers import TransferMixin

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SHOWN = [
    "nature", "name", "code", "legal_form", "population", "verified_at", "is_published", "is_demo", "valid_until",
    "departement__name", "epci__name", "epci__short_name", "country__name",
]  # fmt: skip
WHERE = ["country", "region", "departement", "epci", "seat", ("latitude", "longitude"), "postal_codes"]
WHERE_OF_PARTNER = (
    gettext_lazy("Où"),
    {
        "fields": ["country", "seat", "departement", "epci", "region", ("latitude", "longitude"), "postal_codes"],
        "description": gettext_lazy(
            "En France, donnez la commune siège à la création : ce que vous laissez vide (intercommunalité, département,"
            " région, coordonnées, code postal) en sera repris."
        ),
    },
)
CONTACT = (
    gettext_lazy("Contact public"),
    {
        "fields": ["address", "email", "phone", "website"],
        "description": gettext_lazy("Les coordonnées de l’organisme lui-même, jamais celles d’une personne."),
    },
)
FOLLOW_UP = (
    gettext_lazy("Provenance et suivi"),
    {
        "fields": ["slug", "provenance_told", ("created_at", "updated_at")],
        "description": gettext_lazy(
            "Chaque valeur que vous changez est marquée de votre adresse : un chargement officiel plus ancien ne"
            " l’écrasera pas."
        ),
    },
)


def provenance_lines(fiche: Sourced) -> list[dict[str, str]]:
    """Where each value comes from, in words; « * », the rest, comes last."""
    lines = []
    for name, said in sorted(fiche.provenance.items(), key=lambda item: item[0] == "*"):
        try:
            label = str(fiche._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            label = _("tout le reste") if name == "*" else name
        source = said.get("source", "")
        lines.append(
            {
                "label": label,
                "source": str(Source(source).label) if source in Source.values else source,
                "at": told_moment(said.get("at") or ""),
                "by": said.get("by") or "",
            }
        )
    return lines


class ActorChangeList(ChangeList):
    """Leaves in the database what no column shows."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> ActorQuerySet:
        return super().get_queryset(request, exclude_parameters).only(*SHOWN)


@admin.register(Actor)
class AnyActorAdmin(ReadOnlyAdmin):
    """Answers the autocompletes of every link to an actor; its pages lead to the list of the actor's own kind."""

    ordering = ["name_key", "pk"]
    search_fields = ["name_key"]  # Django wants some; get_search_results decides

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(ActorAutocomplete.as_view(admin_site=self.admin_site))
        return [path("autocomplete/", view, name="directory_actor_autocomplete"), *super().get_urls()]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Actor | None = None) -> bool:
        kinds = ("collectivite", "partner")
        return any(request.user.has_perm(f"directory.{right}_{kind}") for kind in kinds for right in ("view", "change"))

    def get_search_results(
        self, request: HttpRequest, queryset: ActorQuerySet, search_term: str
    ) -> tuple[ActorQuerySet, bool]:
        return searched(request, queryset, search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:directory_collectivite_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        actor = self.get_object(request, object_id)
        if actor is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        query = request.GET.urlencode()
        return HttpResponseRedirect(actor_address(actor) + (f"?{query}" if query else ""))


class ActorAdmin(TransferMixin, HistoryMixin, StaffAdmin):
    """What the two lists share."""

    natures: tuple[Nature, ...] = ()
    form = ActorForm
    list_display_links = ["name_told"]
    list_select_related = ["departement", "epci", "country"]
    list_per_page = 50
    ordering = ["name_key", "pk"]
    search_fields = ["name_key"]  # Django wants some; get_search_results decides
    search_help_text = gettext_lazy("Nom (avec ou sans accents), code INSEE, SIREN ou code postal.")
    autocomplete_fields = ["country", "region", "departement", "epci", "seat", "network", "successor"]
    formfield_overrides = {
        URLField: {"assume_scheme": "https"},
        DateField: {"widget": DAY},
        DateTimeField: {"form_class": ConfirmationField, "widget": DAY},
    }
    readonly_fields = ["code", "slug", "provenance_told", "freshness_told", "created_at", "updated_at"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ActorChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: ActorQuerySet, search_term: str
    ) -> tuple[ActorQuerySet, bool]:
        return searched(request, queryset, search_term), False

    def get_fieldsets(self, request: HttpRequest, obj: Actor | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        (title, options), *others = fieldsets
        return [(title, {**options, "fields": [*options["fields"], "version"]}), *others]

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.related_model is Actor:
            natures = NATURES_OF_LINK.get(db_field.name)
            kwargs["widget"] = ActorSelect(db_field, self.admin_site)
            kwargs["queryset"] = Actor.objects.of_nature(natures) if natures else Actor.objects.all()
            kwargs["form_class"] = ActorChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "nature":
            kwargs["choices"] = [(nature.value, nature.label) for nature in self.natures]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the form let through and the database refuses (somebody was faster) is said, and nothing is saved."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            messages.error(request, refusal(error, Actor))
            return redirect(request.get_full_path())

    def view_on_site(self, actor: Actor) -> str | None:
        return actor.get_absolute_url() if actor.is_published else None

    def save_model(self, request: HttpRequest, obj: Actor, form: ActorForm, change: bool) -> None:
        editing.save_by_staff(obj, form.changed_fields, by=request.user.email)

    # --- columns ------------------------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("nom"), ordering="name_key")
    def name_told(self, actor: Actor) -> str:
        """254 communes share a name: the nature and the code stand below it."""
        states = [(actor.is_closed, _("a cessé d’exister")), (actor.is_demo, _("démonstration"))]
        told = " · ".join([actor.nature_label, actor.code, *(label for is_so, label in states if is_so)])
        return format_html('{} <small class="quiet">{}</small>', actor.name, told)

    @admin.display(description=gettext_lazy("intercommunalité"))
    def epci_told(self, actor: Actor) -> str:
        return (actor.epci.short_name or actor.epci.name) if actor.epci else ""

    @admin.display(description=gettext_lazy("habitants"), ordering="population")
    def population_told(self, actor: Actor) -> str:
        return number(actor.population)

    @admin.display(description=gettext_lazy("confirmation"), ordering="verified_at")
    def freshness_told(self, actor: Actor) -> str:
        freshness = Freshness(actor.freshness)
        return format_html('<span class="state state-{}">{}</span>', freshness.value, freshness.label)

    @admin.display(description=gettext_lazy("provenance"))
    def provenance_told(self, actor: Actor) -> str:
        return render_to_string("admin/directory/_provenance.html", {"lines": provenance_lines(actor)})


@admin.register(Collectivite)
class CollectiviteAdmin(ActorAdmin):
    """Communes, EPCI, départements, régions: they come from the official reference, so nobody adds or deletes one here.

    One that no longer exists is closed: its end date, and who took over (docs/decisions/0004-admin.md).
    """

    natures = COLLECTIVITE_NATURES
    resource_classes = [CollectiviteResource]
    list_display = [
        "name_told",
        "departement",
        "epci_told",
        "population_told",
        "freshness_told",
        "is_published",
    ]
    list_filter = [NatureFilter, DepartementFilter, FreshnessFilter, PublishedFilter, ExistenceFilter]
    readonly_fields = [*ActorAdmin.readonly_fields, "nature", "siren", "departement_codes", "region_codes"]
    fieldsets = [
        (
            gettext_lazy("Identité"),
            {
                "fields": [
                    "name",
                    "short_name",
                    ("nature", "code", "siren"),
                    "legal_form",
                    "former_names",
                    ("population", "member_count"),
                    "description",
                    "identity_tags",
                ],
                "description": gettext_lazy(
                    "La nature, le code et le SIREN viennent du référentiel officiel et ne changent pas ici."
                ),
            },
        ),
        CONTACT,
        (gettext_lazy("Où"), {"fields": [*WHERE, ("departement_codes", "region_codes")], "classes": ["collapse"]}),
        (
            gettext_lazy("Vie de la fiche"),
            {
                "fields": [
                    "is_published",
                    ("verified_at", "freshness_told"),
                    ("valid_from", "valid_until"),
                    "successor",
                ],
                "description": gettext_lazy(
                    "Une collectivité ne se supprime pas. Si elle a cessé d’exister, donnez la date et son successeur :"
                    " sa page y conduira."
                ),
            },
        ),
        FOLLOW_UP,
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Actor | None = None) -> bool:
        return False


@admin.register(Partner)
class PartnerAdmin(ActorAdmin):
    """Every other actor; added, imported and deleted by the staff."""

    natures = PARTNER_NATURES
    resource_classes = [PartnerResource]
    list_display = ["name_told", "country", "departement", "freshness_told", "is_published"]
    list_filter = [
        NatureFilter,
        CountryFilter,
        DepartementFilter,
        FreshnessFilter,
        PublishedFilter,
        ExistenceFilter,
        DemoFilter,
    ]
    fieldsets = [
        (
            gettext_lazy("Identité"),
            {
                "fields": [
                    "name",
                    "short_name",
                    ("nature", "code"),
                    ("siren", "siret", "rna"),
                    "network",
                    "description",
                    "identity_tags",
                ],
                "description": gettext_lazy(
                    "Le code est attribué à la création et ne change plus : il sert aux imports."
                ),
            },
        ),
        CONTACT,
        WHERE_OF_PARTNER,
        (
            gettext_lazy("Vie de la fiche"),
            {"fields": ["is_published", ("verified_at", "freshness_told"), ("valid_from", "valid_until"), "successor"]},
        ),
        FOLLOW_UP,
    ]
    add_fieldsets = [
        (
            gettext_lazy("Identité"),
            {
                "fields": ["name", "short_name", "nature", "siren", "description"],
                "description": gettext_lazy(
                    "Cherchez d’abord dans la liste : une commune étrangère ou une association n’a qu’une fiche,"
                    " partagée par tous ses partenaires."
                ),
            },
        ),
        CONTACT,
        WHERE_OF_PARTNER,
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Actor | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.remove_demo_view)
        return [path("demonstration/retirer/", view, name="directory_partner_remove_demo"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        can_remove_demo = self.has_delete_permission(request) and Actor.objects.demo().exists()
        return super().changelist_view(request, {"can_remove_demo": can_remove_demo, **(extra_context or {})})

    def remove_demo_view(self, request: HttpRequest) -> HttpResponse:
        """A page that says what will go, then the gesture."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._remove_demo(request)
            return redirect("admin:directory_partner_changelist")
        demo = Actor.objects.demo()
        count = services.count_demo()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Retirer les données de démonstration"),
            "opts": self.opts,
            "count": count,
            "told": ngettext("%(count)d fiche fictive", "%(count)d fiches fictives", count) % {"count": count},
            "names": demo.order_by("name_key", "pk").values_list("name", flat=True)[:20],
        }
        return TemplateResponse(request, "admin/directory/remove_demo.html", context)

    @staticmethod
    def _remove_demo(request: HttpRequest) -> None:
        try:
            count = services.remove_demo()
        except ProtectedError:
            messages.error(
                request,
                _("Une fiche réelle renvoie à une fiche de démonstration : rien n’a été retiré. Corrigez-la d’abord."),
            )
        else:
            told = ngettext(
                "%(count)d fiche fictive a été retirée.", "%(count)d fiches fictives ont été retirées.", count
            )
            messages.success(request, told % {"count": count})

    def save_model(self, request: HttpRequest, obj: Partner, form: ActorForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            values = editing.given(obj, form.changed_fields)
            obj.pk = services.create_partner(by=request.user.email, **values).pk
            obj.refresh_from_db()
            self._tell_look_alikes(request, obj)

    @staticmethod
    def _tell_look_alikes(request: HttpRequest, added: Partner) -> None:
        """A fiche that looks like another may be the same actor: said once it is there, refused never."""
        if not request.user.has_perm(perms.MERGE):
            return
        for other in services.like_actor(added):
            pair = reverse("duplicate_pair", args=sorted((added.pk, other.pk)))
            told = format_html('<a href="{}">{}</a>', pair, _("Comparer les deux fiches"))
            messages.warning(
                request,
                format_html("{} {}", _("Cette fiche ressemble à «\u00a0%(name)s\u00a0».") % {"name": other.name}, told),
            )

    def delete_model(self, request: HttpRequest, obj: Partner) -> None:
        editing.remove_by_staff(Actor.objects.filter(pk=obj.pk), by=request.user.email)

    def delete_queryset(self, request: HttpRequest, queryset: ActorQuerySet) -> None:
        editing.remove_by_staff(queryset, by=request.user.email)
