"""Registering for an event, and the page of one registration, opened by its personal link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import throttling
from directory.models import Attachment
from events import perms, services
from events.appointments import appointment_of, place_of
from events.calendar_files import calendar_file
from events.forms.registration import AnswersForm, OpinionForm, RegistrationForm, ReplaceForm
from events.models import Document, Event, EventInvitation, Registration, Satisfaction
from events.models.registration import LINK
from events.structures import label_of, suggestions
from soco.web import signed_links
from soco.web.access import public

from .agenda import calendar_response, visible_event
from .invitations import invitation_of, known_by


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def event_register(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a registration, filled with what is known of the person, and of whom the invitation is for. The POST takes the
    seat."""
    invitation = invitation_of(request)
    event = invitation.event if invitation else visible_event(request, slug)
    if event.slug != slug:
        query = f"?{request.GET.urlencode()}" if invitation else ""
        return redirect(reverse("event_register", args=[event.slug]) + query, permanent=True)
    if not perms.can_register(request.user, event, invitation):
        return render(request, "events/register_closed.html", {"event": event}, status=403)
    known = known_by(invitation) | known_of(request.user, invitation)
    form = RegistrationForm(request.POST if request.method == "POST" else None, event=event, known=known)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect(event)
        if throttling.is_too_often(request, "inscription", settings.EVENTS_REGISTRATIONS_AN_HOUR):
            form.add_error(
                None, _("Beaucoup d’inscriptions sont venues de votre réseau en une heure. Réessayez plus tard.")
            )
            status = 429
        else:
            try:
                return _registered(request, event, form, invitation)
            except services.EventsError as error:
                form.add_error(None, str(error))
    context = {
        "event": event,
        "form": form,
        "seats_left": services.seats_left(event),
        "place": place_of(event),
        "back_url": invitation.get_absolute_url() if invitation else event.get_absolute_url(),
    }
    return render(request, "events/register.html", context, status=status)


def known_of(user: Any, invitation: EventInvitation | None = None) -> dict[str, Any]:
    """What the form is filled with for a person who is signed in; the structure of an invitation stays."""
    if not user.is_authenticated:
        return {}
    known = {"name": user.get_full_name(), "email": user.email}
    if invitation and invitation.actor:
        return known
    attachment = Attachment.objects.accepted().of_user(user).principal_first().for_page().first()
    return known | ({"structure": label_of(attachment.actor)} if attachment else {})


def _registered(
    request: HttpRequest, event: Event, form: RegistrationForm, invitation: EventInvitation | None
) -> HttpResponse:
    """Take the seat and lead to its page: to whoever typed it, not to another who only knows the address."""
    registration = services.register(
        event,
        form.applicant(request.user),
        people=form.people,
        answers=form.answers,
        is_listed=form.cleaned_data["is_listed"],
        invitation=invitation,
        once=form.cleaned_data["once"],
        by=form.cleaned_data["email"],
    )
    is_theirs = request.user.is_authenticated and registration.user_id == request.user.pk
    if registration.once == form.cleaned_data["once"] or is_theirs:
        return redirect(registration)
    services.send_link(registration)
    return redirect("registration_known", event.slug)


@public
@require_safe
def registration_known(request: HttpRequest, slug: str) -> HttpResponse:
    """The address typed is registered already: its link was sent to it again."""
    return render(request, "events/registration_known.html", {"event": visible_event(request, slug)})


@public
@require_safe
def structure_suggestions(request: HttpRequest) -> HttpResponse:
    """The first fiches for what is being typed in « Votre structure »."""
    typed = next(iter(request.GET.values()), "")  # whatever the box that asks is called
    labels = [label_of(actor) for actor in suggestions(typed)]
    return render(request, "events/_structures.html", {"labels": labels})


# --- one registration -----------------------------------------------------------------------------------------------------------
def registration_with(token: str) -> Registration:
    """The registration of a personal link. Raises InvalidLink, ExpiredLink or Http404."""
    link = signed_links.read(token, LINK)
    registration = get_object_or_404(Registration.objects.for_page(), pk=link.pk)
    link.check(registration.link_version)
    return registration


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """Where one registration stands, and what its owner may do with it. Nothing happens on GET."""
    mine = registration_with(token)
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    replace = ReplaceForm(request.POST if gesture == "remplacer" else None)
    answers = AnswersForm(
        request.POST if gesture == "repondre" else None,
        event=mine.event,
        answers=mine.answers,
        is_listed=mine.is_listed,
    )
    error = ""
    if gesture:
        try:
            if said := _done(mine, gesture, request, replace, answers):
                messages.success(request, said)
                return redirect(Registration.objects.for_page().get(pk=mine.pk))
        except services.EventsError as refusal:
            error = str(refusal)
            mine = registration_with(token)
    context = _page_of(mine) | {"replace": replace, "answers": answers, "error": error, "gesture": gesture}
    return render(request, "events/registration.html", context)


def _page_of(mine: Registration) -> dict[str, Any]:
    shown = Document.objects.of_event(mine.event).for_registered() if mine.is_live else Document.objects.none()
    return {
        "registration": mine,
        "event": mine.event,
        "place": place_of(mine.event),
        "position": services.position(mine),
        "people": list(mine.participants.all()),
        "documents": shown.newest_first(),
        "questions": [
            (question.label, mine.answers[str(question.pk)])
            for question in mine.event.questions.all()
            if str(question.pk) in mine.answers
        ],
    }


def _done(mine: Registration, gesture: str, request: HttpRequest, replace: ReplaceForm, answers: AnswersForm) -> str:
    """Do what the page asks for and say it; « » when there is nothing to do, or the form has errors."""
    if gesture == "accepter":
        services.accept_offer(mine, by=mine.email)
        return _("C’est noté\u00a0: la place est à vous.")
    if gesture == "desister":
        services.withdraw(mine, by=mine.email)
        return _("C’est noté\u00a0: vous ne participez plus. Merci de l’avoir dit.")
    if gesture == "remplacer" and replace.is_valid():
        who = get_object_or_404(mine.participants, pk=_number(request.POST.get("qui")))
        services.replace_participant(who, replace.person, by=mine.email)
        return _("C’est noté\u00a0: %(name)s vient à la place.") % {"name": replace.person.name}
    if gesture == "retirer":
        who = get_object_or_404(mine.participants, pk=_number(request.POST.get("qui")))
        services.remove_participant(who, by=mine.email)
        return _("C’est noté\u00a0: la place de %(name)s est rendue.") % {"name": who.name}
    if gesture == "repondre" and answers.is_valid():
        services.change_answers(mine, answers.answers, is_listed=answers.cleaned_data["is_listed"])
        return _("Vos réponses sont enregistrées.")
    return ""


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 12 else 0


@public
@never_cache
@signed_links.personal_page
@require_safe
def registration_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The appointment of whoever is registered, with the address of the visioconference."""
    mine = registration_with(token)
    seated = mine if mine.is_confirmed else None
    return calendar_response(calendar_file([appointment_of(mine.event, registration=seated)]), mine.event.slug)


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def registration_opinion(request: HttpRequest, token: str) -> HttpResponse:
    """Three questions after the event; answered again, they replace the first answers."""
    mine = registration_with(token)
    known = Satisfaction.objects.filter(registration=mine).values("rating", "useful", "wish").first()
    form = OpinionForm(request.POST if request.method == "POST" else None, initial=known or {})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_satisfaction(mine, **form.cleaned_data)
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Merci\u00a0: votre avis est enregistré."))
            return redirect(mine)
    return render(request, "events/opinion.html", {"event": mine.event, "form": form})
