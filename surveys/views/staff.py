"""The staff's pages of questionnaires: their versions, and one of them on every path."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from soco.web.access import allowed
from surveys import perms
from surveys.checking import problems_of
from surveys.condition_words import words
from surveys.conditions import Value
from surveys.enums import CHOICE_KINDS
from surveys.models import Questionnaire
from surveys.outline import Question
from surveys.paths import Conditions, seconds
from surveys.xlsform.losses import LISTED, losses


@allowed(perms.READ)
@never_cache
@require_safe
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    context = {"page_title": _("Questionnaires"), "questionnaires": Questionnaire.objects.newest_first()}
    return render(request, "surveys/questionnaire_list.html", context)


@allowed(perms.READ)
@never_cache
@require_safe
def questionnaire_preview(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What is asked of somebody who gave the answers of the address (`?Q5=active`), and how long it takes."""
    questionnaire = get_object_or_404(Questionnaire.objects.versions_of(code), version=version)
    outline = questionnaire.outline
    problems = problems_of(outline)
    context: dict[str, Any] = {
        "page_title": questionnaire.title,
        "questionnaire": questionnaire,
        "outline": outline,
        "problems": problems,
        "losses": losses(outline, LISTED),
    }
    if not problems:
        context |= _path(Conditions(outline), request)
    return render(request, "surveys/questionnaire_preview.html", context)


def _path(conditions: Conditions, request: HttpRequest) -> dict[str, Any]:
    outline = conditions.outline
    asked = [question for question in conditions.deciding() if question.kind in CHOICE_KINDS]
    values: dict[str, Value] = {}
    for question in asked:
        given = request.GET.get(question.code, "")
        values[question.code] = given if given in question.values else None
    pages = conditions.pages(values)
    shown = {question.code for page in pages for question in page.questions}
    return {
        "asked": [(question, values[question.code]) for question in asked],
        "pages": [(page.section, [_told(question, outline) for question in page.questions]) for page in pages],
        "left_out": [question for question in _tops(outline) if question.code not in shown],
        "minutes": max(1, round(seconds(pages) / 60)),
    }


def _tops(outline: Any) -> list[Question]:
    return [question for section in outline.sections for question in section.questions]


def _told(question: Question, outline: Any) -> dict[str, Any]:
    return {"question": question, "condition": words(question.visible_if, outline)}
