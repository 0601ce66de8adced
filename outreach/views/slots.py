"""The staff's pages of slots: proposing them by mail, and settling what collectivités answered."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from outreach import perms, services
from outreach.exports import tours as exports
from outreach.filters.tours import AnswerSearch
from outreach.forms.tours import SettleForm
from outreach.models import Tour, TourStop
from outreach.notifications.slot_mails import preview_of
from outreach.services.errors import OutreachError
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50


@allowed(perms.TOURS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tour_slots(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would be written to, at which address, in which words (`?apercu=`: whose); then send to all, or to one."""
    tour = get_object_or_404(Tour.objects.for_page(), pk=pk)
    if request.method == "POST":
        _send(request, tour)
        return redirect("tour_slots", pk)
    stops = list(TourStop.objects.of_tour(tour).in_order().for_page())
    where = services.reached([stop.actor for stop in stops])
    for stop in stops:
        stop.tour = tour
    lines = [(stop, where[stop.actor_id], services.why_not_asked(stop)) for stop in stops]
    shown = next((stop for stop in stops if str(stop.pk) == request.GET.get("apercu")), stops[0] if stops else None)
    context = {
        "page_title": _("Proposer les créneaux"),
        "tour": tour,
        "lines": lines,
        "shown": shown,
        "mail": preview_of(shown) if shown else None,
        "to_send": sum(stop.is_to_ask and not why and not reach.why_not for stop, reach, why in lines),
    }
    return render(request, "outreach/tour_slots.html", context)


def _send(request: HttpRequest, tour: Tour) -> None:
    one = request.POST.get("etape", "")
    wanted = {int(one)} if one.isdecimal() and len(one) < 10 else None
    try:
        sent = services.send_slots(tour, wanted)
    except OutreachError as error:
        messages.error(request, str(error))
        return
    said = ngettext("%(n)d créneau est proposé.", "%(n)d créneaux sont proposés.", sent.count) % {"n": sent.count}
    (messages.success if sent.count else messages.info)(
        request, said if sent.count else _("Aucun créneau n’est à proposer.")
    )
    for stop, why in sent.kept_out:
        messages.warning(request, f"{stop.actor.name}\u00a0: {why}.")


@allowed(perms.VIEW)
@never_cache
@require_safe
def slot_queue(request: HttpRequest) -> HttpResponse:
    """« Rendez-vous à régler »: another date asked for, or declined, the oldest answer first."""
    search = AnswerSearch(request.GET, request.user)
    rows = search.found.longest_waiting_first().for_settling()
    context = {
        "page_title": _("Rendez-vous à régler"),
        "search": search,
        "understood": search.understood,
        "page": paginate(rows, asked=request.GET.get("page"), total=search.found.count(), size=PAGE_SIZE),
    }
    return render(request, "outreach/slot_queue.html", context)


@allowed(perms.VIEW)
@require_safe
def slot_queue_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = exports.answer_rows(AnswerSearch(request.GET, request.user).found)
    return csv_response("rendez-vous-a-regler", exports.answer_labels(), rows)


@allowed(perms.VIEW)
@require_safe
def slot_queue_xlsx(request: HttpRequest) -> FileResponse:
    rows = exports.answer_rows(AnswerSearch(request.GET, request.user).found)
    return xlsx_response("rendez-vous-a-regler", _("Rendez-vous à régler"), exports.answer_labels(), rows)


@allowed(perms.VIEW)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slot_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer: another moment is agreed, the stop is removed, or nothing more is to be done."""
    stop = get_object_or_404(TourStop.objects.for_settling(), pk=pk)
    gesture = request.POST.get("geste", "")
    form = SettleForm(
        request.POST if gesture == "convenir" else None, initial={"starts_at": stop.starts_at}, label_suffix=""
    )
    if request.method == "POST":
        if not perms.can_make_tours(request.user):
            raise PermissionDenied
        if _is_settled(request, stop, gesture, form):
            return redirect("slot_queue") if stop.is_to_settle else redirect(stop.tour_url)  # from where they came
    context = {
        "page_title": _("Rendez-vous\u00a0: %(name)s") % {"name": stop.actor.name},
        "stop": stop,
        "form": form,
        "can_make": perms.can_make_tours(request.user),
    }
    return render(request, "outreach/slot_settle.html", context)


def _still_to_ask(stop: TourStop) -> str:
    """The hours of the others may have followed: what was proposed to them is then to be proposed again, and this says so."""
    count = TourStop.objects.of_tour(stop.tour).to_ask().count()
    return (
        ngettext(
            "Dans la tournée, %(n)d créneau est à proposer, ou à proposer de nouveau.",
            "Dans la tournée, %(n)d créneaux sont à proposer, ou à proposer de nouveau.",
            count,
        )
        % {"n": count}
        if count
        else ""
    )


def _is_settled(request: HttpRequest, stop: TourStop, gesture: str, form: SettleForm) -> bool:
    by: Any = request.user
    try:
        if gesture == "retirer":
            services.remove_stop(stop.tour, stop.pk, by=by.email)
            messages.success(request, _("L’étape est retirée de la tournée."))
        elif gesture == "classer":
            services.settle_as_is(stop)
            messages.success(request, _("C’est noté\u00a0: cette réponse n’attend plus rien."))
        elif gesture == "convenir" and form.is_valid():
            is_kept = services.settle_with_slot(stop, form.cleaned_data["starts_at"], by=by.email)
            said = _("Le rendez-vous est fixé.") if is_kept else _("Le rendez-vous est fixé un autre jour.")
            messages.success(request, f"{said} {_still_to_ask(stop)}".strip())
        else:
            return False
    except OutreachError as error:
        if gesture != "convenir":
            messages.error(request, str(error))
            return True
        form.add_error(None, str(error))
        return False
    return True
