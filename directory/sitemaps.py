"""What search engines may index: the fixed pages, published actors, jumelages, projects and announcements, their countries
and themes."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import timezone

from directory.models import Actor, ActorQuerySet, Jumelage, JumelageQuerySet, PartnerSearch, Project
from directory.models.partner_search import PartnerSearchQuerySet
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
            "partner_search_list",
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


class PartnerSearchSitemap(Sitemap):
    """Announcements that one may still answer: the page of one that is over asks not to be indexed."""

    limit = 5000

    def items(self) -> PartnerSearchQuerySet:
        return self._shown().only("slug", "published_at").order_by("pk")

    def get_latest_lastmod(self) -> datetime | None:
        return self._shown().latest_publication()

    def lastmod(self, item: PartnerSearch) -> datetime | None:
        return item.published_at

    @staticmethod
    def _shown() -> PartnerSearchQuerySet:
        return PartnerSearch.objects.open(timezone.localdate()).real()


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": PageSitemap,
    "acteurs": ActorSitemap,
    "jumelages": JumelageSitemap,
    "projets": ProjectSitemap,
    "recherches": PartnerSearchSitemap,
    "pays": CountrySitemap,
    "themes": ThemeSitemap,
}


def add_sitemap(section: str, sitemap: type[Sitemap]) -> None:
    """Let a room above show its own pages to search engines: `/sitemap-<section>.xml`."""
    SITEMAPS[section] = sitemap
