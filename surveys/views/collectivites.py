"""The collectivités of a wave, one by one: where each stands, who holds its links, what it answered; what is said on the phone."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import ChangeProposal, Need
from soco.mailing import kinds
from soco.mailing.models import Message
from soco.web import typesetting
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate
from surveys import invitation_lines, papers, perms, services
from surveys.analysis.dimensions import Labels
from surveys.answer_words import told
from surveys.enums import Channel, NonResponse
from surveys.forms import InvitationSearch, OutcomeForm, ReopenForm, WriteForm
from surveys.models import Answer, AnswerFile, Invitation, Respondent, Response
from surveys.published import conditions_of

from .desk import Desk, answer_page, file_response, review_page, told_answers
from .waves import wave_of

READ_AND_WRITE = ["GET", "HEAD", "POST"]
BY_HAND = (Channel.PHONE, Channel.VISIT, Channel.PAPER)
SHOWN_ANSWERS = 200
MOST_DIGITS = 18  # of a number that the database knows


def _found(request: HttpRequest, slug: str) -> tuple[Any, InvitationSearch, Any]:
    wave = wave_of(slug)
    rows = Invitation.objects.of_wave(wave)
    labels = Labels()
    places = [(code, labels.of("departement", code)) for code in rows.departements() if code]
    form = InvitationSearch(request.GET, places=places)
    return wave, form, form.applied_to(rows, timezone.localdate()).by_name()


@allowed(perms.READ)
@never_cache
@require_safe
def survey_invitations(request: HttpRequest, slug: str) -> HttpResponse:
    wave, form, found = _found(request, slug)
    total = found.count()
    page = paginate(found.for_list(), asked=request.GET.get("page"), total=total, size=settings.SURVEYS_PAGE_SIZE)
    params = request.GET.copy()
    params.pop("page", None)
    context = {
        "page_title": _("Collectivités interrogées"),
        "wave": wave,
        "form": form,
        "page": page,
        "total": total,
        "understood": params,
        "query": params.urlencode(),
        "can_enter": request.user.has_perm(perms.ENTER),
    }
    return render(request, "surveys/invitation_list.html", context)


def _queue(request: HttpRequest, title: str, found: Any, empty: str) -> HttpResponse:
    """What waits in all the waves, the oldest first."""
    page = paginate(
        found.for_list(), asked=request.GET.get("page"), total=found.count(), size=settings.SURVEYS_PAGE_SIZE
    )
    context = {"page_title": title, "page": page, "empty": empty}
    return render(request, "surveys/invitation_queue.html", context)


@allowed(perms.READ)
@never_cache
@require_safe
def survey_to_read(request: HttpRequest) -> HttpResponse:
    found = Invitation.objects.real().to_read().order_by("response__submitted_at", "pk")
    return _queue(request, _("Réponses à relire"), found, _("Toutes les réponses sont relues."))


@allowed(perms.ENTER)
@never_cache
@require_safe
def survey_to_call(request: HttpRequest) -> HttpResponse:
    found = Invitation.objects.of_running_waves().to_call_back(timezone.localdate()).order_by("call_back_on", "pk")
    return _queue(request, _("Collectivités à rappeler"), found, _("Personne n’attend d’appel aujourd’hui."))


@allowed(perms.READ)
@require_safe
def survey_invitations_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    wave, _form, found = _found(request, slug)
    return csv_response(f"collectivites-{wave.slug}", invitation_lines.LABELS, invitation_lines.rows(found))


@allowed(perms.READ)
@require_safe
def survey_invitations_xlsx(request: HttpRequest, slug: str) -> FileResponse:
    wave, _form, found = _found(request, slug)
    return xlsx_response(
        f"collectivites-{wave.slug}", _("Collectivités"), invitation_lines.LABELS, invitation_lines.rows(found)
    )


def _invitation(slug: str, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.for_page(), wave__slug=slug, pk=pk)


@allowed(perms.READ)
@never_cache
@require_safe
def survey_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One collectivité: all that was written to it, who holds its links, what it answered and who said what."""
    invitation = _invitation(slug, pk)
    response = getattr(invitation, "response", None)
    desk = _desk(request, invitation, Channel.PHONE)
    context = {
        "page_title": invitation.actor.name,
        "wave": invitation.wave,
        "invitation": invitation,
        "response": response,
        "respondents": Respondent.objects.of_invitation(invitation).order_by("pk"),
        "messages_sent": _mails(invitation),
        "parts": told_answers(desk) if response else [],
        "history": _history(desk, response) if response else [],
        "proposals": ChangeProposal.objects.within_origin(response.origin).oldest_first().for_list()
        if response
        else [],
        "said_to_be": services.said_to_be(response) if response else "",
        "files": AnswerFile.objects.of_invitation(invitation),
        "people": services.people_named_in(response) if response else [],
        "needs": Need.objects.from_origin(response.origin).oldest_first() if response else [],
        "channels": BY_HAND,
        "outcome_form": OutcomeForm(initial={"outcome": invitation.outcome, "call_back_on": invitation.call_back_on}),
        "write_form": WriteForm(),
        "reopen_form": ReopenForm(),
        "can_enter": request.user.has_perm(perms.ENTER),
        "can_manage": request.user.has_perm(perms.MANAGE),
    }
    return render(request, "surveys/invitation.html", context)


