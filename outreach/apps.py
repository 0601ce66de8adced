"""Aller vers: visits, tours, whom to meet next."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("aller vers")

    def ready(self) -> None:
        from directory.services import demo
        from outreach.services.demo import count_demo_outreach, remove_demo_outreach, seed_demo_outreach

        demo.extend("outreach", demo.Addition(seed_demo_outreach, remove_demo_outreach, count_demo_outreach))
        self._visits()
        self._needs()
        self._tours()
        self._field()
        self._coverage()
        self._priorities()

    def _visits(self) -> None:
        """Visits, notes, promises; what is known of a collectivité's contacts."""
        from outreach import blocks, people, queues
        from soco.web import registries, slots

        slots.fill("actor.aside", blocks.contact_of_actor, order=1)
        slots.fill("staff.tools", blocks.staff_tools, order=15)
        for entry in (*queues.VISIT_QUEUES, people.VISIT_DATA, *people.VISIT_PURGES):
            registries.register(entry)

    def _needs(self) -> None:
        """What collectivités ask for, together."""
        from outreach import need_blocks
        from soco.web import slots

        slots.fill("needs.tools", need_blocks.tool)
        slots.fill("need.aside", need_blocks.beside)

    def _tours(self) -> None:
        """Tours and the agenda of the voltigeur."""
        from outreach import tour_blocks, tour_people
        from outreach.notifications import slot_mails
        from soco.web import registries, slots

        slot_mails.register()
        for queue in tour_blocks.QUEUES:
            registries.register(queue)
        registries.register(tour_people.PERSONAL_DATA)
        registries.register(tour_people.PURGE)
        slots.fill("staff.tools", tour_blocks.staff_tools, order=22)

    def _field(self) -> None:
        """The page of the field."""
        from outreach import field_blocks
        from soco.web import registries, slots

        slots.fill("staff.tools", field_blocks.tools, order=30)
        slots.fill("staff.banner", field_blocks.leaving, order=90)
        registries.register(field_blocks.QUEUE)
        registries.register(field_blocks.PERSONAL_DATA)
        registries.register(field_blocks.PURGE)

    def _coverage(self) -> None:
        """Whom the network has met, where; memberships; the month's report."""
        from directory.services import merging
        from outreach import coverage_blocks
        from outreach.services.adhesions import move_adhesions
        from soco.web import slots

        merging.add_rule(move_adhesions)  # collectivités are never merged: the rest of the outreach is theirs alone
        slots.fill("staff.tools", coverage_blocks.staff_tools, order=40)

    def _priorities(self) -> None:
        """Whom to meet next."""
