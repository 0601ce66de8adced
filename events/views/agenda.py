"""The public agenda: its list, a month, the map, one event, its calendar file."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.structured_data import as_script
from directory.views.searching import search_context
from events import facets, months, perms, services, structured_data
from events.appointments import appointment_of, place_of
from events.calendar_files import calendar_file
from events.enums import EventKind
from events.filters import DISTANCES, EventFilter, MonthFilter
from events.forms.registration import RegistrationForm
from events.models import Document, Event, Registration
from soco.web.access import public
from soco.web.htmx import render_page

from . import widget
from .addresses import address_of

MOST_AWAITING = 10
MOST_OF_A_MONTH = 300  # a page stays light whatever is announced
CARDS_OF_A_PLACE = 12


def _search(request: HttpRequest, filterset: EventFilter) -> dict[str, Any]:
    """The search that an address asks for: its filters, their counts, and the wanted page of answers."""
    counted = facets.count_events(filterset.textual, chosen=filterset.chosen)
    context = search_context(request, filterset, counted)
    return context | {
        "distances": DISTANCES,
        "calendar_url": settings.SITE_URL + address_of("event_feed_calendar", filterset.understood),
        "snippet": widget.snippet(filterset.understood),
    }


@public
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    filterset = EventFilter(request.GET, queryset=Event.objects.listed())
    context = _search(request, filterset)
    awaiting = Event.objects.awaiting_date()
    if request.GET:
        awaiting = EventFilter(request.GET, queryset=awaiting).qs
    context["awaiting_date"] = awaiting.newest_first().for_card()[:MOST_AWAITING]
    return render_page(request, "events/event_list.html", "events/_event_search.html", context)


@public
@require_safe
def event_month(request: HttpRequest) -> HttpResponse:
    """The same search as a month of days. Every event of the month is there, over or to come."""
    filterset = MonthFilter(request.GET, queryset=Event.objects.listed())
    counted = facets.count_events(filterset.textual, chosen=filterset.chosen)
    events = list(filterset.qs.soonest_first().for_card()[:MOST_OF_A_MONTH])
    first = filterset.first_day
    context = {
        "filterset": filterset,
        "has_search": True,
        "facets": [facet for facet in counted.facets if facet.name in filterset.FACETS],
        "total": counted.total,
        "first_day": first,
        "days": months.days_of(first, events, today=timezone.localdate()),
        "previous_query": filterset.another(months.previous(first)),
        "next_query": filterset.another(months.following(first)),
        "ignored": filterset.ignored,
        "understood": filterset.understood,
        "distances": DISTANCES,
    }
    return render_page(request, "events/event_month.html", "events/_month_search.html", context)


@public
@require_safe
def event_map(request: HttpRequest) -> HttpResponse:
    context = _search(request, EventFilter(request.GET, queryset=Event.objects.listed()))
    context |= {"tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION}
    return render_page(request, "events/event_map.html", "events/_event_search.html", context)


@public
@require_safe
def event_points(request: HttpRequest) -> JsonResponse:
    """The located answers as columns of whole numbers (degrees × 10 000), as the map of actors takes them."""
    filterset = EventFilter(request.GET, queryset=Event.objects.listed())
    kinds = EventKind.values
    columns: dict[str, list[int]] = {"id": [], "lat": [], "lon": [], "nature": []}
    for pk, latitude, longitude, kind in filterset.qs.order_by("pk").located().spots():
        columns["id"].append(pk)
        columns["lat"].append(round(latitude * 10_000))
        columns["lon"].append(round(longitude * 10_000))
        columns["nature"].append(kinds.index(kind))
    return JsonResponse(columns | {"natures": kinds})


@public
@require_safe
def event_map_card(request: HttpRequest, pk: int) -> HttpResponse:
    """What is shown when a point of the map is chosen: that event, then what is to come at the same place."""
    event = get_object_or_404(Event.objects.listed().for_card(), pk=pk)
    others = Event.objects.to_come(timezone.now()).at_the_place_of(event)[:CARDS_OF_A_PLACE]
    events = [event, *(other for other in others if other.pk != event.pk)]
    return render(request, "events/_place_events.html", {"events": events})


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
    now, place, seats_left = timezone.now(), place_of(event), services.seats_left(event)
    url = settings.SITE_URL + event.get_absolute_url()
    said = structured_data.event_data(event, url=url, place=place, seats_left=seats_left, now=now)
    registrations = Registration.objects.of_event(event)
    is_open, can_register = event.is_open_at(now), perms.can_register(request.user, event)
    mine = registrations.live().of_user(request.user).first() if request.user.is_authenticated else None
    is_for_one_click = request.user.is_authenticated and is_open and can_register and not mine
    context = {
        "event": event,
        "place": place,
        "is_open": is_open,
        "seats_left": seats_left,
        "has_kept_seats": services.has_kept_seats(event),
        "can_register": can_register,
        "can_manage": perms.can_manage(request.user, event),
        "mine": mine,
        "one_click": RegistrationForm.in_one_click(request.user, event) if is_for_one_click else None,
        "participants": registrations.listed().by_name() if event.seats_taken else [],
        "sessions": event.sessions.all() if event.has_sessions else [],
        "documents": Document.objects.of_event(event).public().newest_first(),
        "reserved_days": settings.EVENTS_RESERVED_RELEASE_DAYS,
        "canonical_url": url,
        "json_ld": as_script(said) if event.is_told_to_engines else "",
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
