"""Open data: what the répertoire gives away, in files, as a catalogue and through an API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "opendata"
    verbose_name = _("données ouvertes")

    def ready(self) -> None:
        from directory.sitemaps import add_sitemap
        from opendata.sitemaps import OpenDataSitemap

        add_sitemap("donnees", OpenDataSitemap)
