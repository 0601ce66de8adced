"""The pages of open data that search engines may index."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class OpenDataSitemap(Sitemap):
    def items(self) -> list[str]:
        return ["open_data", "api_docs"]

    def location(self, item: str) -> str:
        return reverse(item)
