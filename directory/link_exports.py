"""The columns of the exports of jumelages (stable names for machines, words for readers), and one row of each format."""

from collections.abc import Iterable, Iterator
from typing import Any

from directory.models import Jumelage, JumelageQuerySet
from directory.models.reference import theme_names

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size

HEADINGS = {
    "numero": "Numéro",
    "type": "Type de lien",
    "collectivite_nature": "Nature de la collectivité",
    "collectivite_code": "Code de la collectivité",
    "collectivite": "Collectivité",
    "departement": "Code du département",
    "partenaire": "Partenaire",
    "partenaire_nature": "Nature du partenaire",
    "partenaire_code": "Code du partenaire",
    "pays_iso2": "Code du pays",
    "pays": "Pays",
    "titre": "Titre",
    "annee_signature": "Année de signature",
    "annee_debut": "Année de début",
    "vitalite": "Vitalité",
    "vitalite_le": "Vitalité constatée le",
    "a_verifier": "À vérifier",
    "derniere_action_le": "Date de la dernière action",
    "derniere_action": "Dernière action",
    "anime_par": "Animé par",
    "themes": "Thèmes",
    "autres_themes": "Autres thèmes",
    "odd": "Objectifs de développement durable",
    "objectifs": "Objectifs",
    "contexte": "Contexte",
    "historique": "Historique",
    "base_juridique": "Base juridique",
    "convention_fin": "Fin de la convention",
    "convention_renouvellement": "Renouvellement de la convention",
    "fin": "Date de fin",
    "numero_atlas": "Numéro dans l’Atlas",
    "confirme_le": "Confirmé le",
    "source": "Source",
    "latitude": "Latitude de la collectivité",
    "longitude": "Longitude de la collectivité",
    "partenaire_latitude": "Latitude du partenaire",
    "partenaire_longitude": "Longitude du partenaire",
    "page": "Page",
    "demonstration": "Démonstration",
}
COLUMNS = tuple(HEADINGS)
LABELS = tuple(HEADINGS.values())
PLACES = ("latitude", "longitude", "partenaire_latitude", "partenaire_longitude")


def row(jumelage: Jumelage, site_url: str, themes: dict[str, str]) -> list[Any]:
    """One jumelage under COLUMNS; codes are texts, coordinates numbers in degrees (WGS 84), days in ISO 8601."""
    one, other = jumelage.collectivite, jumelage.partner
    return [
        jumelage.pk,
        jumelage.kind,
        one.nature,
        one.code,
        one.name,
        one.departement.code if one.departement else "",
        other.name,
        other.nature,
        other.code,
        other.country_id,
        other.country.name,
        jumelage.title,
        jumelage.year_signed,
        jumelage.year_started,
        jumelage.vitality,
        _day(jumelage.vitality_on),
        "oui" if jumelage.to_verify else "non",
        _day(jumelage.last_action_on),
        jumelage.last_action,
        jumelage.carrier,
        "|".join(themes.get(code, code) for code in jumelage.theme_codes),
        jumelage.other_themes,
        "|".join(map(str, jumelage.sdgs)),
        jumelage.objectives,
        jumelage.context,
        jumelage.history,
        jumelage.legal_base,
        _day(jumelage.agreement_ends_on),
        _day(jumelage.agreement_renewal_on),
        _day(jumelage.ended_on),
        jumelage.atlas_reference,
        _day(jumelage.verified_at),
        jumelage.provenance.get("*", {}).get("source", ""),
        one.latitude,
        one.longitude,
        other.latitude,
        other.longitude,
        site_url + jumelage.get_absolute_url(),
        "fictif" if jumelage.is_demo else "",
    ]


def rows(jumelages: JumelageQuerySet, site_url: str) -> Iterator[list[Any]]:
    return written(jumelages.for_export().iterator(chunk_size=CHUNK), site_url)


def written(jumelages: Iterable[Jumelage], site_url: str) -> Iterator[list[Any]]:
    """A row for each of these jumelages, loaded as for an export."""
    themes = theme_names()
    for jumelage in jumelages:
        yield row(jumelage, site_url, themes)


def features(jumelages: JumelageQuerySet, site_url: str) -> Iterator[dict[str, Any]]:
    """One GeoJSON feature a jumelage: the line between both sides, the only side whose place is known, or no geometry."""
    themes = theme_names()
    for jumelage in jumelages.for_export().iterator(chunk_size=CHUNK):
        values = dict(zip(COLUMNS, row(jumelage, site_url, themes), strict=True))
        latitude, longitude, to_latitude, to_longitude = (values.pop(name) for name in PLACES)
        ends = [
            [x, y] for x, y in ((longitude, latitude), (to_longitude, to_latitude)) if x is not None and y is not None
        ]
        geometry: dict[str, Any] | None = None
        if ends:
            geometry = {"type": "LineString", "coordinates": ends} if len(ends) == 2 else _point(ends[0])
        yield {"type": "Feature", "id": jumelage.pk, "geometry": geometry, "properties": values}


def _point(place: list[float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": place}


def _day(value: Any) -> str:
    return value.isoformat()[:10] if value else ""
