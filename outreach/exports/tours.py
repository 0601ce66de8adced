"""The columns of the exports of tours and of answers to settle, for staff."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import TourQuerySet, TourStop, TourStopQuerySet
from outreach.rounds import round_of

CHUNK = 200  # tours read at a time, with their stops


def labels() -> list[str]:
    return [
        *(_("jour"), _("tournée"), _("état"), _("voltigeur"), _("départ de"), _("départ à"), _("étapes")),
        *(_("créneaux acceptés"), _("km (estimation)"), _("minutes de route (estimation)"), _("collectivités")),
    ]


def rows(tours: TourQuerySet) -> Iterator[list[Any]]:
    """The tours of a list, as cells under `labels`; two queries for each CHUNK."""
    numbers = list(tours.newest_first().values_list("pk", flat=True))
    for first in range(0, len(numbers), CHUNK):
        part = numbers[first : first + CHUNK]
        stops: dict[int, list[TourStop]] = {}
        for stop in TourStop.objects.of_tours(part).in_order().for_page():
            stops.setdefault(stop.tour_id, []).append(stop)
        for tour in tours.numbered(part).newest_first().for_list():
            own = stops.get(tour.pk, [])
            driven = round_of(tour, own)
            yield [
                *(tour.day.isoformat(), str(tour), str(tour.get_state_display()), str(tour.voltigeur or "")),
                *(tour.start.name, f"{tour.leaves_at:%H:%M}", len(own), sum(stop.is_accepted for stop in own)),
                *(round(driven.km), driven.road_minutes, ", ".join(stop.actor.name for stop in own)),
            ]


def answer_labels() -> list[str]:
    return [
        *(_("collectivité"), _("code"), _("département"), _("réponse"), _("message"), _("répondu le")),
        *(_("créneau proposé"), _("tournée"), _("voltigeur"), _("téléphone")),
    ]


def answer_rows(stops: TourStopQuerySet) -> Iterator[list[Any]]:
    """The answers of a list, as cells under `answer_labels`."""
    for stop in stops.longest_waiting_first().for_settling():
        actor = stop.actor
        yield [
            *(actor.name, actor.code, actor.departement.name if actor.departement else ""),
            *(str(stop.get_state_display()), stop.answer, _moment(stop.answered_at), _moment(stop.starts_at)),
            *(str(stop.tour), str(stop.tour.voltigeur or ""), actor.phone),
        ]


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
