"""Projects: the list with its exports, the page of one, and « Signaler une erreur » about it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import facets, project_exports, project_words, services, throttling
from directory.enums import ProposalKind
from directory.filters import ProjectFilter
from directory.forms.projects import ProjectReportForm
from directory.models import Actor, Project
from directory.models.project import ProjectQuerySet
from soco.web.access import public
from soco.web.exports import csv_response, geojson_response, xlsx_response
from soco.web.htmx import render_page

from .searching import search_context


def _search(request: HttpRequest) -> dict[str, Any]:
    filterset = ProjectFilter(request.GET, queryset=Project.objects.published())
    counted = facets.count_projects(filterset.textual, chosen=filterset.chosen, text=filterset.text)
    context = search_context(request, filterset, counted)
    return context | {"cards": [project_words.card(project) for project in context["page"].rows]}


@public
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    return render_page(request, "directory/project_list.html", "directory/_project_search.html", _search(request))


def _exported(request: HttpRequest) -> ProjectQuerySet:
    return ProjectFilter(request.GET, queryset=Project.objects.published()).sorted()


@public
@require_safe
def project_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = project_exports.rows(_exported(request), settings.SITE_URL)
    return csv_response("projets", project_exports.COLUMNS, rows)


@public
@require_safe
def project_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = project_exports.rows(_exported(request), settings.SITE_URL)
    return xlsx_response("projets", _("Projets"), project_exports.LABELS, rows)


@public
@require_safe
def project_export_geojson(request: HttpRequest) -> StreamingHttpResponse:
    return geojson_response("projets", project_exports.features(_exported(request), settings.SITE_URL))


def _found(slug: str) -> Project:
    """The project whose number ends the address, whatever its words say."""
    number = slug.rpartition("-")[2]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    project = Project.objects.published().for_page().filter(pk=int(number)).first()
    if project is None:
        raise Http404
    return project


@public
@require_safe
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One project; another spelling of its address leads to today's (301)."""
    project = _found(slug)
    if project.slug != slug:
        return redirect(project, permanent=True)
    context = project_words.page(project) | {
        "page_title": project.title,
        "canonical_url": settings.SITE_URL + project.get_absolute_url(),
    }
    return render(request, "directory/project_detail.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def project_report(request: HttpRequest, slug: str) -> HttpResponse:
    """« Signaler une erreur » about a project: a report on the actor that leads it, which names the project."""
    project = _found(slug)
    actor = project_words.leading_actor(project)
    if actor is None:
        return redirect("contact")
    form = ProjectReportForm(request.POST if request.method == "POST" else None, initial=_author(request))
    is_refused = False
    if request.method == "POST" and form.is_valid():
        is_refused = throttling.is_too_often(request, "signalement", settings.DIRECTORY_REPORTS_AN_HOUR)
        if not is_refused:
            _keep(request, project, actor, form)
            messages.success(request, _("Merci. L’équipe du réseau a reçu votre signalement et va vérifier."))
            return redirect(project)
        form.add_error(
            None, _("Beaucoup de signalements sont venus de votre réseau en une heure. Réessayez plus tard.")
        )
    context = {"page_title": _("Signaler une erreur"), "project": project, "form": form}
    return render(request, "directory/project_report.html", context, status=429 if is_refused else 200)


def _author(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}


def _keep(request: HttpRequest, project: Project, actor: Actor, form: ProjectReportForm) -> None:
    """Nothing, if a robot filled the box that nobody sees."""
    if form.is_from_a_robot:
        return
    said = form.cleaned_data
    about = project_words.told_in_a_report(project, settings.SITE_URL)
    services.report(
        actor,
        ProposalKind(said["kind"]),
        f"{about}\n\n{said['message']}",
        origin=f"signalement:projet:{project.pk}:{form.signature}",
        by_user=request.user if request.user.is_authenticated else None,
        by_name=said["name"],
        by_email=said["email"],
    )
