"""Aller vers: visits, tours, whom to meet next."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("aller vers")

    def ready(self) -> None:
        from directory.services import merging

        merging.follow("outreach.Adhesion", "actor")  # collectivités are never merged: the rest is theirs alone
