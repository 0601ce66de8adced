"""The staff's reading room: what people proposed, decided field by field."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import perms, proposal_exports, services
from directory.enums import ChangeState, ProposalKind
from directory.forms.review import AdditionForm, Choice, HandleForm, ProposalSearch, ReviewForm, lines_of
from directory.models import Actor, ChangeProposal, FieldChange, Jumelage
from directory.models.contributions import label_of
from directory.services import Decision, DirectoryError, Outcome
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PROPOSALS_A_PAGE = 25


@allowed(perms.REVIEW)
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """The queue, the oldest first; filters reach what is decided too."""
    search = ProposalSearch(request.GET)
    found = search.applied_to(ChangeProposal.objects.in_reading_order())
    total = found.count()
    context = {
        "page_title": _("Propositions et signalements"),
        "search": search,
        "understood": search.understood,
        "page": paginate(found.for_list(), asked=request.GET.get("page"), total=total, size=PROPOSALS_A_PAGE),
        "campaign_is_on": settings.DIRECTORY_CONFIRMATION_IS_ON,
    }
    return render(request, "directory/proposal_list.html", context)


def _exported(request: HttpRequest) -> Any:
    found = ProposalSearch(request.GET).applied_to(ChangeProposal.objects.in_reading_order())
    return proposal_exports.rows(found.for_list())


@allowed(perms.REVIEW)
@require_safe
def proposal_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    return csv_response("propositions", proposal_exports.labels(), _exported(request))


@allowed(perms.REVIEW)
@require_safe
def proposal_export_xlsx(request: HttpRequest) -> FileResponse:
    return xlsx_response("propositions", _("Propositions"), proposal_exports.labels(), _exported(request))


@allowed(perms.REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its fields, or what a visitor reported."""
    proposal = get_object_or_404(ChangeProposal.objects.for_review(), pk=pk)
    changes = list(proposal.changes.all())
    asked = request.POST if request.method == "POST" else None
    form = _review_form(proposal, changes, asked)
    if asked is not None and asked.get("lu", proposal.digest) != proposal.digest:
        form.add_error(
            None, _("Cette proposition a changé pendant que vous la lisiez\u00a0: relisez-la, puis décidez.")
        )
    if asked is not None and form.is_valid():
        try:
            return _decide(request, proposal, form)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context = {
        "page_title": _("Proposition n° %(number)s") % {"number": proposal.pk},
        "proposal": proposal,
        "actor": proposal.actor,
        "form": form,
        "lines": lines_of(proposal, changes, form),
        "rivals": list(ChangeProposal.objects.rivals_of(proposal).oldest_first()[:5]) if changes else [],
    }
    return render(request, "directory/proposal_review.html", context)


def _review_form(
    proposal: ChangeProposal, changes: list[FieldChange], asked: Any
) -> ReviewForm | HandleForm | AdditionForm:
    if proposal.is_pending and proposal.kind == ProposalKind.ADDITION:
        partner = next(change for change in changes if change.field == "partner")
        candidates = services.partner_candidates(proposal)
        return AdditionForm(candidates, partner.told_new, is_chosen=bool(partner.new.get("id")), data=asked)
    has_fields_left = any(change.is_pending for change in changes)
    return ReviewForm(proposal, changes, asked) if has_fields_left or not proposal.is_pending else HandleForm(asked)


def _decide_addition(request: HttpRequest, proposal: ChangeProposal, form: AdditionForm) -> HttpResponse:
    by, reason = request.user.email, form.cleaned_data["reason"]  # type: ignore[union-attr]
    if form.cleaned_data["choice"] == Choice.REFUSE:
        is_mine = services.refuse_addition(proposal, by=by, reason=reason)
        messages.success(request, _("Le jumelage n’est pas ajouté."))
    else:
        made = services.accept_addition(proposal, by=by, reason=reason, partner=form.chosen_partner)
        is_mine = made is not None
        if made:
            messages.success(request, _("C’est ajouté\u00a0: %(name)s.") % {"name": made.name})
    return _next(request, proposal) if is_mine else _decided_already(request, proposal)


