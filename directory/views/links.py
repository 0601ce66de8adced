"""What people change of jumelages: edit, add, report, confirm by a signed link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import perms, services, throttling
from directory.enums import Source
from directory.forms.jumelages import AddJumelageForm, JumelageForm, JumelageReportForm
from directory.models import Actor, Jumelage
from directory.services import DirectoryError
from directory.timeline import all_facts_of_jumelage
from soco.web.access import member, public
from soco.web.signed_links import ExpiredLink, SignedLink

from . import fiche_editing
from .fiche_editing import Fiche
from .jumelages import jumelage_with


def published_jumelage(slug: str) -> Jumelage:
    jumelage = jumelage_with(slug)
    if jumelage is None or jumelage.slug != slug or not Jumelage.objects.published().filter(pk=jumelage.pk).exists():
        raise Http404
    return jumelage


# --- its own people -------------------------------------------------------------------------------------------------------
@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of the référents of its collectivité, and of staff."""
    jumelage = published_jumelage(slug)
    context = {"page_title": _("Modifier le jumelage"), "jumelage": jumelage, "actor": jumelage.collectivite}
    fiche = fiche_editing.of_jumelage(jumelage)
    return fiche_editing.answer_edit(request, fiche, "directory/jumelage_edit.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A jumelage that the répertoire does not have yet: staff publishes it, a référent proposes it."""
    actor = Actor.objects.published().collectivites().for_page().with_slug(slug)
    if actor is None:
        raise Http404
    context = {"page_title": _("Ajouter un jumelage"), "actor": actor}
    if not perms.can_edit(request.user, actor):
        return render(request, "directory/edit_refused.html", context, status=403)
    form = AddJumelageForm(request.POST if request.method == "POST" else None, candidates=services.partners_named)
    if request.method == "POST" and form.is_valid():
        try:
            return _added(request, actor, form)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context |= {"form": form, "publishes": perms.can_publish(request.user)}
    return render(request, "directory/jumelage_add.html", context)


@transaction.atomic
def _added(request: HttpRequest, actor: Actor, form: AddJumelageForm) -> HttpResponse:
    user: Any = request.user
    proposal = services.propose_addition(
        actor,
        form.all_values,
        partner=form.partner_told,
        origin=f"membre:{user.pk}:ajout:{form.signature}",
        source=Source.STAFF if perms.can_publish(user) else Source.ORGANISATION,
        by_user=user,
        by_name=user.get_full_name(),
        by_email="" if perms.can_publish(user) else user.email,
        message=form.cleaned_data["message"],
    )
    if not perms.can_publish(user):
        messages.success(
            request, _("C’est bien reçu\u00a0: l’équipe relit, puis publie. Vous suivez cela dans votre espace.")
        )
        return redirect(actor)
    if len(form.found) > 1:
        messages.info(request, _("Plusieurs fiches portent ce nom\u00a0: choisissez la bonne."))
        return redirect("proposal_review", pk=proposal.pk)
    partner = form.found[0] if form.found else None
    made = services.accept_addition(proposal, by=user.email, partner=partner) or proposal.jumelage
    messages.success(request, _("C’est publié. Merci."))
    return redirect(made or actor)


# --- any visitor ----------------------------------------------------------------------------------------------------------
@public
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_report(request: HttpRequest, slug: str) -> HttpResponse:
    """« Signaler une erreur », without an account."""
    jumelage = published_jumelage(slug)
    user: Any = request.user
    form = JumelageReportForm(request.POST if request.method == "POST" else None, initial=fiche_editing.known_of(user))
    status = 200
    if request.method == "POST" and form.is_valid():
        is_free = form.is_from_a_robot or not throttling.is_too_often(
            request, "signalement", settings.DIRECTORY_REPORTS_AN_HOUR
        )
        if is_free:
            if not form.is_from_a_robot:
                fiche_editing.keep_report(user, jumelage, form)
            messages.success(
                request,
                _(
                    "Merci. L’équipe du réseau a reçu votre signalement et va vérifier. Si vous avez laissé votre adresse, "
                    "vous recevrez un courriel dès que ce sera fait."
                ),
            )
            return redirect(jumelage)
        form.add_error(None, str(fiche_editing.TOO_MANY_REPORTS))
        status = 429
    context = {"page_title": _("Signaler une erreur"), "jumelage": jumelage, "form": form}
    return render(request, "directory/jumelage_report.html", context, status=status)


# --- the holder of a signed link ------------------------------------------------------------------------------------------
def confirm_jumelage(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """From the yearly question: one jumelage, « Tout est exact », or corrections."""
    jumelage = Jumelage.objects.published().for_page().filter(pk=link.pk).first()
    if jumelage is None:
        raise ExpiredLink
    link.check(jumelage.collectivite.link_version)
    fiche = fiche_editing.of_jumelage(jumelage)
    is_correction = request.method == "POST" and fiche_editing.CORRECTED in request.POST
    form = fiche_editing.form_of(fiche, request.POST if is_correction else None)
    if request.method == "POST" and not is_correction:
        fiche.confirm(**fiche_editing.said_by_link(fiche, link))
        messages.success(request, str(fiche.thanks))
        return redirect(jumelage)
    if is_correction and form.is_valid() and _corrected(fiche, form):
        messages.success(request, _("Merci\u00a0: l’équipe relit vos corrections, puis les publie."))
        return redirect(jumelage)
    context = {
        "page_title": _("Ce jumelage est-il à jour\u00a0?"),
        "jumelage": jumelage,
        "facts": all_facts_of_jumelage(jumelage),
        "form": form,
        "waiting": list(fiche.waiting),
    }
    return render(request, "directory/confirm_jumelage.html", context)


def _corrected(fiche: Fiche, form: JumelageForm) -> bool:
    """Keep the corrections of the link's holder for staff; False, with the form's error, if there is nothing to keep."""
    try:
        proposal = fiche_editing.keep_corrections(fiche, form, by_email=fiche.actor.email)
    except DirectoryError as error:
        form.add_error(None, str(error))
        return False
    if proposal is None:
        form.add_error(None, str(fiche_editing.NOTHING_CORRECTED))
    return proposal is not None
