"""Aller vers: visits, tours, whom to meet next."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("aller vers")

    def ready(self) -> None:
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

    def _tours(self) -> None:
        """Tours and the agenda of the voltigeur."""

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

        merging.follow("outreach.Adhesion", "actor")  # collectivités are never merged: the rest is theirs alone

    def _priorities(self) -> None:
        """Whom to meet next."""
