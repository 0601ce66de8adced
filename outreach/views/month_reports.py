"""The month's report of a voltigeur: on screen, as a workbook, on paper."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory.contours import region_map
from outreach import perms
from outreach.exports import months as report_exports
from outreach.forms.months import ALL, MonthForm
from outreach.models import past_voltigeurs
from outreach.month_report import DEFINITIONS, Report
from outreach.month_report import month_report as report_of
from outreach.months import month_of, month_words, months_back, shifted
from outreach.papers.month_report import report_pdf
from soco.web.access import allowed
from soco.web.exports import workbook_response
from soco.web.typesetting import pdf_response

MOST_PK_DIGITS = 9
OWN_MONTHS, TEAM_MONTHS = 12, 3


def _asked(request: HttpRequest, month: str) -> Report:
    """The report that an address asks for. Raises Http404 for what is no month that has begun, nobody, or not for this person."""
    first, today = month_of(month), timezone.localdate()
    who: Any = request.user
    asked = request.GET.get("voltigeur", "")
    if first is None or first > today or (asked not in ("", ALL) and not _is_number(asked)):
        raise Http404
    if asked == ALL:
        who = None
    elif asked and int(asked) != who.pk:
        who = get_object_or_404(past_voltigeurs(), pk=int(asked))
    if not perms.can_read_month_of(request.user, who):
        raise Http404
    return report_of(first, who, today=today)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_PK_DIGITS


@allowed(perms.VIEW)
@never_cache
@require_safe
def month_report_choose(request: HttpRequest) -> HttpResponse:
    """Choose a month, and whose; one's own last months are there to follow."""
    today = timezone.localdate()
    colleagues = past_voltigeurs().exclude(pk=request.user.pk) if perms.can_read_months(request.user) else None
    form = MonthForm(request.GET if "mois" in request.GET else None, today=today, colleagues=colleagues)
    if form.is_bound and form.is_valid():
        whose = form.cleaned_data.get("voltigeur")
        query = f"?{urlencode({'voltigeur': whose})}" if whose else ""
        return redirect(reverse("month_report", args=[form.cleaned_data["mois"]]) + query)
    months = [(f"{first:%Y-%m}", month_words(first)) for first in reversed(months_back(today, OWN_MONTHS))]
    team_months = months[:TEAM_MONTHS] if colleagues is not None else []
    context = {"page_title": _("Bilan du mois"), "form": form, "months": months}
    context |= {"team_months": team_months, "everybody": ALL}
    return render(request, "outreach/month_report_choose.html", context)


@allowed(perms.VIEW)
@never_cache
@require_safe
def month_report(request: HttpRequest, month: str) -> HttpResponse:
    report = _asked(request, month)
    first, flat = report.month.first, region_map(settings.REGION_CODE)
    following = shifted(first, 1)
    context = {
        "page_title": report.title,
        "report": report,
        "month": month,
        "query": request.GET.urlencode() if request.GET.get("voltigeur") else "",
        "previous": (f"{shifted(first, -1):%Y-%m}", month_words(shifted(first, -1))),
        "next": (f"{following:%Y-%m}", month_words(following)) if following <= timezone.localdate() else None,
        "map": flat if report.spots else None,
        "spots": [flat.place(*spot) for spot in report.spots] if flat else [],
        "definitions": DEFINITIONS,
    }
    return render(request, "outreach/month_report.html", context)


@allowed(perms.VIEW)
@never_cache
@require_safe
def month_report_xlsx(request: HttpRequest, month: str) -> FileResponse:
    return workbook_response(f"bilan-{month}", report_exports.sheets(_asked(request, month)))


@allowed(perms.VIEW)
@never_cache
@require_safe
def month_report_pdf(request: HttpRequest, month: str) -> HttpResponse:
    report = _asked(request, month)
    return pdf_response(report_pdf(report, region_map(settings.REGION_CODE), now=timezone.now()), f"bilan-{month}")
