"""One page of the questionnaire, whoever fills it: the collectivité by its link, or staff on the phone, in visit, from paper."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models.reference import country_names, theme_names
from soco.web.templatetags.soco import moment
from surveys import services
from surveys.answer_words import told
from surveys.enums import Channel, QuestionKind
from surveys.fields import Field, field_of
from surveys.models import AnswerFile, Invitation, Respondent, Response
from surveys.outline import Question
from surveys.paths import Conditions, Page, seconds
from surveys.published import conditions_of
from surveys.services.answering import Author, Clash, Saved
from surveys.typed import Lists, Typed, read_question
from surveys.values import has_answer

NEXT, BEFORE, STAY, REVIEW, ADD = "suivant", "precedent", "enregistrer", "relire", "ajouter"
MOST_REVISION_DIGITS = 9


@dataclass
class Desk:
    """Who answers for whom. `address(name, page)`: the address of « accueil », « page », « relire » or « merci »."""

    invitation: Invitation
    channel: Channel
    by: str
    address: Callable[..., str]
    respondent: Respondent | None = None
    response: Response | None = field(default=None)

    @property
    def is_staff(self) -> bool:
        return self.respondent is None

    @cached_property
    def conditions(self) -> Conditions:
        return conditions_of(self.invitation.wave.questionnaire_id)

    @cached_property
    def pages(self) -> list[Page]:
        return services.pages_of(self.response, self.conditions)

    @cached_property
    def known(self) -> services.Known:
        return services.Known(self.invitation.actor)

    @cached_property
    def lists(self) -> Lists:
        return Lists(country_names(), theme_names())

    def lists_for(self, page: Page) -> Lists:
        """Those that a page needs: most ask neither a country nor a theme, and the shared cache is not asked for nothing."""
        asked = {each.kind for question in page.questions for each in (question, *question.questions)}
        return self.lists if asked & {QuestionKind.COUNTRY, QuestionKind.THEME} else Lists()

    @property
    def minutes(self) -> int:
        return max(1, round(seconds(self.pages) / 60))

    def position(self, code: str) -> int:
        """Of a page among those that are visible. Raises Http404."""
        for position, page in enumerate(self.pages):
            if page.section.code == code:
                return position
        raise Http404

    @property
    def resume_url(self) -> str:
        """Where to go on: the page left last, if it is still asked."""
        left = self.response.page if self.response else ""
        codes = [page.section.code for page in self.pages]
        if left == REVIEW:
            return self.address("relire")
        return self.address("page", left if left in codes else codes[0])


def desk_by_link(respondent: Respondent) -> Desk:
    """For who holds a link."""
    token = respondent.token

    def address(name: str, page: str = "") -> str:
        return reverse(_NAMES[name], args=[token, page] if page else [token])

    invitation = respondent.invitation
    response = getattr(invitation, "response", None)
    return Desk(invitation, Channel.MAIL, respondent.email, address, respondent, response)


_NAMES = {
    "accueil": "questionnaire",
    "page": "questionnaire_page",
    "relire": "questionnaire_review",
    "merci": "questionnaire_done",
}


# --- one page -------------------------------------------------------------------------------------------------------------------
def answer_page(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """GET shows a page, POST saves it and goes where its button says."""
    if request.method != "POST":
        page = desk.pages[desk.position(code)]
        return _shown(request, desk, page, {}, _seen_now(desk))
    page, is_auto = _posted_page(desk, code, request.POST.get("posees", "")), "auto" in request.GET
    gesture = STAY if is_auto else request.POST.get("geste", NEXT)
    lists = desk.lists_for(page)
    read = {question.code: _read(desk, request, question, lists) for question in _typed_in(page)}
    try:
        saved = services.save_page(
            desk.invitation,
            {name: typed.value for name, typed in read.items() if not typed.errors},
            seen=_number(request.POST.get("vu", "")),
            author=Author(desk.channel, desk.by, request.POST.get("fenetre", "")[:16]),
            shown={question.code: desk.known.value(question) for question in _typed_in(page) if question.source},
            resume_at=lambda response: _resume_at(desk, response, code, gesture),
        )
    except services.SurveysError as error:
        return _not_saved(request, desk, page, read, str(error))
    has_errors = any(typed.errors for typed in read.values())
    opened = _opened(desk, page)
    if is_auto and opened is not None and not saved.clashes:
        return _shown(request, desk, opened, read, saved.revision, fragment=True)
    if is_auto:
        context = {"saved": saved, "errors": has_errors, "at": saved.response.saved_at}
        return render(request, "surveys/_saved.html", context)
    if gesture != BEFORE and (has_errors or saved.clashes):
        return _shown(request, desk, page, read, saved.revision, saved)
    if (
        gesture == NEXT
        and opened is not None
        and {each.code for each in opened.questions} - {each.code for each in page.questions}
    ):
        return redirect(f"{desk.address('page', code)}?suite=1")
    return redirect(_after(desk, code, gesture))


def _read(desk: Desk, request: HttpRequest, question: Question, lists: Lists) -> Typed:
    """What was typed in a question. A file is kept once, when the page is really sent: not each time it saves by itself."""
    if question.kind != QuestionKind.FILE:
        return read_question(question, request.POST, lists)
    kept = desk.response.values.get(question.code) if desk.response else None
    if request.POST.get(f"{question.code}.retirer"):
        return Typed({}, shown={})
    upload = request.FILES.get(question.code)
    if upload is None or "auto" in request.GET or not desk.invitation.wave.takes_answers:
        return Typed(kept, shown=kept)
    try:
        value = services.keep_file(desk.invitation, question.code, upload, by=desk.by)
    except services.SurveysError as error:
        return Typed(errors={question.code: str(error)}, shown=kept)
    return Typed(value, shown=value)


def file_response(invitation: Invitation, pk: int) -> FileResponse:
    """A file of the answers of a collectivité, to be saved, never run. Raises Http404."""
    found = get_object_or_404(AnswerFile.objects.of_invitation(invitation), pk=pk)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _posted_page(desk: Desk, code: str, shown: str) -> Page:
    """The page as it was shown (`shown`: the codes of its questions), although other answers may have changed it meanwhile: what
    was typed is kept, what was not asked is not erased. Raises Http404."""
    section = next((each for each in desk.conditions.outline.sections if each.code == code), None)
    if section is None:
        raise Http404
    codes = shown.split(",")
    return Page(section, tuple(question for question in section.questions if question.code in codes))


def _opened(desk: Desk, page: Page) -> Page | None:
    """The same page as its answers make it, if they open or close questions of it; None if they do not, or close it."""
    now = next((each for each in desk.pages if each.section.code == page.section.code), None)
    if now is None or _typed_in(now) == _typed_in(page):
        return None
    return now


def _resume_at(desk: Desk, response: Response, code: str, gesture: str) -> str:
    """The page where to go on another day; what was just answered may have changed which pages there are."""
    desk.response = response
    desk.__dict__.pop("pages", None)
    codes = [page.section.code for page in desk.pages]
    if gesture != NEXT or code not in codes:
        return REVIEW if gesture == REVIEW else code
    return [*codes, REVIEW][codes.index(code) + 1]


def _after(desk: Desk, code: str, gesture: str) -> str:
    """Where a page's button leads."""
    codes = [page.section.code for page in desk.pages]
    gesture, _colon, group = gesture.partition(":")
    if gesture == ADD:
        return f"{desk.address('page', code)}?plus={group}#{group}-fin"
    if gesture == REVIEW:
        return desk.address("relire")
    if gesture == STAY or code not in codes:
        return desk.address("page", code if code in codes else codes[0])
    position = codes.index(code) + (-1 if gesture == BEFORE else 1)
    if position < 0:
        return desk.address("accueil")
    return desk.address("page", codes[position]) if position < len(codes) else desk.address("relire")


