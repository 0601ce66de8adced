"""What search engines read of an event: schema.org JSON-LD, from what all may read. Never the address of a visioconference."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from events.enums import EventKind, EventStatus
from events.models import Event

SCHEMA = "https://schema.org/"


def event_data(event: Event, *, url: str, place: str, seats_left: int | None, now: datetime) -> dict[str, Any]:
    """`event`, loaded `for_page`, as a schema.org Event; `url` is its absolute page. `seats_left`: None without a limit.

    A postponed event keeps the date that was planned, as schema.org asks until the new one is known; one that got another date
    says both.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationEvent" if event.kind == EventKind.FORMATION else "Event",
        "@id": url,
        "name": event.title,
        "url": url,
        "startDate": _moment(event.starts_at),
        "endDate": _moment(event.ends_at),
        "eventStatus": f"{SCHEMA}Event{_status(event)}",
        "eventAttendanceMode": f"{SCHEMA}{_attendance(event)}EventAttendanceMode",
        "location": _location(event, url=url, place=place),
        "organizer": _organizer(event),
        "isAccessibleForFree": True,
        "inLanguage": "fr",
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": 0,
            "priceCurrency": "EUR",
            "availability": f"{SCHEMA}{_availability(event, seats_left=seats_left, now=now)}",
            "validFrom": _moment(event.opens_at or event.published_at or event.created_at),
        },
    }
    if description := event.summary or event.description:
        data["description"] = description
    if event.capacity:
        data["maximumAttendeeCapacity"] = event.capacity
    if _status(event) == "Rescheduled":
        data["previousStartDate"] = _moment(event.previous_starts_at)
    return data


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).isoformat() if value else ""


def _status(event: Event) -> str:
    """The end of the name of an EventStatusType."""
    if event.status == EventStatus.CANCELLED:
        return "Cancelled"
    if event.status == EventStatus.POSTPONED:
        return "Postponed"
    return "Rescheduled" if event.previous_starts_at else "Scheduled"


def _has_place(event: Event) -> bool:
    return bool(event.place_name or event.address or event.city)


def _attendance(event: Event) -> str:
    if not event.is_online:
        return "Offline"
    return "Mixed" if _has_place(event) else "Online"


def _location(event: Event, *, url: str, place: str) -> Any:
    """Where it takes place; a visioconference is joined from its page, whose registered people alone read the link."""
    virtual = {"@type": "VirtualLocation", "url": url}
    if event.is_online and not _has_place(event):
        return virtual
    address: dict[str, Any] = {"@type": "PostalAddress", "addressCountry": "FR"}
    if event.address:
        address["streetAddress"] = event.address
    if event.city:
        address["addressLocality"] = event.city
    physical: dict[str, Any] = {"@type": "Place", "name": event.place_name or place or event.city, "address": address}
    if event.is_located:
        physical["geo"] = {"@type": "GeoCoordinates", "latitude": event.latitude, "longitude": event.longitude}
    return [physical, virtual] if event.is_online else physical


def _organizer(event: Event) -> dict[str, str]:
    loaded: Any = event  # the names that for_page adds
    if loaded.host_name:
        url = settings.SITE_URL + reverse("actor_detail", args=[loaded.host_slug])
        return {"@type": "Organization", "name": loaded.host_name, "url": url}
    return {"@type": "Organization", "name": settings.NETWORK_NAME, "url": f"{settings.SITE_URL}/"}


def _availability(event: Event, *, seats_left: int | None, now: datetime) -> str:
    """Whether somebody who comes now gets a seat. What a waiting list offers is no seat."""
    if not event.is_open_at(now):
        return "PreOrder" if event.opens_at and now < event.opens_at and not event.is_cancelled else "OutOfStock"
    return "SoldOut" if seats_left is not None and seats_left <= 0 else "InStock"
