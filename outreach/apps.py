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

    def _needs(self) -> None:
        """What collectivités ask for, together."""

    def _tours(self) -> None:
        """Tours and the agenda of the voltigeur."""

    def _field(self) -> None:
        """The page of the field."""

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
