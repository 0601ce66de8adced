"""The papers of an event: the sheet that people sign, and the certificates of a training."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events import papers
from events.models import Participant
from soco.web import signed_links
from soco.web.access import member, public
from soco.web.typesetting import pdf_response

from .door import managed_event
from .registrations import registration_with


@member
@never_cache
@require_safe
def attendance_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet to print and to sign, by name."""
    event = managed_event(request, slug)
    people = list(Participant.objects.expected(event))
    return pdf_response(papers.attendance_sheet(event, people, now=timezone.now()), f"presence-{event.slug}")


@member
@never_cache
@require_safe
def event_certificates(request: HttpRequest, slug: str) -> HttpResponse:
    """The certificates of all who came to a training, one page each; the list of the door as long as there are none."""
    event = managed_event(request, slug)
    people = list(Participant.objects.expected(event).attended()) if papers.has_certificates(event) else []
    if not people:
        messages.info(request, _("Les attestations sont celles des personnes présentes à une formation passée."))
        return redirect("event_door", event.slug)
    return pdf_response(papers.certificates(event, people, now=timezone.now()), f"attestations-{event.slug}")


@public
@never_cache
@signed_links.personal_page
@require_safe
def registration_certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The certificates of one registration: of those of its people who came. Raises Http404 before."""
    mine = registration_with(token)
    people = list(Participant.objects.of_registration(mine).attended())
    if not people or not papers.has_certificates(mine.event):
        raise Http404
    return pdf_response(papers.certificates(mine.event, people, now=timezone.now()), f"attestation-{mine.event.slug}")
