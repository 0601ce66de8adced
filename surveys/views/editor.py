"""The editor of questionnaires: the draft's structure, its gestures, a form for each of its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from soco.web.access import allowed
from surveys import editing, perms
from surveys.checking import problems_of
from surveys.editing import mark_of, order_of, part_of
from surveys.enums import QuestionKind
from surveys.models import Questionnaire
from surveys.outline import Outline, Question
from surveys.question_forms import HeadForm, QuestionForm, SectionForm
from surveys.services import StaleError, SurveysError, change_draft, kept_codes
from surveys.views.editor_lines import EXAMPLES, askable, kinds_for, lines_of, places_for

GESTURES: dict[str, Callable[[Outline, str], Outline]] = {
    "monter": lambda outline, code: editing.move(outline, code, -1),
    "descendre": lambda outline, code: editing.move(outline, code, 1),
    "dupliquer": lambda outline, code: editing.duplicate(outline, code, taken=kept_codes(outline.code)),
}
SEEN = "vu"  # the mark of what a form showed


@dataclass(frozen=True)
class Piece:
    """One form of the editor. `form`: made for the draft as it is; `gesture`: what it does once it is valid; `seen_of`: what it
    depends on, None for a new part; `anchor`: where the structure is shown again."""

    title: str
    template: str
    form: Callable[[Outline, QueryDict | None], forms.Form]
    gesture: Callable[[Any], Callable[[Outline], Outline]]
    seen_of: Callable[[Outline], object]
    anchor: Callable[[Any], str]
    context: dict[str, Any]


# --- the structure ------------------------------------------------------------------------------------------------------------
@allowed(perms.EDIT)
@never_cache
@require_safe
def draft_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The draft's sections and questions in order, what keeps it from being published, and every gesture."""
    draft = _draft(code)
    outline = draft.outline
    problems = problems_of(outline)
    context = {
        "page_title": outline.title,
        "draft": draft,
        "outline": outline,
        "problems": [(problem, problem.place in editing.codes_of(outline)) for problem in problems],
        "lines": lines_of(outline, {problem.place for problem in problems}),
        "seen": mark_of(order_of(outline)),
        "count": len(list(outline.questions())),
    }
    return render(request, "surveys/editor_structure.html", context)


