"""What common pages show of needs: the staff's queue, the fiche of an actor for staff, « Mes données »."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory import perms
from directory.models import Actor, Need
from directory.models.needs import LONG_WAIT
from soco.web.registries import PersonalData, Queue, Waiting
from soco.web.slots import Block

SHOWN_ON_FICHE = 5


def of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor, for staff: what it asks for and waits. No query for anybody else."""
    if not perms.can_view_needs(request.user):
        return None
    needs = list(Need.objects.open().of_actor(subject).most_pressing_first().for_list()[: SHOWN_ON_FICHE + 1])
    can_note = perms.can_note_needs(request.user)
    if not needs and not can_note:
        return None
    shown = needs[:SHOWN_ON_FICHE]
    told = {"needs": shown, "actor": subject, "has_more": len(needs) > len(shown), "can_note": can_note}
    return "directory/_needs_of_actor.html", told


def of_colleague(request: HttpRequest, subject: Any) -> Block | None:
    """On the home of staff: what this person follows and has not answered yet."""
    if not perms.can_follow_needs(request.user):
        return None
    today, mine = timezone.localdate(), Need.objects.owned_by(request.user)
    counts = mine.figures(today)
    if not counts["open"]:
        return None
    needs = mine.open().most_pressing_first().for_list()[:SHOWN_ON_FICHE]
    told = {"needs": needs, "count": counts["open"], "late": counts["late"], "today": today}
    return "directory/_my_needs.html", told


def _waiting() -> Waiting:
    return Waiting(**Need.objects.waiting_since())


def _late() -> Waiting:
    return Waiting(**Need.objects.late(timezone.localdate()).waiting_since())


def _long_waits() -> Waiting:
    return Waiting(**Need.objects.waiting_longer_than(LONG_WAIT, timezone.localdate()).waiting_since())


QUEUE = Queue(
    code="directory.needs",
    label=_("Besoins à traiter"),
    help=_("Ce que des acteurs ont demandé, dans un questionnaire ou pendant une visite."),
    url_name="need_list",
    permission=perms.VIEW_NEEDS,
    measure=_waiting,
    order=15,
)


LATE = Queue(
    code="directory.needs_late",
    label=_("Besoins en retard"),
    help=_("Leur échéance est passée et rien n’a été répondu."),
    url_name="need_list",
    permission=perms.VIEW_NEEDS,
    measure=_late,
    query="?retard=on",
    order=13,
)
LONG_WAITS = Queue(
    code="directory.needs_waiting",
    label=_("Besoins sans réponse depuis plus de 60 jours"),
    help=_("Avec ou sans échéance\u00a0: quelqu’un attend depuis trop longtemps."),
    url_name="need_list",
    permission=perms.VIEW_NEEDS,
    measure=_long_waits,
    query="?attente=on",
    order=14,
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
