"""What people change of jumelages: edit, add, report, confirm by a signed link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from directory import editable, perms, services, throttling
from directory.enums import ProposalKind, Source, Verifier
from directory.forms.jumelages import AddJumelageForm, JumelageForm, JumelageReportForm
from directory.models import Actor, FieldChange, Jumelage
from directory.services import Decision, DirectoryError, Outcome
from directory.timeline import all_facts_of_jumelage
from soco.web.access import member, public
from soco.web.signed_links import ExpiredLink, SignedLink

from .jumelages import jumelage_with
from .proposals import CONFIRMED, CORRECTED, published_words

THANKS = gettext_lazy("Merci\u00a0: la page de ce jumelage est confirmée, et le dit à tous ceux qui la lisent.")


def published_jumelage(slug: str) -> Jumelage:
    jumelage = jumelage_with(slug)
    if jumelage is None or jumelage.slug != slug or not Jumelage.objects.published().filter(pk=jumelage.pk).exists():
        raise Http404
    return jumelage


def _form(jumelage: Jumelage, data: Any = None) -> JumelageForm:
    """A form over a copy: validating one changes its instance, and the page still shows the true facts."""
    return JumelageForm(data, instance=Jumelage.objects.get(pk=jumelage.pk) if data is not None else jumelage)


# --- its own people -------------------------------------------------------------------------------------------------------
@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of the référents of its collectivité, and of staff."""
    jumelage = published_jumelage(slug)
    actor = jumelage.collectivite
    context = {"page_title": _("Modifier le jumelage"), "jumelage": jumelage, "actor": actor}
    if not perms.can_edit(request.user, actor):
        return render(request, "directory/edit_refused.html", context, status=403)
    if request.POST.get("geste") == CONFIRMED:
        _all_is_right(request.user, jumelage)
        messages.success(request, THANKS)
        return redirect(jumelage)
    form = _form(jumelage, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _edited(request.user, jumelage, form))
            return redirect(jumelage)
        except DirectoryError as error:
            form.add_error(None, str(error))
    at_once = _at_once(request.user, actor, form)
    context |= {
        "form": form,
        "at_once": [str(form[name].label) for name in form.facts if name in at_once],
        "read_first": [str(form[name].label) for name in form.facts if name not in at_once],
        "waiting": FieldChange.objects.waiting_for_jumelage(jumelage),
    }
    return render(request, "directory/jumelage_edit.html", context)


def _at_once(user: Any, actor: Actor, form: JumelageForm) -> set[str]:
    """The facts that this person publishes without a second reader."""
    if perms.can_publish(user):
        return set(form.facts)
    return set(editable.trusted_of_jumelage(form.facts)) if perms.represents(user, actor) else set()


def _all_is_right(user: Any, jumelage: Jumelage) -> None:
    """« Tout est exact », once a day and a person."""
    is_staff = perms.can_publish(user) or not perms.represents(user, jumelage.collectivite)
    services.confirm(
        jumelage,
        origin=f"membre:{user.pk}:j{jumelage.pk}:{timezone.localdate():%Y%m%d}",
        source=Source.STAFF if is_staff else Source.ORGANISATION,
        verifier=Verifier.STAFF if is_staff else Verifier.REFERENT,
        by_user=user,
        by_name=user.get_full_name(),
    )


