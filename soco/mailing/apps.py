"""The mail room: the ledger, its delivery, oppositions and bounces."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "soco.mailing"
    label = "mailing"
    verbose_name = _("courriels")
