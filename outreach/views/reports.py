"""A visit's report: written, corrected, compared with what a colleague wrote meanwhile."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.models import Actor
from outreach import perms, services
from outreach.enums import VisitKind
from outreach.forms.plan import PickForm
from outreach.forms.report_desk import ReportDesk, draft_of, join, take_over
from outreach.models import Visit
from outreach.services import OutreachError, VisitChanged
from soco.web.access import allowed

from .visits import actor_asked, found_visit, invitation_of

ADD, TAKE, JOIN = "ajouter", "reprendre", "joindre"


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what came of a visit. Its buttons: save, add a line, take over what the server holds."""
    perms.require_reports(request.user)
    visit = found_visit(pk)
    if request.method != "POST":
        return _shown(request, ReportDesk(visit))
    desk = ReportDesk(visit, request.POST)
    gesture, _colon, part = request.POST.get("geste", "").partition(":")
    if gesture == ADD:
        return _shown(request, ReportDesk(visit, draft=desk.typed()))
    if gesture in (TAKE, JOIN):
        return _compared(request, desk, gesture, part)
    if not desk.is_valid():
        return _shown(request, desk)
    try:
        user: Any = request.user
        services.record_visit(visit, desk.report(), by=user, read_version=desk.main.cleaned_data["version"])
    except VisitChanged:
        return _compared(request, desk)
    except OutreachError as error:
        desk.main.add_error(None, str(error))
        return _shown(request, desk)
    messages.success(request, _("Le compte rendu est enregistré."))
    return redirect(visit)


def _compared(request: HttpRequest, desk: ReportDesk, gesture: str = "", part: str = "") -> HttpResponse:
    """What the server holds beside what was typed, which stays in its boxes. The same page sent twice differs in nothing."""
    visit = Visit.objects.for_page().get(pk=desk.visit.pk)
    mine, theirs = desk.typed(), draft_of(visit)
    if gesture == TAKE:
        take_over(mine, theirs, part)
    elif gesture == JOIN:
        join(mine, theirs)
    found = desk.differences(mine, theirs)
    if not gesture and not found:
        messages.success(request, _("Le compte rendu est enregistré."))
        return redirect(visit)
    mine.main["version"] = visit.version
    return _shown(request, ReportDesk(visit, draft=mine), differences=found, status=409)


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_write_down(request: HttpRequest) -> HttpResponse:
    """« J’y suis passé »: a visit that nobody had planned, with its report, on one page; `?acteur=` says whom."""
    actor = actor_asked(request)
    if actor is None:
        return _picked(request)
    visit = Visit(actor=actor, kind=VisitKind.ON_SITE, starts_at=timezone.now())
    if request.method != "POST":
        return _shown(request, ReportDesk(visit, draft=draft_of(visit)))
    desk, user = ReportDesk(visit, request.POST), request.user
    if request.POST.get("geste", "").startswith(ADD):
        return _shown(request, ReportDesk(visit, draft=desk.typed()))
    if not desk.is_valid():
        return _shown(request, desk)
    said = desk.main.cleaned_data
    more = {"subject": said["subject"], "event": said["event"], "once": said["once"]}
    try:
        done = services.write_down(actor, desk.report(), kind=VisitKind(said["kind"]), by=user, **more)  # type: ignore[arg-type]
    except OutreachError as error:
        desk.main.add_error(None, str(error))
        return _shown(request, desk)
    messages.success(request, _("La visite et son compte rendu sont enregistrés."))
    return redirect(done)


def _picked(request: HttpRequest) -> HttpResponse:
    """First, which collectivité."""
    form = PickForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actor: Actor = form.cleaned_data["actor"]
        return redirect(f"{request.path}?acteur={actor.slug}")
    words = {"page_title": _("J’y suis passé"), "button": _("Écrire le compte rendu"), "is_danger": False}
    lead = _("Pour une visite ou un appel que personne n’avait prévu.")
    return render(request, "outreach/visit_plan.html", {"visit": None, "form": form, "lead": lead, **words})


def _shown(request: HttpRequest, desk: ReportDesk, *, differences: Any = (), status: int = 200) -> HttpResponse:
    context = {
        "page_title": _("Compte rendu") if desk.visit.pk else _("J’y suis passé"),
        "desk": desk,
        "visit": desk.visit,
        "problems": list(desk.problems()),
        "differences": differences,
        "invitation": invitation_of(desk.visit.actor),
    }
    return render(request, "outreach/visit_report.html", context, status=status)
