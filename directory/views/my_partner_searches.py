"""The announcements of the actors that one represents: publish, change, close."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import perms, services
from directory.forms.partner_searches import SearchForm
from directory.models import Actor, Attachment, PartnerSearch
from soco.web.access import member

from .partner_searches import search_with

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def partner_search_add(request: HttpRequest) -> HttpResponse:
    """« Publier une recherche », in the name of the actor that `fiche` names; without it, the choice among one's own."""
    slug = request.GET.get("fiche", "")
    if not slug:
        return _chosen(request)
    actor = get_object_or_404(Actor.objects.published().for_page(), slug=slug)
    context = {"page_title": _("Publier une recherche"), "actor": actor}
    represents, is_reader = perms.represents(request.user, actor), perms.can_review_searches(request.user)
    if not (represents or is_reader):
        return render(request, "directory/edit_refused.html", context, status=403)
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        search = services.deposit_search(actor, form.values, by_user=request.user if represents else None)
        if is_reader and not represents:
            services.accept_search(search, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _said(is_read_first=represents))
        return redirect(search)
    context |= {"form": form, "is_read_first": represents}
    return render(request, "directory/partner_search_add.html", context)


def _said(*, is_read_first: bool) -> str:
    if is_read_first:
        return _(
            "C’est bien reçu\u00a0: l’équipe lit votre annonce, puis vous écrit. Vous la suivez dans votre espace."
        )
    return _("L’annonce est publiée.")


def _chosen(request: HttpRequest) -> HttpResponse:
    """The actors in whose name one may publish; straight on when there is only one."""
    mine = list(Attachment.objects.accepted().of_user(request.user).for_page().by_actor())
    if len(mine) == 1:
        return redirect(f"{request.path}?fiche={mine[0].actor.slug}")
    context = {
        "page_title": _("Publier une recherche"),
        "actors": [attachment.actor for attachment in mine],
        "is_reader": perms.can_review_searches(request.user),
    }
    return render(request, "directory/partner_search_choose.html", context)


def _managed(request: HttpRequest, slug: str) -> PartnerSearch:
    """An announcement that this person may change. Raises Http404 for one they may not read, PermissionDenied for one that
    they may only read."""
    search = search_with(slug, request.user)
    if not perms.can_manage_search(request.user, search):
        raise PermissionDenied
    return search


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def partner_search_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an announcement: it waits to be read again before it comes back."""
    search = _managed(request, slug)
    form = SearchForm(request.POST if request.method == "POST" else None, search=search)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _changed(search, form))
        search.refresh_from_db(fields=["slug"])
        return redirect(search)
    context = {"page_title": _("Modifier l’annonce"), "search": search, "actor": search.actor, "form": form}
    return render(request, "directory/partner_search_edit.html", context)


def _changed(search: PartnerSearch, form: SearchForm) -> str:
    if services.change_search(search, form.values):
        return _("C’est enregistré\u00a0: l’équipe relit votre annonce avant de la publier de nouveau.")
    return _("Rien n’a changé\u00a0: l’annonce disait déjà tout cela.")


@member
@never_cache
@require_http_methods(READ_AND_WRITE)
def partner_search_close(request: HttpRequest, slug: str) -> HttpResponse:
    """« J’ai trouvé »: the page says what follows, a POST closes."""
    search = _managed(request, slug)
    if request.method != "POST":
        context: dict[str, Any] = {"page_title": _("Clore l’annonce"), "search": search, "actor": search.actor}
        return render(request, "directory/partner_search_close.html", context)
    services.close_search(search)
    messages.success(request, _("C’est noté\u00a0: l’annonce est close. Elle n’est plus dans la liste."))
    return redirect("my_space")