def _typed_in(page: Page) -> list[Question]:
    return [question for question in page.questions if question.kind != QuestionKind.KNOWN]


def _seen_now(desk: Desk) -> int:
    return desk.response.revision if desk.response else 0


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_REVISION_DIGITS
    return int(text) if is_number else 0


def _not_saved(request: HttpRequest, desk: Desk, page: Page, read: Mapping[str, Typed], why: str) -> HttpResponse:
    if "auto" in request.GET:
        return render(request, "surveys/_saved.html", {"refused": why})
    return _shown(request, desk, page, read, _seen_now(desk), refused=why, status=409)


def _shown(
    request: HttpRequest,
    desk: Desk,
    page: Page,
    read: Mapping[str, Typed],
    revision: int,
    saved: Saved | None = None,
    *,
    refused: str = "",
    status: int = 200,
    fragment: bool = False,
) -> HttpResponse:
    """`fragment`: its questions alone, for a page that saved by itself."""
    clashes = saved.clashes if saved else {}
    plus, lists = request.GET.get("plus", ""), desk.lists_for(page)
    fields = [
        _field(desk, lists, question, read.get(question.code), clashes.get(question.code), plus)
        for question in _typed_in(page)
    ]
    codes = [each.section.code for each in desk.pages]
    if page.section.code not in codes:
        codes.append(page.section.code)
    position = codes.index(page.section.code)
    context = {
        "page_title": page.section.title,
        "desk": desk,
        "wave": desk.invitation.wave,
        "actor": desk.invitation.actor,
        "section": page.section,
        "fields": fields,
        "has_file": any(each.shape == "file" for each in fields),
        "asked": ",".join(each.name for each in fields),
        "has_more": "suite" in request.GET and request.method != "POST",
        "errors": [pair for each in fields for pair in _errors_of(each)],
        "clashes": [each for each in fields if each.others],
        "refused": refused,
        "revision": revision,
        "window": request.POST.get("fenetre", "")[:16] or secrets.token_urlsafe(9),
        "position": position + 1,
        "page_count": len(codes),
        "back_url": desk.address("page", codes[position - 1]) if position else desk.address("accueil"),
        "save_url": desk.address("page", page.section.code),
        "steps": [(each.section, desk.address("page", each.section.code)) for each in desk.pages],
        "countries": lists.countries.values() if any(_asks_country(question) for question in page.questions) else (),
        "can_finish": desk.response is not None and not services.missing_in(desk.response, desk.conditions),
    }
    if fragment:
        context["at"] = desk.response.saved_at if desk.response else None
        answer = render(request, "surveys/_answer_fields.html", context)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#questions", "outerHTML"
        return answer
    return render(request, "surveys/answer_page.html", context, status=status)