def _decide(
    request: HttpRequest, proposal: ChangeProposal, form: ReviewForm | HandleForm | AdditionForm
) -> HttpResponse:
    by = request.user.email  # type: ignore[union-attr]
    if isinstance(form, AdditionForm):
        return _decide_addition(request, proposal, form)
    if isinstance(form, HandleForm):
        accept = form.cleaned_data["choice"] == Choice.ACCEPT
        is_mine = services.handle(proposal, accept=accept, by=by, reason=form.cleaned_data["reason"])
        return _next(request, proposal) if is_mine else _decided_already(request, proposal)
    decided = form.decided(accept_all="tout" in request.POST)
    if not decided and proposal.is_pending:
        messages.info(request, _("Rien n’est encore décidé\u00a0: choisissez au moins pour un champ."))
        return redirect("proposal_review", pk=proposal.pk)
    decisions = {name: Decision(**said) for name, said in decided.items()}
    outcome = services.decide(proposal, decisions, by=by, reason=form.cleaned_data.get("answer", ""))
    if outcome.is_over and not (outcome.accepted or outcome.refused):
        return _decided_already(request, proposal)
    messages.success(request, _told(proposal, outcome))
    if outcome.conflicts:
        messages.warning(
            request, _("La fiche a changé depuis cette proposition\u00a0: ce qui est en conflit attend votre choix.")
        )
    return _next(request, proposal) if outcome.is_over else redirect("proposal_review", pk=proposal.pk)


def _told(proposal: ChangeProposal, outcome: Outcome) -> str:
    """What was done, field by field, and what is left."""
    left = [change.field for change in proposal.changes.pending()]
    model = Jumelage if proposal.is_about_jumelage else Actor
    parts = (
        (_("accepté"), outcome.accepted),
        (_("refusé"), outcome.refused),
        (_("à décider plus tard"), left),
    )
    said = [f"{word}\u00a0: {', '.join(label_of(name, model) for name in names)}" for word, names in parts if names]
    return capfirst("\u00a0; ".join(said)) + "."


def _decided_already(request: HttpRequest, proposal: ChangeProposal) -> HttpResponse:
    """A colleague was faster, or the page was sent twice."""
    messages.info(request, _("Cette proposition était déjà décidée : voici ce qui en a été fait."))
    return redirect("proposal_review", pk=proposal.pk)


def _next(request: HttpRequest, proposal: ChangeProposal) -> HttpResponse:
    """On to the oldest proposal that waits; back to the list once there is none."""
    following = ChangeProposal.objects.pending().after(proposal).oldest_first().first()
    if following:
        messages.info(request, _("C’est décidé. Voici la proposition suivante."))
        return redirect("proposal_review", pk=following.pk)
    messages.info(request, _("C’est décidé, et plus rien n’attend."))
    return redirect("proposal_list")


@allowed(perms.REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_undo(request: HttpRequest, pk: int, change_pk: int) -> HttpResponse:
    """Come back on a decision: put back the value that an accepted change replaced, or read a refused one again."""
    change = get_object_or_404(FieldChange.objects.select_related("proposal__actor"), pk=change_pk, proposal=pk)
    if request.method != "POST":
        context = {"page_title": _("Revenir sur une décision"), "change": change, "actor": change.proposal.actor}
        return render(request, "directory/proposal_undo.html", context)
    try:
        _come_back(request, change)
    except DirectoryError as error:
        messages.error(request, str(error))
    return redirect("proposal_review", pk=pk)


def _come_back(request: HttpRequest, change: FieldChange) -> None:
    by = request.user.email  # type: ignore[union-attr]
    if change.state == ChangeState.REFUSED and services.reopen(change):
        messages.success(request, _("Ce champ attend de nouveau votre décision."))
    elif change.state == ChangeState.ACCEPTED and services.undo(change, by=by):
        messages.success(request, _("C’est annulé\u00a0: la fiche a retrouvé sa valeur d’avant."))
