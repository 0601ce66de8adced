"""The list of visits, one of them, and the gestures of its plan."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Actor, ChangeProposal, Need
from outreach import perms, services
from outreach.checklists import checklist
from outreach.enums import VisitKind
from outreach.exports import visits as export
from outreach.filters.visits import VisitSearch
from outreach.forms.plan import CancelForm, ChangePlanForm, PlanForm, PostponeForm
from outreach.models import Visit
from outreach.services import OutreachError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate
from soco.web.templatetags.soco import day
from surveys.models import Invitation

PAGE_SIZE = 50


def _search(request: HttpRequest) -> VisitSearch:
    return VisitSearch(request.GET, request.user, timezone.localdate())


def actor_asked(request: HttpRequest) -> Actor | None:
    """The collectivité that an address names by `?acteur=`; None for one that is not known."""
    slug = request.GET.get("acteur", "").replace("\x00", "")
    return Actor.objects.existing().collectivites().for_page().with_slug(slug) if slug else None


# --- the list -------------------------------------------------------------------------------------------------------------------
@allowed(perms.VIEW)
@never_cache
@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """What is to come, the soonest first; tabs reach what is to write down, done, and whom to contact again."""
    search = _search(request)
    total = next(count for state, _name, count, _query in search.tabs if state == search.state)
    context = {
        "page_title": _("Visites"),
        "search": search,
        "understood": search.understood,
        "page": paginate(search.found().for_list(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
        "now": timezone.now(),
        "can_write": perms.can_write(request.user),
    }
    return render(request, "outreach/visit_list.html", context)


@allowed(perms.VIEW)
@require_safe
def visit_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("visites", export.labels(), export.rows(_search(request).found()))


@allowed(perms.VIEW)
@require_safe
def visit_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("visites", _("Visites"), export.labels(), export.rows(_search(request).found()))


@allowed(perms.EXPORT_REPORTS)
@require_safe
def visit_report_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """With the free reports and who was met."""
    rows = export.rows(_search(request).found(), with_reports=True)
    return csv_response("visites-comptes-rendus", export.labels(with_reports=True), rows)


@allowed(perms.EXPORT_REPORTS)
@require_safe
def visit_report_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = export.rows(_search(request).found(), with_reports=True)
    return xlsx_response("visites-comptes-rendus", _("Visites"), export.labels(with_reports=True), rows)


# --- its plan -------------------------------------------------------------------------------------------------------------------
@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_plan(request: HttpRequest) -> HttpResponse:
    """Plan to meet a collectivité; `?acteur=` fills it in."""
    user: Any = request.user
    form = PlanForm(request.POST if request.method == "POST" else None, user=user, actor=actor_asked(request))
    if request.method == "POST" and form.is_valid():
        said = form.plan | {"kind": VisitKind(form.plan["kind"])}
        try:
            visit = services.plan_visit(
                form.cleaned_data["actor"], by=user.email, once=form.cleaned_data["once"], **said
            )
        except OutreachError as error:
            form.add_error("actor", str(error))
        else:
            messages.success(request, _("La visite est prévue."))
            return redirect(visit)
    return plan_page(request, None, form, page_title=_("Prévoir une visite"), button=_("Prévoir la visite"))


def plan_page(request: HttpRequest, visit: Visit | None, form: Any, **words: Any) -> HttpResponse:
    """A page with one form about a plan. `words`: page_title, button, lead, is_danger for what cannot be undone."""
    actor = visit.actor if visit else actor_asked(request)
    context = {"visit": visit, "form": form, "lead": "", "is_danger": False, "actor": actor, **words}
    context["is_at_rest"] = actor is not None and actor.is_at_rest(timezone.localdate())
    return render(request, "outreach/visit_plan.html", context)


def found_visit(pk: int) -> Visit:
    return get_object_or_404(Visit.objects.for_page(), pk=pk)


@allowed(perms.VIEW)
@never_cache
@require_safe
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: its plan, what came of it, what it wrote elsewhere."""
    visit = found_visit(pk)
    context = {
        "page_title": _("Visite du %(day)s") % {"day": day(visit.starts_at)},
        "visit": visit,
        "is_over": visit.starts_at <= timezone.now(),
        "points": [(label, code in visit.checklist) for code, label in checklist(visit.kind)],
        "needs": Need.objects.from_origin(visit.origin).oldest_first().for_list(),
        "proposals": ChangeProposal.objects.within_origin(visit.origin).oldest_first().for_list(),
        "following": visit.followed_by.first(),  # type: ignore[attr-defined]
        "stop": getattr(visit, "tour_stop", None),
        "today": timezone.localdate(),
        "is_at_rest": visit.actor.is_at_rest(timezone.localdate()),
        "can_write": perms.can_write(request.user),
        "can_read": perms.can_read_reports(request.user),
        "invitation": invitation_of(visit.actor),
    }
    return render(request, "outreach/visit_detail.html", context)


def invitation_of(actor: Actor) -> Invitation | None:
    """The questionnaire of a running wave that the collectivité is asked, and may still fill."""
    return Invitation.objects.of_actor(actor).of_running_waves().unanswered().latest_wave_first().first()


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a plan; what a colleague changed meanwhile is said, and what was typed stays."""
    visit, user = found_visit(pk), request.user
    form = ChangePlanForm(request.POST if request.method == "POST" else None, visit=visit, user=user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            services.change_plan(visit, read_version=form.cleaned_data["version"], **form.plan)
        except OutreachError as error:
            form.add_error(None, _told(error, visit))
        else:
            messages.success(request, _("Le rendez-vous est changé."))
            return redirect(visit)
    return plan_page(request, visit, form, page_title=_("Changer le rendez-vous"), button=_("Enregistrer"))


def _told(error: OutreachError, visit: Visit) -> str:
    """A refusal, and where to see what the visit became."""
    return f"{error} {_('Sa page dit où elle en est, dans un autre onglet.')}" if visit.pk else str(error)


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Put off: another day, or none yet."""
    visit = found_visit(pk)
    form = PostponeForm(request.POST if request.method == "POST" else None, initial={"version": visit.version})
    if request.method == "POST" and form.is_valid():
        said, user = form.cleaned_data, request.user
        try:
            new = services.postpone_visit(visit, to=said["to"], by=user, read_version=said["version"])  # type: ignore[arg-type]
        except OutreachError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("La visite est reportée."))
            return redirect(new or visit)
    return plan_page(request, visit, form, page_title=_("Reporter la visite"), button=_("Reporter"))


@allowed(perms.WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks, then a POST."""
    visit = found_visit(pk)
    form = CancelForm(request.POST if request.method == "POST" else None, initial={"version": visit.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_visit(visit, read_version=form.cleaned_data["version"])
        except OutreachError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("La visite est annulée."))
            return redirect(visit)
    lead = _(
        "La collectivité n’est pas prévenue d’ici\u00a0: appelez-la ou écrivez-lui. Une annulation ne se défait pas."
    )
    words = {"page_title": _("Annuler la visite"), "button": _("Annuler la visite"), "lead": lead, "is_danger": True}
    return plan_page(request, visit, form, **words)
