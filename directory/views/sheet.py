"""The printed sheets of an actor and of a jumelage, as PDF."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory import jumelage_sheet as sheet_of_jumelage
from directory import sheet
from directory.models import Actor
from directory.neighbours import neighbours_of
from soco.web.access import public
from soco.web.typesetting import pdf_response

from .jumelages import published_jumelage_at

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


@public
@require_safe
def jumelage_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """« Fiche jumelage »: one page to print. Another spelling of its address leads to it for good (301)."""
    jumelage = published_jumelage_at(slug)
    if jumelage.slug != slug:
        return redirect("jumelage_sheet", jumelage.slug, permanent=True)
    participations = list(jumelage.participations.in_order())
    return pdf_response(sheet_of_jumelage.pdf(jumelage, participations, now=timezone.now()), f"fiche-{jumelage.slug}")
