"""A jumelage ends, or lives again: told by its own people or by staff, through the one door."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import perms
from directory.forms.jumelage_life import EndForm, GestureForm, ReviveForm
from directory.models import Jumelage
from directory.services import DirectoryError
from soco.web.access import member

from . import fiche_editing
from .links import published_jumelage


@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_end(request: HttpRequest, slug: str) -> HttpResponse:
    """« Ce jumelage est terminé »: since when, and why."""
    jumelage = published_jumelage(slug)
    if jumelage.is_ended and perms.can_edit(request.user, jumelage.collectivite):
        messages.info(request, _("Ce jumelage est déjà clos."))
        return redirect(jumelage)
    return _answer(request, jumelage, EndForm, _("Ce jumelage est terminé"))


@member
@require_http_methods(["GET", "HEAD", "POST"])
def jumelage_revive(request: HttpRequest, slug: str) -> HttpResponse:
    """« Ce jumelage reprend »: since when, and what happens now."""
    jumelage = published_jumelage(slug)
    if not jumelage.is_ended and perms.can_edit(request.user, jumelage.collectivite):
        messages.info(request, _("Ce jumelage n’est pas clos\u00a0: rien n’est à rouvrir."))
        return redirect(jumelage)
    return _answer(request, jumelage, ReviveForm, _("Ce jumelage reprend"))


def _answer(request: HttpRequest, jumelage: Jumelage, form_class: type[GestureForm], title: str) -> HttpResponse:
    actor = jumelage.collectivite
    context = {"page_title": title, "jumelage": jumelage, "actor": actor}
    if not perms.can_edit(request.user, actor):
        return render(request, "directory/edit_refused.html", context, status=403)
    fiche = fiche_editing.of_jumelage(jumelage)
    form = form_class(request.POST if request.method == "POST" else None, jumelage=jumelage)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, fiche_editing.edited(request.user, fiche, form))
            return redirect(jumelage)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context |= {"form": form, "publishes": perms.can_publish(request.user), "waiting": fiche.waiting}
    return render(request, "directory/jumelage_life.html", context)
