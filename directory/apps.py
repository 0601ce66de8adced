"""The répertoire: who cooperates, where, and how fresh the facts are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = _("répertoire")

    def ready(self) -> None:
        from directory import blocks, contributions, duplicate_queue, follow_up, notifications, representation
        from directory.views import attachments, links, proposals
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
        slots.fill("layout.banner", blocks.demo_banner)
