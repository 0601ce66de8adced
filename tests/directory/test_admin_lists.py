"""The staff's lists: found by the site's words, filtered, and as few queries as one row needs."""

from typing import Any

import pytest
from django.test import Client

from directory.models import Actor, Country, Theme
from tests.directory.admin_pages import EVERYTHING, GESTION, listed, signed_in, text
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DatasetLoadFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

LISTS = ("collectivite", "partner", "country", "theme", "datasetload", "actorevent")


@pytest.fixture
def staff() -> Client:
    return signed_in(EVERYTHING)


# --- lists ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "queries"),
    [("collectivite", 6), ("partner", 8), ("country", 5), ("theme", 5), ("datasetload", 6), ("actorevent", 5)],
)
def test_a_list_takes_as_many_queries_for_one_row_as_for_three(
    staff: Client, django_assert_num_queries: Any, kind: str, queries: int
) -> None:
    departement, epci = DepartementFactory(), EpciFactory()
    Actor.objects.filter(pk__in=[epci.pk]).update(phone="05")
    for size in (1, 3):
        for _row in range(size if size == 1 else 2):
            CommuneFactory(departement=departement, epci=epci)
            actor = PartnerFactory(departement=departement, demo=True)
            Actor.objects.filter(pk=actor.pk).update(phone="05")
            CountryFactory(iso2=f"Z{Country.objects.count()}")
            ThemeFactory(code=f"theme-{Theme.objects.count()}")
            DatasetLoadFactory()
        staff.get(f"{GESTION}{kind}/")
        with django_assert_num_queries(queries):
            response = staff.get(f"{GESTION}{kind}/")
        assert len(response.context["cl"].result_list) >= size


def test_a_list_counts_once(staff: Client, django_assert_max_num_queries: Any) -> None:
    CommuneFactory()

    with django_assert_max_num_queries(10) as done:
        staff.get(f"{GESTION}collectivite/?q=ville&nature=commune&fraicheur=jamais")

    assert sum("COUNT(" in query["sql"] for query in done.captured_queries) == 1


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 9000,
        "q=%27%28%26%7C",
        "nature=%00",
        "departement=zz&geste=%00",
        "o=99.x",
        "p=9999",
        "p=x",
        "zz=1",
    ],
)
def test_no_address_breaks_a_list(staff: Client, kind: str, query: str) -> None:
    CommuneFactory()

    assert staff.get(f"{GESTION}{kind}/?{query}", follow=True).status_code == 200


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("etienne", ["Saint-Étienne-d’Orthe", "Saint-Étienne"]),
        ("ST ETIENNE", ["Saint-Étienne", "Saint-Étienne-d’Orthe"]),
        ("40256", ["Saint-Étienne-d’Orthe"]),
        ("1004", ["Ambérieu-en-Bugey"]),
        ("42000", ["Saint-Étienne"]),
        ("!!!", []),
        ("inconnue", []),
    ],
)
def test_staff_search_as_the_site_does(staff: Client, typed: str, found: list[str]) -> None:
    CommuneFactory(name="Saint-Étienne-d’Orthe", code="40256", population=600, postal_codes=["40300"])
    CommuneFactory(name="Saint-Étienne", code="42218", population=170_000, postal_codes=["42000"])
    CommuneFactory(name="Ambérieu-en-Bugey", code="01004", population=14_000, postal_codes=["01500"])

    assert sorted(listed(staff, f"q={typed}")) == sorted(found)


def test_an_exact_name_comes_first_unless_a_column_is_chosen(staff: Client) -> None:
    CommuneFactory(name="Abbeville-la-Pau", code="64001", population=10)
    CommuneFactory(name="Pau", code="64445", population=77_000)

    assert listed(staff, "q=pau") == ["Pau", "Abbeville-la-Pau"]
    assert listed(staff, "q=pau&o=1") == ["Abbeville-la-Pau", "Pau"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nature=epci", ["CC du Val"]),
        ("departement=17", ["Fermée"]),
        ("fraicheur=verte", ["Fraîche"]),
        ("publie=non", ["Cachée"]),
        ("existence=fermee", ["Fermée"]),
        ("existence=ouverte&nature=commune", ["Cachée", "Fraîche"]),
        ("nature=comite", ["Cachée", "CC du Val", "Charente", "Fermée", "Fraîche", "Nouvelle-Aquitaine"]),
    ],
)
def test_collectivites_are_filtered(staff: Client, query: str, found: list[str]) -> None:
    elsewhere = DepartementFactory(code="17", name="Charente-Maritime", departement_codes=["17b"])
    CommuneFactory(name="Fraîche", confirmed=True)
    CommuneFactory(name="Cachée", hidden=True)
    CommuneFactory(name="Fermée", closed=True, departement=elsewhere)
    EpciFactory(name="CC du Val")
    PartnerFactory(name="Comité")

    names = listed(staff, query)

    assert [name for name in names if name != "Charente-Maritime"] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Amis", "Comité", "Thiès"]),
        ("nature=etrangere", ["Thiès"]),
        ("pays=SN", ["Thiès"]),
        ("pays=ZZ", ["Amis", "Comité", "Thiès"]),
        ("demo=oui", ["Amis"]),
        ("demo=non&pays=FR", ["Comité"]),
    ],
)
def test_partners_are_filtered(staff: Client, query: str, found: list[str]) -> None:
    CommuneFactory(name="Ville")
    PartnerFactory(name="Comité")
    PartnerFactory(name="Amis", demo=True)
    PartnerFactory(name="Thiès", foreign=True)

    assert listed(staff, query, "partner") == found


def test_a_filter_keeps_the_search_and_the_other_filters(staff: Client) -> None:
    page = text(staff.get(f"{GESTION}collectivite/?q=ville&nature=commune&p=2"))

    departement = page[page.index('<select name="departement"') - 400 : page.index('<select name="departement"')]
    assert '<input type="hidden" name="q" value="ville">' in departement
    assert '<input type="hidden" name="nature" value="commune">' in departement
    assert 'name="p"' not in departement
