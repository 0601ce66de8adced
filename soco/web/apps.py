"""The room below every other: access, read-only pages, slots, pagination, exports, errors, health."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "soco.web"
    label = "web"
    verbose_name = _("site")

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers them
