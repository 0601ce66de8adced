"""Calendar files (RFC 5545, 5546, 7986): what a calendar must know of an event, without the database.

The beginning and the end are written in the time of Paris with its VTIMEZONE, so that a calendar abroad shows them right on
both sides of a clock change. No attendee but the one to whom the file is sent; the address of a visioconference only for who
is registered. What people typed is made harmless: a control character would cut a line of the file in two.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, vCalAddress, vText
from icalendar import Event as Entry

PARIS = ZoneInfo("Europe/Paris")
REFRESH = timedelta(hours=6)
# The rule of the European Union since 1996 (directive 2000/84/EC): last Sundays of March and October, at one o'clock UTC.
TIME_OF_PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


class Method(StrEnum):
    """What a calendar does with the file: PUBLISH is read, REQUEST enters an agenda, CANCEL takes it out (RFC 5546)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Appointment:
    """One event. Moments are aware. `status`: CONFIRMED, TENTATIVE or CANCELLED (RFC 5545, 3.8.1.11). `organizer`: the real
    person (or team) whom a calendar writes to. `changed_at`: of two files of the same `sequence`, a calendar believes the one that
    was made later (RFC 5546, 2.1.5). `conference_url`: only in a file for somebody who is registered."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    url: str
    status: str = "CONFIRMED"
    description: str = ""
    location: str = ""
    latitude: float | None = None
    longitude: float | None = None
    organizer: Person | None = None
    attendee: Person | None = None
    conference_url: str = ""
    categories: tuple[str, ...] = ()


def calendar_file(
    appointments: Iterable[Appointment], *, method: Method = Method.PUBLISH, name: str = "", url: str = ""
) -> bytes:
    """A whole file. `name`, `url`: of a feed that calendars come back to (RFC 7986)."""
    calendar = Calendar()
    calendar.add("prodid", "-//SO Coopération//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("name", vText(_on_one_line(name)))
        calendar.add("x-wr-calname", vText(_on_one_line(name)))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    if url:
        calendar.add("url", url)
    calendar.add_component(Timezone.from_ical(TIME_OF_PARIS))
    for appointment in appointments:
        calendar.add_component(_entry(appointment, method))
    return bytes(calendar.to_ical())


def _entry(said: Appointment, method: Method) -> Entry:
    entry = Entry()
    entry.add("uid", said.uid)
    entry.add("sequence", said.sequence)
    entry.add("dtstamp", said.changed_at.astimezone(UTC))
    entry.add("last-modified", said.changed_at.astimezone(UTC))
    entry.add("dtstart", said.starts_at.astimezone(PARIS))
    entry.add("dtend", said.ends_at.astimezone(PARIS))
    entry.add("summary", _on_one_line(said.title))
    entry.add("status", "CANCELLED" if method == Method.CANCEL else said.status)
    entry.add("url", said.url)
    if said.description:
        entry.add("description", _harmless(said.description))
    if said.location:
        entry.add("location", _on_one_line(said.location))
    if said.latitude is not None and said.longitude is not None:
        entry.add("geo", (said.latitude, said.longitude))
    if said.categories:
        entry.add("categories", list(said.categories))
    if said.organizer:
        entry.add("organizer", _address(said.organizer))
    if said.attendee and method != Method.PUBLISH:
        attendee = _address(said.attendee)
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["RSVP"] = vText("FALSE")
        entry.add("attendee", attendee)
    if said.conference_url:
        entry.add("conference", said.conference_url, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return entry


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{quote(person.email, safe='@+')}")
    # A parameter knows no way to hold a quotation mark that every calendar reads (RFC 5545, 3.2; RFC 6868 came later).
    address.params["CN"] = vText(_on_one_line(person.name).replace('"', "'"))
    return address


def _on_one_line(text: str) -> str:
    """Text of one line: its line breaks become spaces."""
    return " ".join(_harmless(text).split("\n"))


def _harmless(text: str) -> str:
    """Text whose only control character is the line feed: what any program takes for the end of a line has become one."""
    lines = text.replace("\t", " ").splitlines()
    return "\n".join("".join(letter for letter in line if unicodedata.category(letter) != "Cc") for line in lines)
