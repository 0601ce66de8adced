"""The answers in words: read, searched, put under words that staff choose, counted by these words."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from soco.web.access import allowed
from soco.web.exports import csv_response
from soco.web.pagination import paginate
from surveys import perms
from surveys.analysis.results import Results
from surveys.analysis.subjects import WRITTEN
from surveys.cells import ANSWERED, Cell
from surveys.models import Response, ResponseQuerySet, Wave
from surveys.outline import Question
from surveys.services import SurveysError, code_text

PAGE_SIZE = 30
UNTAGGED = "-"


@allowed(perms.READ)
@never_cache
@require_safe
def wave_texts(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave, question, everything = _asked(slug, code)
    found, understood = _searched(everything, code, request)
    page = paginate(found.for_texts(), asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE)
    context: dict[str, Any] = {
        "page_title": question.label,
        "wave": wave,
        "question": question,
        "page": page,
        "lines": [(row, row.values.get(code), row.coded.get(code, [])) for row in page.rows],
        "tags": everything.tags_of(code),
        "understood": understood,
        "words": understood.get("q", ""),
        "tag": understood.get("mot", ""),
        "untagged": UNTAGGED,
        "may_manage": request.user.has_perm(perms.MANAGE),
    }
    return render(request, "surveys/wave_texts.html", context)


@allowed(perms.READ)
@never_cache
@require_safe
def wave_texts_csv(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    _wave, _question, everything = _asked(slug, code)
    found, _understood = _searched(everything, code, request)
    rows = (
        [
            row.pk,
            row.invitation.actor.code,
            row.invitation.actor.name,
            row.values.get(code),
            ", ".join(row.coded.get(code, [])),
        ]
        for row in found.for_texts().iterator(chunk_size=500)
    )
    return csv_response(f"textes-{slug}-{code}", ("reponse", "code", "nom", "texte", "mots_cles"), rows)


@allowed(perms.MANAGE)
@require_POST
def wave_text_code(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    _wave, _question, everything = _asked(slug, code)
    response = get_object_or_404(everything, pk=pk)
    try:
        code_text(response, code, request.POST.get("mots", "").split(","))
        messages.success(request, _("Les mots-clés sont enregistrés."))
    except SurveysError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('wave_texts', args=[slug, code])}?{request.GET.urlencode()}#r{pk}")


def _asked(slug: str, code: str) -> tuple[Wave, Question, ResponseQuerySet]:
    """The wave, the question, and the responses that have words to show."""
    wave = get_object_or_404(Wave.objects.launched().for_list(), slug=slug)
    results = Results(wave)
    question = next((each for each in results.outline.tops() if each.code == code and each.kind in WRITTEN), None)
    if question is None:
        raise Http404
    cell = results.numbers[Cell(code, "", ANSWERED)]
    return wave, question, Response.objects.of_wave(wave).answering(cell)


def _searched(found: ResponseQuerySet, code: str, request: HttpRequest) -> tuple[ResponseQuerySet, Any]:
    understood = request.GET.copy()
    understood.clear()
    if words := request.GET.get("q", "").strip()[:100]:
        found, understood["q"] = found.saying(code, words), words
    if tag := request.GET.get("mot", "").strip()[:40]:
        found, understood["mot"] = found.untagged(code) if tag == UNTAGGED else found.tagged(code, tag), tag
    return found, understood
