"""What the outreach puts into the pages of other rooms."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from directory.models import Actor
from outreach import perms
from outreach.contact_words import cause_words
from outreach.models import ContactChange, ContactFact, Visit
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
