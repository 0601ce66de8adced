"""The page of one appointment, opened by a collectivité's personal link: who comes, when, what for, and three answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from outreach import services
from outreach.enums import StopState
from outreach.forms.appointments import AnswerSlotForm
from outreach.models import LINK, TourStop
from outreach.services.errors import OutreachError
from soco.web import signed_links
from soco.web.access import public

SAID = {
    StopState.ACCEPTED: gettext_lazy("Merci\u00a0: le rendez-vous est noté."),
    StopState.OTHER_DATE: gettext_lazy("Merci\u00a0: nous revenons vers vous pour fixer une autre date."),
    StopState.DECLINED: gettext_lazy("C’est noté\u00a0: nous ne viendrons pas."),
}


def _stop_of(token: str) -> TourStop:
    """The stop of a personal link. Raises InvalidLink, or ExpiredLink once it is over or no stop any more.

    A slot that changes leaves the link as it is: it opens the page of the slot that holds today.
    """
    link = signed_links.read(token, LINK)
    stop = TourStop.objects.for_settling().filter(pk=link.pk).first()
    if stop is None:
        raise signed_links.ExpiredLink
    link.check(stop.link_version)
    return stop


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing is answered on GET: mail filters open links too."""
    stop = _stop_of(token)
    form = AnswerSlotForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": stop.starts_at.isoformat() if stop.starts_at else ""},
        label_suffix="",
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = StopState(said["answer"])
        try:
            services.answer_slot(
                stop, answer, seen=said["seen"], message=said["message"], wanted=said["wanted"]
            )  # fmt: skip
        except OutreachError as error:
            form = _read_again(form, stop, str(error))
        else:
            messages.success(request, SAID[answer])
            return redirect(stop)
    is_open = bool(
        stop.tour.is_confirmed and stop.starts_at and stop.starts_at > timezone.now() and not stop.is_written
    )
    context = {"page_title": _("Votre rendez-vous"), "stop": stop, "form": form, "is_open": is_open}
    return render(request, "outreach/appointment.html", context)


def _read_again(form: AnswerSlotForm, stop: TourStop, error: str) -> AnswerSlotForm:
    """The form as it was typed, with the slot that holds now."""
    stop.refresh_from_db(fields=["starts_at", "state"])
    data = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = stop.starts_at.isoformat() if stop.starts_at else ""
    again = AnswerSlotForm(data, label_suffix="")
    again.add_error(None, error)
    return again
