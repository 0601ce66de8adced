"""The documents of a jumelage: read one, add one, remove one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import perms, services
from directory.forms.documents import DocumentForm
from directory.models import Jumelage, JumelageDocument
from directory.models.jumelage import merged_into
from soco.web.access import member, public

from .jumelages import jumelage_with
from .links import published_jumelage


@public
@require_safe
def jumelage_document(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A document: everybody's if it is public, else the team's and the collectivité's own people's. Another spelling of the
    jumelage's address, or that of one that was merged into it, leads to it for good (301)."""
    documents = JumelageDocument.objects.select_related("jumelage__collectivite")
    document = get_object_or_404(documents, pk=pk)
    named = jumelage_with(slug)
    if named is None or merged_into(named).pk != document.jumelage_id:
        raise Http404
    is_shown = Jumelage.objects.published().filter(pk=document.jumelage_id).exists() and document.is_public
    if not is_shown and not perms.can_edit(request.user, document.jumelage.collectivite):
        raise Http404
    if document.jumelage.slug != slug:
        return redirect(document, permanent=True)
    name = document.file.name.rpartition("/")[2]
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_document_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A référent's file is read by the team and the collectivité until staff makes it public."""
    jumelage = published_jumelage(slug)
    if not perms.can_edit(request.user, jumelage.collectivite):
        raise PermissionDenied
    publishes = perms.can_publish(request.user)
    form = DocumentForm(request.POST or None, request.FILES or None, publishes=publishes)
    if request.method == "POST" and form.is_valid():
        services.add_document(jumelage, form.save(commit=False), by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("Le document est ajouté."))
        return redirect(jumelage)
    context = {
        "page_title": _("Ajouter un document"),
        "jumelage": jumelage,
        "form": form,
        "publishes": publishes,
    }
    return render(request, "directory/jumelage_document_add.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_document_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what goes, then a POST."""
    jumelage = published_jumelage(slug)
    if not perms.can_edit(request.user, jumelage.collectivite):
        raise PermissionDenied
    document = get_object_or_404(jumelage.documents, pk=pk)
    if document.is_public and not perms.can_publish(request.user):
        # Staff decided that everybody reads it: they decide too that nobody does any more.
        messages.info(request, _("Ce document est public\u00a0: demandez à l’équipe de le retirer, par ce message."))
        return redirect("jumelage_edit", jumelage.slug)
    if request.method == "POST":
        services.remove_document(document)
        messages.success(request, _("Le document est retiré."))
        return redirect(jumelage)
    context = {"page_title": _("Retirer un document"), "jumelage": jumelage, "document": document}
    return render(request, "directory/jumelage_document_remove.html", context)
