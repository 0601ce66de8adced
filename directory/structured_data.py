"""What search engines read: an actor as schema.org JSON-LD, from published facts only."""

import json
from typing import Any

from directory.enums import Nature
from directory.models import Actor

# Characters that could end the script element or open a comment, escaped as JSON allows.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
TYPES = {
    Nature.ENSEIGNEMENT: "EducationalOrganization",
    Nature.UNIVERSITE: "CollegeOrUniversity",
    Nature.SANTE: "MedicalOrganization",
    Nature.ENTREPRISE: "Corporation",
    Nature.ETAT: "GovernmentOrganization",
    Nature.ETRANGERE: "GovernmentOrganization",
}


def organization(actor: Actor, *, url: str) -> dict[str, Any]:
    """`actor` as a schema.org Organization; `url` is its absolute page."""
    kind = "GovernmentOrganization" if actor.is_collectivite else TYPES.get(Nature(actor.nature), "NGO")
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": kind, "@id": url, "name": actor.name, "url": url}
    if actor.short_name:
        data["alternateName"] = actor.short_name
    if actor.siren:
        data["identifier"] = [{"@type": "PropertyValue", "propertyID": "SIREN", "value": actor.siren}]
    if actor.is_located:
        data["location"] = {
            "@type": "Place",
            "geo": {"@type": "GeoCoordinates", "latitude": actor.latitude, "longitude": actor.longitude},
        }
    for field, name in (("email", "email"), ("phone", "telephone"), ("website", "sameAs"), ("address", "address")):
        if value := getattr(actor, field):
            data[name] = value
    if actor.departement:
        data["areaServed"] = {"@type": "AdministrativeArea", "name": actor.departement.name}
    return data


def as_script(data: dict[str, Any]) -> str:
    """`data` as JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False).translate(ESCAPES)