@allowed(perms.EDIT)
@require_POST
def draft_gesture(request: HttpRequest, code: str) -> HttpResponse:
    """« monter:Q5 », « descendre:Q5 », « dupliquer:Q5 »: refused when the order is no longer the one that was shown."""
    name, __, place = request.POST.get("geste", "").partition(":")
    if name not in GESTURES:
        raise Http404
    _draft(code)
    gesture = GESTURES[name]
    try:
        change_draft(
            code, lambda outline: gesture(outline, place), of=order_of, seen=request.POST.get(SEEN, ""), by=_by(request)
        )
    except StaleError as error:
        messages.error(request, f"{error} {_('Voici le brouillon à jour.')}")
    except SurveysError as error:
        messages.error(request, str(error))
    return _back(code, place)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_remove(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """What goes with a section or a question, or why it stays; then it goes."""
    outline = _draft(code).outline
    part = editing.whole_part(outline, place)
    if part is None:
        return _gone(request, code)
    owner = editing.owner_of(outline, place)
    if request.method == "POST":
        try:
            change_draft(
                code,
                lambda now: editing.remove(now, place),
                of=lambda now: editing.whole_part(now, place),
                seen=request.POST.get(SEEN, ""),
                by=_by(request),
            )
        except SurveysError as error:
            messages.error(request, str(error))
            return redirect("draft_remove", code, place)
        messages.success(request, _("«\u00a0%(code)s\u00a0» est supprimé.") % {"code": place})
        return _back(code, owner)
    codes = editing.under(outline, place)
    context = {
        "page_title": _("Supprimer «\u00a0%(code)s\u00a0»") % {"code": place},
        **_head(code, outline),
        "part": part,
        "codes": codes,
        "asking": editing.asking(outline, codes),
        "published": [each for each in codes if each in kept_codes(code)],
        "seen": mark_of(part),
    }
    return render(request, "surveys/editor_remove.html", context)


# --- its parts ----------------------------------------------------------------------------------------------------------------
@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_head(request: HttpRequest, code: str) -> HttpResponse:
    """The title and the introduction."""
    piece = Piece(
        title=_("Titre et introduction"),
        template="surveys/editor_part.html",
        form=lambda outline, data: HeadForm(data, initial=HeadForm.initial_of(outline)),
        gesture=lambda form: lambda outline: editing.with_head(outline, **form.cleaned_data),
        seen_of=lambda outline: part_of(outline, ""),
        anchor=lambda form: "",
        context={"part": None},
    )
    return _write(request, code, piece)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_section_add(request: HttpRequest, code: str) -> HttpResponse:
    """A new section after the one of the address (`?apres=S2`), or at the end."""
    after = request.GET.get("apres", "")
    piece = Piece(
        title=_("Nouvelle partie"),
        template="surveys/editor_part.html",
        form=lambda outline, data: SectionForm(data, outline=outline, before=None, fixed=False),
        gesture=lambda form: lambda outline: editing.add_section(outline, form.section(), after=after),
        seen_of=_nothing,
        anchor=lambda form: form.given_code,
        context={"part": None},
    )
    return _write(request, code, piece)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """The words and the condition of a section."""
    found = next((each for each in _outline(request, code).sections if each.code == section), None)
    if found is None:
        return _gone(request, code)

    def form(outline: Outline, data: QueryDict | None) -> forms.Form:
        now = next((each for each in outline.sections if each.code == section), found)
        return SectionForm(data, outline=outline, before=now, fixed=True, initial=SectionForm.initial_of(now))

    piece = Piece(
        title=_("Partie %(code)s") % {"code": section},
        template="surveys/editor_part.html",
        form=form,
        gesture=lambda form: lambda outline: editing.replace_section(outline, section, form.section()),
        seen_of=lambda outline: part_of(outline, section),
        anchor=lambda form: section,
        context={"part": found},
    )
    return _write(request, code, piece)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_question_add(request: HttpRequest, code: str) -> HttpResponse:
    """First the kind of question, then its form: `?dans=S1&apres=Q5&type=unique`; in the last section when nothing is said."""
    outline = _outline(request, code)
    last = outline.sections[-1].code if outline.sections else ""
    into, after = request.GET.get("dans", last), request.GET.get("apres", "")
    kinds = kinds_for(outline, into)
    kind = request.GET.get("type", "")
    if not kinds:
        return _gone(request, code)
    if kind not in kinds:
        context = {"page_title": _("Nouvelle question"), **_head(code, outline), "kinds": kinds}
        context["place"] = urlencode({"dans": into, "apres": after})
        return render(request, "surveys/editor_kinds.html", context)
    asked = QuestionKind(kind)
    piece = Piece(
        title=_("Nouvelle question\u00a0: %(kind)s") % {"kind": asked.label},
        template="surveys/editor_question.html",
        form=lambda outline, data: QuestionForm(
            data, kind=asked, kept=kept_codes(code), outline=outline, before=None, fixed=False
        ),
        gesture=lambda form: lambda outline: editing.add_question(outline, form.question(), into=into, after=after),
        seen_of=_nothing,
        anchor=lambda form: form.given_code,
        context={"question": None, "kind": asked, "kinds": [], "places": [], "is_kept": False},
    )
    return _write(request, code, piece)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_question(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Everything about a question. `?type=multiple` shows it as another kind, unless its code or its questions hold it."""
    outline = _outline(request, code)
    found, kept = outline.question(question), kept_codes(code)
    kinds = (
        {}
        if found is None or question in kept or found.questions
        else kinds_for(outline, editing.owner_of(outline, question))
    )
    said = request.POST.get("type") or request.GET.get("type", "")
    if found is None:
        # Taken away while somebody was writing: what they typed is shown again.
        if request.method != "POST" or said not in QuestionKind.values:
            return _gone(request, code)
        found = Question(question, QuestionKind(said), "")
    kind = QuestionKind(said) if said in kinds else found.kind

    def form(outline: Outline, data: QueryDict | None) -> forms.Form:
        now = outline.question(question) or found
        return QuestionForm(
            data,
            kind=kind,
            kept=kept,
            outline=outline,
            before=now,
            fixed=question in kept,
            initial=QuestionForm.initial_of(now),
        )

    piece = Piece(
        title=_("Question %(code)s") % {"code": question},
        template="surveys/editor_question.html",
        form=form,
        gesture=lambda form: lambda outline: editing.replace_question(outline, question, form.question()),
        seen_of=lambda outline: part_of(outline, question),
        anchor=lambda form: form.given_code,
        context={
            "question": found, "kind": kind, "kinds": kinds, "is_kept": question in kept,
            "places": places_for(outline, question), "order": mark_of(order_of(outline)),
        },
    )  # fmt: skip
    return _write(request, code, piece)


@allowed(perms.EDIT)
@require_POST
def draft_put(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """A question goes elsewhere: « S2: » at the beginning of a section, « S2:Q5 » after a question."""
    _draft(code)
    into, __, after = request.POST.get("place", "").partition(":")
    try:
        change_draft(
            code,
            lambda outline: editing.put(outline, question, into=into, after=after or into),
            of=order_of,
            seen=request.POST.get(SEEN, ""),
            by=_by(request),
        )
    except SurveysError as error:
        messages.error(request, str(error))
    return _back(code, question)


# --- what they share ----------------------------------------------------------------------------------------------------------
def _write(request: HttpRequest, code: str, piece: Piece) -> HttpResponse:
    """Show a form, or save it and go back to the structure. What somebody else saved meanwhile is shown beside what was typed."""
    outline = _outline(request, code)
    data = request.POST if request.method == "POST" else None
    form: Any = piece.form(outline, data)
    seen = request.POST.get(SEEN, "") if data is not None else mark_of(piece.seen_of(outline))
    saved: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            change_draft(code, piece.gesture(form), of=piece.seen_of, seen=seen, by=_by(request))
        except StaleError as error:
            outline = _outline(request, code)
            form, seen = piece.form(outline, data), mark_of(piece.seen_of(outline))
            form.add_error(None, str(error))
            saved = _saved(form)
        except SurveysError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est enregistré dans le brouillon."))
            return _back(code, piece.anchor(form))
    context = {"page_title": piece.title, **_head(code, outline), "form": form, "seen": seen, "saved": saved}
    part = piece.context.get("question") or piece.context.get("part")
    context |= piece.context | {"askable": askable(outline, part), "examples": EXAMPLES}
    return render(request, piece.template, context)


def _saved(form: forms.Form) -> list[tuple[str, str]]:
    """What is kept now, where it is not what was typed: label, text."""
    kept = [(form[name].label, form.fields[name].prepare_value(form.initial.get(name))) for name in form.changed_data]
    return [(str(label), _told(value)) for label, value in kept]


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return _("rien") if value in (None, "") else str(value)


def _draft(code: str) -> Questionnaire:
    return get_object_or_404(Questionnaire.objects.versions_of(code).drafts())


def _outline(request: HttpRequest, code: str) -> Outline:
    """The draft's; for somebody who saves a draft that is gone, that of the newest version: what they typed is shown again."""
    if request.method != "POST":
        return _draft(code).outline
    versions = Questionnaire.objects.versions_of(code)
    found = versions.drafts().first() or versions.newest_first().first()
    if found is None:
        raise Http404
    return found.outline


def _nothing(outline: Outline) -> object:
    """What a new part depends on."""
    return ""


def _head(code: str, outline: Outline) -> dict[str, Any]:
    return {"code": code, "questionnaire_title": outline.title}


def _back(code: str, place: str) -> HttpResponse:
    """The structure, at that place."""
    anchor = f"#{place}" if place.isidentifier() else ""
    return redirect(reverse("draft_edit", args=[code]) + anchor)


def _gone(request: HttpRequest, code: str) -> HttpResponse:
    """What the address names is not, or no longer, in the draft."""
    if request.method != "POST":
        raise Http404
    messages.error(request, _("Ce n’est plus dans le brouillon. Le voici à jour."))
    return redirect("draft_edit", code)


def _by(request: HttpRequest) -> str:
    return request.user.email  # type: ignore[union-attr]
