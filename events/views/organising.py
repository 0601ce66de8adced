"""What organisers do with an event: plan, change, publish, copy, repeat, postpone, cancel; its questions and sessions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.forms.proposals import signature_of
from events import perms, services
from events.enums import EventKind
from events.forms.planning import (
    BreakfastForm,
    CancelForm,
    EventForm,
    MomentForm,
    PostponeForm,
    QuestionForm,
    SeriesForm,
    SessionForm,
    groups_of,
)
from events.forms.suggested import SuggestedForm
from events.models import Document, Event, Group, Registration
from soco.web.access import allowed, member

from .agenda import visible_event


def managed_event(request: HttpRequest, slug: str) -> Event:
    """The event of this address, if this person may manage it. Raises Http404 for one that they may not see, PermissionDenied for
    one that they may only see."""
    event = visible_event(request, slug)
    if not perms.can_manage(request.user, event):
        raise PermissionDenied
    return event


def form_page(request: HttpRequest, event: Event | None, form: BaseForm, **words: Any) -> HttpResponse:
    """A page with one form. `words`: page_title, lead, button, is_danger for what cannot be undone, back for a group's."""
    return render(
        request,
        "events/organise_form.html",
        {"event": event, "form": form, "lead": "", "is_danger": False, "back": None, **words},
    )


# --- a new event ----------------------------------------------------------------------------------------------------------------
@allowed(perms.MANAGE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_breakfast(request: HttpRequest) -> HttpResponse:
    """A petit-déjeuner in one short form, published at once."""
    form = BreakfastForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            event = services.create_event(
                form.event(request.user), by=request.user.email, publish=True, once=signature_of(form)
            )  # type: ignore[union-attr]
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est publié\u00a0: le petit-déjeuner est dans l’agenda."))
            return redirect("event_manage", event.slug)
    return form_page(
        request, None, form,
        page_title=_("Un petit-déjeuner"),
        lead=_("Cinq réponses, et il est en ligne. Tout le reste se complète plus tard."),
        button=_("Publier le petit-déjeuner"),
    )  # fmt: skip


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_add(request: HttpRequest) -> HttpResponse:
    """Any event: `?type=` fills the form with what is usual, `?groupe=` with a group, `SuggestedForm` says the rest. The team, and
    the co-chairs of a group."""
    groups = groups_of(request.user, all_groups=perms.can_manage_all(request.user))
    if not perms.can_manage_all(request.user) and not groups.exists():
        raise PermissionDenied
    kind = request.GET.get("type", "")
    kind = kind if kind in EventKind.values else EventKind.GROUPE_DE_TRAVAIL.value
    group = groups.at_address(request.GET.get("groupe", "").replace("\x00", "")).first()
    suggested = SuggestedForm(request.GET)
    form = EventForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        kind=kind,
        initial={"group": group} | suggested.initial_values,
    )
    if request.method == "POST" and form.is_valid():
        event: Event = form.save(commit=False)
        if not perms.can_manage_all(request.user) and event.group is None:
            form.add_error("group", _("Choisissez le groupe que vous coprésidez."))
        else:
            event.organiser = request.user  # type: ignore[assignment]
            if answer := _created(request, event, form, suggested):
                return answer
    context = {"form": form, "event": None, "kinds": EventKind.choices, "kind": kind, "suggested": suggested}
    return render(request, "events/event_form.html", context)


def _created(request: HttpRequest, event: Event, form: EventForm, suggested: SuggestedForm) -> HttpResponse | None:
    """To the event's page, or to inviting those that were suggested; None, said on the form, if it is refused."""
    publish = "publier" in request.POST
    try:
        event = services.create_event(event, by=request.user.email, publish=publish, once=signature_of(form))  # type: ignore[union-attr]
    except services.EventsError as error:
        form.add_error(None, str(error))
        return None
    messages.success(
        request,
        _("C’est publié.") if publish else _("Le brouillon est gardé\u00a0: publiez-le quand il est prêt."),
    )
    if publish and suggested.invited and perms.can_invite(request.user):
        guests = ",".join(str(pk) for pk in suggested.invited)
        return redirect(f"{reverse('event_invite_addresses', args=[event.slug])}?structures={guests}")
    return redirect("event_manage", event.slug)


