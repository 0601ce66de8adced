"""What search engines may index: the fixed pages, published actors, jumelages and projects, their countries and themes."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from directory.models import Actor, ActorQuerySet, Jumelage, JumelageQuerySet, Project
from directory.models.project import ProjectQuerySet


class ActorSitemap(Sitemap):
    limit = 5000

    def items(self) -> ActorQuerySet:
        return Actor.objects.published().real().only("slug", "updated_at").order_by("pk")

    def get_latest_lastmod(self) -> datetime | None:
        """One aggregate, where the default reads every actor."""
        return Actor.objects.published().real().latest_change()

    def lastmod(self, item: Actor) -> datetime:
        return item.updated_at


class JumelageSitemap(Sitemap):
    limit = 5000

    def items(self) -> JumelageQuerySet:
        return Jumelage.objects.published().real().only("slug", "updated_at").order_by("pk")

    def get_latest_lastmod(self) -> datetime | None:
        return Jumelage.objects.published().real().latest_change()

    def lastmod(self, item: Jumelage) -> datetime:
        return item.updated_at


class CountrySitemap(Sitemap):
    def items(self) -> list[str]:
        return [code.lower() for code, *_counts in Jumelage.objects.published().real().counted_by_country()]

    def location(self, item: str) -> str:
        return reverse("country_detail", args=[item])


class ThemeSitemap(Sitemap):
    def items(self) -> list[str]:
        return sorted(Jumelage.objects.published().real().counted_by_theme())

    def location(self, item: str) -> str:
        return reverse("theme_detail", args=[item])


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        return [
            "home",
            "actor_list",
            "actor_map",
            "jumelage_list",
            "jumelage_map",
            "country_list",
            "theme_list",
            "project_list",
            "sources",
            "contact",
            "accessibility",
            "legal_notice",
            "personal_data",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class ProjectSitemap(Sitemap):
    limit = 5000

    def items(self) -> ProjectQuerySet:
        return Project.objects.published().real().only("slug", "updated_at").order_by("pk")

    def get_latest_lastmod(self) -> datetime | None:
        return Project.objects.published().real().latest_change()

    def lastmod(self, item: Project) -> datetime:
        return item.updated_at


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": PageSitemap,
    "acteurs": ActorSitemap,
    "jumelages": JumelageSitemap,
    "projets": ProjectSitemap,
    "pays": CountrySitemap,
    "themes": ThemeSitemap,
}


def add_sitemap(section: str, sitemap: type[Sitemap]) -> None:
    """Let a room above show its own pages to search engines: `/sitemap-<section>.xml`."""
    SITEMAPS[section] = sitemap