def _mails(invitation: Invitation) -> list[Message]:
    """What was written to it, each with what it is called."""
    found = list(Message.objects.about(invitation.about).in_order())
    for message in found:
        kind = kinds.get(message.kind)
        message.label = kind.label if kind else message.kind  # type: ignore[attr-defined]
    return found


def _history(desk: Desk, response: Response) -> list[tuple[Answer, str, list[str]]]:
    """The answers as they came, the last first, with the question and the value in words."""
    outline = conditions_of(response.wave.questionnaire_id).outline
    found = []
    for answer in Answer.objects.of_response(response).newest_first()[:SHOWN_ANSWERS]:
        question = outline.question(answer.code)
        if question is not None:
            found.append((answer, question.label, told(question, answer.value, desk.lists)))
    return found


@allowed(perms.READ)
@require_POST
def survey_invitation_gesture(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write why nobody answered, send a link, take one back, mark as read, reopen."""
    invitation, gesture = _invitation(slug, pk), request.POST.get("geste", "")
    needed = perms.ENTER if gesture in ("sans-reponse", "finalement") else perms.MANAGE
    if not request.user.has_perm(needed):
        raise PermissionDenied
    try:
        messages.success(request, _done(request, invitation, gesture))
    except services.SurveysError as error:
        messages.error(request, str(error))
    return redirect(invitation)


def _done(request: HttpRequest, invitation: Invitation, gesture: str) -> str:
    by = str(request.user.email)  # type: ignore[union-attr]
    response: Response | None = getattr(invitation, "response", None)
    if gesture == "sans-reponse":
        return _outcome(request, invitation, by)
    if gesture == "finalement":
        services.forget_outcome(invitation)
        return _("C’est effacé.")
    if gesture == "envoyer":
        form = WriteForm(request.POST)
        if not form.is_valid():
            raise services.SurveysError(_("Cette adresse n’est pas complète\u00a0: rien n’est parti."))
        services.write_to(invitation, email=form.cleaned_data["email"], name=form.cleaned_data["name"], by=by)
        return _("Le lien part à %(email)s.") % {"email": form.cleaned_data["email"]}
    if gesture == "retirer":
        number = request.POST.get("qui", "")
        respondents = Respondent.objects.of_invitation(invitation)
        services.take_back(get_object_or_404(respondents, pk=_small(number)), by=by)
        return _("Ce lien n’ouvre plus rien.")
    if gesture == "relue" and response:
        services.mark_read(response, by=by, seen=_small(request.POST.get("vu", ""), otherwise=response.revision))
        return _("C’est noté comme relu.")
    if gesture == "contact" and response:
        number = request.POST.get("qui", "")
        contact = services.take_contact(response, _small(number, otherwise=-1))
        return _(
            "%(name)s est dans les contacts de la fiche\u00a0; un courriel lui demande ce qui peut être publié."
        ) % {"name": contact.name}
    if gesture == "rouvrir" and response:
        form_again = ReopenForm(request.POST)
        if not form_again.is_valid():
            raise services.SurveysError(_("Dites pourquoi\u00a0: la collectivité le lira."))
        services.reopen(response, by=by, because=form_again.cleaned_data["because"])
        return _("La réponse est rouverte\u00a0: elle ne compte plus avant d’être envoyée de nouveau.")
    raise services.SurveysError(_("Ce geste n’est pas possible\u00a0: rien n’a été changé."))


def _small(text: str, *, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else otherwise


def _outcome(request: HttpRequest, invitation: Invitation, by: str) -> str:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        raise services.SurveysError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    said = form.cleaned_data
    services.note_outcome(
        invitation, NonResponse(said["outcome"]), by=by, call_back_on=said["call_back_on"], note=said["note"]
    )
    return _("C’est noté.")


@allowed(perms.ENTER)
@never_cache
@require_safe
def survey_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form to fill by hand, to give or to send; what comes back is typed from the page of the collectivité."""
    invitation = _invitation(slug, pk)
    outline = conditions_of(invitation.wave.questionnaire_id).outline
    respondent = Respondent.objects.of_invitation(invitation).standing().first()
    content = papers.blank_form(invitation, outline, respondent=respondent, now=timezone.now())
    return typesetting.pdf_response(content, f"questionnaire-{invitation.actor.slug}")


@allowed(perms.READ)
@never_cache
@require_safe
def survey_file(request: HttpRequest, slug: str, pk: int, file: int) -> FileResponse:
    return file_response(_invitation(slug, pk), file)


# --- on the phone, in visit, from paper -----------------------------------------------------------------------------------------
def _desk(request: HttpRequest, invitation: Invitation, channel: Channel) -> Desk:
    names = {
        "accueil": "survey_invitation",
        "page": "survey_entry",
        "relire": "survey_entry_review",
        "merci": "survey_invitation",
    }

    def address(name: str, page: str = "") -> str:
        own = [invitation.wave.slug, invitation.pk]
        if names[name] == "survey_invitation":
            return reverse("survey_invitation", args=own)
        return reverse(names[name], args=[*own, channel.value, page] if page else [*own, channel.value])

    by = str(request.user.email)  # type: ignore[union-attr]
    return Desk(invitation, channel, by, address, None, getattr(invitation, "response", None))


def _channel(said: str) -> Channel:
    if said not in BY_HAND:
        raise Http404
    return Channel(said)


@allowed(perms.ENTER)
@never_cache
@require_http_methods(READ_AND_WRITE)
def survey_entry(request: HttpRequest, slug: str, pk: int, channel: str, page: str) -> HttpResponse:
    """The same pages and the same response as the collectivité's own, entered by staff."""
    return answer_page(request, _desk(request, _invitation(slug, pk), _channel(channel)), page)


@allowed(perms.ENTER)
@never_cache
@require_safe
def survey_entry_start(request: HttpRequest, slug: str, pk: int, channel: str) -> HttpResponse:
    """Where it was left, whoever left it."""
    return redirect(_desk(request, _invitation(slug, pk), _channel(channel)).resume_url)


@allowed(perms.ENTER)
@never_cache
@require_http_methods(READ_AND_WRITE)
def survey_entry_review(request: HttpRequest, slug: str, pk: int, channel: str) -> HttpResponse:
    return review_page(request, _desk(request, _invitation(slug, pk), _channel(channel)))
