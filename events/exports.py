"""The columns of the agenda's exports (stable names for machines, words for readers), and one row of each format.

Nobody's name, no registration, and never the address of a visioconference.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from events.models import Event, EventQuerySet

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size

COLUMNS = (
    *("id", "type", "titre", "statut", "debut", "fin", "debut_prevu", "lieu", "adresse", "ville", "code_insee"),
    *("departement", "nom_departement", "latitude", "longitude", "a_distance", "accueil", "groupe", "nom_groupe"),
    *("pays", "themes", "resume", "places", "public", "fiche", "demonstration"),
)
LABELS = (
    *("Numéro", "Type", "Titre", "État", "Début", "Fin", "Début prévu avant le report", "Lieu", "Adresse", "Ville"),
    *("Code INSEE de la commune", "Code du département", "Département", "Latitude", "Longitude", "En visioconférence"),
    *("Accueilli par", "Code du groupe", "Groupe", "Pays (codes ISO)", "Thèmes", "En une phrase", "Nombre de places"),
    *("Qui peut s’inscrire", "Page", "Démonstration"),
)


def _moment(value: datetime | None) -> str:
    """ISO 8601 in the time of Paris, with its offset."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def row(event: Event, site_url: str) -> list[Any]:
    """One event under COLUMNS, loaded `for_export`; several codes of a cell are separated by a space. A postponed event whose new
    date is to come has no beginning, only the one that was planned."""
    loaded: Any = event  # the columns that for_export adds
    group = event.group if event.group and event.group.is_published else None
    return [
        event.pk,
        event.kind,
        event.title,
        event.status,
        "" if event.is_postponed else _moment(event.starts_at),
        "" if event.is_postponed else _moment(event.ends_at),
        _moment(event.previous_starts_at),
        event.place_name,
        event.address,
        event.city,
        loaded.commune_code or "",
        loaded.departement_code or "",
        loaded.departement_name or "",
        event.latitude,
        event.longitude,
        "oui" if event.is_online else "non",
        loaded.host_name or "",
        group.slug if group else "",
        group.name if group else "",
        " ".join(event.country_codes),
        " ".join(event.theme_codes),
        event.summary,
        event.capacity,
        event.audience,
        site_url + event.get_absolute_url(),
        "fictif" if event.is_demo else "",
    ]


def rows(events: EventQuerySet, site_url: str) -> Iterator[list[Any]]:
    return written(events.for_export().iterator(chunk_size=CHUNK), site_url)


def written(events: Iterable[Event], site_url: str) -> Iterator[list[Any]]:
    """A row for each of these events, loaded as for an export."""
    for event in events:
        yield row(event, site_url)


def features(events: EventQuerySet, site_url: str) -> Iterator[dict[str, Any]]:
    """One GeoJSON feature an event, longitude first; one without a place has a null geometry (RFC 7946, 3.2)."""
    for event in events.for_export().iterator(chunk_size=CHUNK):
        values = dict(zip(COLUMNS, row(event, site_url), strict=True))
        latitude, longitude = values.pop("latitude"), values.pop("longitude")
        geometry = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
        yield {"type": "Feature", "id": f"evenement-{event.pk}", "geometry": geometry, "properties": values}
