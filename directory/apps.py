"""The répertoire: who cooperates, where, and how fresh the facts are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = _("répertoire")

    def ready(self) -> None:
        from directory import (
            blocks,
            contributions,
            duplicate_queue,
            follow_up,
            need_blocks,
            notifications,
            partner_search_blocks,
            people,
            representation,
        )
        from directory.views import attachments, contacts, links, partner_searches, proposals
        from soco.web import registries, signed_links, slots

        notifications.register()
        signed_links.answer("fiche", proposals.confirm_facts)
        signed_links.answer("jumelage", links.confirm_jumelage)
        registries.register(contributions.QUEUE)
        registries.register(duplicate_queue.QUEUE)
        registries.register(duplicate_queue.PERSONAL_DATA)
        registries.register(duplicate_queue.PURGE)
        registries.register(contributions.PERSONAL_DATA)
        registries.register(contributions.GESTURES)
        registries.register(contributions.PURGE)
        slots.fill("my_space.main", contributions.my_proposals, order=30)
        signed_links.answer("invitation", attachments.invitation)
        registries.register(representation.REQUESTS)
        registries.register(representation.PERSONAL_DATA)
        registries.register(representation.PURGE)
        slots.fill("actor.aside", representation.represent, order=30)
        slots.fill("my_space.todo", representation.my_todo, order=20)
        slots.fill("my_space.main", representation.my_structures, order=10)
        for queue in follow_up.QUEUES:
            registries.register(queue)
        registries.register(follow_up.PERSONAL_DATA)
        slots.fill("jumelage.main", follow_up.relaunch_of, order=20)
        slots.fill("my_space.todo", follow_up.my_jumelages, order=30)
        for queue in (need_blocks.QUEUE, need_blocks.LATE, need_blocks.LONG_WAITS):
            registries.register(queue)
        slots.fill("staff.home", need_blocks.of_colleague, order=10)
        registries.register(need_blocks.PERSONAL_DATA)
        slots.fill("actor.aside", need_blocks.of_actor, order=5)
        slots.fill("actor.main", blocks.projects_of_actor, order=40)
        signed_links.answer("contact", contacts.contact_consent)
        registries.register(people.PERSONAL_DATA)
        registries.register(people.PURGE)
        slots.fill("actor.aside", people.contacts_of_actor, order=10)
        slots.fill("jumelage.aside", people.contacts_of_jumelage, order=10)
        slots.fill("actor.aside", blocks.take_away, order=60)
        slots.fill("jumelage.main", blocks.projects_of_jumelage, order=40)
        slots.fill("country.main", blocks.projects_of_country, order=40)
        slots.fill("theme.main", blocks.projects_of_theme, order=40)
        slots.fill("layout.banner", blocks.demo_banner)
        signed_links.answer("annonce", partner_searches.author_link)
        registries.register(partner_search_blocks.QUEUE)
        registries.register(partner_search_blocks.PERSONAL_DATA)
        for purge in partner_search_blocks.PURGES:
            registries.register(purge)
        slots.fill("home.doors", partner_search_blocks.door, order=20)
        slots.fill("actor.main", partner_search_blocks.of_actor, order=40)
        slots.fill("my_space.main", partner_search_blocks.mine, order=20)
