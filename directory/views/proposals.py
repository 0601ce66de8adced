"""The three ways to correct a fiche: its own people, the holder of a signed link, any visitor."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import editable, notifications, perms, services, throttling
from directory.enums import ConfirmationOutcome, ProposalKind, Source, Verifier
from directory.forms.proposals import FactsForm, LinkForm, ReportForm
from directory.models import Actor, ChangeProposal, FieldChange, Jumelage
from directory.services import Decision, DirectoryError, Outcome
from soco.web.access import member, public
from soco.web.signed_links import ExpiredLink, SignedLink

CORRECTED, CONFIRMED = "corriger", "exact"
THANKS = gettext_lazy("Merci\u00a0: la fiche est confirmée, et le dit à tous ceux qui la lisent.")


def _found(slug: str) -> Actor:
    actor = Actor.objects.published().for_page().with_slug(slug)
    if actor is None:
        raise Http404
    return actor


def _form(actor: Actor, data: Any = None, *, form_class: type[FactsForm] = FactsForm) -> FactsForm:
    """A form over a copy of the actor: validating one changes its instance, and the page still shows the true facts."""
    return form_class(data, instance=Actor.objects.get(pk=actor.pk) if data is not None else actor)


# --- its own people -------------------------------------------------------------------------------------------------------
@member
@require_http_methods(["GET", "HEAD", "POST"])
def actor_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A référent's form; staff's too. Others learn how to become référent."""
    actor = _found(slug)
    context = {"page_title": _("Modifier la fiche"), "actor": actor}
    if not perms.can_edit(request.user, actor):
        return render(request, "directory/edit_refused.html", context, status=403)
    if request.POST.get("geste") == CONFIRMED:
        return _confirmed_by_member(request, actor)
    form = _form(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _edited(request.user, actor, form))
            return redirect(actor)
        except DirectoryError as error:
            form.add_error(None, str(error))
    at_once = _at_once(request.user, actor, form)
    context |= {
        "form": form,
        "at_once": [form[name].label for name in form.facts if name in at_once],
        "read_first": [form[name].label for name in form.facts if name not in at_once],
        "waiting": FieldChange.objects.waiting_for(actor),
    }
    return render(request, "directory/actor_edit.html", context)


def _confirmed_by_member(request: HttpRequest, actor: Actor) -> HttpResponse:
    _all_is_right(request.user, actor)
    messages.success(request, THANKS)
    return redirect(actor)


def _all_is_right(user: Any, actor: Actor) -> None:
    """« Tout est exact », once a day and a person."""
    is_staff = perms.can_publish(user) or not perms.represents(user, actor)
    services.confirm(
        actor,
        origin=f"membre:{user.pk}:{actor.pk}:{timezone.localdate():%Y%m%d}",
        source=Source.STAFF if is_staff else Source.ORGANISATION,
        verifier=Verifier.STAFF if is_staff else Verifier.REFERENT,
        by_user=user,
        by_name=user.get_full_name(),
    )


@transaction.atomic
def _edited(user: Any, actor: Actor, form: FactsForm) -> str:
    """Keep what a member typed, publish what they are trusted with, and return the sentence that tells them."""
    is_staff, represents = perms.can_publish(user), perms.represents(user, actor)
    proposal = services.propose_changes(
        actor,
        form.values,
        seen=form.seen,
        origin=f"membre:{user.pk}:{form.signature}",
        source=Source.ORGANISATION if represents and not is_staff else Source.STAFF,
        by_user=user,
        by_name=user.get_full_name(),
        by_email="" if is_staff else user.email,
        message=form.cleaned_data["message"],
        confirms_the_rest=form.confirms_the_rest,
    )
    if proposal is None and form.confirms_the_rest:
        _all_is_right(user, actor)
        return str(THANKS)
    if proposal is None:
        return _("Rien n’a changé\u00a0: la fiche disait déjà tout cela.")
    if is_staff:
        outcome = services.decide(proposal, dict.fromkeys(form.values, Decision(accept=True)), by=user.email)
    elif represents:
        outcome = services.accept_at_once(proposal)
    else:
        outcome = Outcome()
    return published_words(outcome, proposal)


def _at_once(user: Any, actor: Actor, form: FactsForm) -> set[str]:
    """The facts that this person publishes without a second reader."""
    if perms.can_publish(user):
        return set(form.fields)
    return set(editable.trusted(form.facts)) if perms.represents(user, actor) else set()


