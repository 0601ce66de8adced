"""What the mail room forgets by itself, and what it gives or erases for a person who asks."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from soco.web.registries import PersonalData, Purge

from .enums import WAITING, Reason, State
from .models import Address, Message

MONTH_DAYS = 31


def _forget_bodies(apply: bool) -> int:
    limit = timezone.now() - timedelta(days=settings.MAILING_BODY_MONTHS * MONTH_DAYS)
    old = Message.objects.with_body_older_than(limit)
    return old.update(text="", params={}) if apply else old.count()


def _forget_rows(apply: bool) -> int:
    limit = timezone.now() - timedelta(days=settings.MAILING_ROW_MONTHS * MONTH_DAYS)
    old = Message.objects.settled_before(limit)
    return old.delete()[0] if apply else old.count()


def _export(user: Any) -> Iterable[dict[str, Any]]:
    for message in Message.objects.filter(to_email__in=user.every_address()).order_by("created_at", "pk"):
        yield {
            "date": message.created_at.isoformat(),
            "adresse": message.to_email,
            "categorie": message.get_category_display(),
            "objet": message.subject,
            "etat": message.get_state_display(),
            "texte": message.text,
        }


def _erase(user: Any) -> str:
    """The ledger keeps its lines without the person; oppositions stay, or the next import would write to them again."""
    addresses = user.every_address()
    mine = Message.objects.filter(to_email__in=addresses)
    mine.filter(state__in=WAITING).update(state=State.CANCELLED, reason=Reason.ERASED)
    mine.update(
        key=Concat(Value("effacé:"), Cast("pk", CharField())),
        to_email="",
        to_name="",
        reply_to="",
        subject="",
        text="",
        params={},
    )
    Message.objects.naming([*addresses, user.get_full_name()]).update(reply_to="", subject="", text="", params={})
    opposed = Address.objects.filter(email__in=addresses)
    opposed.filter(service_opposed_at=None, information_opposed_at=None).delete()
    if opposed.exists():
        return _g("Votre opposition aux courriels est gardée avec votre adresse seule, pour pouvoir la respecter.")
    return ""


BODIES = Purge(
    code="mailing.bodies",
    rule=_("Le texte des courriels envoyés, un an après leur création"),
    run=_forget_bodies,
)
ROWS = Purge(
    code="mailing.rows",
    rule=_("Les lignes du journal des courriels, trois ans après leur création"),
    run=_forget_rows,
)
PERSONAL_DATA = PersonalData(
    code="courriels",
    label=_("Courriels que nous vous avons envoyés"),
    export=_export,
    erase=_erase,
    order=70,
)
