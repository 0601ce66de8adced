"""The people of an actor: their list and forms in « Mon espace », and the page where each says what may be published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import contact_words, services
from directory.forms.contacts import ConsentForm, ContactForm
from directory.models import Attachment, Contact, Jumelage
from soco.web.access import member
from soco.web.signed_links import ExpiredLink, SignedLink

READ_AND_WRITE = ["GET", "HEAD", "POST"]
ERASE = "effacer"


def _mine(request: HttpRequest, pk: int) -> Attachment:
    """The structure of an accepted référent."""
    return get_object_or_404(Attachment.objects.accepted().of_user(request.user).for_page(), pk=pk)


def _theirs(attachment: Attachment, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.of_actor(attachment.actor).for_page(), pk=pk)


@member
@never_cache
@require_safe
def contact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the actor, with what each agreed to."""
    attachment = _mine(request, pk)
    contacts = Contact.objects.of_actor(attachment.actor).in_order().for_page()
    people = contact_words.for_their_people(contacts)
    context = {"page_title": _("Contacts"), "attachment": attachment, "actor": attachment.actor, "people": people}
    return render(request, "directory/contact_list.html", context)


def _form(attachment: Attachment, data: Any, contact: Contact | None = None) -> ContactForm:
    jumelages = Jumelage.objects.of_actor(attachment.actor).by_name().for_card()
    return ContactForm(data, instance=contact, jumelages=jumelages)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def contact_add(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = _mine(request, pk)
    form = _form(attachment, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            contact = services.add_contact(attachment.actor, form.cleaned_data)
        except services.DirectoryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _told_of(contact))
            return redirect("contact_list", pk)
    context = {"page_title": _("Ajouter un contact"), "attachment": attachment, "actor": attachment.actor, "form": form}
    return render(request, "directory/contact_edit.html", context)


def _told_of(contact: Contact) -> str:
    if contact.email:
        return _("C’est noté. %(person)s reçoit un courriel pour choisir ce qui peut être publié.") % {
            "person": contact.name
        }
    return _("C’est noté. Sans adresse électronique, rien ne sera publié de %(person)s.") % {"person": contact.name}


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def contact_edit(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    attachment = _mine(request, pk)
    contact = _theirs(attachment, contact_pk)
    form = _form(attachment, request.POST if request.method == "POST" else None, _theirs(attachment, contact_pk))
    if form.is_valid():
        try:
            changed = services.change_contact(contact, form.cleaned_data)
        except services.DirectoryError as error:
            form.add_error(None, str(error))
        else:
            is_asked = contact.has_answered and not changed.has_answered
            messages.success(request, _told_of(changed) if is_asked else _("C’est noté."))
            return redirect("contact_list", pk)
    context = {
        "page_title": _("Modifier un contact"),
        "attachment": attachment,
        "actor": attachment.actor,
        "form": form,
        "contact": contact,
    }
    return render(request, "directory/contact_edit.html", context)


def _asked(request: HttpRequest, attachment: Attachment, **said: Any) -> HttpResponse:
    """The page that says what a gesture does before it is done."""
    context = {"attachment": attachment, "actor": attachment.actor, "form": None} | said
    return render(request, "directory/attachment_confirm.html", context)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def contact_leave(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """« A quitté ses fonctions »."""
    attachment = _mine(request, pk)
    contact = _theirs(attachment, contact_pk)
    if request.method != "POST":
        said = _("%(person)s ne paraîtra plus sur vos pages. Ses coordonnées seront effacées dans un an.")
        told = [said % {"person": contact.name}]
        return _asked(
            request, attachment, page_title=_("A quitté ses fonctions"), told=told, button=_("Noter son départ")
        )
    services.leave_office(contact)
    messages.success(request, _("C’est noté\u00a0: %(person)s a quitté ses fonctions.") % {"person": contact.name})
    return redirect("contact_list", pk)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def contact_remove(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    attachment = _mine(request, pk)
    contact = _theirs(attachment, contact_pk)
    if request.method != "POST":
        said = _("Tout ce que le portail sait de %(person)s comme contact est effacé aussitôt, sans retour possible.")
        told = [said % {"person": contact.name}]
        return _asked(request, attachment, page_title=_("Retirer un contact"), told=told, button=_("Retirer"))
    services.remove_contact(contact)
    messages.success(request, _("%(person)s n’est plus dans vos contacts.") % {"person": contact.name})
    return redirect("contact_list", pk)


@member
@require_POST
def contact_ask(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Ask a person who has not answered once more."""
    attachment = _mine(request, pk)
    contact = _theirs(attachment, contact_pk)
    if services.ask_for_consent(contact):
        messages.success(request, _("%(person)s reçoit de nouveau la question.") % {"person": contact.name})
    return redirect("contact_list", pk)


@never_cache
def contact_consent(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The person's own page: what is known of them, what may be published, and the way to have it all erased."""
    contact = Contact.objects.for_page().filter(pk=link.pk).first()
    if contact is None:
        raise ExpiredLink
    link.check(contact.link_version)
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        contact=contact,
        initial={"scopes": contact.consent_scope if contact.is_publishable else []},
    )
    context = {"page_title": _("Vos coordonnées"), "contact": contact, "actor": contact.actor, "form": form}
    if request.method != "POST":
        return render(request, "directory/contact_consent.html", context)
    if request.POST.get("geste") == ERASE:
        services.remove_contact(contact)
        return render(request, "directory/contact_erased.html", context | {"page_title": _("C’est effacé")})
    if not form.is_valid():
        return render(request, "directory/contact_consent.html", context)
    how = _("la personne elle-même, par le lien reçu à %(email)s") % {"email": contact.email}
    kept = services.give_consent(contact, form.cleaned_data["scopes"], how=how)
    messages.success(
        request,
        _("C’est noté. Vous pouvez changer d’avis à tout moment par ce même lien.")
        if kept.is_publishable
        else _("C’est noté\u00a0: rien n’est publié. Vous pouvez changer d’avis à tout moment par ce même lien."),
    )
    return redirect(request.path)
