"""The card that a town's own website shows in a frame: the only page that other sites may embed; it reads no session."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from directory.models import Actor, Jumelage
from soco.web.access import public

SHOWN_JUMELAGES = 6
SECONDS = 3600
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
}


@public
@require_safe
@xframe_options_exempt
@csp_replace(POLICY)
def actor_widget(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, nature, jumelages, freshness, and the way to the whole fiche. Rendered without the request: no cookie is read nor
    set, and every visitor gets the same bytes."""
    published = Actor.objects.published()
    actor = published.for_page().with_slug(slug)
    if actor is None:
        return _other_spelling(slug)
    jumelages = Jumelage.objects.published().of_actor(actor).by_partner().for_card()[:SHOWN_JUMELAGES]
    context = {
        "actor": actor,
        "jumelages": list(jumelages) if actor.jumelage_count else [],
        "more": max(0, actor.jumelage_count - SHOWN_JUMELAGES),
        "network_name": settings.NETWORK_NAME,
        "site_url": settings.SITE_URL,
    }
    response = HttpResponse(render_to_string("directory/widget.html", context))
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _other_spelling(slug: str) -> HttpResponse:
    """A card embedded years ago follows the new name of its town: its code is in the address."""
    actors = list(Actor.objects.published().with_code(slug.rpartition("-")[2])[:2])
    if len(actors) != 1 or actors[0].slug == slug:
        raise Http404
    return redirect("actor_widget", actors[0].slug, permanent=True)
