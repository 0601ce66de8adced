"""Inviting to an event: « inviter autour », addresses typed one by one, who was invited and what they answered."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import invitation_lines, perms, services
from events.forms.inviting import MOST_LEFT_OUT, AddressesForm, ChoiceForm, CriteriaForm, InvitationSearch
from events.forms.suggested import SuggestedAddresses
from events.models import Event, EventInvitation
from soco.web.access import allowed, member
from soco.web.exports import csv_response
from soco.web.pagination import paginate

from .agenda import visible_event

PAGE_SIZE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]
SEND = "envoyer"


# --- around -----------------------------------------------------------------------------------------------------------------
@allowed(perms.INVITE)
@never_cache
@require_http_methods(READ_AND_WRITE)
def event_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is around, who is left aside and why. The POST sends what was read, or turns the page with what was unticked."""
    event = visible_event(request, slug)
    asked = request.POST if request.method == "POST" else request.GET
    form, choice = CriteriaForm(asked or None, event=event), ChoiceForm(asked)
    choice.is_valid()  # whatever is typed there is understood or ignored
    if request.method == "POST" and form.is_valid():
        if request.POST.get("geste") != SEND:
            return redirect(_preview_address(request, event, form, choice.left_out))
        try:
            _send(request, event, form, choice)
            return redirect("event_invitations", event.slug)
        except services.EventsError as error:
            form.add_error(None, str(error))
    context = {"event": event, "form": form, "refusal": services.refusal_to_invite(event)}
    return render(request, "events/event_invite.html", context | _preview(request, event, form, choice.left_out))


def _preview(request: HttpRequest, event: Event, form: CriteriaForm, left_out: list[int]) -> dict[str, Any]:
    """What the criteria give; nothing while they are not understood. Three queries, whatever their number."""
    nothing = {"page": None, "lines": [], "around": None}
    if not form.is_valid():
        return nothing
    around = services.candidates(event, form.criteria)
    out = set(left_out)
    kept = [pk for pk in around.pks if pk not in out]
    page = paginate(around.pks, asked=request.GET.get("page"), total=len(around.pks), size=PAGE_SIZE)
    lines = services.described(event, form.criteria, page.rows)
    return {
        "around": around,
        "page": page,
        "lines": [(line, line.actor.pk not in out) for line in lines],
        "understood": form.understood,
        "radius": form.criteria.km,
        "criteria": list(form.understood.items()),
        "left_out": _joined(left_out),
        "batch": _joined(kept[: settings.EVENTS_MOST_INVITATIONS]),
        "count": min(len(kept), settings.EVENTS_MOST_INVITATIONS),
        "later": max(0, len(kept) - settings.EVENTS_MOST_INVITATIONS),
        "unticked": len(around.pks) - len(kept),
    }


def _joined(pks: list[int]) -> str:
    return ",".join(str(pk) for pk in pks)


def _preview_address(request: HttpRequest, event: Event, form: CriteriaForm, left_out: list[int]) -> str:
    """The page to read next, with what is unticked so far."""
    if len(left_out) > MOST_LEFT_OUT:
        said = _(
            "%(most)s structures décochées au plus\u00a0: les suivantes sont restées cochées. Resserrez les critères."
        )
        messages.warning(request, said % {"most": MOST_LEFT_OUT})
    told: QueryDict = form.understood
    if left_out:
        told["sauf"] = _joined(left_out[:MOST_LEFT_OUT])
    if page := request.POST.get("page", "")[:9]:
        told["page"] = page
    return f"{reverse('event_invite', args=[event.slug])}?{told.urlencode(safe=',')}"


def _send(request: HttpRequest, event: Event, form: CriteriaForm, choice: ChoiceForm) -> None:
    """Send to those that the page listed. The same page sent twice names the same ones: nothing leaves a second time."""
    count = services.invite_around(event, form.criteria, choice.chosen, by=_who(request))
    if count:
        messages.success(request, _leaving(count))
    else:
        messages.info(request, _("Ces invitations étaient déjà parties\u00a0: rien n’est envoyé une seconde fois."))


def _leaving(count: int) -> str:
    return ngettext("%(count)s invitation part.", "%(count)s invitations partent.", count) % {"count": count}


def _who(request: HttpRequest) -> str:
    return str(request.user.email)  # type: ignore[union-attr]


# --- one by one -------------------------------------------------------------------------------------------------------------
@allowed(perms.INVITE)
@never_cache
@require_http_methods(READ_AND_WRITE)
def event_invite_addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """Addresses typed by staff; those left aside are said, each with the reason. `?structures=` starts with the public addresses
    of some fiches, by id."""
    event = visible_event(request, slug)
    suggested = SuggestedAddresses(request.GET)
    form = AddressesForm(request.POST if request.method == "POST" else None, initial=suggested.initial_values)
    if request.method == "POST" and form.is_valid():
        try:
            invited = services.invite_addresses(event, form.emails, by=_who(request))
            if invited.new:
                messages.success(request, _leaving(invited.new))
            for email, why in invited.aside[:20]:
                messages.warning(
                    request, _("%(email)s n’est pas invitée\u00a0: %(why)s.") % {"email": email, "why": why}
                )
            return redirect("event_invitations", event.slug)
        except services.EventsError as error:
            form.add_error(None, str(error))
    context = {
        "event": event,
        "form": form,
        "refusal": services.refusal_to_invite(event),
        "unreachable": suggested.unreachable,
    }
    return render(request, "events/event_invite_addresses.html", context)


# --- who was invited --------------------------------------------------------------------------------------------------------
def _managed(request: HttpRequest, slug: str) -> Event:
    event = visible_event(request, slug)
    if not perms.can_manage(request.user, event):
        raise PermissionDenied
    return event


@member
@never_cache
@require_safe
def event_invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was invited, whether the mail left, what they answered."""
    event = _managed(request, slug)
    search = InvitationSearch(request.GET)
    found = search.found(event)
    page = paginate(found.for_list(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE)
    can_invite = perms.can_invite(request.user)
    before = timezone.now() - timedelta(days=settings.EVENTS_INVITATION_REMINDER_DAYS)
    context = {
        "event": event,
        "search": search,
        "understood": search.understood,
        "page": page,
        "lines": [invitation_lines.line_of(row) for row in page.rows],
        "counts": EventInvitation.objects.of_event(event).counted(),
        "can_invite": can_invite,
        "refusal": services.refusal_to_invite(event),
        "silent": EventInvitation.objects.of_event(event).to_remind(before).count() if can_invite else 0,
        "reminder_days": settings.EVENTS_INVITATION_REMINDER_DAYS,
    }
    return render(request, "events/event_invitations.html", context)


@member
@require_safe
def event_invitations_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    event = _managed(request, slug)
    rows = InvitationSearch(request.GET).found(event).for_list().iterator(chunk_size=500)
    return csv_response(
        f"invitations-{event.slug}", invitation_lines.labels(), (invitation_lines.cells(row) for row in rows)
    )


@allowed(perms.INVITE)
@require_POST
def event_invitations_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Write once more to those who have not answered for a week."""
    event = visible_event(request, slug)
    try:
        count = services.remind_invited(event, timezone.now())
    except services.EventsError as error:
        messages.error(request, str(error))
        return redirect("event_invitations", event.slug)
    said = ngettext("%(count)s relance part.", "%(count)s relances partent.", count) % {"count": count}
    messages.success(request, said) if count else messages.info(request, _("Personne n’est à relancer pour le moment."))
    return redirect("event_invitations", event.slug)
