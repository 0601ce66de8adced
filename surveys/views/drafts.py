"""A draft of a questionnaire begins, is published, or is dropped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from soco.web.access import allowed
from surveys import perms
from surveys.changes import changes
from surveys.checking import problems_of
from surveys.editing import mark_of
from surveys.models import Questionnaire
from surveys.question_forms import QuestionnaireForm
from surveys.services import SurveysError, drop_draft, next_version, publish_draft, start_draft

SEEN = "vu"  # the mark of the draft that was shown


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_create(request: HttpRequest) -> HttpResponse:
    """A title and a code: a draft with one empty section."""
    form = QuestionnaireForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            start_draft(form.cleaned_data["code"], form.cleaned_data["title"], by=request.user.email)
        except SurveysError as error:
            form.add_error("code", str(error))
        else:
            return redirect("draft_edit", form.cleaned_data["code"])
    return render(request, "surveys/editor_create.html", {"page_title": _("Nouveau questionnaire"), "form": form})


@allowed(perms.EDIT)
@require_POST
def draft_new_version(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of the next version, or the one that is there."""
    get_object_or_404(Questionnaire.objects.versions_of(code).newest_first()[:1])
    try:
        next_version(code, by=request.user.email)
    except SurveysError as error:
        messages.error(request, str(error))
        return redirect("questionnaire_list")
    return redirect("draft_edit", code)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_publish(request: HttpRequest, code: str) -> HttpResponse:
    """What changes since the published version, then the draft is frozen."""
    draft = get_object_or_404(Questionnaire.objects.versions_of(code).drafts())
    if request.method == "POST":
        try:
            published = publish_draft(code, seen=request.POST.get(SEEN, ""))
        except SurveysError as error:
            messages.error(request, str(error))
            return redirect("draft_publish", code)
        messages.success(request, _("La version %(n)d est publiée. Elle ne change plus.") % {"n": published.version})
        return redirect(published)
    before = Questionnaire.objects.versions_of(code).published().first()
    context = {
        "page_title": _("Publier la version %(n)d") % {"n": draft.version},
        "draft": draft,
        "before": before,
        "changes": changes(before.outline, draft.outline) if before else None,
        "problems": problems_of(draft.outline),
        "code": code,
        "questionnaire_title": draft.title,
        "seen": mark_of(draft.outline),
    }
    return render(request, "surveys/editor_publish.html", context)


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_drop(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the draft really goes; then it goes."""
    draft = get_object_or_404(Questionnaire.objects.versions_of(code).drafts())
    if request.method == "POST":
        try:
            drop_draft(code, seen=request.POST.get(SEEN, ""))
        except SurveysError as error:
            messages.error(request, str(error))
            return redirect("draft_drop", code)
        messages.success(request, _("Le brouillon est abandonné. Les versions publiées restent."))
        return redirect("questionnaire_list")
    context = {
        "page_title": _("Abandonner le brouillon"),
        "draft": draft,
        "code": code,
        "questionnaire_title": draft.title,
        "seen": mark_of(draft.outline),
    }
    return render(request, "surveys/editor_drop.html", context)
