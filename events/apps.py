"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import merging
        from directory.sitemaps import add_sitemap
        from events import blocks, notifications
        from events.sitemaps import AgendaSitemap, EventSitemap
        from soco.web import slots

        notifications.register()
        merging.follow("events.Registration", "actor")
        add_sitemap("agenda", AgendaSitemap)
        add_sitemap("evenements", EventSitemap)
        slots.fill("layout.navigation", blocks.navigation, order=10)
        slots.fill("home.doors", blocks.door, order=10)
        slots.fill("home.after", blocks.next_events, order=10)
        slots.fill("actor.main", blocks.events_of_actor, order=30)
        slots.fill("country.main", blocks.events_of_country, order=30)
        slots.fill("theme.main", blocks.events_of_theme, order=30)
        slots.fill("jumelage.main", blocks.events_of_jumelage, order=50)
