"""What organisers do with those who register: see, understand, refuse, write, export; and the files of the event."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import organiser_exports as exports
from events import perms, services
from events.forms.people import ActorForm, DocumentForm, HandRegistrationForm, LetterForm, PeopleFilter, RefuseForm
from events.models import Document, Registration
from soco.web import signed_links
from soco.web.access import member, public
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

from .organising import form_page, managed_event
from .registrations import registration_with

PAGE_SIZE = 50


@member
@never_cache
@require_safe
def event_people(request: HttpRequest, slug: str) -> HttpResponse:
    """The registrations of an event, in the order of the list."""
    event = managed_event(request, slug)
    filters = PeopleFilter(request.GET)
    found = filters.applied_to(Registration.objects.of_event(event))
    page = paginate(
        found.select_related("actor").prefetch_related("participants"),
        asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE,
    )  # fmt: skip
    positions = {each.registration.pk: each for each in services.explanations(event)}
    rows = [(registration, positions.get(registration.pk)) for registration in page.rows]
    context = {"event": event, "form": filters, "page": page, "rows": rows, "counts": _counts(event)}
    return render(request, "events/event_people.html", context)


def _counts(event: Any) -> Any:
    return Registration.objects.of_event(event).counted_by_state()


def _exported(request: HttpRequest, slug: str) -> tuple[Any, Any, Any]:
    event = managed_event(request, slug)
    found = PeopleFilter(request.GET).applied_to(Registration.objects.of_event(event))
    return event, exports.people_labels(event), exports.people_rows(event, found)


@member
@require_safe
def event_people_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    event, labels, rows = _exported(request, slug)
    return csv_response(f"inscrits-{event.slug}", labels, rows)


@member
@require_safe
def event_people_xlsx(request: HttpRequest, slug: str) -> FileResponse:
    event, labels, rows = _exported(request, slug)
    return xlsx_response(f"inscrits-{event.slug}", _("Inscrits"), labels, rows)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_person_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Register somebody who phoned or wrote; the mail of their state goes to them."""
    event = managed_event(request, slug)
    form = HandRegistrationForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.register(
                event, form.applicant(AnonymousUser()), people=form.people, answers=form.answers,
                once=form.cleaned_data["once"], by=request.user.email, is_by_hand=True,  # type: ignore[union-attr]
            )  # fmt: skip
        except services.EventsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(done, form))
            return redirect("event_person", event.slug, done.pk)
    return form_page(
        request, event, form,
        page_title=_("Inscrire quelqu’un"),
        lead=_(
            "Pour une personne qui a téléphoné ou écrit. Les mêmes règles s’appliquent\u00a0: sans place libre, la demande va sur "
            "la liste d’attente."
        ),
        button=_("Inscrire cette personne"),
    )  # fmt: skip


