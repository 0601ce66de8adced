"""The staff's list of what actors ask for, and one need: who follows it, until when, what was answered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import need_exports, perms, services
from directory.filters.needs import NeedSearch
from directory.forms.needs import AnswerNeedForm, DropNeedForm, PlanNeedForm
from directory.models import Need
from directory.services import DirectoryError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50
ANSWER, DROP, PLAN, TAKE, REOPEN = "repondre", "sans-suite", "echeance", "prendre", "rouvrir"


def _search(request: HttpRequest) -> NeedSearch:
    return NeedSearch(request.GET, request.user, timezone.localdate())


@allowed(perms.VIEW_NEEDS)
@never_cache
@require_safe
def need_list(request: HttpRequest) -> HttpResponse:
    """What is open, the most pressing first; tabs reach what is closed too."""
    search = _search(request)
    total = next(count for state, _name, count, _query in search.tabs if state == search.state)
    context = {
        "page_title": _("Besoins"),
        "search": search,
        "understood": search.understood,
        "page": paginate(search.found().for_list(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE),
        "today": search.today,
    }
    return render(request, "directory/need_list.html", context)


@allowed(perms.VIEW_NEEDS)
@require_safe
def need_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("besoins", need_exports.labels(), need_exports.rows(_search(request).found()))


@allowed(perms.VIEW_NEEDS)
@require_safe
def need_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("besoins", _("Besoins"), need_exports.labels(), need_exports.rows(_search(request).found()))


@allowed(perms.VIEW_NEEDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One need; `geste` says which button was pressed."""
    need = get_object_or_404(Need.objects.for_list(), pk=pk)
    gesture = request.POST.get("geste", "")
    typed = _forms(need, gesture, request.POST)
    if request.method == "POST":
        if not perms.can_follow_needs(request.user):
            raise PermissionDenied
        if _is_done(request, need, gesture, typed.get(gesture)):
            return redirect("need_detail", pk)
    context = {
        "page_title": _("Besoin n° %(number)s") % {"number": need.pk},
        "need": need,
        "plan_form": typed[PLAN],
        "answer_form": typed[ANSWER],
        "drop_form": typed[DROP],
        "today": timezone.localdate(),
    }
    return render(request, "directory/need_detail.html", context)


def _forms(need: Need, gesture: str, posted: Any) -> dict[str, forms.Form]:
    """The page's forms by gesture; the one whose button was pressed holds what was typed."""

    def typed(name: str) -> Any:
        return posted if name == gesture else None

    return {
        PLAN: PlanNeedForm(typed(PLAN), initial={"due_on": need.due_on}),
        ANSWER: AnswerNeedForm(typed(ANSWER), initial={"text": need.answer}),
        DROP: DropNeedForm(typed(DROP)),
    }


def _is_done(request: HttpRequest, need: Need, gesture: str, form: forms.Form | None) -> bool:
    """Do what a button asks for, and say it; False if its form has something to correct, or if no button was pressed."""
    if gesture not in GESTURES or (form is not None and not form.is_valid()):
        return False
    do, said = GESTURES[gesture]
    try:
        messages.success(request, said if do(request, need, form) else _("C’était déjà fait\u00a0: rien n’a changé."))
    except DirectoryError as error:
        if form is not None:
            form.add_error(None, str(error))
            return False
        messages.error(request, str(error))
    return True


def _take(request: HttpRequest, need: Need, form: Any) -> bool:
    """`suivi`: whom the page showed as following it, so that nobody takes over from a colleague without having read it."""
    seen = request.POST.get("suivi", "")
    return services.take_need(need, _user(request), instead_of=int(seen) if seen.isdecimal() else None)


def _reopen(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.reopen_need(need)


def _plan(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.plan_need(need, form.cleaned_data["due_on"])


def _answer(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.answer_need(need, form.cleaned_data["text"], by=_user(request))


def _drop(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.drop_need(need, form.cleaned_data["reason"], by=_user(request))


def _user(request: HttpRequest) -> Any:
    return request.user


GESTURES = {
    TAKE: (_take, gettext_lazy("Vous suivez ce besoin.")),
    REOPEN: (_reopen, gettext_lazy("Le besoin est rouvert.")),
    PLAN: (_plan, gettext_lazy("L’échéance est enregistrée.")),
    ANSWER: (_answer, gettext_lazy("La réponse est notée\u00a0: le besoin est clos.")),
    DROP: (_drop, gettext_lazy("Le besoin est classé sans suite.")),
}
