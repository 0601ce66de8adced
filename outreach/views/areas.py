"""Where each voltigeur goes: one's own page with the address of one's calendar, and the team's page of all."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach import perms, services
from outreach.area_lines import AreaLine, area_lines
from outreach.exports import areas as exports
from outreach.feeds import agenda_of
from outreach.forms.tours import AreaForm, StartForm
from outreach.models import FEED, FieldArea, voltigeurs
from outreach.services.errors import OutreachError
from soco.web import signed_links
from soco.web.access import allowed, public
from soco.web.exports import csv_response, xlsx_response


@allowed(perms.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_area(request: HttpRequest) -> HttpResponse:
    """One's area, one's usual start, the address of one's calendar; `geste` says which button was pressed."""
    user: Any = request.user
    area = FieldArea.objects.of_user(user).for_page().first()
    gesture = request.POST.get("geste", "")
    form = StartForm(
        request.POST if gesture == "depart" else None, initial={"start": area.start if area else None}, label_suffix=""
    )
    if request.method == "POST" and _is_mine_changed(request, user, gesture, form):
        return redirect("my_area")
    context = {
        "page_title": _("Mon secteur"),
        "line": area_lines([user])[0],
        "form": form,
        "feed_url": settings.SITE_URL + reverse("voltigeur_feed", args=[area.feed_token]) if area else "",
        "feed_version": area.feed_version if area else 0,
        "can_change_areas": perms.can_change_areas(user),
    }
    return render(request, "outreach/my_area.html", context)


def _is_mine_changed(request: HttpRequest, user: Any, gesture: str, form: StartForm) -> bool:
    if gesture == "depart":
        if not form.is_valid():
            return False
        services.change_start(user, form.cleaned_data["start"])
        messages.success(request, _("Votre départ habituel est enregistré."))
    elif gesture == "adresse":
        services.open_feed(user)
        messages.success(request, _("Votre agenda a son adresse\u00a0: ajoutez-la à votre logiciel."))
    elif gesture == "renouveler":
        seen = request.POST.get("version", "")
        is_new = services.renew_feed(user, seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
        said = _("Voici une nouvelle adresse\u00a0: l’ancienne ne montre plus rien.")
        messages.success(request, said if is_new else _("C’était déjà fait\u00a0: rien n’a changé."))
    else:
        return False
    return True


@allowed(perms.AREAS)
@never_cache
@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    lines = _found(typed)
    context = {"page_title": _("Secteurs des voltigeurs"), "lines": lines, "typed": typed, "understood": request.GET}
    return render(request, "outreach/area_list.html", context)


def _found(typed: str) -> list[AreaLine]:
    """The lines in which a text is read, by name, département or intercommunalité."""
    return [line for line in area_lines(list(voltigeurs())) if typed.casefold() in line.words.casefold()]


@allowed(perms.AREAS)
@require_safe
def area_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("secteurs", exports.labels(), exports.rows(_found(request.GET.get("q", "").strip())))


@allowed(perms.AREAS)
@require_safe
def area_export_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.rows(_found(request.GET.get("q", "").strip()))
    return xlsx_response("secteurs", _("Secteurs"), exports.labels(), rows)


@allowed(perms.AREAS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def area_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The area of one voltigeur; `pk`: their account's."""
    user = get_object_or_404(voltigeurs(), pk=pk)
    line = area_lines([user])[0]
    form = AreaForm(request.POST if request.method == "POST" else None, initial=line.initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.change_area(
                user,
                departement_codes=said["departement_codes"],
                epci_codes=said["epci_names"],
                start=said["start"],
            )
        except OutreachError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Le secteur de %(who)s est enregistré.") % {"who": user})
            return redirect("area_list")
    context = {"page_title": _("Secteur de %(who)s") % {"who": user}, "form": form}
    return render(request, "outreach/area_edit.html", context)


@public
@never_cache
@require_safe
def voltigeur_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The agenda of a voltigeur, for their calendar alone; nothing once they may not see visits, or revoked the address."""
    try:
        link = signed_links.read(token, FEED)
        area = get_object_or_404(FieldArea.objects.for_page(), pk=link.pk)
        link.check(area.feed_version)
    except (signed_links.InvalidLink, signed_links.ExpiredLink) as error:
        raise Http404 from error
    if not area.user.is_active or not perms.can_view(area.user):
        raise Http404
    content = agenda_of(area, url=settings.SITE_URL + request.path)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
