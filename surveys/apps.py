"""Questionnaires: what collectivités are asked, and what they answer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("enquêtes")

    def ready(self) -> None:
        from directory.services import merging
        from soco.web import slots
        from surveys import blocks, notifications

        notifications.register()
        merging.follow("surveys.Invitation", "actor")
        slots.fill("staff.tools", blocks.staff_tools, order=20)
