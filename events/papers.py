"""The papers of an event, as PDF files: the sheet that people sign, and the certificates of a training."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.appointments import place_of
from events.enums import EventKind
from events.models import Event, Participant, Session
from soco.web import typesetting
from soco.web.templatetags.soco import NO_BREAK_SPACE, day, hour, moment, weekday

FOLDER = Path(__file__).with_name("typst")
BLANK_LINES = 8  # for those who come without registering
MOST_SESSIONS = 6  # columns that a page holds; beyond, people sign once for all


def attendance_sheet(event: Event, people: Sequence[Participant], *, now: datetime) -> bytes:
    """The sheet to sign: one line for each of `people` (loaded with their registration), some blank ones after them."""
    return typesetting.pdf(FOLDER / "feuille-presence.typ", sheet_words(event, people, now=now), now=now)


def sheet_words(event: Event, people: Sequence[Participant], *, now: datetime) -> dict[str, Any]:
    """All that the sheet says, as plain strings."""
    sessions = _sessions(event)
    signed = [_column(session) for session in sessions] if 1 < len(sessions) <= MOST_SESSIONS else [_("Signature")]
    lines = [_when(event), place_of(event), _hosted_by(event)]
    rows = [{"name": who.name, "structure": who.registration.structure, "job": who.job} for who in people]
    return {
        "document_title": _("Feuille de présence\u00a0: %(title)s") % {"title": event.title},
        "network": settings.NETWORK_NAME,
        "made_on": _("Établie le %(day)s à %(hour)s") % {"day": day(now), "hour": hour(now)},
        "title": event.title,
        "lines": [line for line in [_("Feuille de présence"), *lines] if line],
        "columns": [_("Nom"), _("Structure"), _("Fonction"), *signed],
        "people": rows + [{"name": "", "structure": "", "job": ""}] * BLANK_LINES,
        "page": _("Page"),
    }


def has_certificates(event: Event) -> bool:
    """Is there a certificate for those who came? Of a training, once it is over."""
    return event.kind == EventKind.FORMATION and event.is_past and not event.is_cancelled


def certificates(event: Event, people: Iterable[Participant], *, now: datetime) -> bytes:
    """One page for each of `people`, who came (loaded with their registration)."""
    return typesetting.pdf(FOLDER / "attestations.typ", certificate_words(event, people, now=now), now=now)


def certificate_words(event: Event, people: Iterable[Participant], *, now: datetime) -> dict[str, Any]:
    """All that certificates say, as plain strings: names come from the registrations, nobody types them again."""
    sessions = _sessions(event)
    spent = sum(((part.ends_at - part.starts_at) for part in sessions), timedelta()) or event.duration
    said = [f"{moment(part.starts_at)} – {hour(part.ends_at)}{NO_BREAK_SPACE}: {part.title}" for part in sessions]
    lines = [] if sessions else [_when(event)]
    return {
        "document_title": _("Attestation de présence\u00a0: %(title)s") % {"title": event.title},
        "network": settings.NETWORK_NAME,
        "heading": _("Attestation de présence"),
        "attests": _("%(network)s atteste que") % {"network": settings.NETWORK_NAME},
        "followed": _("a participé à la formation"),
        "title": event.title,
        "sessions": said,
        "lines": [line for line in [*lines, place_of(event), _lasting(spent)] if line],
        "made_on": _("Fait le %(day)s.") % {"day": day(timezone.localdate(now))},
        "signed": _("Pour %(network)s") % {"network": settings.NETWORK_NAME},
        "people": [
            {"name": who.name, "about": ", ".join(part for part in (who.job, who.registration.structure) if part)}
            for who in people
        ],
    }


def _sessions(event: Event) -> list[Session]:
    return list(event.sessions.all())


def _column(session: Session) -> str:
    """« Le matin, 8 décembre 2026, 9 h »."""
    return ", ".join([session.title, day(_local_day(session.starts_at)), hour(session.starts_at)])


def _local_day(at: datetime) -> date:
    return timezone.localdate(at)


def _when(event: Event) -> str:
    """« mardi 8 décembre 2026, de 8 h 30 à 10 h »; both days if it lasts longer than one."""
    first, last = _local_day(event.starts_at), _local_day(event.ends_at)
    if first != last:
        return _("du %(start)s au %(end)s") % {"start": moment(event.starts_at), "end": moment(event.ends_at)}
    return _("%(day)s, de %(start)s à %(end)s") % {
        "day": weekday(first),
        "start": hour(event.starts_at),
        "end": hour(event.ends_at),
    }


def _hosted_by(event: Event) -> str:
    return _("Accueil\u00a0: %(name)s") % {"name": event.host.name} if event.host else ""


def _lasting(spent: timedelta) -> str:
    """« Durée : 6 heures 30 »."""
    hours, minutes = divmod(int(spent.total_seconds()) // 60, 60)
    if not hours:
        return _("Durée\u00a0: %(n)s minutes.") % {"n": minutes}
    said = ngettext("%(n)s heure", "%(n)s heures", hours) % {"n": hours}
    return _("Durée\u00a0: %(hours)s%(minutes)s.") % {"hours": said, "minutes": f" {minutes:02}" if minutes else ""}
