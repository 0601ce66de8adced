"""The columns of the répertoire's exports (stable names for machines, words for readers), and one row of each format."""

from collections.abc import Iterable, Iterator
from typing import Any

from directory.models import Actor, ActorQuerySet

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size

COLUMNS = (
    "nature",
    "code",
    "nom",
    "siren",
    "departement",
    "nom_departement",
    "epci",
    "nom_epci",
    "codes_postaux",
    "population",
    "latitude",
    "longitude",
    "adresse",
    "courriel",
    "telephone",
    "site",
    "confirme_le",
    "fraicheur",
    "fiche",
    "pays_iso2",
    "pays",
    "demonstration",
)


LABELS = (
    "Nature",
    "Code",
    "Nom",
    "SIREN",
    "Code du département",
    "Département",
    "SIREN de l’intercommunalité",
    "Intercommunalité",
    "Codes postaux",
    "Population",
    "Latitude",
    "Longitude",
    "Adresse",
    "Courriel",
    "Téléphone",
    "Site",
    "Confirmée le",
    "Fraîcheur",
    "Fiche",
    "Code du pays",
    "Pays",
    "Démonstration",
)


def row(actor: Actor, site_url: str) -> list[Any]:
    """One actor under COLUMNS; codes are texts, coordinates numbers in degrees (WGS 84)."""
    return [
        actor.nature,
        actor.code,
        actor.name,
        actor.siren,
        actor.departement.code if actor.departement else "",
        actor.departement.name if actor.departement else "",
        actor.epci.code if actor.epci else "",
        actor.epci.name if actor.epci else "",
        " ".join(actor.postal_codes),
        actor.population,
        actor.latitude,
        actor.longitude,
        actor.address,
        actor.email,
        actor.phone,
        actor.website,
        actor.verified_at.date().isoformat() if actor.verified_at else "",
        actor.freshness.value,
        site_url + actor.get_absolute_url(),
        actor.country_id,
        actor.country.name,
        "fictif" if actor.is_demo else "",
    ]


def rows(actors: ActorQuerySet, site_url: str) -> Iterator[list[Any]]:
    return written(actors.for_export().iterator(chunk_size=CHUNK), site_url)


def written(actors: Iterable[Actor], site_url: str) -> Iterator[list[Any]]:
    """A row for each of these actors, loaded as for an export."""
    for actor in actors:
        yield row(actor, site_url)


def features(actors: ActorQuerySet, site_url: str) -> Iterator[dict[str, Any]]:
    """One GeoJSON feature an actor; an actor without coordinates has a null geometry (RFC 7946, 3.2)."""
    for actor in actors.for_export().iterator(chunk_size=CHUNK):
        values = dict(zip(COLUMNS, row(actor, site_url), strict=True))
        latitude, longitude = values.pop("latitude"), values.pop("longitude")
        geometry = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
        yield {"type": "Feature", "id": f"{actor.nature}-{actor.code}", "geometry": geometry, "properties": values}
