"""« Près de chez vous »: who, how far, and why."""

from typing import Any

import pytest
from django.test import Client

from directory.neighbours import neighbours_of
from tests.factories import CommuneFactory, EpciFactory, JumelageFactory, PartnerFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def told(actor: Any, km: float = 30) -> list[tuple[str, str, list[str]]]:
    actor.refresh_from_db()
    return [(n.actor.name, n.place, n.reasons) for n in neighbours_of(actor, km=km, most=8)]


def test_a_neighbour_shares_a_country_a_theme_or_a_partner() -> None:
    ThemeFactory(code="eau-assainissement", name="Eau, assainissement")
    here = CommuneFactory(name="Ici", latitude=45.6, longitude=0.1)
    furth = PartnerFactory(foreign=True, name="Fürth", country__iso2="DE")
    JumelageFactory(collectivite=here, partner=furth, theme_codes=["eau-assainissement"])
    same_partner = CommuneFactory(name="Partenaire", latitude=45.61, longitude=0.1)
    JumelageFactory(collectivite=same_partner, partner=furth)
    same_country = CommuneFactory(name="Pays", latitude=45.62, longitude=0.1)
    JumelageFactory(collectivite=same_country)
    same_theme = CommuneFactory(name="Thème", latitude=45.63, longitude=0.1)
    JumelageFactory(collectivite=same_theme, partner=PartnerFactory(foreign=True), theme_codes=["eau-assainissement"])
    nothing = CommuneFactory(name="Rien", latitude=45.6, longitude=0.11)
    JumelageFactory(collectivite=nothing, partner=PartnerFactory(foreign=True, country__iso2="MG"))
    far = CommuneFactory(name="Loin", latitude=47.0, longitude=0.1)
    JumelageFactory(collectivite=far, partner=furth)
    CommuneFactory(name="Sans jumelage", latitude=45.6, longitude=0.1)

    assert told(here) == [
        (
            "Partenaire",
            "",
            ["Vous avez le même partenaire\u00a0: Fürth.", "Vous coopérez avec le même pays\u00a0: Allemagne."],
        ),
        ("Pays", "", ["Vous coopérez avec le même pays\u00a0: Allemagne."]),
        ("Thème", "", ["Vous travaillez sur le même thème\u00a0: Eau, assainissement."]),
    ]


def test_the_same_epci_is_near_whatever_the_distance() -> None:
    epci = EpciFactory(latitude=47.5, longitude=2.0)
    here = CommuneFactory(name="Ici", epci=epci, latitude=45.6, longitude=0.1)
    JumelageFactory(collectivite=here)
    sister = CommuneFactory(name="Sœur", epci=epci, latitude=46.6, longitude=0.1)
    JumelageFactory(collectivite=sister)
    elsewhere = CommuneFactory(name="Ailleurs", latitude=46.6, longitude=0.1)
    JumelageFactory(collectivite=elsewhere)

    assert [(name, place) for name, place, _reasons in told(here)] == [("Sœur", "même intercommunalité")]


def test_a_commune_that_touches_is_told_so() -> None:
    """16001 and 16065 touch, says the official file."""
    here = CommuneFactory(name="Abzac", code="16001", latitude=45.6, longitude=0.1)
    JumelageFactory(collectivite=here)
    beside = CommuneFactory(name="Brigueuil", code="16065", latitude=46.2, longitude=0.1)
    JumelageFactory(collectivite=beside)

    assert [(name, place) for name, place, _reasons in told(here)] == [("Brigueuil", "commune voisine")]


def test_hidden_and_closed_neighbours_are_not_told() -> None:
    here = CommuneFactory(latitude=45.6, longitude=0.1)
    JumelageFactory(collectivite=here)
    JumelageFactory(collectivite=CommuneFactory(latitude=45.6, longitude=0.1, hidden=True))
    JumelageFactory(collectivite=CommuneFactory(latitude=45.6, longitude=0.1, closed=True))
    JumelageFactory(collectivite=CommuneFactory(latitude=45.6, longitude=0.1), hidden=True)

    assert told(here) == []


def test_two_queries_whatever_their_number(django_assert_num_queries: Any) -> None:
    here = CommuneFactory(latitude=45.6, longitude=0.1)
    JumelageFactory(collectivite=here)
    for _ in range(3):
        JumelageFactory(collectivite=CommuneFactory(latitude=45.6, longitude=0.1))
        here.refresh_from_db()
        neighbours_of(here, km=30, most=8)  # the names of countries and themes are in the cache
        with django_assert_num_queries(2):
            neighbours_of(here, km=30, most=8)


def test_the_fiche_shows_them_with_distance_and_reason(client: Client) -> None:
    here = CommuneFactory(latitude=45.6, longitude=0.1)
    JumelageFactory(collectivite=here)
    other = CommuneFactory(name="Voisine", latitude=45.69, longitude=0.1)
    JumelageFactory(collectivite=other)

    page = client.get(here.get_absolute_url()).text

    assert "Avec qui agir" in page
    assert "à 10\u00a0km" in page
    assert "Vous coopérez avec le même pays\u00a0: Allemagne." in page
