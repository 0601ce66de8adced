"""What a participant thought of an event that is over: three questions, opened by the link of their registration."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events import services
from events.forms.opinion import OpinionForm
from events.models import Satisfaction
from soco.web import signed_links
from soco.web.access import public

from .registrations import registration_with


@public
@never_cache
@signed_links.personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def registration_opinion(request: HttpRequest, token: str) -> HttpResponse:
    """Three questions; answered again, the form shows the answers and replaces them."""
    mine = registration_with(token)
    given = Satisfaction.objects.of_registration(mine).first()
    obstacle = services.opinion_obstacle(mine, timezone.now())
    initial = {"rating": given.rating, "useful": given.useful, "wish": given.wish} if given else {}
    form = OpinionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_opinion(mine, **form.cleaned_data)
        except services.EventsError as error:
            obstacle = str(error)
        else:
            messages.success(request, _("Merci, votre avis est enregistré."))
            return redirect("registration_opinion", token)
    context = {"registration": mine, "event": mine.event, "form": form, "obstacle": obstacle, "is_given": bool(given)}
    context |= {"least": settings.EVENTS_LEAST_OPINIONS, "days": settings.EVENTS_OPINION_DAYS}
    return render(request, "events/opinion.html", context)
