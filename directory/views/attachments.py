"""A person and the actors they represent: ask, see who else does, invite, hand over, leave; and write to an actor."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from directory import perms, services
from directory.enums import Source
from directory.forms.attachments import AttachmentRequestForm, ContactForm, InviteForm, RemoveForm
from directory.models import Actor, Attachment, Invitation, PartnerSearch
from directory.representation_words import handing_over, leaving, removing
from soco.accounts.addresses import verified_addresses
from soco.web.access import member, public
from soco.web.signed_links import InvalidLink, SignedLink

READ_AND_WRITE = ["GET", "HEAD", "POST"]


def _living(slug: str) -> Actor:
    return get_object_or_404(Actor.objects.published().for_page(), slug=slug)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def attachment_request(request: HttpRequest, slug: str) -> HttpResponse:
    """« Je représente cette collectivité »: accepted at once with a proof, else handed to staff."""
    actor, addresses = _living(slug), verified_addresses(request.user)
    standing = Attachment.objects.standing().of_user(request.user).of_actor(actor).first()
    if standing:
        return redirect("my_attachment", standing.pk)
    proof = services.proof_of(actor, addresses)
    form = AttachmentRequestForm(request.POST or None, is_proved=bool(proof))
    if addresses and form.is_valid():
        try:
            asked = services.request_attachment(actor, request.user, addresses=addresses, **form.cleaned_data)
        except services.DirectoryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said_of(asked))
            return redirect("my_attachment", asked.pk)
    context = {"page_title": _("Représenter"), "actor": actor, "form": form, "proof": proof, "addresses": addresses}
    return render(request, "directory/attachment_request.html", context)


def _said_of(attachment: Attachment) -> str:
    if attachment.is_accepted:
        return _("Vous représentez désormais %(actor)s.") % {"actor": attachment.actor.name}
    return _("Votre demande est partie\u00a0: l’équipe vous répond par courriel, en général sous trois jours ouvrés.")


def _mine(request: HttpRequest, pk: int) -> Attachment:
    return get_object_or_404(Attachment.objects.standing().of_user(request.user).for_page(), pk=pk)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def my_attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my structures: its référents, its invitations; the form invites a colleague."""
    attachment = _mine(request, pk)
    form = InviteForm(request.POST or None)
    if form.is_valid() and perms.represents(request.user, attachment.actor):
        try:
            invited = services.invite(attachment.actor, form.cleaned_data["email"], by=request.user)
        except services.DirectoryError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("L’invitation part à %(email)s.") % {"email": invited.email})
            return redirect("my_attachment", pk)
    return render(request, "directory/my_attachment.html", _structure(attachment) | {"form": form})


def _structure(attachment: Attachment) -> dict[str, Any]:
    actor = attachment.actor
    accepted = attachment.is_accepted
    referents = Attachment.objects.accepted().of_actor(actor).for_page().principal_first()
    invitations = Invitation.objects.still_good().of_actor(actor).oldest_first()
    return {
        "page_title": actor.name,
        "attachment": attachment,
        "actor": actor,
        "referents": list(referents) if accepted else [],
        "invitations": list(invitations) if accepted else [],
        "can_manage": attachment.is_principal,
    }


