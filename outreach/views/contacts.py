"""How far the network has come with one collectivité: the whole story, what it asks for about being contacted, how to prepare."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Actor
from outreach import perms, services
from outreach.enums import WishKind
from outreach.forms.wishes import WishForm
from outreach.models import ContactWish
from outreach.papers import preparation as papers
from outreach.services import OutreachError
from outreach.sheet import Preparation, preparation
from outreach.story import story
from soco.web.access import allowed
from soco.web.typesetting import pdf_response

from .visits import found_visit

WISH, LIFT = "noter", "lever"


def _collectivite(slug: str) -> Actor:
    return get_object_or_404(Actor.objects.collectivites().for_page(), slug=slug)


@allowed(perms.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_story(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that happened, the latest first; `geste` notes a refusal or a pause, or lifts it."""
    actor, user = _collectivite(slug), request.user
    gesture = request.POST.get("geste", "")
    form = WishForm(request.POST if gesture == WISH else None)
    if request.method == "POST":
        perms.require(user, perms.WRITE)
        if _is_done(request, actor, form, gesture):
            return redirect("contact_story", slug)
    moments = story(actor, with_reports=perms.can_read_reports(user))
    context = {
        "page_title": _("Contacts avec %(name)s") % {"name": actor.name},
        "actor": actor,
        "moments": moments,
        "still_planned": [moment for moment in moments if moment.is_future and moment.url],
        "is_at_rest": actor.is_at_rest(timezone.localdate()),
        "wish": ContactWish.objects.of_actor(actor).holding(timezone.localdate()).first(),
        "form": form,
        "can_write": perms.can_write(user),
    }
    return render(request, "outreach/contact_story.html", context)


def _is_done(request: HttpRequest, actor: Actor, form: WishForm, gesture: str) -> bool:
    by = str(request.user.email)  # type: ignore[union-attr]
    if gesture == LIFT:
        services.lift_wish(actor, by=by)
        messages.success(request, _("La collectivité peut de nouveau être contactée."))
        return True
    if gesture != WISH or not form.is_valid():
        return False
    said: dict[str, Any] = form.cleaned_data
    try:
        services.note_wish(actor, WishKind(said["kind"]), by=by, until=said["until"], reason=said["reason"])
    except OutreachError as error:
        form.add_error(None, str(error))
        return False
    messages.success(
        request,
        _("C’est noté\u00a0: plus rien ne lui est envoyé, et aucune tournée ne la propose avant la fin de la pause.")
        if said["until"]
        else _("C’est noté\u00a0: plus rien ne lui est envoyé, et aucune tournée ne la propose."),
    )
    return True


# --- the preparation sheet --------------------------------------------------------------------------------------------------------
@allowed(perms.VIEW)
@never_cache
@require_safe
def contact_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """What to read before meeting a collectivité."""
    actor = _collectivite(slug)
    return _sheet(request, actor, {"visit": None})


@allowed(perms.VIEW)
@never_cache
@require_safe
def visit_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a visit that is planned."""
    visit = found_visit(pk)
    return _sheet(request, _collectivite(visit.actor.slug), {"visit": visit})


def _sheet(request: HttpRequest, actor: Actor, context: dict[str, Any]) -> HttpResponse:
    context |= {
        "page_title": _("Préparer\u00a0: %(name)s") % {"name": actor.name},
        "actor": actor,
        "sheet": _prepared(request, actor),
        "is_at_rest": actor.is_at_rest(timezone.localdate()),
        "can_write": perms.can_write(request.user),
    }
    return render(request, "outreach/preparation.html", context)


@allowed(perms.VIEW)
@never_cache
@require_safe
def contact_sheet_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet on one page."""
    actor = _collectivite(slug)
    content = papers.preparation_pdf(_prepared(request, actor).as_dict(), now=timezone.now())
    return pdf_response(content, f"preparer-{actor.slug}")


def _prepared(request: HttpRequest, actor: Actor) -> Preparation:
    return preparation(actor, timezone.localdate(), with_reports=perms.can_read_reports(request.user))
