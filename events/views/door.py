"""The day itself, on the phone of whoever welcomes: the list to tap, the code to scan, those who came without registering."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import papers, perms, services
from events.forms.door import DoorFilter, Shown, WalkInForm
from events.models import Event, Participant, Registration
from soco.web import signed_links
from soco.web.access import member, public
from soco.web.htmx import render_page, wants_fragment
from soco.web.pagination import paginate

from .agenda import visible_event
from .registrations import registration_with

PAGE_SIZE = 100  # lines: a page that a slow phone loads
MARKS = {"oui": True, "non": False, "": None}


def managed_event(request: HttpRequest, slug: str) -> Event:
    """The event of this address, for whoever manages it. Raises Http404, or PermissionDenied for others."""
    event = visible_event(request, slug)
    if not perms.can_manage(request.user, event):
        raise PermissionDenied
    return event


def _page_of(request: HttpRequest, event: Event) -> dict[str, Any]:
    """What the list of the door shows for the search of its address."""
    everybody = Participant.objects.expected(event)
    form = DoorFilter(request.GET)
    found = form.chosen(everybody)
    total = found.order_by().count()
    understood = QueryDict(urlencode({name: value for name, value in form.cleaned_data.items() if value}))
    return {
        "event": event,
        "counts": everybody.attendance(),
        "page": paginate(found, asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
        "q": form.cleaned_data.get("q", ""),
        "shown": form.cleaned_data.get("etat", ""),
        "choices": Shown.choices,
        "understood": understood,
        "query": _query(request),
        "is_open": services.is_door_open(event),
        "has_certificates": papers.has_certificates(event),
    }


@member
@never_cache
@require_safe
def event_door(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of those who are expected: search, tap. A former address leads to today's."""
    event = managed_event(request, slug)
    if event.slug != slug:
        return redirect("event_door", event.slug, permanent=True)
    context = _page_of(request, event) | {"form": WalkInForm(None, event=event)}
    return render_page(request, "events/door.html", "events/_door_list.html", context)


@member
@require_POST
def door_mark(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note that one person came, did not, or take it back: their line again for HTMX, else the list at their line."""
    event = managed_event(request, slug)
    person = get_object_or_404(Participant.objects.of_event(event), pk=pk)
    error = ""
    try:
        person = services.mark(person, MARKS.get(request.POST.get("presence", "")), by=request.user.email)
    except services.EventsError as refusal:
        error = str(refusal)
    if wants_fragment(request):
        counts = Participant.objects.expected(event).attendance()
        context = {"event": event, "person": person, "counts": counts, "error": error, "query": _query(request)}
        return render(request, "events/_door_marked.html", context)
    if error:
        messages.error(request, error)
    return redirect(f"{_door(event)}{_query(request)}#p{person.pk}")


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door_walk_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody who came without registering: present at once."""
    event = managed_event(request, slug)
    form = WalkInForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_walk_in(event, form.walk_in, form.people, by=request.user.email)
        except services.EventsError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s\u00a0: présence notée.") % {"name": form.walk_in.name})
            return redirect(_door(event))
    return render(request, "events/door_walk_in.html", {"event": event, "form": form})


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever was not marked did not come: asked first, then done."""
    event = managed_event(request, slug)
    error = ""
    if request.method == "POST":
        try:
            count = services.close_attendance(event, by=request.user.email)
        except services.EventsError as refusal:
            error = str(refusal)
        else:
            said = ngettext("%(n)s personne est notée absente.", "%(n)s personnes sont notées absentes.", count)
            messages.success(
                request, said % {"n": count} if count else _("L’accueil est clos\u00a0: personne ne manque.")
            )
            return redirect(_door(event))
    counts = Participant.objects.expected(event).attendance()
    return render(request, "events/door_close.html", {"event": event, "counts": counts, "error": error})


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def door_scan(request: HttpRequest, token: str) -> HttpResponse:
    """Where the code of a registration leads: « Présent » for whoever welcomes, else the page of that registration."""
    scanned = registration_with(token)
    if not perms.can_manage(request.user, scanned.event):
        return redirect(scanned)
    error = ""
    if request.method == "POST":
        try:
            _mark_scanned(request, scanned)
            return redirect(request.path)
        except services.EventsError as refusal:
            error = str(refusal)
    context = {
        "registration": scanned,
        "event": scanned.event,
        "people": scanned.participants.order_by("pk"),
        "has_seat": scanned.state in services.WITH_A_SEAT,
        "error": error,
    }
    return render(request, "events/door_scan.html", context)


def _mark_scanned(request: HttpRequest, scanned: Registration) -> None:
    """The person whose button was pressed, or everybody of the registration."""
    who = request.POST.get("qui", "")
    if not who:
        services.mark_all(scanned, by=request.user.email)
        return
    person = get_object_or_404(scanned.participants, pk=int(who) if who.isdecimal() and len(who) < 12 else 0)
    services.mark(person, MARKS.get(request.POST.get("presence", "")), by=request.user.email)


def _door(event: Event) -> str:
    return reverse("event_door", args=[event.slug])


def _query(request: HttpRequest) -> str:
    """The search of the list, carried by the address of each button."""
    return f"?{request.GET.urlencode()}" if request.GET else ""
