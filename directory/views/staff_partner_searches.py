"""The staff's reading room of announcements: what waits, one announcement to publish, refuse, close or read again."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import perms, search_exports, services
from directory.forms.attachments import ReasonForm
from directory.forms.partner_searches import ReviewSearchForm, SearchQueue
from directory.models import PartnerSearch
from directory.search_words import criteria_of
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50


@allowed(perms.REVIEW_SEARCH)
@never_cache
@require_safe
def partner_search_queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; filters reach what is decided too."""
    queue = SearchQueue(request.GET)
    found = queue.applied_to(PartnerSearch.objects.all())
    total = found.count()
    context = {
        "page_title": _("Recherches de partenaires"),
        "form": queue,
        "understood": queue.understood,
        "page": paginate(found.for_page(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
        "now": timezone.now(),
    }
    return render(request, "directory/partner_search_queue.html", context)


def _exported(request: HttpRequest) -> Any:
    found = SearchQueue(request.GET).applied_to(PartnerSearch.objects.all())
    return search_exports.queue_rows(found, settings.SITE_URL)


@allowed(perms.REVIEW_SEARCH)
@require_safe
def search_queue_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("annonces", search_exports.queue_labels(), _exported(request))


@allowed(perms.REVIEW_SEARCH)
@require_safe
def search_queue_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("annonces", _("Annonces"), search_exports.queue_labels(), _exported(request))


@allowed(perms.REVIEW_SEARCH)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def partner_search_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One announcement; `decision` says which button was pressed."""
    search = get_object_or_404(PartnerSearch.objects.for_page(), pk=pk)
    decision = request.POST.get("decision", "")
    accepts = decision == "accept"
    form = None
    if search.is_pending and search.is_confirmed:
        candidates = services.author_candidates(search)
        form = ReviewSearchForm(search, candidates, request.POST if accepts else None)
    reason = ReasonForm(request.POST if decision in REASONED else None)
    said = _accepted(request, search, form) if accepts and form else _decided(request, search, decision, reason)
    if said:
        messages.success(request, said)
        return redirect("partner_search_review", pk)
    context = {
        "page_title": _("Annonce n° %(number)s") % {"number": search.pk},
        "search": search,
        "form": form,
        "reason_form": reason,
        "criteria": criteria_of(search),
    }
    return render(request, "directory/partner_search_review.html", context)


def _accepted(request: HttpRequest, search: PartnerSearch, form: ReviewSearchForm) -> str:
    """Publish in staff's words, and say it; « », with the form's error, if it cannot be."""
    if not form.is_valid():
        return ""
    by = request.user.email  # type: ignore[union-attr]
    try:
        is_mine = services.accept_search(search, by=by, values=form.values, actor=form.chosen_author)
    except services.DirectoryError as error:
        form.add_error("deadline", str(error))
        return ""
    return _("L’annonce est publiée\u00a0; son auteur le sait par courriel.") if is_mine else _already()


def _already() -> str:
    return _("Cette annonce était déjà décidée\u00a0: voici ce qui en a été fait.")


REASONED = ("refuse", "close")  # the buttons that need a reason


def _decided(request: HttpRequest, search: PartnerSearch, decision: str, form: ReasonForm) -> str:
    """Do what another button asks for, and say it; « » if nothing was asked, or the reason is missing."""
    if decision == "reopen":
        return _("L’annonce attend de nouveau d’être lue.") if services.reopen_search(search) else _already()
    if decision not in REASONED or not form.is_valid():
        return ""
    by, reason = request.user.email, form.cleaned_data["reason"]  # type: ignore[union-attr]
    if decision == "refuse":
        is_mine = services.refuse_search(search, by=by, reason=reason)
        said = _("L’annonce est refusée\u00a0; son auteur en reçoit la raison.")
    else:
        is_mine = services.close_search(search, by=by, reason=reason)
        said = _("L’annonce est close.")
    return said if is_mine else _already()
