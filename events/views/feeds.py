"""The agenda to take away: files of what a search finds, and feeds that calendars and readers come back to."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from events import exports
from events.feeds import AgendaFeed, calendar_feed
from events.filters import EventFilter, FeedFilter
from events.models import Event, EventQuerySet, Group
from soco.web.access import public
from soco.web.exports import csv_response, xlsx_response

from .addresses import address_of

SECONDS = 900  # what a reader may keep before it asks again, with the ETag


def _exported(request: HttpRequest) -> EventQuerySet:
    return EventFilter(request.GET, queryset=Event.objects.listed()).sorted()


@public
@require_safe
def event_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("agenda", exports.COLUMNS, exports.rows(_exported(request), settings.SITE_URL))


@public
@require_safe
def event_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.rows(_exported(request), settings.SITE_URL)
    return xlsx_response("agenda", _("Agenda"), exports.LABELS, rows)


def _calendar(events: EventQuerySet, *, name: str, page: str) -> HttpResponse:
    content = calendar_feed(events.soonest_first(), name=name, url=settings.SITE_URL + page)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return response


def _name(subject: str = "") -> str:
    agenda = _("Agenda de %(network)s") % {"network": settings.NETWORK_NAME}
    return f"{agenda}\u00a0: {subject}" if subject else agenda


@public
@require_safe
@cache_control(public=True, max_age=SECONDS)
@conditional_page
def event_feed_calendar(request: HttpRequest) -> HttpResponse:
    """The events of a search as a calendar to subscribe to: all, a département (`departement`), a group (`groupe`)…"""
    filterset = FeedFilter(request.GET, queryset=Event.objects.listed())
    return _calendar(filterset.qs, name=_name(), page=address_of("event_list", filterset.understood))


@public
@require_safe
@cache_control(public=True, max_age=SECONDS)
@conditional_page
def event_feed_atom(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed."""
    filterset = FeedFilter(request.GET, queryset=Event.objects.listed())
    return AgendaFeed(
        filterset.qs,
        title=_name(),
        page=address_of("event_list", filterset.understood),
        address=address_of("event_feed_atom", filterset.understood),
    )(request)


def _of_group(slug: str) -> tuple[Group, FeedFilter]:
    """A group that everybody may read about, and the search of its events. Raises Http404."""
    group = get_object_or_404(Group.objects.published(), slug=slug)
    params = QueryDict(mutable=True)
    params["groupe"] = group.slug
    return group, FeedFilter(params, queryset=Event.objects.listed())


@public
@require_safe
@cache_control(public=True, max_age=SECONDS)
@conditional_page
def group_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of a group as a calendar to subscribe to."""
    group, filterset = _of_group(slug)
    return _calendar(filterset.qs, name=_name(group.name), page=address_of("event_list", filterset.understood))


@public
@require_safe
@cache_control(public=True, max_age=SECONDS)
@conditional_page
def group_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of a group as an Atom feed."""
    group, filterset = _of_group(slug)
    return AgendaFeed(
        filterset.qs,
        title=_name(group.name),
        page=address_of("event_list", filterset.understood),
        address=reverse("group_feed", args=[group.slug]),
    )(request)
