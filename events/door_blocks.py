"""What the day itself adds to other pages: the code and the certificate of a registration, the door of an event."""

from django.http import HttpRequest

from events import papers
from events.models import Event, Participant, Registration
from soco.web.slots import Block


def code_of_registration(_request: HttpRequest, registration: Registration) -> Block | None:
    """The code to show at the door, to whoever has a seat at an event to come that has a place."""
    if not registration.has_entry_code:
        return None
    return "events/_entry_code.html", {"registration": registration}


def certificate_of_registration(_request: HttpRequest, registration: Registration) -> Block | None:
    """The certificate of whoever came to a training that is over."""
    if not registration.is_present or not papers.has_certificates(registration.event):
        return None
    return "events/_certificate.html", {"registration": registration}


def door_of_event(_request: HttpRequest, event: Event) -> Block | None:
    """For whoever manages an event: the door, its papers, and who did not come."""
    if event.is_cancelled:
        return None
    counts = Participant.objects.expected(event).attendance()
    return "events/_door_links.html", {
        "event": event,
        "counts": counts,
        "has_certificates": papers.has_certificates(event) and counts["present"],
    }
