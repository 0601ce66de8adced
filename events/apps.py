"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import demo, merging
        from events import my_space, notifications, organiser_blocks, people, queues
        from events.models import GroupMember
        from events.services.demo import count_demo_agenda, remove_demo_agenda, seed_demo_agenda
        from soco.web import registries, slots

        notifications.register()
        for queue in queues.QUEUES:
            registries.register(queue)
        for entry in (people.PERSONAL_DATA, people.SENSITIVE, people.REGISTRATIONS):
            registries.register(entry)
        slots.fill("my_space.todo", my_space.offered_seats, order=10)
        slots.fill("my_space.main", my_space.my_appointments, order=40)
        slots.fill("event.manage", organiser_blocks.mails_of_event, order=60)
        slots.fill("event.manage", organiser_blocks.opinions_on_event, order=70)
        demo.extend("events", demo.Addition(seed_demo_agenda, remove_demo_agenda, count_demo_agenda))
        merging.follow("events.Registration", "actor")
        merging.follow("events.EventInvitation", "actor")
        merging.follow("events.Event", "host")
        merging.follow("events.GroupMember", "actor", doubles=GroupMember.objects.twice_if_merged)
