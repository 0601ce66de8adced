"""The questionnaire as its people see it: by a personal link, without an account, page by page."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from directory import throttling
from soco.web import signed_links, typesetting
from soco.web.access import public
from surveys import papers, services
from surveys.enums import LinkEnd
from surveys.forms import ColleagueForm, LinkForm, SpontaneousForm
from surveys.models import LINK, Respondent, Wave

from .desk import Desk, answer_page, desk_by_link, file_response, review_page, told_answers

# These pages obey whoever holds the link, and nobody's session: another site has nothing to borrow. So no token of a session that
# may be over stands between somebody and the page that they filled for a quarter of an hour.
no_session = csrf_exempt


class _HandedOverError(Exception):
    """The link was handed over to a colleague, or taken back."""

    def __init__(self, respondent: Respondent) -> None:
        super().__init__(respondent.pk)
        self.respondent = respondent


def respondent_with(token: str) -> Respondent:
    """Who holds a link. Raises InvalidLink, ExpiredLink, Http404 or _HandedOverError."""
    link = signed_links.read(token, LINK)
    respondent = get_object_or_404(Respondent.objects.for_answering(), pk=link.pk)
    if not respondent.is_standing:
        raise _HandedOverError(respondent)
    link.check(respondent.link_version)
    return respondent


def _page(view: Any) -> Any:
    """A page of who holds a link: nothing is kept by caches, a link handed over or a wave that is over are explained."""

    def opened(request: HttpRequest, token: str, **said: Any) -> HttpResponse:
        try:
            desk = desk_by_link(respondent_with(token))
        except _HandedOverError as gone:
            context = {
                "page_title": _("Ce lien ne sert plus"),
                "is_handed_over": gone.respondent.end == LinkEnd.HANDED_OVER,
                "wave": gone.respondent.invitation.wave,
            }
            return render(request, "surveys/answer_gone.html", context, status=410)
        return view(request, desk, **said)

    return public(never_cache(no_session(signed_links.personal_page(opened))))


@_page
@require_safe
def questionnaire(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Where it begins: for whom, how long, until when; go on, hand over, call a colleague, say no."""
    wave = desk.invitation.wave
    context = {
        "page_title": wave.title,
        "desk": desk,
        "wave": wave,
        "actor": desk.invitation.actor,
        "outline": desk.conditions.outline,
        "is_over": not wave.takes_answers,
        "colleagues": desk.invitation.respondents.standing().exclude(pk=desk.respondent.pk) if desk.respondent else [],
        "form": ColleagueForm(),
    }
    return render(request, "surveys/answer_start.html", context)


@_page
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_page(request: HttpRequest, desk: Desk, page: str) -> HttpResponse:
    if request.method != "POST" and not desk.invitation.wave.takes_answers:
        return redirect(desk.address("accueil"))
    return answer_page(request, desk, page)


@_page
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_review(request: HttpRequest, desk: Desk) -> HttpResponse:
    return review_page(request, desk)


@_page
@require_safe
def questionnaire_done(request: HttpRequest, desk: Desk) -> HttpResponse:
    """After it is sent: what the network already does of what is asked, what happens nearby, the copy to keep."""
    if desk.response is None or not desk.response.is_finished:
        return redirect(desk.address("relire"))
    context = {
        "page_title": _("Merci, vos réponses sont arrivées"),
        "desk": desk,
        "wave": desk.invitation.wave,
        "actor": desk.invitation.actor,
        **services.end_page(desk.response),
    }
    return render(request, "surveys/answer_done.html", context)


@_page
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_colleague(request: HttpRequest, desk: Desk) -> HttpResponse:
    """« Je transmets à un collègue », or « complétons à deux »."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and desk.respondent:
        said = {name: form.cleaned_data[name] for name in ("email", "name", "message")}
        gesture = (
            services.hand_over if form.cleaned_data["geste"] == ColleagueForm.HAND_OVER else services.add_colleague
        )
        try:
            colleague = gesture(desk.respondent, **said)
        except services.SurveysError as error:
            form.add_error(None, str(error))
        else:
            if gesture is services.hand_over:
                told = {"page_title": _("C’est transmis"), "colleague": colleague}
                return render(request, "surveys/answer_handed_over.html", told)
            messages.success(request, _("%(email)s a reçu un lien.") % {"email": colleague.email})
            return redirect(desk.address("accueil"))
    context = {
        "page_title": _("Transmettre à un collègue"),
        "desk": desk,
        "wave": desk.invitation.wave,
        "actor": desk.invitation.actor,
        "form": form,
    }
    return render(request, "surveys/answer_colleague.html", context)


@_page
@require_safe
def questionnaire_receipt(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The copy of the answers to keep, once they are sent."""
    if desk.response is None or not desk.response.is_finished:
        return redirect(desk.address("relire"))
    content = papers.receipt(desk.response, desk.invitation.actor, told_answers(desk), now=timezone.now())
    return typesetting.pdf_response(content, f"reponses-{desk.invitation.actor.slug}")


@_page
@require_safe
def questionnaire_paper(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form to fill by hand."""
    content = papers.blank_form(
        desk.invitation, desk.conditions.outline, respondent=desk.respondent, now=timezone.now()
    )
    return typesetting.pdf_response(content, f"questionnaire-{desk.invitation.actor.slug}")


@_page
@require_safe
def questionnaire_file(request: HttpRequest, desk: Desk, pk: int) -> FileResponse:
    return file_response(desk.invitation, pk)


# --- without a link -------------------------------------------------------------------------------------------------------------
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest) -> HttpResponse:
    """« Renvoyez-moi mon lien », and « nous voulons répondre »: the answer never says what is known of an address."""
    waves = list(Wave.objects.answerable(timezone.localdate()).for_list().newest_first())
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    again = LinkForm(request.POST if gesture == "renvoyer" else None)
    mine = SpontaneousForm(request.POST if gesture == "repondre" else None, waves=waves)
    form = again if gesture == "renvoyer" else mine
    sent = ""
    if gesture and form.is_valid():
        if form.is_from_a_robot:
            sent = form.cleaned_data["email"]
        elif throttling.is_too_often(request, "questionnaire", settings.SURVEYS_LINKS_AN_HOUR):
            form.add_error(
                None, _("Beaucoup de demandes sont venues de votre réseau en une heure. Réessayez plus tard.")
            )
        elif gesture == "renvoyer":
            services.links_of(form.cleaned_data["email"])
            sent = form.cleaned_data["email"]
        else:
            services.ask_spontaneously(
                mine.wave, mine.actor, email=mine.cleaned_data["email"], name=mine.cleaned_data["name"]
            )
            sent = form.cleaned_data["email"]
    context = {
        "page_title": _("Questionnaires"),
        "waves": waves,
        "again": again,
        "mine": mine,
        "sent": sent,
        "gesture": gesture,
    }
    return render(request, "surveys/landing.html", context)
