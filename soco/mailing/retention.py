"""What the mail room forgets by itself, and what it gives or erases for a person who asks."""

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from soco.web.registries import PersonalData, Purge

from .enums import Reason, State
from .models import Address, Message, MessageQuerySet

MONTH_DAYS = 31
FILE_DAYS = 31
SUBJECT_LENGTH = 300
NOBODY = "une personne"


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
    mine.unsettled().close(State.CANCELLED, Reason.ERASED)  # also what a worker holds: it settles nothing then
    mine.update(
        key=Concat(Value("effacé:"), Cast("pk", CharField())),
        to_email="",
        to_name="",
        reply_to="",
        subject="",
        text="",
        params={},
    )
    redact(Message.objects.answered_to(addresses), [*addresses, user.get_full_name()])
    Message.objects.answered_to(addresses).update(reply_to="")
    opposed = Address.objects.filter(email__in=addresses)
    opposed.filter(service_opposed_at=None, information_opposed_at=None).delete()
    if opposed.exists():
        return _g("Votre opposition aux courriels est gardée avec votre adresse seule, pour pouvoir la respecter.")
    return ""


def redact(messages: MessageQuerySet, words: Iterable[str]) -> int:
    """Take a person's addresses and whole name out of these mails' words and parameters; return how many named them.

    Only whole words are replaced, and only in the mails given: somebody's name may be part of another's.
    """
    wanted = [re.escape(word.strip()) for word in words if word.strip()]
    if not wanted:
        return 0
    name = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", re.IGNORECASE)
    changed = []
    for message in messages.order_by("pk"):
        before = (message.subject, message.text, message.to_name, json.dumps(message.params, ensure_ascii=False))
        after = [name.sub(NOBODY, text) for text in before]
        if list(before) != after:
            message.subject, message.text, message.to_name, message.params = *after[:3], json.loads(after[3])
            message.subject = message.subject[:SUBJECT_LENGTH]
            changed.append(message)
    Message.objects.bulk_update(changed, ["subject", "text", "to_name", "params"], batch_size=500)
    return len(changed)


def _forget_files(apply: bool) -> int:
    """Mails written as files for want of a server: nobody reads them after a month."""
    limit = (timezone.now() - timedelta(days=FILE_DAYS)).timestamp()
    old = [file for file in Path(settings.EMAIL_FILE_PATH).glob("*.eml") if file.stat().st_mtime < limit]
    for file in old if apply else ():
        file.unlink(missing_ok=True)
    return len(old)


FILES = Purge(
    code="mailing.files",
    rule=_("Les courriels écrits dans des fichiers faute de serveur d’envoi, un mois après"),
    run=_forget_files,
)
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
