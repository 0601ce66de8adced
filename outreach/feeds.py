"""The agenda of a voltigeur, that their calendar comes back to: visits still planned, and tours. No report is in it."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.calendar_files import Appointment, calendar_file
from outreach.enums import StopState
from outreach.models import FieldArea, Tour, TourStop, Visit
from outreach.notifications.slot_mails import USUAL_MINUTES, visit_uid
from outreach.rounds import round_of

DAYS_BEFORE = 30
AGREED = (StopState.ACCEPTED,)


def agenda_of(area: FieldArea, *, url: str) -> bytes:
    """The calendar file of a voltigeur, that lives at the absolute address `url`. Three queries."""
    name = _("Aller vers\u00a0: %(who)s") % {"who": area.user}
    return calendar_file([*_visits(area), *_tours(area)], name=name, url=url)


def _visits(area: FieldArea) -> Iterator[Appointment]:
    since = timezone.localdate() - timedelta(days=DAYS_BEFORE)
    for visit in Visit.objects.planned().by_voltigeur(area.user).since(since).for_agenda().soonest_first():
        stop = getattr(visit, "tour_stop", None)
        is_asked = stop is not None and stop.state not in AGREED
        yield Appointment(
            uid=visit_uid(visit.pk),
            sequence=visit.version,
            title=f"{visit.get_kind_display()}\u00a0: {visit.actor.name}",
            starts_at=visit.starts_at,
            ends_at=visit.starts_at + timedelta(minutes=visit.minutes or USUAL_MINUTES),
            changed_at=visit.updated_at,
            url=settings.SITE_URL + (stop.tour_url if stop else visit.get_absolute_url()),
            status="TENTATIVE" if is_asked else "CONFIRMED",
            description="\n".join(part for part in (visit.subject, visit.actor.phone) if part),
            location=visit.actor.address or visit.actor.name,
            latitude=visit.actor.latitude,
            longitude=visit.actor.longitude,
        )


def _tours(area: FieldArea) -> Iterator[Appointment]:
    since = timezone.localdate() - timedelta(days=DAYS_BEFORE)
    tours = list(Tour.objects.standing().by_voltigeur(area.user).since(since).for_page().soonest_first())
    stops: dict[int, list[TourStop]] = {}
    for stop in TourStop.objects.of_tours([tour.pk for tour in tours]).in_order().for_page():
        stops.setdefault(stop.tour_id, []).append(stop)
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    for tour in tours:
        rows = stops.get(tour.pk, [])
        driven = round_of(tour, rows)
        count = ngettext("%(n)d étape", "%(n)d étapes", len(rows)) % {"n": len(rows)}
        yield Appointment(
            uid=f"tournee-{tour.pk}@{host}",
            sequence=len(rows),
            title=f"{tour} ({count})",
            starts_at=driven.leaves_at,
            ends_at=max(driven.ends_at, driven.leaves_at + timedelta(minutes=15)),
            changed_at=timezone.now(),
            url=settings.SITE_URL + tour.get_absolute_url(),
            status="TENTATIVE" if tour.is_draft else "CONFIRMED",
            description="\n".join(stop.actor.name for stop in rows),
            location=tour.start.name,
        )