def _asked(request: HttpRequest, attachment: Attachment, **said: Any) -> HttpResponse:
    """The page that says what a gesture does before it is done. `said`: page_title, told (sentences), button; form."""
    context = {"attachment": attachment, "actor": attachment.actor, "form": None} | said
    return render(request, "directory/attachment_confirm.html", context)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def attachment_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop representing the actor, or take the request back: the page says what follows, a POST does it."""
    attachment = _mine(request, pk)
    if request.method != "POST":
        others = Attachment.objects.accepted().of_actor(attachment.actor).other_than(attachment)
        heir = others.for_page().oldest_first().first() if attachment.is_accepted else None
        return _asked(request, attachment, **leaving(attachment, heir))
    services.leave(attachment)
    said = _("C’est fait\u00a0: vous ne représentez plus %(actor)s.")
    if attachment.is_requested:
        said = _("C’est fait\u00a0: votre demande de représenter %(actor)s est retirée.")
    messages.success(request, said % {"actor": attachment.actor.name})
    return redirect("my_space")


def _managed(request: HttpRequest, pk: int, other_pk: int) -> tuple[Attachment, Attachment]:
    """One of my structures, and another of its référents: seen by all of them, managed by its principal alone."""
    attachment = _mine(request, pk)
    if not attachment.is_accepted:
        raise Http404
    others = Attachment.objects.accepted().of_actor(attachment.actor).other_than(attachment)
    other = get_object_or_404(others.for_page(), pk=other_pk)
    if not attachment.is_principal:
        raise PermissionDenied
    return attachment, other


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def attachment_hand_over(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """The principal référent makes a colleague the principal."""
    attachment, other = _managed(request, pk, other_pk)
    if request.method != "POST":
        return _asked(request, attachment, **handing_over(other))
    try:
        services.hand_over(attachment, to=other)
        messages.success(request, _("%(person)s est désormais le référent principal.") % {"person": other.user})
    except services.DirectoryError as error:
        messages.error(request, str(error))
    return redirect("my_attachment", pk)


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def attachment_remove(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """The principal référent ends a colleague's attachment: somebody who changed jobs will not do it."""
    attachment, other = _managed(request, pk, other_pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asked(request, attachment, form=form, **removing(other))
    services.end_attachment(other, by=request.user, reason=form.cleaned_data["reason"], source=Source.ORGANISATION)
    told = {"person": other.user, "actor": other.actor.name}
    messages.success(request, _("%(person)s ne représente plus %(actor)s.") % told)
    return redirect("my_attachment", pk)


@member
@require_POST
def invitation_cancel(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    attachment = _mine(request, pk)
    theirs = Invitation.objects.of_actor(attachment.actor)
    invitation = get_object_or_404(theirs if attachment.is_accepted else theirs.none(), pk=invitation_pk)
    if services.cancel_invitation(invitation).cancelled_at:
        messages.success(request, _("L’invitation de %(email)s est retirée.") % {"email": invitation.email})
    return redirect("my_attachment", pk)


@never_cache
def invitation(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The link of an invitation: who invites, for which actor; a POST accepts. Nothing happens on GET."""
    invited = Invitation.objects.for_page().filter(pk=link.pk).first()
    if invited is None:
        raise InvalidLink
    link.check(invited.version)
    error = ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            mine = services.accept_invitation(invited, request.user, addresses=verified_addresses(request.user))
        except services.DirectoryError as refused:
            error = str(refused)
        else:
            messages.success(request, _said_of(mine))
            return redirect("my_attachment", mine.pk)
    context = {"page_title": _("Invitation"), "invitation": invited, "actor": invited.actor, "error": error}
    return render(request, "directory/invitation.html", context, status=409 if error else 200)


@public
@never_cache
@require_http_methods(READ_AND_WRITE)
def contact_actor(request: HttpRequest, slug: str) -> HttpResponse:
    """« Contacter cet acteur »: for people with a verified address; others are told how to get one in a minute."""
    actor, addresses = _living(slug), verified_addresses(request.user)
    search = _answered(request, actor)
    reach = services.reach_of(actor, search)
    about = {"subject": _("Votre annonce\u00a0: %(title)s") % {"title": search.title}} if search else {}
    form = ContactForm(request.POST or None, initial=about)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if addresses and reach and form.is_valid():
        try:
            services.send_message(actor, request.user, address=addresses[0], search=search, **form.cleaned_data)
        except services.DirectoryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Votre message est parti\u00a0; une copie arrive à %(to)s.") % {"to": addresses[0]}
            )
            return redirect(search or actor)
    context = {"actor": actor, "search": search, "form": form, "reach": reach, "addresses": addresses}
    return render(request, "directory/contact_actor.html", context | {"trap": ContactForm.TRAP})


def _answered(request: HttpRequest, actor: Actor) -> PartnerSearch | None:
    """The open announcement of the actor that `annonce` names, if there is one."""
    asked = request.GET.get("annonce", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        return None
    theirs = PartnerSearch.objects.open(timezone.localdate()).of_actor(actor).for_page()
    return theirs.filter(pk=int(asked)).first()