def published_words(outcome: Outcome, proposal: ChangeProposal) -> str:
    """What became of a member's changes, in one sentence."""
    if outcome.is_over and proposal.confirms_the_fiche:
        return _("C’est publié, et la fiche est confirmée. Merci.")
    if outcome.is_over:
        return _("C’est publié. Merci.")
    if outcome.accepted:
        return _("Une partie est publiée, l’équipe relit le reste. Vous suivez cela dans votre espace.")
    return _("C’est bien reçu\u00a0: l’équipe relit avant de publier. Vous suivez cela dans votre espace.")


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
    form = ReportForm(request.POST if request.method == "POST" else None, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("report_received", slug=slug)
        if not throttling.is_too_often(request, "signalement", settings.DIRECTORY_REPORTS_AN_HOUR):
            _reported(request, actor, form)
            return redirect("report_received", slug=slug)
        form.add_error(
            None, _("Beaucoup de signalements sont venus de votre réseau en une heure. Réessayez plus tard.")
        )
    context = {"page_title": _("Signaler une erreur"), "actor": actor, "form": form}
    return render(request, "directory/actor_report.html", context, status=429 if _is_throttled(form) else 200)


def _known(request: HttpRequest) -> dict[str, str]:
    user = request.user
    return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}


def _is_throttled(form: ReportForm) -> bool:
    return form.is_bound and bool(form.non_field_errors())


def _reported(request: HttpRequest, actor: Actor, form: ReportForm) -> None:
    said = form.cleaned_data
    services.report(
        actor,
        ProposalKind(said["kind"]),
        said["message"],
        origin=f"signalement:{form.signature}",
        by_user=request.user if request.user.is_authenticated else None,
        by_name=said["name"],
        by_email=said["email"],
    )


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
    is_correction = request.method == "POST" and CORRECTED in request.POST
    form = _form(actor, request.POST if is_correction else None, form_class=LinkForm)
    waiting = list(FieldChange.objects.waiting_for(actor))
    if request.method == "POST" and not is_correction:
        _confirmed(actor, link)
        messages.success(request, THANKS)
        return redirect(actor)
    if is_correction and form.is_valid() and (said := _corrected(actor, link, form, waiting)):
        messages.success(request, said)
        return redirect(actor)
    context = {
        "page_title": _("Votre fiche est-elle à jour\u00a0?"),
        "actor": actor,
        "form": form,
        "waiting": waiting,
        "jumelages": [
            {"jumelage": jumelage, "link": notifications.jumelage_link(jumelage, link).url}
            for jumelage in Jumelage.objects.published().led_by(actor).running().by_partner().for_page()
        ],
    }
    return render(request, "directory/confirm_facts.html", context)


def _confirmed(actor: Actor, link: SignedLink) -> None:
    """One link confirms once: the same link sent again weeks later does not make the facts fresh again."""
    origin = f"lien:{actor.pk}:{link.version}:{link.last_day:%Y%m%d}"
    services.confirm_all(actor, origin=origin, source=Source.ORGANISATION, verifier=Verifier.LINK)


def _corrected(actor: Actor, link: SignedLink, form: FactsForm, waiting: list[FieldChange]) -> str:
    """Keep the corrections of the link's holder for staff, and return the sentence that tells them; « », with the form's
    error, if there is nothing to keep. `waiting`: what was proposed before and is not decided."""
    try:
        proposal = services.propose_changes(
            actor,
            form.values,
            seen=form.seen,
            origin=f"lien:{actor.pk}:{form.signature}",
            source=Source.ORGANISATION,
            by_name=actor.name,
            by_email=form.cleaned_data["reply_to"] or actor.email,
            message=form.cleaned_data["message"],
            confirms_the_rest=form.confirms_the_rest,
        )
    except DirectoryError as error:
        form.add_error(None, str(error))
        return ""
    if form.confirms_the_rest and (proposal is None or not proposal.changes.exists()):
        _confirmed(actor, link)
    if proposal is None and form.confirms_the_rest:
        return str(THANKS)
    if proposal is None:
        form.add_error(None, _("Vous n’avez rien changé. Si tout est juste, choisissez «\u00a0Tout est exact\u00a0»."))
        return ""
    services.close_request(actor, ConfirmationOutcome.CORRECTED)
    return _thanked(proposal, waiting)


def _thanked(proposal: ChangeProposal, waiting: list[FieldChange]) -> str:
    said = [_("Merci\u00a0: l’équipe relit vos corrections, puis les publie.")]
    again = {change.field for change in waiting if change.proposal_id != proposal.pk}
    if again & set(proposal.changes.values_list("field", flat=True)):
        said.append(_("Une autre valeur était déjà proposée\u00a0: l’équipe verra les deux et choisira."))
    if proposal.by_email:
        said.append(_("Sa réponse ira à %(email)s.") % {"email": proposal.by_email})
    return " ".join(said)
