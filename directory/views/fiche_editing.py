"""What the pages that correct an actor and those that correct a jumelage do alike, over « a fiche »: one or the other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import editable, notifications, perms, services
from directory.enums import ProposalKind, Source, Verifier
from directory.forms.jumelages import JumelageForm
from directory.forms.proposals import FactsForm, ReportForm
from directory.models import Actor, ChangeProposal, FieldChange, Jumelage
from directory.services import Decision, DirectoryError, Outcome
from soco.web.signed_links import SignedLink

CORRECTED, CONFIRMED = "corriger", "exact"
BY_LINK = {"source": Source.ORGANISATION, "verifier": Verifier.LINK}
TOO_MANY_REPORTS = gettext_lazy(
    "Beaucoup de signalements sont venus de votre réseau en une heure. Réessayez plus tard."
)
NOTHING_CORRECTED = gettext_lazy("Vous n’avez rien changé. Si tout est juste, choisissez «\u00a0Tout est exact\u00a0».")


@dataclass(frozen=True)
class Fiche:
    """An actor or a jumelage, as its people and the holders of its signed link correct and confirm it.

    `actor`: whose people speak for it. `key`: how origins name it. `confirm`: « Tout est exact »; `confirm_beside`: what
    the page shows and the form does not hold; both take the words of services.confirm. `trusted`: of these names of
    facts, those that its own people publish at once. `waiting`: what is proposed for it and not decided yet.
    """

    subject: Actor | Jumelage
    actor: Actor
    key: str
    form_class: type[FactsForm] | type[JumelageForm]
    confirm: Callable[..., Any]
    confirm_beside: Callable[..., Any]
    trusted: Callable[[Iterable[str]], list[str]]
    waiting: Any
    thanks: Promise
    unchanged: Promise


def of_actor(actor: Actor) -> Fiche:
    return Fiche(
        actor,
        actor,
        key=str(actor.pk),
        form_class=FactsForm,
        confirm=partial(services.confirm_all, actor),
        confirm_beside=partial(services.confirm_jumelages, actor),
        trusted=editable.trusted,
        waiting=FieldChange.objects.waiting_for(actor),
        thanks=gettext_lazy("Merci\u00a0: la fiche est confirmée, et le dit à tous ceux qui la lisent."),
        unchanged=gettext_lazy("Rien n’a changé\u00a0: la fiche disait déjà tout cela."),
    )


def of_jumelage(jumelage: Jumelage) -> Fiche:
    return Fiche(
        jumelage,
        jumelage.collectivite,
        key=f"j{jumelage.pk}",
        form_class=JumelageForm,
        confirm=partial(services.confirm, jumelage),
        confirm_beside=lambda **_said: None,  # all that its page shows is in its form
        trusted=editable.trusted_of_jumelage,
        waiting=FieldChange.objects.waiting_for_jumelage(jumelage),
        thanks=gettext_lazy("Merci\u00a0: la page de ce jumelage est confirmée, et le dit à tous ceux qui la lisent."),
        unchanged=gettext_lazy("Rien n’a changé\u00a0: la page disait déjà tout cela."),
    )


def form_of(fiche: Fiche, data: Any = None, *, form_class: Any = None) -> Any:
    """A form over a copy: validating one changes its instance, and the page still shows the true facts."""
    model: Any = type(fiche.subject)
    instance = fiche.subject if data is None else model.objects.get(pk=fiche.subject.pk)
    return (form_class or fiche.form_class)(data, instance=instance)


def jumelages_told_with(actor: Actor, link: SignedLink | None = None) -> list[dict[str, Any]]:
    """What « Tout est exact » confirms with a fiche: each `jumelage`, and the `address` where an account, or the holder of the
    fiche's signed `link`, corrects it. One query."""
    return [
        {
            "jumelage": jumelage,
            "address": notifications.jumelage_link(jumelage, link).url
            if link
            else reverse("jumelage_edit", args=[jumelage.slug]),
        }
        for jumelage in Jumelage.objects.told_with(actor).by_partner().for_page()
    ]


