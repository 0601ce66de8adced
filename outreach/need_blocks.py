"""What the pages of needs show of the outreach: the visit where one was expressed, the neighbours who ask for the same."""

from typing import Any

from django.http import HttpRequest

from directory.models import Need
from directory.perms import can_view_needs
from outreach import perms
from outreach.models import Visit
from outreach.services import common_needs
from soco.web.slots import Block

VISIT_ORIGIN = "visit"  # as `Visit.origin` says


def tool(request: HttpRequest, subject: Any) -> Block:
    """Above the list of needs."""
    return "outreach/_common_needs_link.html", {}


def beside(request: HttpRequest, subject: Need) -> Block | None:
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
