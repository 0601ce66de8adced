"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import merging
        from events import door_blocks, notifications
        from soco.web import slots

        notifications.register()
        merging.follow("events.Registration", "actor")
        slots.fill("event.manage", door_blocks.door_of_event, order=30)
        slots.fill("registration.main", door_blocks.certificate_of_registration, order=10)
        slots.fill("registration.aside", door_blocks.code_of_registration, order=10)
