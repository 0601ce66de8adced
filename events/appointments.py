"""From an event to what calendars are told of it."""

from django.conf import settings
from django.utils.translation import gettext as _

from .calendar_files import Appointment, Person
from .enums import EventStatus
from .models import Event, Registration


def organizer_of(event: Event) -> Person:
    """Whom a calendar and a mail answer to: the person who organises, else the network."""
    if event.organiser and event.organiser.is_active:
        return Person(str(event.organiser), event.organiser.email)
    return network()


def network() -> Person:
    """The network itself, as those who organise."""
    return Person(settings.NETWORK_NAME, settings.MAIL_REPLY_TO)


def place_of(event: Event) -> str:
    """Where it takes place, in one line, fit for all: never the address of a visioconference."""
    parts = [event.place_name, event.address, event.city]
    place = ", ".join(part for part in parts if part)
    if event.is_online:
        return f"{place} · {_('visioconférence')}" if place else str(_("Visioconférence"))
    return place


def appointment_of(
    event: Event,
    *,
    registration: Registration | None = None,
    name: str = "",
    email: str = "",
    is_leaving: bool = False,
) -> Appointment:
    """What a calendar is told. `registration`: the one of whom the file is for; only then does it hold the person who organises, an
    attendee, `name` and `email` (those of the registration if they are not given), and, if it has its seat, the address of a
    visioconference: a file that everybody reads names nobody. A page that its reader could not open is not
    named. `is_leaving`: it takes the event out of an agenda, and says nothing that only those who come may know."""
    statuses = {EventStatus.CANCELLED: "CANCELLED", EventStatus.POSTPONED: "TENTATIVE"}
    own_page = registration.get_absolute_url() if registration and not email else ""
    link = own_page or event.public_url
    description = [event.summary]
    online_url = event.online_url if registration and registration.is_confirmed and not is_leaving else ""
    if online_url:
        description.append(_("Se connecter\u00a0: %(url)s") % {"url": online_url})
    if link:
        description.append(settings.SITE_URL + link)
    attendee = Person(name or registration.name, email or registration.email) if registration else None
    return Appointment(
        uid=f"{event.uid}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}",
        sequence=event.sequence,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        changed_at=max(event.updated_at, registration.state_at) if registration else event.updated_at,
        url=settings.SITE_URL + (event.public_url or own_page) if event.public_url or own_page else "",
        status=statuses.get(EventStatus(event.status), "CONFIRMED"),
        description="\n".join(part for part in description if part),
        location=place_of(event),
        latitude=event.latitude,
        longitude=event.longitude,
        organizer=organizer_of(event) if registration else network(),
        attendee=attendee,
        conference_url=online_url,
        categories=(event.get_kind_display(),),
    )
