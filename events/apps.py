"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import demo, merging
        from events import notifications, queues
        from events.models import GroupMember
        from events.services.demo import count_demo_agenda, remove_demo_agenda, seed_demo_agenda
        from soco.web import registries

        notifications.register()
        for queue in queues.QUEUES:
            registries.register(queue)
        demo.extend("events", demo.Addition(seed_demo_agenda, remove_demo_agenda, count_demo_agenda))
        merging.follow("events.Registration", "actor")
        merging.follow("events.EventInvitation", "actor")
        merging.follow("events.Event", "host")
        merging.follow("events.GroupMember", "actor", doubles=GroupMember.objects.twice_if_merged)
