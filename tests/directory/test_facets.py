"""The counts beside the filters tell the truth: choosing one gives that many answers."""

import pytest
from django.http import QueryDict

from directory import counts_version, facets
from directory.filters import ActorFilter
from directory.models import Actor
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    JumelageFactory,
    PartnerFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory() -> None:
    charente, dordogne = DepartementFactory(), DepartementFactory(name="Dordogne", code="24")
    epci = EpciFactory(code="200000001", departement=charente, departement_codes=["16", "24"], population=9_000)
    CommuneFactory(name="Saint-Un", code="16001", departement=charente, epci=epci, population=300, confirmed=True)
    CommuneFactory(name="Saint-Deux", code="16002", departement=charente, population=700, ageing=True)
    CommuneFactory(name="Trois", code="24001", departement=dordogne, epci=epci, population=700, outdated=True)
    PartnerFactory(name="Comité Saint-Un", departement=charente)
    ThemeFactory(code="sante", name="Santé")
    for code, country, themes in (("16001", "DE", ["sante"]), ("16001", "SN", []), ("24001", "ES", ["sante"])):
        JumelageFactory(
            collectivite=Actor.objects.get(code=code),
            partner=PartnerFactory(foreign=True, country__iso2=country),
            theme_codes=themes,
        )


def answer(query: str) -> tuple[ActorFilter, facets.Facets]:
    filterset = ActorFilter(QueryDict(query), queryset=Actor.objects.published())
    return filterset, facets.count(filterset.textual, chosen=filterset.chosen, text=filterset.text)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=saint",
        "departement=16",
        "departement=16&departement=24",
        "nature=commune&population=500-2000",
        "q=saint&nature=commune&fraicheur=verte",
        "epci=200000001",
        "departement=24&epci=200000001&fraicheur=rouge",
        "nature=comite&departement=24",
        "pays=DE",
        "pays=europe",
        "pays=europe&pays=SN&nature=commune",
        "theme=sante&departement=16",
    ],
)
@pytest.mark.usefixtures("territory")
def test_every_count_is_what_choosing_it_alone_would_give(query: str) -> None:
    filterset, counted = answer(query)

    assert counted.total == filterset.qs.count()
    for facet in counted.facets:
        for option in facet.options:
            params = QueryDict(query, mutable=True)
            params.setlist(facet.name, [option.value])
            assert option.count == ActorFilter(params, queryset=Actor.objects.published()).qs.count(), (
                facet.name,
                option,
            )


@pytest.mark.usefixtures("territory")
def test_epcis_are_offered_once_a_departement_is_chosen() -> None:
    assert "epci" not in [facet.name for facet in answer("")[1].facets]
    assert "epci" in [facet.name for facet in answer("departement=16")[1].facets]


@pytest.mark.usefixtures("territory")
def test_a_straddling_epci_is_in_both_departements() -> None:
    natures = {option.value: option.count for option in answer("departement=24")[1].facets[0].options}

    assert natures == {"departement": 1, "epci": 1, "commune": 1}


@pytest.mark.usefixtures("territory")
def test_a_chosen_value_stays_shown_at_zero() -> None:
    _filterset, counted = answer("nature=commune&departement=16&epci=999999999")

    epcis = next(facet for facet in counted.facets if facet.name == "epci")

    assert [(o.value, o.count) for o in epcis.options if o.is_chosen] == [("999999999", 0)]


def test_counts_are_kept_until_the_repertoire_changes(django_assert_num_queries) -> None:
    CommuneFactory()
    first = answer("")[1]
    with django_assert_num_queries(0):
        assert answer("")[1] == first
    CommuneFactory()
    assert answer("")[1].total == first.total

    counts_version.bump()

    assert answer("")[1].total == first.total + 1


def test_bands_and_freshness_have_one_word_each() -> None:
    CommuneFactory(code="16001", population=500, confirmed=True)
    CommuneFactory(code="16002", population=499)

    options = {f.name: {o.value: o.count for o in f.options} for f in answer("nature=commune")[1].facets}

    assert options["population"] == {"0-500": 1, "500-2000": 1}
    assert options["fraicheur"] == {"verte": 1, "jamais": 1}
