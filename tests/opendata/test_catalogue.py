"""The DCAT catalogue, read as harvesters read it: as an RDF graph."""

import pytest
from django.test import Client
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from directory.models import Project
from tests.factories import RegionFactory
from tests.opendata.reading import text

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib warns of itself
]
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SITE = "http://testserver"
PAGE = f"{SITE}/donnees/"
CODES = ["acteurs", "jumelages", "projets", "evenements"]


def catalogue(client: Client) -> Graph:
    return Graph().parse(data=text(client, "/donnees/catalogue.jsonld"), format="json-ld")


def test_one_catalogue_of_all_datasets(client: Client, project: Project) -> None:
    graph = catalogue(client)

    (catalog,) = graph.subjects(RDF.type, DCAT.Catalog)
    datasets = set(graph.objects(catalog, DCAT.dataset))

    assert datasets == {URIRef(f"{PAGE}#{code}") for code in CODES}
    assert datasets == set(graph.subjects(RDF.type, DCAT.Dataset))
    assert str(graph.value(catalog, DCTERMS.title)) == "Données ouvertes de SO Coopération"
    assert graph.value(catalog, FOAF.homepage) == URIRef(PAGE)
    assert str(graph.value(graph.value(catalog, DCTERMS.publisher), FOAF.name)) == "SO Coopération"


@pytest.mark.parametrize("code", CODES)
def test_each_dataset_says_what_a_harvester_asks(client: Client, project: Project, code: str) -> None:
    RegionFactory()
    graph = catalogue(client)
    dataset = URIRef(f"{PAGE}#{code}")

    assert graph.value(dataset, DCTERMS.identifier) == Literal(f"{PAGE}#{code}")
    assert graph.value(dataset, DCTERMS.title).language == "fr"
    assert len(str(graph.value(dataset, DCTERMS.description))) > 100
    assert len(set(graph.objects(dataset, DCAT.keyword))) == 5
    assert graph.value(dataset, DCTERMS.license) == URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence")
    assert graph.value(dataset, DCTERMS.issued).datatype == XSD.dateTime
    assert graph.value(dataset, DCTERMS.modified).datatype == XSD.dateTime
    assert str(graph.value(dataset, DCTERMS.accrualPeriodicity)).endswith("/frequency/CONT")
    places = {str(graph.value(place, DCTERMS.identifier)) for place in graph.objects(dataset, DCTERMS.spatial)}
    assert places == {"None", "region/75"}
    contact = graph.value(dataset, DCAT.contactPoint)
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:contact@example.org")


@pytest.mark.parametrize("code", CODES)
def test_every_distribution_is_a_file_that_is_there(client: Client, project: Project, code: str) -> None:
    graph = catalogue(client)

    found = {}
    for distribution in graph.objects(URIRef(f"{PAGE}#{code}"), DCAT.distribution):
        url = str(graph.value(distribution, DCAT.downloadURL))
        response = client.get(url.removeprefix(SITE))
        if response.streaming:
            list(response)
        media = str(graph.value(distribution, DCAT.mediaType)).rpartition("media-types/")[2]
        assert response.status_code == 200
        assert response["Content-Type"].partition(";")[0] == media
        assert graph.value(distribution, DCAT.accessURL) == URIRef(url)
        found[url.rpartition("/")[2]] = str(graph.value(distribution, DCTERMS["format"])).rpartition("/")[2]

    expected = {f"{code}.{ending}": ending.upper() for ending in ("csv", "xlsx", "geojson", "json")}
    assert found == expected | ({"iati.xml": "XML"} if code == "projets" else {})


def test_each_csv_conforms_to_its_schema(client: Client, project: Project) -> None:
    graph = catalogue(client)

    schemas = {
        str(graph.value(distribution, DCAT.downloadURL)): str(schema)
        for distribution, schema in graph.subject_objects(DCTERMS.conformsTo)
        if str(schema).startswith(SITE)
    }

    assert schemas == {f"{PAGE}{code}.csv": f"{PAGE}{code}.schema.json" for code in CODES}
    assert [client.get(schema.removeprefix(SITE)).status_code for schema in schemas.values()] == [200] * 4


def test_the_api_is_a_service_with_its_contract(client: Client, project: Project) -> None:
    graph = catalogue(client)

    (service,) = graph.subjects(RDF.type, DCAT.DataService)

    assert graph.value(service, DCAT.endpointDescription) == URIRef(f"{SITE}/api/v1/openapi.json")
    assert len(set(graph.objects(service, DCAT.servesDataset))) == 4


def test_an_empty_portal_has_a_catalogue_without_dates_nor_aid(client: Client) -> None:
    graph = catalogue(client)

    assert list(graph.subject_objects(DCTERMS.modified)) == []
    assert "iati.xml" not in {str(url).rpartition("/")[2] for _, url in graph.subject_objects(DCAT.downloadURL)}
