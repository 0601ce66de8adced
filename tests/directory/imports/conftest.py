"""The places that the files of the tests name: two départements with homonyms, former communes and articles."""

import pytest

from directory.models import Actor
from tests.factories import CommuneFactory, CountryFactory, DepartementFactory, RegionFactory

COUNTRIES = ("FR", "DE", "ES", "GB", "IT", "CA", "ML")


@pytest.fixture
def places(db: None) -> dict[str, Actor]:
    """The communes by their name."""
    for code in COUNTRIES:
        CountryFactory(iso2=code)
    CountryFactory(iso2="RU", iso3="RUS", name="Russie", name_en="Russia")
    region = RegionFactory()
    charente = DepartementFactory(code="16", name="Charente", region=region)
    maritime = DepartementFactory(code="17", name="Charente-Maritime", region=region)
    ain = DepartementFactory(code="01", name="Ain", region=None)
    communes = [
        ("16015", "Angoulême", charente, {}),
        ("16330", "Saint-Fraigne", charente, {}),
        ("16317", "Sainte-Sévère", charente, {}),
        ("16103", "Condac", charente, {"former_names": ["Ancien-Condac"], "former_codes": ["16999"]}),
        (
            "17219",
            "Marennes-Hiers-Brouage",
            maritime,
            {"former_names": ["Marennes", "Hiers-Brouage"], "former_codes": ["17189"]},
        ),
        ("17465", "La Vergne", maritime, {}),
        ("17466", "Vergné", maritime, {}),
        ("17300", "La Rochelle", maritime, {}),
        ("17317", "Saint-Fraigne", maritime, {}),
        ("01004", "Ambérieu-en-Bugey", ain, {}),
    ]
    return {
        f"{name} {code[:2]}": CommuneFactory(
            code=code, name=name, departement=departement, departement_codes=[departement.code], **more
        )
        for code, name, departement, more in communes
    }
