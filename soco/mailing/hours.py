"""When a category may leave: decent hours and a daily cap for what nobody asked for just now, staff's switch for information."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from .enums import OPPOSABLE, Category
from .models import InformationSwitch, Message


def open_categories(now: datetime) -> list[Category]:
    """The categories that may leave at `now`, the most urgent first; rows of the others simply wait."""
    return [category for category in Category if not why_closed(category, now)]


def why_closed(category: str, now: datetime) -> str:
    """Why mails of `category` wait at `now`, as a sentence for staff; "" if they may leave."""
    if category not in OPPOSABLE:
        return ""
    if category == Category.INFORMATION and not is_information_on():
        return _("Les courriels d’information sont coupés\u00a0: l’équipe les ouvre quand elle le décide.")
    local = timezone.localtime(now)
    first, last = settings.MAILING_DECENT_HOURS
    if local.weekday() >= settings.MAILING_WEEK_DAYS or not first <= local.hour < last:
        return _("Ces courriels partent du lundi au vendredi, de %(first)d h à %(last)d h.") % {
            "first": first,
            "last": last,
        }
    cap = settings.MAILING_DAILY_CAP[category]
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ledger = Message.objects.of_category(Category(category))
    # To within one batch for each worker: rows are counted before ten more are claimed.
    if ledger.sent_since(midnight).count() + ledger.being_sent().count() >= cap:
        return _("Le plafond du jour (%(cap)d courriels) est atteint\u00a0: la suite part demain.") % {"cap": cap}
    return ""


def is_information_on() -> bool:
    return InformationSwitch.objects.filter(is_on=True).exists()
