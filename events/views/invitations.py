"""The page of one invitation, opened by its personal link: the event, « s’inscrire », « nous ne viendrons pas »."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.fiche_names import label_of
from events import services
from events.appointments import place_of
from events.models import Event, EventInvitation, Registration
from events.models.invitation import LINK
from soco.web import signed_links
from soco.web.access import public


def invitation_with(token: str) -> EventInvitation:
    """The invitation of a personal link, with its event. Raises InvalidLink, ExpiredLink or Http404."""
    link = signed_links.read(token, LINK)
    invitation = get_object_or_404(EventInvitation.objects.select_related("actor"), pk=link.pk)
    link.check(invitation.link_version)
    invitation.event = get_object_or_404(Event.objects.for_page(), pk=invitation.event_id)
    if invitation.event.is_draft:
        raise Http404
    return invitation


def invitation_of(request: HttpRequest) -> EventInvitation | None:
    """The invitation that the address of a page names (`?invitation=`); None without one. Raises as `invitation_with`."""
    token = request.GET.get("invitation", "")
    return invitation_with(token) if token else None


def known_by(invitation: EventInvitation | None) -> dict[str, Any]:
    """What an invitation fills the form of a registration with."""
    if invitation is None:
        return {}
    known: dict[str, Any] = {"email": invitation.email}
    return known | ({"structure": label_of(invitation.actor), "actor": invitation.actor} if invitation.actor else {})


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def event_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to. Nothing is answered on GET: mail filters open links too."""
    invitation = invitation_with(token)
    error = ""
    if request.method == "POST" and request.POST.get("geste") == "decliner":
        try:
            services.decline_invitation(invitation)
            messages.success(request, _("C’est noté\u00a0: nous ne vous écrirons plus au sujet de cet événement."))
            return redirect(invitation)
        except services.EventsError as refusal:
            error = str(refusal)
    event = invitation.event
    context = {
        "invitation": invitation,
        "event": event,
        "place": place_of(event),
        "is_open": event.is_open_at(timezone.now()),
        "seats_left": services.seats_left(event),
        "registered": Registration.objects.from_invitation(invitation).live().count(),
        "register_url": f"{reverse('event_register', args=[event.slug])}?invitation={invitation.token}",
        "error": error,
    }
    return render(request, "events/event_invitation.html", context)
