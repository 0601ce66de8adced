"""What the network promised: the list, and each promise ticked."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from outreach import perms, services
from outreach.exports import commitments as export
from outreach.filters.commitments import CommitmentSearch
from outreach.models import Commitment
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50


def _search(request: HttpRequest) -> CommitmentSearch:
    return CommitmentSearch(request.GET, request.user, timezone.localdate())


@allowed(perms.VIEW)
@never_cache
@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """Mine, the soonest due first; tabs reach what is late, everybody's, and what is done."""
    search = _search(request)
    total = next(count for state, _name, count, _query in search.tabs if state == search.state)
    context = {
        "page_title": _("Engagements"),
        "search": search,
        "understood": search.understood,
        "page": paginate(search.found().for_list(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
        "today": search.today,
        "can_write": perms.can_write(request.user),
    }
    return render(request, "outreach/commitment_list.html", context)


@allowed(perms.VIEW)
@require_safe
def commitment_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("engagements", export.labels(), export.rows(_search(request).found()))


@allowed(perms.VIEW)
@require_safe
def commitment_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("engagements", _("Engagements"), export.labels(), export.rows(_search(request).found()))


@allowed(perms.WRITE)
@require_POST
def commitment_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, or not after all (`fait=non`); back to the page that the button stood on."""
    promise, user = get_object_or_404(Commitment, pk=pk), request.user
    is_done = request.POST.get("fait") != "non"
    if services.keep_promise(promise, by=user, is_done=is_done):  # type: ignore[arg-type]
        messages.success(request, _("L’engagement est tenu.") if is_done else _("L’engagement est de nouveau à faire."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> Any:
    asked = request.POST.get("retour", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else "commitment_list"
