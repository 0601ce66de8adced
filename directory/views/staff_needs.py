"""The staff's list of what actors ask for, and one need: who follows it, until when, what was answered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import need_exports, perms, services
from directory.enums import NeedHeard
from directory.filters.needs import NeedSearch
from directory.forms.needs import (
    AnswerNeedForm,
    BulkNeedsForm,
    DropNeedForm,
    HandNeedForm,
    NoteNeedForm,
    PlanNeedForm,
    SortNeedForm,
)
from directory.forms.proposals import signature_of
from directory.models import Actor, Need
from directory.services import DirectoryError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50
ANSWER, DROP, PLAN, TAKE, REOPEN = "repondre", "sans-suite", "echeance", "prendre", "rouvrir"
HAND, SORT = "confier", "service"


def _search(request: HttpRequest) -> NeedSearch:
    return NeedSearch(request.GET, request.user, timezone.localdate())


@allowed(perms.VIEW_NEEDS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_list(request: HttpRequest) -> HttpResponse:
    """What is open, the most pressing first; tabs reach what is closed too. The POST does one gesture on what was ticked."""
    bulk = BulkNeedsForm(request.POST if request.method == "POST" else None, people=perms.need_followers())
    if request.method == "POST":
        if not perms.can_follow_needs(request.user):
            raise PermissionDenied
        if bulk.is_valid():
            _tell(request, _treated(request, bulk))
            return redirect(request.get_full_path())
    search = _search(request)
    total = next(count for state, _name, count, _query in search.tabs if state == search.state)
    page = paginate(search.found().for_list(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE)
    context = {
        "page_title": _("Besoins"),
        "search": search,
        "understood": search.understood,
        "page": page,
        "long_waits": [need.pk for need in page.rows if need.is_long_wait(search.today)],
        "has_open": any(need.is_open for need in page.rows),
        "today": search.today,
        "bulk": bulk,
    }
    return render(request, "directory/need_list.html", context)


def _treated(request: HttpRequest, bulk: BulkNeedsForm) -> services.Treated:
    """Do what was asked with what was ticked."""
    said, seen = bulk.cleaned_data, bulk.ticked

    def gesture(need: Need) -> bool:
        if bulk.gesture == BulkNeedsForm.PLAN:
            return services.plan_need(need, said["lot_echeance"])
        if bulk.gesture == BulkNeedsForm.HAND:
            return services.assign_need(need, said["lot_personne"], instead_of=seen[need.pk])
        return services.take_need(need, _user(request), instead_of=seen[need.pk])

    return services.treat_needs(seen, gesture)


def _tell(request: HttpRequest, treated: services.Treated) -> None:
    if treated.changed:
        said = ngettext("%(n)s besoin est mis à jour.", "%(n)s besoins sont mis à jour.", treated.changed)
        messages.success(request, said % {"n": treated.changed})
    if treated.already:
        said = ngettext("%(n)s l’était déjà.", "%(n)s l’étaient déjà.", treated.already)
        messages.info(request, said % {"n": treated.already})
    for need, why in treated.refused[:5]:
        messages.error(request, f"«\u00a0{need}\u00a0». {why}")
    if others := treated.refused[5:]:
        said = ngettext("%(n)s autre n’a pas changé.", "%(n)s autres n’ont pas changé.", len(others))
        messages.error(request, said % {"n": len(others)})


@allowed(perms.ADD_NEED)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_add(request: HttpRequest) -> HttpResponse:
    """Note what an actor asked for in a mail, a call, a talk; `?acteur=` is the address of its page."""
    actor = Actor.objects.published().at_address(request.GET.get("acteur", "").replace("\x00", "")).first()
    posted = request.POST if request.method == "POST" else None
    form = NoteNeedForm(posted, user=request.user, people=perms.need_followers(), actor=actor)
    if request.method == "POST" and form.is_valid() and (need := _noted(form)):
        messages.success(request, _("Le besoin est noté."))
        return redirect("need_detail", need.pk)
    return render(
        request, "directory/need_add.html", {"page_title": _("Noter un besoin"), "form": form, "actor": actor}
    )


def _noted(form: NoteNeedForm) -> Need | None:
    """The need that the form describes; None, said on the form, if it is refused."""
    said = form.cleaned_data
    try:
        return services.note_need(
            said["actor"],
            said["label"],
            NeedHeard(said["heard"]),
            once=signature_of(form),
            service=said["service"].pk if said["service"] else "",
            detail=said["detail"],
            owner=said["owner"].pk if said["owner"] else None,
            due_on=said["due_on"],
        )
    except DirectoryError as error:
        form.add_error(None, str(error))
        return None


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
        "hand_form": typed[HAND],
        "sort_form": typed[SORT],
        "today": timezone.localdate(),
        "is_long_wait": need.is_long_wait(timezone.localdate()),
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
        HAND: HandNeedForm(typed(HAND), people=perms.need_followers()),
        SORT: SortNeedForm(typed(SORT), initial={"service": need.service}),
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
    return services.take_need(need, _user(request), instead_of=_seen(request))


def _hand(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.assign_need(need, form.cleaned_data["colleague"], instead_of=_seen(request))


def _seen(request: HttpRequest) -> int | None:
    """`suivi`: whom the page showed as following it, so that nobody takes over from a colleague without having read it."""
    seen = request.POST.get("suivi", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else None


def _sort(request: HttpRequest, need: Need, form: Any) -> bool:
    return services.sort_need(need, form.cleaned_data["service"])


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
    HAND: (_hand, gettext_lazy("Le besoin est confié.")),
    SORT: (_sort, gettext_lazy("Le service qui y répond est enregistré.")),
    TAKE: (_take, gettext_lazy("Vous suivez ce besoin.")),
    REOPEN: (_reopen, gettext_lazy("Le besoin est rouvert.")),
    PLAN: (_plan, gettext_lazy("L’échéance est enregistrée.")),
    ANSWER: (_answer, gettext_lazy("La réponse est notée\u00a0: le besoin est clos.")),
    DROP: (_drop, gettext_lazy("Le besoin est classé sans suite.")),
}
