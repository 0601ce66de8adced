"""What the outreach puts into the pages of other rooms."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor, Need
from directory.perms import VIEW_NEEDS, can_view_needs
from outreach import perms
from outreach.contact_words import cause_words
from outreach.models import ContactChange, ContactFact, Visit
from outreach.services import common_needs
from soco.web.slots import Block

NEXT_VISITS = 6
VISIT_ORIGIN = "visit"  # as `Visit.origin` says
# Every list of the outreach, in the order of a week: whom to meet, on which day, what it gave, what it adds up to.
ROOMS = (
    ("priority_list", _("À rencontrer"), perms.VIEW),
    ("tour_list", _("Tournées"), perms.VIEW),
    ("slot_queue", _("Rendez-vous à régler"), perms.VIEW),
    ("visit_list", _("Visites"), perms.VIEW),
    ("field", _("Terrain"), perms.WRITE),
    ("note_list", _("Échanges notés"), perms.VIEW),
    ("commitment_list", _("Engagements"), perms.VIEW),
    ("need_list", _("Besoins"), VIEW_NEEDS),
    ("coverage_board", _("Couverture"), perms.VIEW),
    ("adhesion_list", _("Adhésions"), perms.VIEW_ADHESIONS),
    ("month_report_choose", _("Bilan du mois"), perms.VIEW),
    ("my_area", _("Mon secteur"), perms.VIEW),
)


def _open_rooms(request: HttpRequest) -> list[tuple[str, Any]]:
    """The lists that this person may open: route, name."""
    return [(route, name) for route, name, permission in ROOMS if request.user.has_perm(permission)]


def today(request: HttpRequest, subject: Any) -> Block | None:
    """First on the home of those who visit: their visits of the day, the next ones, what they do ten times a day. One query."""
    if not (perms.can_view(request.user) and perms.can_write(request.user)):
        return None
    day = timezone.localdate()
    mine = Visit.objects.planned().by_voltigeur(request.user).since(day).soonest_first().for_list()[:NEXT_VISITS]
    of_today = [visit for visit in mine if timezone.localdate(visit.starts_at) == day]
    context = {
        "today": day,
        "visits": of_today,
        "next_visits": [visit for visit in mine if visit not in of_today],
        "can_tour": perms.can_make_tours(request.user),
    }
    return "outreach/_today.html", context


def field_work(request: HttpRequest, subject: Any) -> Block | None:
    """On the team's home: the lists of the outreach. No query."""
    if not perms.can_view(request.user):
        return None
    return "outreach/_field_work.html", {"rooms": _open_rooms(request)}


def rooms(request: HttpRequest, subject: Any) -> Block | None:
    """Above each list of the outreach: a way to the others. No query."""
    if not perms.can_view(request.user):
        return None
    here = request.resolver_match.url_name if request.resolver_match else ""
    return "outreach/_rooms.html", {"rooms": _open_rooms(request), "here": here}


def actor_tools(request: HttpRequest, subject: Actor) -> Block | None:
    """At the top of the page of a collectivité, for those who visit: what they came for, without a scroll. No query for others."""
    if not subject.is_collectivite or not request.user.is_staff or not perms.can_view(request.user):
        return None
    return "outreach/_actor_tools.html", {"actor": subject, "can_write": perms.can_write(request.user)}


def contact_of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of a collectivité, for staff: how far the network has come with it, and what to do next. No query for others."""
    if not subject.is_collectivite or not request.user.has_perm(perms.VIEW):
        return None
    change = ContactChange.objects.of_actor(subject).newest_first().first()
    context = {
        "actor": subject,
        "change": change,
        "cause": cause_words(change.cause) if change else "",
        "last": ContactFact.objects.of_actor(subject).latest_first().first(),
        "next_visit": Visit.objects.of_actor(subject).to_come(timezone.now()).soonest_first().first(),
        "can_write": perms.can_write(request.user),
    }
    return "outreach/_contact_of_actor.html", context


def leaving(request: HttpRequest, subject: Any) -> Block | None:
    """On every page of the staff: signing out asks first, if this phone holds reports that were not sent. No query."""
    return ("outreach/_field_leaving.html", {}) if request.user.is_staff else None


def common_needs_tool(request: HttpRequest, subject: Any) -> Block:
    """Above the list of needs."""
    return "outreach/_common_needs_link.html", {}


def common_need_beside(request: HttpRequest, subject: Need) -> Block | None:
    """Beside an open need: the group that it belongs to, if its neighbours ask for the same. One query."""
    if not can_view_needs(request.user) or not subject.is_open or subject.service_id is None:
        return None
    group = next((each for each in common_needs(service=subject.service_id) if subject.pk in each.needs), None)
    return ("outreach/_common_need_aside.html", {"group": group, "others": group.size - 1}) if group else None


def told_in(request: HttpRequest, subject: Need) -> Block | None:
    """Beside a need: the visit during which it was expressed. One query for such a need, none for another."""
    kind, _colon, rest = subject.origin.partition(":")
    number = rest.partition(":")[0]
    if kind != VISIT_ORIGIN or not number.isdecimal() or not perms.can_view(request.user):
        return None
    visit = Visit.objects.numbered(int(number))
    return ("outreach/_need_visit.html", {"visit": visit}) if visit else None
