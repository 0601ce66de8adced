"""The filters beside the staff's lists: each one a QuerySet word, in a drop-down that works without JavaScript."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory.enums import Freshness, Nature
from directory.models import Actor, ActorQuerySet, Country
from soco.web.staff_lists import SelectFilter

Choices = list[tuple[str, Any]]


class NatureFilter(SelectFilter):
    title = _("nature")
    parameter_name = "nature"
    word = "of_nature"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(nature.value, nature.label) for nature in model_admin.natures]


class DepartementFilter(SelectFilter):
    title = _("département")
    parameter_name = "departement"
    word = "in_departements"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        rows = Actor.objects.of_nature([Nature.DEPARTEMENT]).order_by("code", "pk").values_list("code", "name")
        return [(code, f"{code} · {name}") for code, name in rows]


class CountryFilter(SelectFilter):
    title = _("pays")
    parameter_name = "pays"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        used = model_admin.model.objects.filter(country=OuterRef("pk"))
        return list(Country.objects.filter(Exists(used)).order_by("name", "pk").values_list("pk", "name"))

    def narrowed(self, queryset: ActorQuerySet, value: str) -> ActorQuerySet:
        return queryset.filter(country=value)


class FreshnessFilter(SelectFilter):
    title = _("dernière confirmation")
    parameter_name = "fraicheur"
    word = "with_freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return Freshness.choices


class ExistenceFilter(SelectFilter):
    title = _("existence")
    parameter_name = "existence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("ouverte", _("Existe")), ("fermee", _("A cessé d’exister"))]

    def narrowed(self, queryset: ActorQuerySet, value: str) -> ActorQuerySet:
        return queryset.closed() if value == "fermee" else queryset.filter(valid_until__isnull=True)


class PublishedFilter(SelectFilter):
    title = _("publication")
    parameter_name = "publie"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("oui", _("Publié")), ("non", _("Masqué par l’équipe"))]

    def narrowed(self, queryset: ActorQuerySet, value: str) -> ActorQuerySet:
        return queryset.filter(is_published=value == "oui")


class DemoFilter(SelectFilter):
    title = _("démonstration")
    parameter_name = "demo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("oui", _("Données fictives")), ("non", _("Données réelles"))]

    def narrowed(self, queryset: ActorQuerySet, value: str) -> ActorQuerySet:
        return queryset.demo() if value == "oui" else queryset.filter(is_demo=False)
