"""Registering for an event, and the page of one registration, opened by its personal link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import throttling
from events import perms, services
from events.appointments import appointment_of, place_of
from events.calendar_files import calendar_file
from events.entry_codes import entry_code
from events.forms.registration import AnswersForm, OpinionForm, RegistrationForm, ReplaceForm, known_of
from events.models import Document, Event, EventInvitation, Registration, Satisfaction
from events.models.registration import LINK
from soco.web import signed_links
from soco.web.access import public

from .agenda import calendar_response, visible_event
from .invitations import invitation_of, known_by

A_DAY = 24 * 60 * 60  # seconds


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
        return render(request, "events/register_closed.html", {"event": event, "closed": ""}, status=403)
    if request.method != "POST" and (closed := services.why_closed(event)):
        return render(request, "events/register_closed.html", {"event": event, "closed": closed})
    has_structure = bool(invitation and invitation.actor)  # that of an invitation stays
    known = known_by(invitation) | known_of(request.user, with_structure=not has_structure)
    form = RegistrationForm(request.POST if request.method == "POST" else None, event=event, known=known)
    status, back_url = 200, invitation.get_absolute_url() if invitation else event.get_absolute_url()
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
                mine, is_theirs = _registered(request, event, form, invitation)
            except services.EventsError as error:
                form.add_error(None, str(error))
            else:
                if is_theirs:
                    return redirect(mine)
                return render(request, "events/registration_known.html", {"event": event, "back_url": back_url})
    context = {
        "event": event,
        "form": form,
        "seats_left": services.seats_left(event),
        "has_kept_seats": services.has_kept_seats(event),
        "place": place_of(event),
        "back_url": back_url,
    }
    return render(request, "events/register.html", context, status=status)


def _registered(
    request: HttpRequest, event: Event, form: RegistrationForm, invitation: EventInvitation | None
) -> tuple[Registration, bool]:
    """Take the seat; return the registration of the address, and whether its page is for who asks: whoever typed it, not another
    who only knows the address, to which the link is sent again."""
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
    is_of_account = request.user.is_authenticated and registration.user_id == request.user.pk
    is_theirs = is_of_account or registration.once == form.cleaned_data["once"]
    if not is_theirs:
        services.send_link(registration)
    return registration, is_theirs


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
    who = _number(request.POST.get("qui")) if gesture == "remplacer" else 0
    replace = ReplaceForm(request.POST if who else None, auto_id=f"remplacer-{who}-%s")
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
    context = _page_of(mine) | {"answers": answers, "error": error}
    context["people"] = [
        (person, replace if person.pk == who else ReplaceForm(auto_id=f"remplacer-{person.pk}-%s"))
        for person in mine.participants.all()
    ]
    return render(request, "events/registration.html", context)


def _page_of(mine: Registration) -> dict[str, Any]:
    shown = Document.objects.of_event(mine.event).for_registered() if mine.is_live else Document.objects.none()
    return {
        "registration": mine,
        "event": mine.event,
        "place": place_of(mine.event),
        "position": services.position(mine),
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
@signed_links.personal_page
@cache_control(private=True, max_age=A_DAY)
@require_safe
def registration_code(request: HttpRequest, token: str) -> HttpResponse:
    """The code to show at the door. An image of its own: it is drawn once, and the browser keeps it for the day itself."""
    mine = registration_with(token)
    if not mine.has_entry_code:
        raise Http404
    return HttpResponse(entry_code(mine), content_type="image/svg+xml")


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
