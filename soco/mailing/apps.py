"""The mail room: the ledger, its delivery, oppositions and bounces."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "soco.mailing"
    label = "mailing"
    verbose_name = _("courriels")

    def ready(self) -> None:
        from anymail.signals import tracking

        from soco.web import registries, slots

        from . import blocks, bounces, kinds, notifications, retention

        tracking.connect(bounces.receive, dispatch_uid="mailing.bounces")
        kinds.register(notifications.TEST)
        slots.fill("staff.banner", blocks.held_mails)
        registries.register(blocks.FAILED_MAILS)
        registries.register(blocks.FAILING_ADDRESSES)
        registries.register(retention.BODIES)
        registries.register(retention.ROWS)
        registries.register(retention.FILES)
        registries.register(retention.PERSONAL_DATA)
