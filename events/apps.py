"""The agenda: groups, events, registrations, reminders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("agenda")

    def ready(self) -> None:
        from directory.services import demo, merging
        from directory.sitemaps import add_sitemap
        from events import (
            blocks,
            door_blocks,
            group_blocks,
            group_people,
            invitation_blocks,
            notifications,
            people,
            queues,
        )
        from events.services.demo import count_demo_agenda, remove_demo_agenda, seed_demo_agenda
        from events.services.group_merging import move_memberships
        from events.sitemaps import AgendaSitemap, EventSitemap
        from soco.web import registries, slots

        notifications.register()
        for queue in (*queues.QUEUES, *group_people.QUEUES):
            registries.register(queue)
        demo.extend("events", demo.Addition(seed_demo_agenda, remove_demo_agenda, count_demo_agenda))
        merging.follow("events.Registration", "actor")
        merging.follow("events.EventInvitation", "actor")
        merging.follow("events.Event", "host")
        merging.add_rule(move_memberships)
        registries.register(people.PERSONAL_DATA)
        for purge in people.PURGES:
            registries.register(purge)
        slots.fill("my_space.todo", people.my_offers, order=10)
        slots.fill("my_space.main", people.my_events, order=15)
        slots.fill("event.manage", people.mails_of_event, order=50)
        slots.fill("event.manage", people.opinions_of, order=60)
        slots.fill("registration.manage", people.mails_of_registration, order=10)
        add_sitemap("agenda", AgendaSitemap)
        add_sitemap("evenements", EventSitemap)
        slots.fill("layout.navigation", blocks.navigation, order=10)
        slots.fill("staff.tools", blocks.staff_tools, order=10)
        slots.fill("home.doors", blocks.door, order=10)
        slots.fill("home.after", blocks.next_events, order=10)
        slots.fill("actor.main", blocks.events_of_actor, order=30)
        slots.fill("country.main", blocks.events_of_country, order=30)
        slots.fill("theme.main", blocks.events_of_theme, order=30)
        slots.fill("questionnaire.end", blocks.events_near, order=10)
        slots.fill("jumelage.main", blocks.events_of_jumelage, order=50)
        slots.fill("event.manage", door_blocks.door_of_event, order=30)
        slots.fill("registration.main", door_blocks.certificate_of_registration, order=10)
        slots.fill("registration.aside", door_blocks.code_of_registration, order=10)
        slots.fill("event.manage", invitation_blocks.invitations_of, order=40)
        registries.register(group_people.PERSONAL_DATA)
        registries.register(group_people.PURGE)
        slots.fill("country.main", group_blocks.groups_of_country, order=35)
        slots.fill("theme.main", group_blocks.groups_of_theme, order=35)
        slots.fill("actor.main", group_blocks.groups_of_actor, order=35)
        slots.fill("my_space.todo", group_blocks.my_groups_todo, order=25)
        slots.fill("my_space.main", group_blocks.my_groups, order=25)
