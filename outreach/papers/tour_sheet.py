"""The sheet of a tour, to print: the day on one map, then each stop with where, when, whom to call and why."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import Tour, TourStop
from outreach.rounds import Line, Round, places_of, round_of
from outreach.tour_map import tour_map
from soco.web import typesetting
from soco.web.templatetags.soco import day, hour, number, weekday

FOLDER = Path(__file__).parent.with_name("typst")


def tour_sheet(tour: Tour, stops: Sequence[TourStop], *, now: datetime) -> bytes:
    """The sheet of a tour; `stops` in order, loaded with their collectivité and their signals."""
    return typesetting.pdf(FOLDER / "feuille-tournee.typ", sheet_words(tour, stops, now=now), now=now)


def sheet_words(tour: Tour, stops: Sequence[TourStop], *, now: datetime) -> dict[str, Any]:
    """All that the sheet says, as plain strings."""
    driven = round_of(tour, stops)
    start, *places = places_of(tour.start, stops)
    drawing = tour_map(start, places, region=settings.REGION_CODE, returns=tour.returns)
    return {
        "document_title": f"{tour}",
        "network": settings.NETWORK_NAME,
        "made_on": _("Établie le %(day)s à %(hour)s") % {"day": day(now), "hour": hour(now)},
        "title": str(tour),
        "lines": _head(tour, driven),
        "map": drawing.svg(label=_("Carte de la tournée")),
        "map_alt": _("Carte de la tournée\u00a0: le départ, les étapes numérotées dans l’ordre et le trajet"),
        "note_of_tour": tour.note,
        "stops": [_stop(rank, line) for rank, line in enumerate(driven.lines, 1)],
        "estimate": _("Distances et durées de route\u00a0: estimations (ligne droite × 1,3, à 50 km/h)."),
        "page": _("Page"),
    }


def _head(tour: Tour, driven: Round) -> list[str]:
    said = [
        weekday(tour.day).capitalize(),
        _("Départ de %(place)s à %(hour)s") % {"place": tour.start.name, "hour": hour(driven.leaves_at)},
        ngettext("%(n)d étape", "%(n)d étapes", len(driven.lines)) % {"n": len(driven.lines)},
        _("%(km)s km, %(time)s de route (estimations)") % {"km": number(round(driven.km)), "time": driven.road},
        _("Fin vers %(hour)s") % {"hour": hour(driven.ends_at)},
    ]
    return [" · ".join(said[:2]), " · ".join(said[2:]), str(tour.voltigeur or "")]


def _stop(rank: int, line: Line) -> dict[str, Any]:
    stop, actor = line.stop, line.stop.actor
    where = actor.address or ", ".join(
        part for part in (actor.name, actor.departement.name if actor.departement else "") if part
    )
    facts = [
        (_("Créneau"), f"{hour(stop.starts_at)} – {hour(line.leaves_at)}"),
        (_("Réponse"), str(stop.get_state_display())),
        (_("Route"), _("%(km)s km, %(time)s (estimation)") % {"km": number(round(line.km)), "time": line.road}),
        (_("Adresse"), where),
        (_("Téléphone"), actor.phone),
        (_("Courriel"), actor.email),
        (_("Message"), stop.answer),
    ]  # fmt: skip
    return {
        "rank": str(rank),
        "name": actor.name,
        "place": actor.nature_label,
        "facts": [[label, value] for label, value in facts if value],
        "why_label": _("Pourquoi elle"),
        "why": line.why,
        "notes_label": _("Notes"),
    }
