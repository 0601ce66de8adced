"""The répertoire: who cooperates, where, and how fresh the facts are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = _("répertoire")

    def ready(self) -> None:
        from directory import blocks, notifications
        from soco.web import slots

        notifications.register()
        slots.fill("layout.banner", blocks.demo_banner)
