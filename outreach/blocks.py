"""What the outreach puts into the pages of other rooms."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from directory.models import Actor, Need
from directory.perms import can_view_needs
from outreach import perms
from outreach.contact_words import cause_words
from outreach.models import ContactChange, ContactFact, Visit
from outreach.services import common_needs
from soco.web.slots import Block

NEXT_VISITS = 3


def field_work(request: HttpRequest, subject: Any) -> Block | None:
    """On the team's home: the person's next visits, and the tools of the outreach."""
    if not request.user.has_perm(perms.VIEW):
        return None
    mine = Visit.objects.by_voltigeur(request.user).to_come(timezone.now()).soonest_first().for_list()
    return "outreach/_field_work.html", {"visits": mine[:NEXT_VISITS], "can_write": perms.can_write(request.user)}


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
