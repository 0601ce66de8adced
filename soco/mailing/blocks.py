"""What the mail room shows on the staff's home: what is held and why, mails that failed, addresses that no longer work."""

from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from soco.web.registries import Queue, Waiting
from soco.web.slots import Block

from . import hours
from .models import Address, Message

STAFF_PAGES = ("/equipe/", "/gestion/")


def _failed_mails() -> Waiting:
    return Waiting(**Message.objects.to_look_at().aggregate(count=Count("pk"), since=Min("created_at")))


def _failing_addresses() -> Waiting:
    return Waiting(**Address.objects.failing().aggregate(count=Count("pk"), since=Min("failing_since")))


def held_mails(request: HttpRequest, subject: Any) -> Block | None:
    """The banner of every staff page, as long as mails of information are cut."""
    if not request.path.startswith(STAFF_PAGES) or not request.user.has_perm("mailing.view_message"):
        return None
    if hours.is_information_on():
        return None
    return "mailing/_information_is_off.html", {}


FAILED_MAILS = Queue(
    code="mailing.failed",
    label=_("Courriels en échec"),
    help=_("Le serveur les a refusés : lisez sa réponse, corrigez l’adresse, renvoyez ou classez."),
    url_name="admin:mailing_message_changelist",
    query="?etat=a_regarder",
    permission="mailing.change_message",
    measure=_failed_mails,
    order=80,
)

FAILING_ADDRESSES = Queue(
    code="mailing.addresses",
    label=_("Adresses en échec"),
    help=_("Elles n’existent plus : trouvez la bonne auprès de l’acteur, ou dites qu’elle marche de nouveau."),
    url_name="admin:mailing_address_changelist",
    query="?echec=oui",
    permission="mailing.change_address",
    measure=_failing_addresses,
    order=81,
)
