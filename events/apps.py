"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import merging
        from events import notifications

        notifications.register()
        merging.follow("events.Registration", "actor")
