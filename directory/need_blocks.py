"""What common pages show of needs: the staff's queue, the fiche of an actor for staff, « Mes données »."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory import perms
from directory.models import Actor, Need
from soco.web.registries import PersonalData, Queue, Waiting
from soco.web.slots import Block

SHOWN_ON_FICHE = 5


def of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor, for staff: what it asks for and waits. No query for anybody else."""
    if not perms.can_view_needs(request.user):
        return None
    needs = list(Need.objects.open().of_actor(subject).most_pressing_first().for_list()[: SHOWN_ON_FICHE + 1])
    if not needs:
        return None
    shown = needs[:SHOWN_ON_FICHE]
    return "directory/_needs_of_actor.html", {"needs": shown, "actor": subject, "has_more": len(needs) > len(shown)}


def _waiting() -> Waiting:
    return Waiting(**Need.objects.waiting_since())


QUEUE = Queue(
    code="directory.needs",
    label=_("Besoins à traiter"),
    help=_("Ce que des acteurs ont demandé, dans un questionnaire ou pendant une visite."),
    url_name="need_list",
    permission=perms.VIEW_NEEDS,
    measure=_waiting,
    order=15,
)


def _export(user: Any) -> Iterator[dict[str, Any]]:
    addresses = user.every_address()
    for need in Need.objects.concerning(user, addresses).oldest_first().for_list():
        yield {
            "acteur": need.actor.name,
            "demande": need.label,
            "etat": str(need.get_state_display()),
            "exprime_le": need.created_at,
            "suivi_par_vous": need.owner_id == user.pk,
            "repondu_le": need.answered_at if need.closed_by in addresses else None,
        }


def _erase(user: Any) -> str:
    """The account is gone from those that it followed; the column that signs is emptied with the histories."""
    return ""


PERSONAL_DATA = PersonalData(
    code="besoins",
    label=_("Besoins que vous suivez ou avez traités"),
    export=_export,
    erase=_erase,
    order=46,
)
