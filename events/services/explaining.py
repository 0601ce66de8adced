"""« Pourquoi personne n’a été promu »: for each request that waits, what keeps it waiting, in one French sentence."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events import seating
from events.enums import EventStatus
from events.models import Event, Registration
from events.seating import Obstacle
from soco.web.templatetags.soco import moment

from .seats import held, why_waiting


@dataclass(frozen=True)
class Explanation:
    """`position`: on the waiting list, from 1."""

    registration: Registration
    position: int
    sentence: str


def of_the_event(event: Event) -> str:
    """What keeps everybody waiting, whatever they ask for; « » if nothing does."""
    if event.status == EventStatus.CANCELLED:
        return _("L’événement est annulé.")
    if event.status == EventStatus.POSTPONED:
        return _("L’événement est reporté sans date\u00a0: les places seront proposées avec la nouvelle.")
    if event.status == EventStatus.DRAFT:
        return _("L’événement n’est pas publié.")
    return (
        _("L’événement a commencé\u00a0: plus aucune place n’est proposée.")
        if event.starts_at <= timezone.now()
        else ""
    )


def explanations(event: Event) -> list[Explanation]:
    """The waiting list in the order in which it will be served, each with its sentence. A fixed number of queries."""
    obstacles = why_waiting(event)
    if not obstacles:
        return []
    rows = Registration.objects.in_bulk(list(obstacles))
    whole, offers = of_the_event(event), _offers(event)
    free = seating.free_seats(event.rules, held(event).taken, is_never_met=True)
    return [
        Explanation(rows[pk], number, whole or _sentence(obstacle, rows[pk], free or 0, offers))
        for number, (pk, obstacle) in enumerate(obstacles.items(), 1)
    ]


def _offers(event: Event) -> str:
    """The offers that hold seats until their deadline."""
    pending = Registration.objects.of_event(event).offered().order_by("offer_until")
    count, first = pending.count(), pending.first()
    if first is None:
        return ""
    words = ngettext(
        "%(n)s demande a une place proposée, gardée jusqu’au %(until)s.",
        "%(n)s demandes ont une place proposée, la première gardée jusqu’au %(until)s.",
        count,
    )
    return words % {"n": count, "until": moment(first.offer_until)}


def _sentence(obstacle: Obstacle | None, registration: Registration, free: int, offers: str) -> str:
    if obstacle is None:
        return _("Une place est libre pour elle\u00a0: elle sera proposée dans les minutes qui viennent.")
    if obstacle is Obstacle.FULL:
        return " ".join(filter(None, [_("Toutes les places sont prises."), offers]))
    if obstacle is Obstacle.RESERVED:
        return _("Les places libres sont gardées pour des collectivités jamais rencontrées.")
    words = ngettext(
        "Elle demande %(seats)s places et une seule est libre\u00a0: celles qui suivent et qui tiennent passent devant.",
        "Elle demande %(seats)s places et %(free)s sont libres\u00a0: celles qui suivent et qui tiennent passent devant.",
        free,
    )
    return words % {"seats": registration.seats, "free": free}
