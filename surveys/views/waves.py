"""Waves: who is asked, when they are reminded, how it goes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from soco.web.access import allowed
from soco.web.htmx import render_page
from surveys import notifications, perms, services
from surveys.analysis.dimensions import Labels
from surveys.enums import KeptOut, Progress
from surveys.forms import ExtendForm, WaveForm
from surveys.models import Invitation, Response, Wave

READ_AND_WRITE = ["GET", "HEAD", "POST"]


def wave_of(slug: str) -> Wave:
    return get_object_or_404(Wave.objects.for_list().with_slug(slug))


@allowed(perms.READ)
@never_cache
@require_safe
def wave_list(request: HttpRequest) -> HttpResponse:
    waves = list(Wave.objects.for_list().newest_first())
    counts = Response.objects.counted_by_wave()
    rows = [(wave, counts.get(wave.pk, 0)) for wave in waves]
    return render(request, "surveys/wave_list.html", {"page_title": _("Enquêtes"), "rows": rows})


@allowed(perms.MANAGE)
@never_cache
@require_http_methods(READ_AND_WRITE)
def wave_write(request: HttpRequest, slug: str = "") -> HttpResponse:
    """A new wave, or the settings of one."""
    wave = wave_of(slug) if slug else Wave(contact_email=request.user.email, contact_name=str(request.user))  # type: ignore[union-attr]
    form = WaveForm(request.POST if request.method == "POST" else None, instance=wave)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_wave(form.filled(), by=_who(request))
        except services.SurveysError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(saved)
    context = {
        "page_title": _("Changer la vague") if slug else _("Nouvelle vague"),
        "wave": wave if slug else None,
        "form": form,
    }
    return render(request, "surveys/wave_form.html", context)


@allowed(perms.READ)
@never_cache
@require_safe
def wave_board(request: HttpRequest, slug: str) -> HttpResponse:
    """How a wave goes: its progress, its calendar, its counts by département; before it is launched, whom it would ask."""
    wave = wave_of(slug)
    context: dict[str, Any] = {
        "page_title": wave.title,
        "wave": wave,
        "calendar": services.calendar_of(wave),
        "can_manage": request.user.has_perm(perms.MANAGE),
    }
    if wave.is_draft:
        context |= {"audience": services.audience_of(wave), "refusal": services.launch_refusal(wave)}
        context["asked_elsewhere"] = services.asked_elsewhere(wave)
        return render(request, "surveys/wave_draft.html", context)
    rows = Invitation.objects.of_wave(wave)
    labels = Labels()
    lines = [line | {"name": labels.of("departement", line["departement"])} for line in rows.counted_by_departement()]
    context |= {
        "states": list(Progress),
        "lines": lines,
        "silent_lists": services.silent_lists(wave),
        "totals": {
            name: sum(line[name] for line in lines)
            for name in ("total", "handed_over", "bounced", *(each.name.lower() for each in Progress))
        },
        "kept_out": [(KeptOut(why), count) for why, count in rows.counted_out().items()],
        "extend_form": ExtendForm(initial={"until": wave.closes_on}),
    }
    return render_page(request, "surveys/wave_board.html", "surveys/_wave_progress.html", context)


_GESTURES: dict[str, Callable[[Wave], Wave]] = {
    "pause": services.pause,
    "reprendre": services.resume,
    "clore": services.close,
}


@allowed(perms.MANAGE)
@require_POST
def wave_gesture(request: HttpRequest, slug: str) -> HttpResponse:
    """Launch, pause, go on, close, extend, try the mail."""
    wave, gesture = wave_of(slug), request.POST.get("geste", "")
    try:
        messages.success(request, _done(request, wave, gesture))
    except services.SurveysError as error:
        messages.error(request, str(error))
    return redirect(wave)


def _done(request: HttpRequest, wave: Wave, gesture: str) -> str:
    if gesture == "lancer":
        if not request.POST.get("relu"):
            raise services.SurveysError(
                _("Cochez que vous avez relu le public et le calendrier\u00a0: rien n’est lancé.")
            )
        services.launch(wave, by=_who(request), audience=request.POST.get("public"))
        return _("Les invitations se préparent\u00a0: elles partent le premier jour, aux heures de bureau.")
    if gesture == "prolonger":
        form = ExtendForm(request.POST)
        if not form.is_valid():
            raise services.SurveysError(_("Choisissez un jour\u00a0: rien n’a été changé."))
        services.extend(wave, until=form.cleaned_data["until"])
        return _("Le dernier jour est changé.")
    if gesture == "essai":
        notifications.trial(wave, to=_who(request))
        return _("Un essai vous est envoyé\u00a0: son lien montre les questions, il ne répond pour personne.")
    if gesture not in _GESTURES:
        raise services.SurveysError(_("Ce geste n’existe pas\u00a0: rien n’a été changé."))
    _GESTURES[gesture](wave)
    return _("C’est fait.")


def _who(request: HttpRequest) -> str:
    return str(request.user.email)  # type: ignore[union-attr]
