"""The page of the field: what a voltigeur takes along, and the door through which a phone sends what it wrote offline."""

import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from outreach import field_content, field_data, perms, services
from outreach.enums import RESULTS, SentState
from outreach.models import FieldReport, Visit
from soco.web.access import allowed, public

# What the page needs to open without a network; the worker brings in those that it runs itself.
WORKER_SCRIPTS = ["js/field-store.js", "js/field-send.js", "js/field-worker.js"]
SHELL = [
    *("css/portal.css", "img/icone.svg", "js/portal.js", "js/field-store.js", "js/field-leave.js", "js/field-send.js"),
    *("js/field-list.js", "js/field-form.js", "js/field.js"),
]
ICONS = [("img/terrain-192.png", "192x192"), ("img/terrain-512.png", "512x512")]
OCEAN, PAPER = "#0f5257", "#fffdf9"  # --ocean and --papier: a manifest knows no style sheet


@allowed(perms.WRITE)
@never_cache
@require_safe
def field(request: HttpRequest) -> HttpResponse:
    """Today's visits as plain links; with scripts, all that follows works without a network."""
    today = timezone.localdate()
    context = {
        "page_title": _("Terrain"),
        "today": today,
        "visits": field_data.visits_of(_user(request), today),
        "results": [(state.value, state.label) for state in RESULTS],
        "limits": field_content,
    }
    return render(request, "outreach/field.html", context)


@allowed(perms.WRITE)
@never_cache
@require_safe
def field_leave(request: HttpRequest) -> HttpResponse:
    """Before signing out with reports that were not sent: what would be lost, and what to do first."""
    return render(request, "outreach/field_leave.html", {"page_title": _("Quitter le terrain")})


@public
@require_safe
def field_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone installs the page with; it says nothing of anybody."""
    manifest = {
        "name": _("Terrain · %(network)s") % {"network": settings.NETWORK_NAME},
        "short_name": _("Terrain"),
        "lang": "fr",
        "id": reverse("field"),
        "start_url": reverse("field"),
        "scope": reverse("field"),
        "display": "standalone",
        "theme_color": OCEAN,
        "background_color": PAPER,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": "any maskable"}
            for name, sizes in ICONS
        ],
    }
    response = JsonResponse(manifest, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@public
@require_safe
def field_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers in the network's place; it holds the addresses of the page's files, and nothing of anybody."""
    files = [static(name) for name in SHELL]
    scripts = [static(name) for name in WORKER_SCRIPTS]
    told = {
        "version": sha256("\n".join([*files, *scripts]).encode()).hexdigest()[:12],
        "page": reverse("field"),
        "files": files,
        "data": reverse("field_data_json"),
        "send": reverse("field_report"),
    }
    body = f"self.FIELD = {json.dumps(told)};\nimportScripts({', '.join(map(json.dumps, scripts))});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@allowed(perms.WRITE)
@require_safe
def field_data_json(request: HttpRequest) -> HttpResponse:
    """The voltigeur's own visits; « not modified » if the phone holds them already."""
    return _if_changed(request, field_data.field_data(_user(request), timezone.localdate()))


@allowed(perms.WRITE)
@require_safe
def field_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """What to know before one of these visits."""
    visit = get_object_or_404(Visit.objects.by_voltigeur(request.user), pk=pk)
    with_reports = perms.can_read_reports(request.user)
    return _if_changed(request, field_data.field_sheet(visit, timezone.localdate(), with_reports=with_reports))


def _if_changed(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    """As JSON, or « not modified »; either brings a fresh CSRF token, for what was written while the phone was offline."""
    tag = field_data.fingerprint(data)
    is_known = request.headers.get("If-None-Match", "").removeprefix("W/") == tag
    response = HttpResponseNotModified() if is_known else JsonResponse(data)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-store"
    response["X-CSRFToken"] = get_token(request)
    return response


@allowed(perms.WRITE)
@require_POST
def field_report(request: HttpRequest) -> HttpResponse:
    """One report written offline: 201 once it is in its visit, 409 if both are to be compared, else why it stays on the phone."""
    if int(request.headers.get("Content-Length") or 0) > field_content.MOST_BYTES:
        return _told(413, _("Ce compte rendu est trop long. Raccourcissez-le, puis renvoyez-le."))
    try:
        sent = field_content.read(request.body)
        if refusal := _refusal(request, sent):
            return refusal
        report = services.receive_report(sent, by=_user(request))
    except services.VisitGone as error:
        return _told(404, str(error))
    except (field_content.Refused, services.OutreachError) as error:
        return _told(422, str(error))
    if report.state == SentState.CONFLICT:
        return _told(
            409,
            _("Cette visite a changé sur le portail\u00a0: rien n’a été remplacé, comparez les deux."),
            url=reverse("field_conflict", args=[report.pk]),
        )
    return JsonResponse({"state": report.state}, status=201)


def _refusal(request: HttpRequest, sent: field_content.Sent) -> JsonResponse | None:
    """Not theirs to send: written on this phone by somebody else, or about a colleague's visit."""
    if sent.user != request.user.pk:
        return _told(403, _("Ce compte rendu a été écrit par une autre personne\u00a0: elle seule peut l’envoyer."))
    visit = Visit.objects.filter(pk=sent.visit).first()
    if visit is None or perms.can_report_on(request.user, visit):
        return None
    known = FieldReport.objects.sent_by(request.user).with_key(sent.key)
    if known or visit.was_of(request.user, sent.version):
        return None
    return _told(
        403, _("Cette visite est celle d’une autre personne\u00a0: copiez votre compte rendu et donnez-le-lui.")
    )


def _told(status: int, sentence: str, **more: Any) -> JsonResponse:
    return JsonResponse({"message": sentence, **more}, status=status)


def _user(request: HttpRequest) -> Any:
    return request.user
