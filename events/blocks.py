"""What the agenda puts into the pages of other rooms: the next events of all, of an actor, a country, a theme; else nothing."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor, Country, Jumelage, Theme
from events import perms
from events.models import Event, EventQuerySet
from soco.web.slots import Block

SHOWN = 3
NEAR_KM = 80  # an hour by road


def navigation(request: HttpRequest, subject: Any) -> Block:
    """The link of the header."""
    return "events/_navigation.html", {}


def door(request: HttpRequest, subject: Any) -> Block:
    """The door of the home page."""
    return "events/_agenda_door.html", {}


def staff_tools(request: HttpRequest, subject: Any) -> Block | None:
    """Among the tools of the team's home."""
    return ("events/_staff_tools.html", {}) if perms.can_manage_all(request.user) else None


def next_events(request: HttpRequest, subject: Any) -> Block | None:
    """On the home page: what comes next, everywhere."""
    return _announced(_to_come(), title=_("Les prochains rendez-vous"), query="", is_band=True)


def events_of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor: what it hosts, and what takes place there."""
    query = urlencode({"departement": subject.code}) if subject.nature == "departement" else ""
    return _announced(_to_come().of_actor(subject), title=_("Prochains rendez-vous ici"), query=query)


def events_of_country(request: HttpRequest, subject: Country | str) -> Block | None:
    """`subject`: a country, or « europe »."""
    value = subject.pk if isinstance(subject, Country) else subject
    return _about([value])


def events_of_jumelage(request: HttpRequest, subject: Jumelage) -> Block | None:
    """On the page of a jumelage: what is about the country of the partner."""
    return _about([subject.partner.country_id])


def events_of_theme(request: HttpRequest, subject: Theme) -> Block | None:
    events = _to_come().with_themes([subject.pk])
    return _announced(events, title=_("Prochains rendez-vous sur ce thème"), query=urlencode({"theme": subject.pk}))


def events_near(request: HttpRequest, subject: Actor) -> Block | None:
    """To somebody who speaks for an actor: what comes next near it, else what is held at a distance."""
    if subject.latitude is None or subject.longitude is None:
        return _announced(_to_come(), title=_("Les prochains rendez-vous"), query="")
    near = _to_come().near(subject.latitude, subject.longitude, NEAR_KM)
    return _announced(near, title=_("Prochains rendez-vous près de chez vous"), query="") or next_held_online()


def next_held_online() -> Block | None:
    return _announced(_to_come().online(), title=_("Prochains rendez-vous en visioconférence"), query="")


def _to_come() -> EventQuerySet:
    return Event.objects.to_come(timezone.now())


def _about(countries: list[str]) -> Block | None:
    title, query = _("Prochains rendez-vous sur ce pays"), urlencode({"pays": countries}, doseq=True)
    return _announced(_to_come().with_countries(countries), title=title, query=query)


def _announced(events: EventQuerySet, *, title: str, query: str, is_band: bool = False) -> Block | None:
    """The first of these, in one query; `query`: the search that lists them all. `is_band`: a whole band of the page."""
    found = list(events[: SHOWN + 1])
    if not found:
        return None
    more_url = reverse("event_list") + (f"?{query}" if query else "")
    context = {
        "events": found[:SHOWN],
        "title": title,
        "more_url": more_url if query or is_band else "",
        "is_band": is_band,
    }
    return "events/_next_events.html", context
