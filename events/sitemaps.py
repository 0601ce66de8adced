"""The pages of the agenda that search engines may index."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from events.models import Event, EventQuerySet


class EventSitemap(Sitemap):
    limit = 5000

    def items(self) -> EventQuerySet:
        return Event.objects.open_data().only("slug", "updated_at").order_by("pk")

    def get_latest_lastmod(self) -> datetime | None:
        """One aggregate, where the default reads every event."""
        return Event.objects.open_data().latest_change()

    def lastmod(self, item: Event) -> datetime:
        return item.updated_at


class AgendaSitemap(Sitemap):
    def items(self) -> list[str]:
        return ["event_list", "event_month", "event_map"]

    def location(self, item: str) -> str:
        return reverse(item)
