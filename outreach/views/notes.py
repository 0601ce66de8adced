"""Quick notes: one in two taps, their list."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach import perms, services
from outreach.enums import NoteKind, WishKind
from outreach.exports import notes as export
from outreach.filters.notes import NoteSearch
from outreach.forms.notes import NoteForm, kind_of
from outreach.services import OutreachError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

from .visits import actor_asked

PAGE_SIZE = 50


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_create(request: HttpRequest) -> HttpResponse:
    """Keep a call or a mail: the button pressed says which. `?acteur=` fills in the collectivité."""
    actor, user = actor_asked(request), request.user
    form = NoteForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        said, kind = form.cleaned_data, kind_of(request.POST.get("type", ""))
        if kind is None:
            form.add_error(None, _("Touchez le bouton qui dit quel échange c’était."))
        elif _is_noted(request, form, kind, user):
            return redirect("contact_story", said["actor"].slug)
    is_at_rest = actor is not None and actor.is_at_rest(timezone.localdate())
    context = {"page_title": _("Noter un échange"), "form": form, "actor": actor, "kinds": NoteKind.choices}
    context["is_at_rest"] = is_at_rest
    return render(request, "outreach/note_create.html", context)


def _is_noted(request: HttpRequest, form: NoteForm, kind: NoteKind, user: Any) -> bool:
    said = form.cleaned_data
    more = {name: said[name] for name in ("text", "on", "wish_until", "once")}
    wish = WishKind(said["wish"]) if said["wish"] else None
    try:
        services.note_exchange(said["actor"], kind, by=user, need=form.wanted, wish=wish, **more)
    except OutreachError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("C’est noté."))
    return True


def _search(request: HttpRequest) -> NoteSearch:
    return NoteSearch(request.GET, request.user, timezone.localdate())


@allowed(perms.VIEW)
@never_cache
@require_safe
def note_list(request: HttpRequest) -> HttpResponse:
    """The latest first; what was said is for those who may read reports."""
    search = _search(request)
    found = search.found()
    context = {
        "page_title": _("Échanges notés"),
        "search": search,
        "understood": search.understood,
        "page": paginate(found.for_list(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE),
        "can_write": perms.can_write(request.user),
        "can_read": perms.can_read_reports(request.user),
    }
    return render(request, "outreach/note_list.html", context)


@allowed(perms.VIEW)
@require_safe
def note_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What was said only for those who may export reports."""
    told = request.user.has_perm(perms.EXPORT_REPORTS)
    return csv_response(
        "echanges", export.labels(with_reports=told), export.rows(_search(request).found(), with_reports=told)
    )


@allowed(perms.VIEW)
@require_safe
def note_export_xlsx(request: HttpRequest) -> FileResponse:
    told = request.user.has_perm(perms.EXPORT_REPORTS)
    rows = export.rows(_search(request).found(), with_reports=told)
    return xlsx_response("echanges", _("Échanges"), export.labels(with_reports=told), rows)
