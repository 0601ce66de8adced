"""The three ways to correct a fiche: its own people, the holder of a signed link, any visitor."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import services, throttling
from directory.enums import ConfirmationOutcome
from directory.forms.proposals import LinkForm, ReportForm
from directory.models import Actor, ChangeProposal, FieldChange
from directory.services import DirectoryError
from soco.web.access import member, public
from soco.web.signed_links import ExpiredLink, SignedLink

from . import fiche_editing
from .fiche_editing import Fiche


def _found(slug: str) -> Actor:
    actor = Actor.objects.published().for_page().with_slug(slug)
    if actor is None:
        raise Http404
    return actor


# --- its own people -------------------------------------------------------------------------------------------------------
@member
@require_http_methods(["GET", "HEAD", "POST"])
def actor_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A référent's form; staff's too. Others learn how to become référent."""
    actor = _found(slug)
    return fiche_editing.answer_edit(
        request,
        fiche_editing.of_actor(actor),
        "directory/actor_edit.html",
        {"page_title": _("Modifier la fiche"), "actor": actor},
        beside=lambda: {"jumelages": fiche_editing.jumelages_told_with(actor)},
    )


@member
@require_POST
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """An author takes back what still waits."""
    proposal = ChangeProposal.objects.made_by(request.user).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    if services.withdraw(proposal):
        messages.success(request, _("Votre proposition est retirée. Ce qui était déjà publié le reste."))
    return redirect("my_space")


# --- any visitor ----------------------------------------------------------------------------------------------------------
@public
@require_http_methods(["GET", "HEAD", "POST"])
def actor_report(request: HttpRequest, slug: str) -> HttpResponse:
    """« Signaler une erreur », without an account."""
    actor = _found(slug)
    form = ReportForm(request.POST if request.method == "POST" else None, initial=fiche_editing.known_of(request.user))
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("report_received", slug=slug)
        if not throttling.is_too_often(request, "signalement", settings.DIRECTORY_REPORTS_AN_HOUR):
            fiche_editing.keep_report(request.user, actor, form)
            return redirect("report_received", slug=slug)
        form.add_error(None, str(fiche_editing.TOO_MANY_REPORTS))
    context = {"page_title": _("Signaler une erreur"), "actor": actor, "form": form}
    return render(request, "directory/actor_report.html", context, status=429 if _is_throttled(form) else 200)


def _is_throttled(form: ReportForm) -> bool:
    return form.is_bound and bool(form.non_field_errors())


@public
@require_safe
def report_received(request: HttpRequest, slug: str) -> HttpResponse:
    context = {"page_title": _("Signalement reçu"), "actor": _found(slug)}
    return render(request, "directory/report_received.html", context)


# --- the holder of a signed link ------------------------------------------------------------------------------------------
def confirm_facts(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """« Votre fiche est-elle à jour ? »: all its facts, « Tout est exact », and the form to correct them."""
    actor = Actor.objects.published().for_page().filter(pk=link.pk).first()
    if actor is None:
        raise ExpiredLink
    link.check(actor.link_version)
    fiche = fiche_editing.of_actor(actor)
    is_correction = request.method == "POST" and fiche_editing.CORRECTED in request.POST
    form = fiche_editing.form_of(fiche, request.POST if is_correction else None, form_class=LinkForm)
    waiting = list(fiche.waiting)
    if request.method == "POST" and not is_correction:
        fiche.confirm(**fiche_editing.said_by_link(fiche, link))
        messages.success(request, str(fiche.thanks))
        return redirect(actor)
    if is_correction and form.is_valid() and (said := _corrected(fiche, link, form, waiting)):
        messages.success(request, said)
        return redirect(actor)
    context = {
        "page_title": _("Votre fiche est-elle à jour\u00a0?"),
        "actor": actor,
        "form": form,
        "waiting": waiting,
        "jumelages": fiche_editing.jumelages_told_with(actor, link),
    }
    return render(request, "directory/confirm_facts.html", context)


def _corrected(fiche: Fiche, link: SignedLink, form: LinkForm, waiting: list[FieldChange]) -> str:
    """Keep the corrections of the link's holder for staff, and return the sentence that tells them; « », with the form's
    error, if there is nothing to keep. `waiting`: what was proposed before and is not decided."""
    try:
        proposal = fiche_editing.keep_corrections(
            fiche, form, by_email=form.cleaned_data["reply_to"] or fiche.actor.email
        )
    except DirectoryError as error:
        form.add_error(None, str(error))
        return ""
    is_corrected = proposal is not None and proposal.changes.exists()
    if form.confirms_the_rest:
        (fiche.confirm_beside if is_corrected else fiche.confirm)(**fiche_editing.said_by_link(fiche, link))
    if proposal is None and form.confirms_the_rest:
        return str(fiche.thanks)
    if proposal is None:
        form.add_error(None, str(fiche_editing.NOTHING_CORRECTED))
        return ""
    services.close_request(fiche.actor, ConfirmationOutcome.CORRECTED)
    return _thanked(proposal, waiting)


def _thanked(proposal: ChangeProposal, waiting: list[FieldChange]) -> str:
    said = [_("Merci\u00a0: l’équipe relit vos corrections, puis les publie.")]
    again = {change.field for change in waiting if change.proposal_id != proposal.pk}
    if again & set(proposal.changes.values_list("field", flat=True)):
        said.append(_("Une autre valeur était déjà proposée\u00a0: l’équipe verra les deux et choisira."))
    if proposal.by_email:
        said.append(_("Sa réponse ira à %(email)s.") % {"email": proposal.by_email})
    return " ".join(said)
