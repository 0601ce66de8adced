"""What contributions show elsewhere: the staff's queue, the member's space, a person's data, what is forgotten in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pghistory.models import Context

from directory import perms, services
from directory.models import ChangeProposal
from soco.web.registries import PersonalData, Purge, Queue, Waiting
from soco.web.slots import Block

SHOWN_IN_MY_SPACE = 10
KEPT_DAYS = 3 * 365


def my_proposals(request: HttpRequest, subject: Any) -> Block | None:
    """« Mes propositions », once there is one."""
    mine = list(ChangeProposal.objects.made_by(subject).newest_first().for_list()[: SHOWN_IN_MY_SPACE + 1])
    if not mine:
        return None
    more = ChangeProposal.objects.made_by(subject).count() - SHOWN_IN_MY_SPACE if len(mine) > SHOWN_IN_MY_SPACE else 0
    return "directory/_my_proposals.html", {"proposals": mine[:SHOWN_IN_MY_SPACE], "more": more}


def _waiting() -> Waiting:
    return Waiting(**ChangeProposal.objects.waiting_since())


def _export(user: Any) -> Iterator[dict[str, Any]]:
    for proposal in ChangeProposal.objects.concerning(user).oldest_first().for_list():
        yield {
            "fiche": proposal.subject_name,
            "objet": str(proposal.get_kind_display()),
            "date": proposal.created_at.isoformat(),
            "nom donné": proposal.by_name,
            "adresse donnée": proposal.by_email,
            "message": proposal.message,
            "changements": "\u00a0; ".join(
                f"{change.label}\u00a0: {change.told_new} ({change.get_state_display()})"
                for change in proposal.changes.all()
            ),
            "état": str(proposal.get_state_display()),
            "réponse": proposal.reason,
        }


def _export_gestures(user: Any) -> Iterator[dict[str, Any]]:
    """The changes that this person signed, staff or référent, from the histories' contexts."""
    for context in Context.objects.filter(metadata__by__in=user.every_address()).order_by("created_at", "pk"):
        yield {
            "date": context.created_at.isoformat(),
            "source": context.metadata.get("source", ""),
            "page": context.metadata.get("url", ""),
        }


def _erase_gestures(user: Any) -> str:
    if not services.forget_name_in_histories(user.every_address()):
        return ""
    return _("L’historique des fiches garde ce que vous avez changé, sans dire que c’était vous.")


def _erase(user: Any) -> str:
    if not services.forget_author(user):
        return ""
    return _(
        "Vos propositions sur les fiches sont gardées sans votre nom ni votre adresse\u00a0: ce sont des informations "
        "publiques sur des organismes, et leur histoire permet de les vérifier."
    )


def _forget(apply: bool) -> int:
    return services.forget_old_authors(timezone.now() - timedelta(days=KEPT_DAYS), apply=apply)


QUEUE = Queue(
    code="directory.proposals",
    label=gettext_lazy("Propositions et signalements"),
    help=gettext_lazy("Ce que des personnes disent des fiches, à relire champ par champ."),
    url_name="proposal_list",
    permission=perms.REVIEW,
    measure=_waiting,
    order=10,
)
PERSONAL_DATA = PersonalData(
    code="directory.proposals",
    label=gettext_lazy("Mes propositions sur les fiches"),
    export=_export,
    erase=_erase,
    order=40,
)
PURGE = Purge(
    code="directory.proposal_authors",
    rule=gettext_lazy("Trois ans après la décision, une proposition perd le nom et l’adresse de son auteur."),
    run=_forget,
)

GESTURES = PersonalData(
    code="historique",
    label=gettext_lazy("Changements que vous avez signés"),
    export=_export_gestures,
    erase=_erase_gestures,
    order=90,
)