# --- its own people -------------------------------------------------------------------------------------------------------
def answer_edit(
    request: HttpRequest,
    fiche: Fiche,
    template: str,
    context: dict[str, Any],
    beside: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """The page of a fiche's own people, and of staff: « Tout est exact », and the form. Others learn how to become référent.

    `beside`: what else `template` shows, read only for those who may see it.
    """
    if not perms.can_edit(request.user, fiche.actor):
        return render(request, "directory/edit_refused.html", context, status=403)
    if request.POST.get("geste") == CONFIRMED:
        fiche.confirm(**_said_by(request.user, fiche))
        messages.success(request, str(fiche.thanks))
        return redirect(fiche.subject)
    form = form_of(fiche, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, edited(request.user, fiche, form))
            return redirect(fiche.subject)
        except DirectoryError as error:
            form.add_error(None, str(error))
    at_once = _at_once(request.user, fiche, form)
    context |= beside() | {
        "form": form,
        "at_once": [str(form[name].label) for name in form.facts if name in at_once],
        "read_first": [str(form[name].label) for name in form.facts if name not in at_once],
        "waiting": fiche.waiting,
    }
    return render(request, template, context)


def _at_once(user: Any, fiche: Fiche, form: Any) -> set[str]:
    """The facts that this person publishes without a second reader."""
    if perms.can_publish(user):
        return set(form.facts)
    return set(fiche.trusted(form.facts)) if perms.represents(user, fiche.actor) else set()


def _said_by(user: Any, fiche: Fiche) -> dict[str, Any]:
    """What a confirmation tells of a member: one counts for a day and a person."""
    is_staff = perms.can_publish(user) or not perms.represents(user, fiche.actor)
    return {
        "origin": f"membre:{user.pk}:{fiche.key}:{timezone.localdate():%Y%m%d}",
        "source": Source.STAFF if is_staff else Source.ORGANISATION,
        "verifier": Verifier.STAFF if is_staff else Verifier.REFERENT,
        "by_user": user,
        "by_name": user.get_full_name(),
    }


@transaction.atomic
def edited(user: Any, fiche: Fiche, form: Any) -> str:
    """Keep what a member typed, publish what they are trusted with, and return the sentence that tells them. `form`: valid, with
    `values` by field, `seen`, `signature`, `confirms_the_rest` and a cleaned `message`. Raises DirectoryError."""
    is_staff, represents = perms.can_publish(user), perms.represents(user, fiche.actor)
    proposal = services.propose_changes(
        fiche.subject,
        form.values,
        seen=form.seen,
        origin=f"membre:{user.pk}:{fiche.key}:{form.signature}",
        source=Source.ORGANISATION if represents and not is_staff else Source.STAFF,
        by_user=user,
        by_name=user.get_full_name(),
        by_email="" if is_staff else user.email,
        message=form.cleaned_data["message"],
        confirms_the_rest=form.confirms_the_rest,
    )
    if proposal is None and form.confirms_the_rest:
        fiche.confirm(**_said_by(user, fiche))
        return str(fiche.thanks)
    if proposal is None:
        return str(fiche.unchanged)
    if form.confirms_the_rest:
        fiche.confirm_beside(**_said_by(user, fiche))
    if is_staff:
        outcome = services.decide(proposal, dict.fromkeys(form.values, Decision(accept=True)), by=user.email)
    elif represents:
        outcome = services.accept_at_once(proposal)
    else:
        outcome = Outcome()
    return _published_words(outcome, proposal)


def _published_words(outcome: Outcome, proposal: ChangeProposal) -> str:
    """What became of a member's changes, in one sentence."""
    if outcome.is_over and proposal.confirms_the_fiche:
        return _("C’est publié, et la fiche est confirmée. Merci.")
    if outcome.is_over:
        return _("C’est publié. Merci.")
    if outcome.accepted:
        return _("Une partie est publiée, l’équipe relit le reste. Vous suivez cela dans votre espace.")
    return _("C’est bien reçu\u00a0: l’équipe relit avant de publier. Vous suivez cela dans votre espace.")


# --- any visitor ----------------------------------------------------------------------------------------------------------
def known_of(user: Any) -> dict[str, str]:
    """What a visitor need not type again to report an error."""
    return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}


def keep_report(user: Any, subject: Actor | Jumelage, form: ReportForm) -> None:
    said = form.cleaned_data
    services.report(
        subject,
        ProposalKind(said["kind"]),
        said["message"],
        origin=f"signalement:{form.signature}",
        by_user=user if user.is_authenticated else None,
        by_name=said["name"],
        by_email=said["email"],
    )


# --- the holder of a signed link ------------------------------------------------------------------------------------------
def said_by_link(fiche: Fiche, link: SignedLink) -> dict[str, Any]:
    """What a confirmation tells of the holder of a link. One link confirms once: sent again weeks later, it does not make the
    facts fresh again."""
    return {"origin": f"lien:{fiche.key}:{link.version}:{link.last_day:%Y%m%d}", **BY_LINK}


def keep_corrections(fiche: Fiche, form: Any, *, by_email: str) -> ChangeProposal | None:
    """Keep for staff what the holder of a link corrected; None if nothing differs. Raises DirectoryError."""
    return services.propose_changes(
        fiche.subject,
        form.values,
        seen=form.seen,
        origin=f"lien:{fiche.key}:{form.signature}",
        source=Source.ORGANISATION,
        by_name=fiche.actor.name,
        by_email=by_email,
        message=form.cleaned_data["message"],
        confirms_the_rest=form.confirms_the_rest,
    )