# --- one event ------------------------------------------------------------------------------------------------------------------
@member
@never_cache
@require_safe
def event_manage(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisers' page of an event: where it stands, and every gesture."""
    event = managed_event(request, slug)
    registrations = Registration.objects.of_event(event)
    context = {
        "event": event,
        "counts": registrations.counted_by_state(),
        "explanations": services.explanations(event),
        "documents": Document.objects.of_event(event).newest_first(),
        "questions": event.questions.all(),
        "sessions": event.sessions.all() if event.has_sessions else [],
        "siblings": Event.objects.of_series(event.series_id).soonest_first() if event.series_id else [],
    }
    return render(request, "events/event_manage.html", context)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """All its facts. Those concerned are told of what a calendar must know, unless the organiser unticks it."""
    event = managed_event(request, slug)
    groups = Group.objects.filter(pk=event.group_id) | groups_of(
        request.user, all_groups=perms.can_manage_all(request.user)
    )
    fresh = Event.objects.get(pk=event.pk)
    form = EventForm(request.POST if request.method == "POST" else None, groups=groups, instance=fresh)
    if request.method == "POST" and form.is_valid():
        tell = "prevenir" in request.POST
        try:
            changes = services.save_event(event, form.changes, by=request.user.email, tell=tell)  # type: ignore[union-attr]
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            told = changes and tell and not event.is_draft
            messages.success(
                request,
                _("C’est enregistré, et les personnes concernées sont prévenues.") if told else _("C’est enregistré."),
            )
            return redirect("event_manage", Event.objects.get(pk=event.pk).slug)
    concerned = Registration.objects.of_event(event).concerned().count()
    return render(request, "events/event_form.html", {"form": form, "event": event, "concerned": concerned})


@member
@require_POST
def event_publish(request: HttpRequest, slug: str) -> HttpResponse:
    event = managed_event(request, slug)
    try:
        services.publish_event(event, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("C’est publié\u00a0: l’événement est dans l’agenda."))
    except services.EventsError as error:
        messages.error(request, str(error))
    return redirect("event_manage", event.slug)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft like this one, at another date."""
    event = managed_event(request, slug)
    form = MomentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            copy = services.duplicate_event(
                event, form.cleaned_data["starts_at"], by=request.user.email, once=signature_of(form)  # type: ignore[union-attr]
            )  # fmt: skip
        except services.EventsError as error:
            form.add_error("starts_at", str(error))
        else:
            messages.success(request, _("Voici la copie, en brouillon\u00a0: relisez-la, puis publiez-la."))
            return redirect("event_manage", copy.slug)
    return form_page(
        request, event, form,
        page_title=_("Dupliquer"),
        lead=_("Tout est repris, sauf les inscriptions. La copie est un brouillon."),
        button=_("Créer la copie"),
    )  # fmt: skip


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_series(request: HttpRequest, slug: str) -> HttpResponse:
    """Repeat it: every first Tuesday, until a day."""
    event = managed_event(request, slug)
    form = SeriesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = services.make_series(
                event, name=event.title, frequency=said["frequency"], until=said["until"],
                except_on=said["except_on"], by=request.user.email,  # type: ignore[union-attr]
            )  # fmt: skip
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            said_so = ngettext("%(n)s autre date est créée.", "%(n)s autres dates sont créées.", len(made)) % {
                "n": len(made)
            }
            messages.success(request, said_so)
            return redirect("event_manage", event.slug)
    return form_page(
        request, event, form,
        page_title=_("Répéter"),
        lead=_("Chaque date devient un événement que l’on peut ensuite déplacer ou annuler seul."),
        button=_("Créer la série"),
    )  # fmt: skip


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_postpone(request: HttpRequest, slug: str) -> HttpResponse:
    event = managed_event(request, slug)
    form = PostponeForm(request.POST if request.method == "POST" else None)
    concerned = Registration.objects.of_event(event).concerned().count()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            moved = services.postpone_event(
                event,
                by=request.user.email,
                starts_at=said["starts_at"],
                reason=said["reason"],  # type: ignore[union-attr]
            )
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est reporté. Les inscriptions sont gardées et chacun est prévenu."))
            return redirect("event_manage", moved.slug)
    return form_page(
        request, event, form,
        page_title=_("Reporter"),
        lead=ngettext("%(n)s demande sera prévenue.", "%(n)s demandes seront prévenues.", concerned) % {"n": concerned},
        button=_("Reporter et prévenir"),
    )  # fmt: skip


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """A page that says how many are told, then a POST."""
    event = managed_event(request, slug)
    form = CancelForm(request.POST if request.method == "POST" else None, has_series=event.series_id is not None)
    concerned = Registration.objects.of_event(event).concerned().count()
    if request.method == "POST" and form.is_valid():
        said, by = form.cleaned_data, request.user.email  # type: ignore[union-attr]
        try:
            if said.get("whole"):
                mine = (
                    Event.objects.all()
                    if perms.can_manage_all(request.user)
                    else Event.objects.organised_by(request.user)
                )
                services.cancel_rest_of_series(event, by=by, reason=said["reason"], among=mine)
            else:
                services.cancel_event(event, by=by, reason=said["reason"])
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est annulé. Les inscrits et les personnes en attente sont prévenus."))
            return redirect("event_manage", event.slug)
    return form_page(
        request, event, form,
        page_title=_("Annuler l’événement"),
        lead=ngettext(
            "%(n)s demande sera prévenue, avec de quoi retirer le rendez-vous de l’agenda. Une annulation ne se défait pas.",
            "%(n)s demandes seront prévenues, avec de quoi retirer le rendez-vous de l’agenda. Une annulation ne se défait pas.",
            concerned,
        ) % {"n": concerned},
        button=_("Annuler l’événement"),
        is_danger=True,
    )  # fmt: skip


# --- its questions and sessions -------------------------------------------------------------------------------------------------
@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_question_add(request: HttpRequest, slug: str) -> HttpResponse:
    event = managed_event(request, slug)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.add_question(event, form.save(commit=False))
        messages.success(request, _("La question sera posée à qui s’inscrit."))
        return redirect("event_manage", event.slug)
    return form_page(
        request, event, form,
        page_title=_("Poser une question aux inscrits"),
        lead=_("Régime alimentaire, besoin d’accessibilité, repas… Ne demandez que ce qui sert."),
        button=_("Ajouter la question"),
    )  # fmt: skip


@member
@require_POST
def event_question_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = managed_event(request, slug)
    services.remove_question(get_object_or_404(event.questions, pk=pk))
    messages.success(request, _("La question n’est plus posée."))
    return redirect("event_manage", event.slug)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_session_add(request: HttpRequest, slug: str) -> HttpResponse:
    event = managed_event(request, slug)
    form = SessionForm(request.POST if request.method == "POST" else None)
    form.instance.event = event
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
        messages.success(request, _("La séance est ajoutée."))
        return redirect("event_manage", event.slug)
    return form_page(request, event, form, page_title=_("Ajouter une séance"), button=_("Ajouter la séance"))


@member
@require_POST
def event_session_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = managed_event(request, slug)
    get_object_or_404(event.sessions, pk=pk).delete()
    messages.success(request, _("La séance est retirée."))
    return redirect("event_manage", event.slug)