def _said(done: Registration, form: HandRegistrationForm) -> str:
    if done.once != form.cleaned_data["once"]:
        return _("Cette adresse a déjà une inscription\u00a0: la voici, rien n’a été ajouté.")
    if done.is_waiting and not done.email:
        return _(
            "La demande est sur la liste d’attente. Sans adresse, rien n’est écrit à cette personne\u00a0: dites-le-lui."
        )
    if done.is_waiting:
        return _("La demande est sur la liste d’attente\u00a0: un courriel le dit à la personne.")
    if not done.email:
        return _("L’inscription est faite. Sans adresse, rien n’est écrit à cette personne\u00a0: dites-le-lui.")
    return _("L’inscription est faite\u00a0: la confirmation part.")


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One registration: its story, its people; refuse it, note that the person withdraws, send its link again, or say which fiche
    its structure is."""
    event = managed_event(request, slug)
    registration = get_object_or_404(Registration.objects.for_page().of_event(event), pk=pk)
    registration.event = event
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    refuse = RefuseForm(request.POST if gesture == "refuser" else None)
    actor = ActorForm(request.POST if gesture == "fiche" else None, initial={"actor": registration.actor})
    if gesture == "refuser" and refuse.is_valid():
        is_done = services.refuse(registration, by=request.user.email, reason=refuse.cleaned_data["reason"])  # type: ignore[union-attr]
        messages.success(request, _("C’est noté, et la personne est prévenue.") if is_done else _over())
        return redirect("event_person", event.slug, pk)
    if gesture == "fiche" and actor.is_valid():
        services.name_structure(registration, actor.cleaned_data["actor"])
        messages.success(request, _("La fiche est notée."))
        return redirect("event_person", event.slug, pk)
    if gesture in GESTURES:
        messages.success(request, _done(registration, gesture, by=request.user.email))  # type: ignore[union-attr]
        return redirect("event_person", event.slug, pk)
    context = {
        "event": event,
        "registration": registration,
        "people": list(registration.participants.all()),
        "transitions": list(registration.transitions.all()),
        "questions": [
            (question.label, registration.answers[str(question.pk)])
            for question in event.questions.all()
            if str(question.pk) in registration.answers
        ],
        "refuse": refuse,
        "actor_form": actor,
    }
    return render(request, "events/event_person.html", context)


GESTURES = ("desister", "lien")


def _over() -> str:
    return _("Cette inscription était déjà close\u00a0: rien n’a changé.")


def _done(registration: Registration, gesture: str, *, by: str) -> str:
    """Do what needs no form, and say it."""
    if gesture == "desister":
        if registration.can_withdraw and services.withdraw(registration, by=by, cause=_("Noté par l’organisateur")):
            return _("Le désistement est noté, et la personne est prévenue.")
        return _over()
    if not registration.email:
        return _("Cette personne n’a pas donné d’adresse\u00a0: rien ne peut lui être écrit.")
    if not registration.is_live:
        return _("Cette inscription est close\u00a0: son lien n’a plus rien à dire.")
    if services.send_link(registration):
        return _("Le lien de son inscription repart à son adresse.")
    return _("Ce lien lui a déjà été envoyé il y a moins d’une heure.")


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_write(request: HttpRequest, slug: str) -> HttpResponse:
    """« Écrire aux inscrits »: a preview with the count, then the sending."""
    event = managed_event(request, slug)
    form = LetterForm(request.POST if request.method == "POST" else None)
    count = 0
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if "envoyer" in request.POST:
            sent = services.write_to_registered(
                event, said["states"], subject=said["subject"], text=said["text"], once=said["once"],
                by=request.user.email,  # type: ignore[union-attr]
            )  # fmt: skip
            messages.success(request, ngettext("%(n)s courriel part.", "%(n)s courriels partent.", sent) % {"n": sent})
            return redirect("event_manage", event.slug)
        count = services.recipients(event, said["states"])
    context = {"event": event, "form": form, "count": count, "is_preview": request.method == "POST" and form.is_valid()}
    return render(request, "events/event_write.html", context)


# --- files ----------------------------------------------------------------------------------------------------------------------
@public
@require_safe
def event_document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of an event or a group: everybody's, of the registered and the group's members, or of the organisers."""
    document = get_object_or_404(Document.objects.select_related("event", "group", "event__group"), pk=pk)
    if not perms.can_read(request.user, document, registration=_bearer(request)):
        raise Http404
    name = document.file.name.rpartition("/")[2]
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response  # type: ignore[return-value]


def _bearer(request: HttpRequest) -> Registration | None:
    """The registration whose personal link the reader holds (`?inscription=`)."""
    try:
        return registration_with(request.GET["inscription"])
    except (KeyError, Http404, signed_links.InvalidLink, signed_links.ExpiredLink):
        return None


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_document_add(request: HttpRequest, slug: str) -> HttpResponse:
    event = managed_event(request, slug)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.save(commit=False)
        document.event = event
        services.add_document(document, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("Le document est ajouté."))
        return redirect("event_manage", event.slug)
    return form_page(request, event, form, page_title=_("Ajouter un document"), button=_("Ajouter le document"))


@member
@require_POST
def event_document_remove(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.select_related("event", "group"), pk=pk)
    if not perms.can_manage_document(request.user, document):
        raise PermissionDenied
    services.remove_document(document)
    messages.success(request, _("Le document est retiré."))
    return redirect("event_manage", document.event.slug) if document.event else redirect(document.group)
