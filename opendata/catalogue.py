"""The catalogue of the open datasets: DCAT-AP in JSON-LD, as the harvesters of data.gouv.fr and of Europe read it.

The context stands in the file: whoever reads it fetches nothing else. W3C DCAT 3; values from the EU vocabularies.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Actor

from . import iati
from .datasets import DATASETS, LICENCE, PROJECTS, Dataset

EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the files: the ending of their address, their media type, their name in the EU's list of file types."""

    ending: str
    media_type: str
    file_type: str
    label: str


CSV = Format("csv", "text/csv", "CSV", "CSV")
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", "Excel")
GEOJSON = Format("geojson", "application/geo+json", "GEOJSON", "GeoJSON")
JSON = Format("json", "application/json", "JSON", "JSON")
FORMATS = (CSV, XLSX, GEOJSON, JSON)


def absolute(name: str, *arguments: Any) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)


def file_url(dataset: Dataset, told: Format) -> str:
    return absolute(f"open_data_{told.ending}", dataset.code)


def document() -> dict[str, Any]:
    """The whole catalogue."""
    page = absolute("open_data")
    region = Actor.objects.open_data().region(settings.REGION_CODE)
    figures = {dataset.code: dataset.figures() for dataset in DATASETS}
    days = [told.changed_at for told in figures.values() if told.changed_at]
    spatial = _spatial(region)
    has_iati = iati.activities().exists()
    catalog = {
        "@id": f"{page}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _french(_("Données ouvertes de %(network)s") % {"network": settings.NETWORK_NAME}),
        "dct:description": _french(
            _(
                "Qui coopère à l’international, avec qui, et ce qu’on en sait\u00a0: acteurs, jumelages, projets et rendez-vous."
            )
        ),
        "dct:publisher": {"@id": _publisher_id()},
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:license": {"@id": LICENCE},
        "dct:spatial": spatial,
        "foaf:homepage": {"@id": page},
        **_moment("dct:modified", max(days, default=None)),
        "dcat:dataset": [{"@id": _dataset_id(dataset)} for dataset in DATASETS],
        "dcat:service": {"@id": f"{page}#api"},
    }
    nodes = [catalog, _publisher(), _service()]
    for dataset in DATASETS:
        node, distributions = _dataset(dataset, figures[dataset.code], spatial, has_iati=has_iati)
        nodes += [node, *distributions]
    return {"@context": CONTEXT, "@graph": nodes}


def _dataset(
    dataset: Dataset, figures: Any, spatial: list[dict[str, Any]], *, has_iati: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    distributions = [_distribution(dataset, told, figures.changed_at) for told in FORMATS]
    if dataset is PROJECTS and has_iati:
        distributions.append(_iati_distribution(figures.changed_at))
    node = {
        "@id": _dataset_id(dataset),
        "@type": "dcat:Dataset",
        "dct:identifier": _dataset_id(dataset),
        "dct:title": _french(dataset.title),
        "dct:description": _french(dataset.description),
        "dcat:keyword": [_french(word) for word in dataset.keywords],
        "dcat:theme": {"@id": f"{EU}data-theme/{dataset.theme}"},
        "dct:license": {"@id": LICENCE},
        "dct:accessRights": {"@id": f"{EU}access-right/PUBLIC"},
        "dct:publisher": {"@id": _publisher_id()},
        "dct:language": {"@id": f"{EU}language/FRA"},
        "dct:accrualPeriodicity": {"@id": f"{EU}frequency/CONT"},
        "dct:spatial": spatial,
        "dcat:landingPage": {"@id": absolute("open_data")},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": settings.NETWORK_NAME,
            "vcard:hasEmail": {"@id": f"mailto:{settings.MAIL_FROM}"},
        },
        **_moment("dct:issued", figures.created_at),
        **_moment("dct:modified", figures.changed_at),
        "dcat:distribution": [{"@id": told["@id"]} for told in distributions],
    }
    return node, distributions


def _distribution(dataset: Dataset, told: Format, changed_at: datetime | None) -> dict[str, Any]:
    url = file_url(dataset, told)
    node = {
        "@id": f"{_dataset_id(dataset)}-{told.ending}",
        "@type": "dcat:Distribution",
        "dct:title": _french(f"{dataset.title} ({told.label})"),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": IANA + told.media_type},
        "dct:format": {"@id": f"{EU}file-type/{told.file_type}"},
        "dct:license": {"@id": LICENCE},
        **_moment("dct:modified", changed_at),
    }
    if told is CSV:
        node["dct:conformsTo"] = {
            "@id": absolute("open_data_schema", dataset.code),
            "@type": "dct:Standard",
            "dct:title": "Table Schema",
        }
    return node


def _iati_distribution(changed_at: datetime | None) -> dict[str, Any]:
    url = absolute("open_data_iati")
    return {
        "@id": f"{_dataset_id(PROJECTS)}-iati",
        "@type": "dcat:Distribution",
        "dct:title": _french(_("Projets éligibles à l’aide publique au développement (IATI 2.03)")),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": f"{IANA}application/xml"},
        "dct:format": {"@id": f"{EU}file-type/XML"},
        "dct:license": {"@id": LICENCE},
        "dct:conformsTo": {"@id": "https://iatistandard.org/en/iati-standard/203/", "@type": "dct:Standard"},
        **_moment("dct:modified", changed_at),
    }


def _service() -> dict[str, Any]:
    return {
        "@id": f"{absolute('open_data')}#api",
        "@type": "dcat:DataService",
        "dct:title": _french(_("Interface de programmation (API) en lecture")),
        "dct:license": {"@id": LICENCE},
        "dcat:endpointURL": {"@id": absolute("api_docs")},
        "dcat:endpointDescription": {"@id": absolute("api_openapi")},
        "dcat:servesDataset": [{"@id": _dataset_id(dataset)} for dataset in DATASETS],
    }


def _publisher() -> dict[str, Any]:
    return {
        "@id": _publisher_id(),
        "@type": "foaf:Organization",
        "foaf:name": settings.NETWORK_NAME,
        "foaf:homepage": {"@id": settings.SITE_URL + "/"},
    }


def _publisher_id() -> str:
    return f"{settings.SITE_URL}/#reseau"


def _dataset_id(dataset: Dataset) -> str:
    return f"{absolute('open_data')}#{dataset.code}"


def _spatial(region: Actor | None) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = [{"@id": f"{EU}country/FRA", "@type": "dct:Location"}]
    if region:
        places.append(
            {"@type": "dct:Location", "dct:identifier": f"region/{region.code}", "skos:prefLabel": _french(region.name)}
        )
    return places


def _french(text: Any) -> dict[str, str]:
    return {"@value": str(text), "@language": "fr"}


def _moment(name: str, at: datetime | None) -> dict[str, Any]:
    return {name: {"@value": at.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}} if at else {}
