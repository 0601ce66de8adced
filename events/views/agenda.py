"""The public agenda: its list, one event, its calendar file."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import perms, services
from events.appointments import appointment_of, place_of
from events.calendar_files import calendar_file
from events.models import Document, Event, Registration
from soco.web.access import public


@public
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    events = Event.objects.listed().upcoming(timezone.now()).soonest_first().for_card()
    return render(request, "events/event_list.html", {"events": events})


def visible_event(request: HttpRequest, slug: str) -> Event:
    """The event of this address, today's or a former one, if this person may read it. Raises Http404."""
    seen = Event.objects.visible_to(request.user, sees_all=perms.can_manage_all(request.user)).for_page()
    event = seen.at_address(slug).first() or seen.formerly_at(slug).first()
    if event is None:
        raise Http404
    return event


@public
@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event. A former address leads to today's for good (301)."""
    event = visible_event(request, slug)
    if event.slug != slug:
        return redirect(event, permanent=True)
    now = timezone.now()
    registrations = Registration.objects.of_event(event)
    context = {
        "event": event,
        "place": place_of(event),
        "is_open": event.is_open_at(now),
        "seats_left": services.seats_left(event),
        "can_register": perms.can_register(request.user, event),
        "can_manage": perms.can_manage(request.user, event),
        "mine": registrations.live().of_user(request.user).first() if request.user.is_authenticated else None,
        "participants": registrations.listed().by_name() if event.seats_taken else [],
        "sessions": event.sessions.all() if event.has_sessions else [],
        "documents": Document.objects.of_event(event).public().newest_first(),
        "reserved_days": settings.EVENTS_RESERVED_RELEASE_DAYS,
        "canonical_url": settings.SITE_URL + event.get_absolute_url(),
    }
    return render(request, "events/event_detail.html", context)


@public
@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as a calendar file: nothing that only the registered know."""
    event = visible_event(request, slug)
    if event.slug != slug:
        return redirect("event_calendar", event.slug, permanent=True)
    return calendar_response(calendar_file([appointment_of(event)]), event.slug)


def calendar_response(content: bytes, name: str) -> HttpResponse:
    """A calendar file as an answer; `name` without its ending."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
