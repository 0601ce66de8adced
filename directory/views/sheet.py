"""The printed sheet of an actor, as a PDF."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory import sheet
from directory.models import Actor
from directory.neighbours import neighbours_of
from soco.web.access import public
from soco.web.typesetting import pdf_response

NEIGHBOURS = 4


@public
@require_safe
def actor_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """« Fiche élu »: one page to print or to send before a meeting."""
    actor = Actor.objects.published().for_page().with_slug(slug)
    if actor is None:
        raise Http404
    jumelages = list(sheet.jumelages_of(actor)[: sheet.MOST_JUMELAGES]) if actor.jumelage_count else []
    neighbours = neighbours_of(actor, km=settings.DIRECTORY_COOPERATION_KM, most=NEIGHBOURS)
    return pdf_response(sheet.pdf(actor, jumelages, neighbours, now=timezone.now()), f"fiche-{actor.slug}")
