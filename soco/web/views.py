"""Pages that belong to no app: obligations, health, robots, and the French error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import health, registries, showcase, signed_links
from .access import public, staff
from .privacy import TREATMENTS

LAST_WORDS = (
    "<!doctype html><html lang=fr><meta charset=utf-8><title>Erreur du site</title><h1>Le site a rencontré une erreur</h1>"
    "<p>Elle vient de nous, pas de vous. Réessayez dans quelques minutes.</p>"
)


@public
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the network; `?fiche=` names the actor a visitor writes about."""
    slug = slugify(request.GET.get("fiche", ""))[:100]
    subject = _("Fiche %(slug)s") % {"slug": slug} if slug else ""
    return render(request, "web/contact.html", {"page_title": _("Contact"), "subject": subject})


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html", {"page_title": _("Accessibilité")})


@public
@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    context = {
        "page_title": _("Mentions légales"),
        "director": settings.LEGAL_DIRECTOR,
        "host": settings.LEGAL_HOST,
        "tile_url": settings.TILE_URL,
    }
    return render(request, "web/legal_notice.html", context)


@public
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """The register of what is known of people, printed from the code."""
    context = {"page_title": _("Données personnelles"), "treatments": TREATMENTS, "purges": registries.purges()}
    return render(request, "web/personal_data.html", context)


@staff
@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """Every queue that this person may empty, the fullest rooms first asked: how many lines, and since when."""
    queues = [
        (queue, queue.measure(), reverse(queue.url_name) + queue.query)
        for queue in registries.queues()
        if request.user.has_perm(queue.permission)
    ]
    context = {
        "page_title": _("Équipe"),
        "waiting": [entry for entry in queues if entry[1].count],
        "quiet": [entry for entry in queues if not entry[1].count],
    }
    return render(request, "web/staff_home.html", context)


@staff
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the pages, in each of its states, to look at before using or changing one."""
    return render(request, "web/components.html", showcase.context())


@public
@never_cache
@signed_links.personal_page
def signed_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link of a mail, handed to the app that made it."""
    link = signed_links.read(token)
    return signed_links.view_of(link)(request, link)


@public
@require_safe
@never_cache
def health_check(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and clock all work, 503 otherwise, with the detail of each."""
    checks = health.report()
    is_ok = all(check.is_ok for check in checks)
    body = {"etat": "ok" if is_ok else "en panne", **{c.name: {"ok": c.is_ok, "detail": c.detail} for c in checks}}
    return JsonResponse(body, status=200 if is_ok else 503, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = settings.SITE_URL + reverse("sitemap_index")
    lines = [
        "User-agent: *",
        "Disallow: /gestion/",
        "Disallow: /equipe/",
        "Disallow: /compte/",
        "Disallow: /repertoire/export",
        "Disallow: /agenda/export",
        "Disallow: /*?",
        f"Sitemap: {sitemap}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@public
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors, and in bare words if even templates are broken: this page must always come."""
    try:
        page = loader.get_template("500.html").render()
    except Exception:
        page = LAST_WORDS
    return HttpResponse(page, status=500)