@transaction.atomic
def _edited(user: Any, jumelage: Jumelage, form: JumelageForm) -> str:
    """Keep what a member typed, publish what they are trusted with, and return the sentence that tells them."""
    is_staff, represents = perms.can_publish(user), perms.represents(user, jumelage.collectivite)
    proposal = services.propose_changes(
        jumelage,
        form.values,
        seen=form.seen,
        origin=f"membre:{user.pk}:j{jumelage.pk}:{form.signature}",
        source=Source.ORGANISATION if represents and not is_staff else Source.STAFF,
        by_user=user,
        by_name=user.get_full_name(),
        by_email="" if is_staff else user.email,
        message=form.cleaned_data["message"],
        confirms_the_rest=form.confirms_the_rest,
    )
    if proposal is None and form.confirms_the_rest:
        _all_is_right(user, jumelage)
        return str(THANKS)
    if proposal is None:
        return _("Rien n’a changé\u00a0: la page disait déjà tout cela.")
    if is_staff:
        outcome = services.decide(proposal, dict.fromkeys(form.values, Decision(accept=True)), by=user.email)
    elif represents:
        outcome = services.accept_at_once(proposal)
    else:
        outcome = Outcome()
    return published_words(outcome, proposal)


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
    known = {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}
    form = JumelageReportForm(request.POST if request.method == "POST" else None, initial=known)
    status = 200
    if request.method == "POST" and form.is_valid():
        is_free = form.is_from_a_robot or not throttling.is_too_often(
            request, "signalement", settings.DIRECTORY_REPORTS_AN_HOUR
        )
        if is_free:
            if not form.is_from_a_robot:
                _reported(user, jumelage, form)
            messages.success(
                request,
                _(
                    "Merci. L’équipe du réseau a reçu votre signalement et va vérifier. Si vous avez laissé votre adresse, "
                    "vous recevrez un courriel dès que ce sera fait."
                ),
            )
            return redirect(jumelage)
        form.add_error(
            None, _("Beaucoup de signalements sont venus de votre réseau en une heure. Réessayez plus tard.")
        )
        status = 429
    context = {"page_title": _("Signaler une erreur"), "jumelage": jumelage, "form": form}
    return render(request, "directory/jumelage_report.html", context, status=status)


def _reported(user: Any, jumelage: Jumelage, form: JumelageReportForm) -> None:
    said = form.cleaned_data
    services.report(
        jumelage,
        ProposalKind(said["kind"]),
        said["message"],
        origin=f"signalement:{form.signature}",
        by_user=user if user.is_authenticated else None,
        by_name=said["name"],
        by_email=said["email"],
    )


# --- the holder of a signed link ------------------------------------------------------------------------------------------
def confirm_jumelage(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """From the yearly question: one jumelage, « Tout est exact », or corrections."""
    jumelage = Jumelage.objects.published().for_page().filter(pk=link.pk).first()
    if jumelage is None:
        raise ExpiredLink
    link.check(jumelage.collectivite.link_version)
    is_correction = request.method == "POST" and CORRECTED in request.POST
    form = _form(jumelage, request.POST if is_correction else None)
    if request.method == "POST" and not is_correction:
        origin = f"lien:j{jumelage.pk}:{link.version}:{link.last_day:%Y%m%d}"
        services.confirm(jumelage, origin=origin, source=Source.ORGANISATION, verifier=Verifier.LINK)
        messages.success(request, THANKS)
        return redirect(jumelage)
    if is_correction and form.is_valid() and _corrected(jumelage, form):
        messages.success(request, _("Merci\u00a0: l’équipe relit vos corrections, puis les publie."))
        return redirect(jumelage)
    context = {
        "page_title": _("Ce jumelage est-il à jour\u00a0?"),
        "jumelage": jumelage,
        "facts": all_facts_of_jumelage(jumelage),
        "form": form,
        "waiting": list(FieldChange.objects.waiting_for_jumelage(jumelage)),
    }
    return render(request, "directory/confirm_jumelage.html", context)


def _corrected(jumelage: Jumelage, form: JumelageForm) -> bool:
    """Keep the corrections of the link's holder for staff; False, with the form's error, if there is nothing to keep."""
    actor = jumelage.collectivite
    try:
        proposal = services.propose_changes(
            jumelage,
            form.values,
            seen=form.seen,
            origin=f"lien:j{jumelage.pk}:{form.signature}",
            source=Source.ORGANISATION,
            by_name=actor.name,
            by_email=actor.email,
            message=form.cleaned_data["message"],
            confirms_the_rest=form.confirms_the_rest,
        )
    except DirectoryError as error:
        form.add_error(None, str(error))
        return False
    if proposal is None:
        form.add_error(None, _("Vous n’avez rien changé. Si tout est juste, choisissez «\u00a0Tout est exact\u00a0»."))
    return proposal is not None