def _asks_country(question: Question) -> bool:
    return any(each.kind == QuestionKind.COUNTRY for each in (question, *question.questions))


def _field(desk: Desk, lists: Lists, question: Question, typed: Typed | None, clash: Clash | None, plus: str) -> Field:
    """What the page shows of a question: what was just typed, else its answer, else what the répertoire knows."""
    values: dict[str, Any] = desk.response.values if desk.response else {}
    if typed is not None and (typed.errors or clash or typed.shown != values.get(question.code)):
        shown = typed.shown
    elif question.code in values:
        shown = values[question.code]
    else:
        shown = desk.known.value(question) if question.source else None
    titles: Mapping[str, str] = {}
    if question.kind == QuestionKind.REPEAT:
        shown = desk.known.blocks(question, list(shown or []))
        titles = desk.known.titles(question)
        if (not shown or plus == question.code) and len(shown) < (question.most or services.MOST_BLOCKS):
            shown = [*shown, {}]
    made = field_of(question, shown, typed.errors if typed else {}, lists, titles=titles)
    if clash is None:
        return made
    words = "\u00a0; ".join(told(question, clash.value, lists)) or _("réponse effacée")
    who = {"who": clash.by or _("quelqu’un"), "when": moment(clash.at), "words": words}
    return made.with_others(
        _(
            "%(who)s a répondu entre-temps (%(when)s)\u00a0: «\u00a0%(words)s\u00a0». Votre réponse ci-dessous n’a pas remplacé "
            "la sienne. Pour garder la vôtre, enregistrez encore\u00a0; sinon, mettez la sienne."
        )
        % who
    )


def _errors_of(made: Field) -> list[tuple[str, str, str]]:
    """(id of the input, label, what is wrong), those of the blocks included."""
    found = [(made.name, made.question.label, made.error)] if made.error else []
    for block in made.blocks:
        for each in (*block.main, *block.rest):
            found += _errors_of(each)
    return found


# --- the review page ------------------------------------------------------------------------------------------------------------
def review_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything that was answered, and the button that sends it."""
    missing: list[tuple[str, Question]] = []
    refused = ""
    if request.method == "POST":
        try:
            desk.response = services.submit(desk.invitation, author=Author(desk.channel, desk.by))
        except services.IncompleteError as error:
            missing, refused = error.missing, str(error)
        except services.SurveysError as error:
            refused = str(error)
        else:
            return redirect(desk.address("merci"))
    response = desk.response
    context = {
        "page_title": _("Relire et envoyer"),
        "desk": desk,
        "wave": desk.invitation.wave,
        "actor": desk.invitation.actor,
        "parts": told_answers(desk),
        "missing": [(desk.address("page", page), question) for page, question in missing]
        or (
            [
                (desk.address("page", page), question)
                for page, question in services.missing_in(response, desk.conditions)
            ]
            if response
            else []
        ),
        "refused": refused,
        "is_sent": response is not None and response.is_finished,
        "first_url": desk.address("page", desk.pages[0].section.code),
        "last_url": desk.address("page", desk.pages[-1].section.code),
    }
    return render(request, "surveys/answer_review.html", context, status=409 if refused else 200)


def told_answers(desk: Desk) -> list[dict[str, Any]]:
    """The visible pages with their answers in words, question by question."""
    values: dict[str, Any] = desk.response.values if desk.response else {}
    return [
        {
            "section": page.section,
            "url": desk.address("page", page.section.code),
            "answers": [
                (question, told(question, values[question.code], desk.lists))
                for question in _typed_in(page)
                if has_answer(values.get(question.code))
            ],
            "silent": sum(1 for question in _typed_in(page) if not has_answer(values.get(question.code))),
        }
        for page in desk.pages
    ]
