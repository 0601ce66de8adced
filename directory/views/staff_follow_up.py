"""The staff's follow-up of jumelages: what is to be verified, celebrated, renewed, relaunched; the letters and the relaunches."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import follow_up_lines, perms, services
from directory.enums import FollowUp, FollowUpMail
from directory.filters.follow_up import FollowUpSearch
from directory.forms.follow_up import CloseRelaunchForm, LetterForm, RelaunchForm, StartRelaunchForm
from directory.models import ChangeProposal, Jumelage, Relaunch
from directory.services import DirectoryError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 25
READ_AND_WRITE = ["GET", "HEAD", "POST"]
VIEW_OF = {purpose: view for view, purpose in follow_up_lines.PURPOSES.items()}
SEND = "envoyer"


def _search(request: HttpRequest) -> FollowUpSearch:
    return FollowUpSearch(request.GET, timezone.localdate())


@allowed(perms.FOLLOW_UP)
@never_cache
@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    search = _search(request)
    tabs = search.tabs()
    total = next(count for view, count, _query in tabs if view == search.view)
    page = paginate(search.found().for_follow_up(), asked=request.GET.get("page"), total=total, size=PAGE_SIZE)
    context = {
        "page_title": _("Suivi des jumelages"),
        "search": search,
        "understood": search.understood,
        "tabs": tabs,
        "view": search.view,
        "page": page,
        "lines": follow_up_lines.lines_of(page.rows, search.view, search.today),
    }
    return render(request, "directory/follow_up_list.html", context)


def _exported(request: HttpRequest) -> tuple[list[str], Any, FollowUp]:
    search = _search(request)
    rows = follow_up_lines.rows(search.found(), search.view, search.today)
    return follow_up_lines.labels(), rows, search.view


@allowed("directory.export_jumelage")
@require_safe
def follow_up_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    labels, rows, view = _exported(request)
    return csv_response(f"jumelages-{view}", labels, rows)


@allowed("directory.export_jumelage")
@require_safe
def follow_up_export_xlsx(request: HttpRequest) -> FileResponse:
    labels, rows, view = _exported(request)
    return xlsx_response(f"jumelages-{view}", str(view.label), labels, rows)


def _followed(pk: int) -> Jumelage:
    return get_object_or_404(Jumelage.objects.published().for_page(), pk=pk)


# --- letters --------------------------------------------------------------------------------------------------------------
@allowed(perms.WRITE_LETTER)
@never_cache
@require_http_methods(READ_AND_WRITE)
def follow_up_mail(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """A letter with its words prepared: `geste` says whether they are read once more, or leave."""
    jumelage, why = _followed(pk), _purpose(purpose)
    back = f"{reverse('follow_up_list')}?vue={VIEW_OF[why]}"
    context = {"page_title": _("Préparer un courriel"), "jumelage": jumelage, "back": back, "why": why}
    try:
        letter = services.prepare_letter(jumelage, why, timezone.localdate())
    except DirectoryError as error:
        return render(request, "directory/follow_up_mail.html", context | {"refusal": str(error)})
    form = LetterForm(request.POST or None, initial={"subject": letter.subject, "text": letter.text})
    context |= {"refusal": "", "letter": letter, "form": form, "preview": None}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("geste") == SEND:
                _send(request, jumelage, why, form)
                return redirect(back)
            context["preview"] = services.preview_letter(jumelage, why, timezone.localdate(), **form.cleaned_data)
        except DirectoryError as error:
            form.add_error(None, str(error))
    return render(request, "directory/follow_up_mail.html", context)


def _purpose(value: str) -> FollowUpMail:
    if value not in FollowUpMail.values:
        raise Http404
    return FollowUpMail(value)


def _send(request: HttpRequest, jumelage: Jumelage, why: FollowUpMail, form: LetterForm) -> None:
    by = request.user.email  # type: ignore[union-attr]
    if services.send_letter(jumelage, why, timezone.localdate(), reply_to=by, **form.cleaned_data):
        said = _("Votre courriel part à %(address)s\u00a0; la réponse vous arrivera.")
        messages.success(request, said % {"address": jumelage.collectivite.email})
    else:
        messages.info(request, _("Ce courriel était déjà parti\u00a0: rien n’est envoyé une seconde fois."))


# --- relaunches -----------------------------------------------------------------------------------------------------------
@allowed(perms.RELAUNCH)
@never_cache
@require_http_methods(READ_AND_WRITE)
def relaunch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The relaunch of a jumelage: opened here, ticked here, with those that ended before."""
    jumelage = _followed(pk)
    relaunches = list(Relaunch.objects.of_jumelage(jumelage).newest_first())
    current = next((relaunch for relaunch in relaunches if relaunch.is_open), None)
    form = _relaunch_form(jumelage, current, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _save_relaunch(request, jumelage, current, form)
            return redirect("relaunch_detail", pk=pk)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context = {
        "page_title": _("Relance"),
        "jumelage": jumelage,
        "relaunch": current,
        "former": [relaunch for relaunch in relaunches if not relaunch.is_open],
        "proposal": ChangeProposal.objects.with_origin(f"relaunch:{current.pk}") if current else None,
        "form": form,
    }
    return render(request, "directory/relaunch_detail.html", context)


def _relaunch_form(jumelage: Jumelage, relaunch: Relaunch | None, data: Any) -> StartRelaunchForm:
    if relaunch:
        kept = {"needed": relaunch.needed, "done": relaunch.done, "note": relaunch.note}
        return RelaunchForm(data, initial=kept)
    suggested = [step.value for step in services.suggested_steps(jumelage)] if data is None else []
    return StartRelaunchForm(data, initial={"needed": suggested})


def _save_relaunch(
    request: HttpRequest, jumelage: Jumelage, relaunch: Relaunch | None, form: StartRelaunchForm
) -> None:
    if relaunch:
        services.save_steps(relaunch, **form.cleaned_data)
        messages.success(request, _("C’est enregistré."))
    else:
        services.start_relaunch(jumelage, by=request.user.email, **form.cleaned_data)  # type: ignore[union-attr]
        messages.success(request, _("La relance est commencée\u00a0: le jumelage est «\u00a0à relancer\u00a0»."))


@allowed(perms.RELAUNCH)
@never_cache
@require_http_methods(READ_AND_WRITE)
def relaunch_close(request: HttpRequest, pk: int) -> HttpResponse:
    """How a relaunch ends; nothing is closed before the POST."""
    jumelage = _followed(pk)
    relaunch = Relaunch.objects.open().of_jumelage(jumelage).first()
    if relaunch is None:  # closed meanwhile, maybe by a colleague: its page tells
        return redirect("relaunch_detail", pk=pk)
    form = CloseRelaunchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _closed(request.user, relaunch, form.cleaned_data))
            return redirect("relaunch_detail", pk=pk)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context = {
        "page_title": _("Clore la relance"),
        "jumelage": jumelage,
        "relaunch": relaunch,
        "form": form,
        "ends_at_once": perms.can_end_jumelages(request.user),
    }
    return render(request, "directory/relaunch_close.html", context)


def _closed(user: Any, relaunch: Relaunch, told: dict[str, Any]) -> str:
    outcome = CloseRelaunchForm.Outcome(told["outcome"])
    if outcome == CloseRelaunchForm.Outcome.SUCCEEDED:
        action = {"last_action": told["last_action"], "last_action_on": told["last_action_on"]}
        services.succeed(relaunch, by=user.email, **action)
        return _("La relance est close\u00a0: ce jumelage est actif.")
    asks_for_end, at_once = outcome == CloseRelaunchForm.Outcome.ENDED, perms.can_end_jumelages(user)
    services.give_up(relaunch, by=user.email, asks_for_end=asks_for_end, at_once=at_once)
    if asks_for_end and at_once:
        return _("La relance est close, et le jumelage aussi.")
    if asks_for_end:
        return _("La relance est close\u00a0; l’équipe relira que le jumelage est terminé.")
    return _("La relance est close\u00a0: le jumelage reste à relancer.")
