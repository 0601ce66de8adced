"""« Demander un appui pour relancer »: what the people of a collectivité ask the network for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import perms, services
from directory.forms.follow_up import AskRelaunchForm
from directory.models import Relaunch
from directory.services import DirectoryError
from soco.web.access import member

from .links import published_jumelage


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def relaunch_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The référents of its collectivité ask; staff, who opens relaunches itself, has its own page."""
    jumelage = published_jumelage(slug)
    if perms.can_relaunch(request.user):
        return redirect("relaunch_detail", pk=jumelage.pk)
    if not perms.represents(request.user, jumelage.collectivite):
        raise PermissionDenied
    form = AskRelaunchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _relaunch, is_new = services.ask_for_relaunch(jumelage, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            said = _("Votre demande est partie\u00a0: l’équipe du réseau vous répond.")
            messages.success(request, said if is_new else _("Une relance est déjà en cours\u00a0: la voici."))
            return redirect(jumelage)
        except DirectoryError as error:
            form.add_error(None, str(error))
    context = {
        "page_title": _("Demander un appui pour relancer"),
        "jumelage": jumelage,
        "relaunch": Relaunch.objects.open().of_jumelage(jumelage).first(),
        "form": form,
    }
    return render(request, "directory/relaunch_ask.html", context)
