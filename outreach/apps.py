"""Aller vers: visits, tours, whom to meet next."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("aller vers")

    def ready(self) -> None:
        from directory.filters import areas
        from directory.services import demo, merging
        from outreach import blocks, people, queues
        from outreach.models import FieldArea
        from outreach.notifications import slot_mails
        from outreach.services.adhesions import move_adhesions
        from outreach.services.demo import count_demo_outreach, remove_demo_outreach, seed_demo_outreach
        from soco.web import registries, slots

        slot_mails.register()
        demo.extend("outreach", demo.Addition(seed_demo_outreach, remove_demo_outreach, count_demo_outreach))
        merging.add_rule(move_adhesions)  # collectivités are never merged: the rest of the outreach is theirs alone
        for entry in queues.QUEUES:
            registries.register(entry)
        for data in people.PERSONAL_DATA:
            registries.register(data)
        for purge in people.PURGES:
            registries.register(purge)
        areas.tell_with(FieldArea.objects.actors_of)
        slots.fill("staff.today", blocks.today)
        slots.fill("staff.home", blocks.field_work, order=5)
        slots.fill("staff.rooms", blocks.rooms)
        slots.fill("staff.banner", blocks.leaving, order=90)
        slots.fill("actor.tools", blocks.actor_tools)
        slots.fill("actor.aside", blocks.contact_of_actor, order=1)
        slots.fill("needs.tools", blocks.common_needs_tool)
        slots.fill("need.aside", blocks.told_in, order=10)
        slots.fill("need.aside", blocks.common_need_beside)
