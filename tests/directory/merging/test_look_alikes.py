"""Which fiches look like one, why, and which do not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from directory import counts_version, services
from directory.duplicates import Pair, Reason, Said, prefers_second, strongest_first
from directory.models import Actor, NotDuplicate, look_alikes
from directory.services import look_alikes as found
from directory.tasks import find_duplicates
from tests.factories import (
    CommuneFactory,
    EpciFactory,
    JumelageFactory,
    NotDuplicateFactory,
    PartnerFactory,
)

BORDEAUX = {"latitude": 44.84, "longitude": -0.58}
NEARBY = {"latitude": 44.85, "longitude": -0.58}  # 1.1 km
FAR = {"latitude": 44.87, "longitude": -0.58}  # 3.3 km


def partner(name: str, **values: Any) -> Actor:
    return PartnerFactory(name=name, **({"email": ""} | values))


def reasons() -> list[tuple[str, str, list[str]]]:
    names = dict(Actor.objects.values_list("pk", "name"))
    return [(names[p.first], names[p.second], sorted(p.reasons)) for p in look_alikes.pairs_of_actors()]


# --- actors -----------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"name": "Comité de jumelage de Bègles"}, {"name": "COMITE JUMELAGE BEGLES"}, ["nom"]),
        ({"name": "Les Amis de Bamako"}, {"name": "Amis de Bamako"}, ["nom"]),
        ({"name": "Amis de Bamako"}, {"name": "Autre nom", "short_name": "Amis de Bamako"}, ["nom"]),
        ({"name": "Amis de Bamako"}, {"name": "Amis de Bamako", **FAR}, None),
        ({"name": "Amis de Bamako"}, {"name": "Amis de Bamako", "latitude": None, "longitude": None}, ["nom-sans-lieu"]),
        ({"name": "Comité Fürth-Limoges"}, {"name": "Comité Fürht-Limoges"}, ["nom-proche"]),
        ({"name": "Lycée n° 1 de Talence"}, {"name": "Lycée n° 2 de Talence"}, None),
        ({"name": "Un nom", "siret": "35600000000048"}, {"name": "Autre", "siret": "35600000000048", **FAR}, ["siret"]),
        ({"name": "Un nom", "rna": "W751234567"}, {"name": "Autre", "rna": "W751234567", **FAR}, ["rna"]),
        ({"name": "Un nom", "siren": "356000000"}, {"name": "Autre", "siren": "356000000", **FAR}, ["siren"]),
        ({"name": "Solidarité Mali", "email": "a@gmail.com"}, {"name": "Solidarité Mali 33", "email": "A@gmail.com", **FAR},
         ["courriel"]),
        ({"name": "Solidarité Mali", "email": "a@asso.fr"}, {"name": "Solidarité Mali 33", "email": "b@asso.fr", **FAR},
         ["domaine"]),
        ({"name": "Solidarité Mali", "email": "a@gmail.com"}, {"name": "Solidarité Mali 33", "email": "b@gmail.com", **FAR}, None),
        ({"name": "Chorale", "email": "a@asso.fr"}, {"name": "Solidarité Mali", "email": "b@asso.fr", **FAR}, None),
    ],
)  # fmt: skip
def test_two_partners(one: dict[str, Any], other: dict[str, Any], why: list[str] | None) -> None:
    first, second = partner(**BORDEAUX | one), partner(**NEARBY | other)

    assert reasons() == ([(first.name, second.name, why)] if why else [])


@pytest.mark.django_db
def test_twins_of_the_same_town_with_a_near_name() -> None:
    limoges = CommuneFactory(name="Limoges", code="87085")
    places = ({"latitude": 49.4, "longitude": 10.9}, {"latitude": 47.0, "longitude": 9.0})
    towns = [
        PartnerFactory(foreign=True, name=name, country__iso2="DE", **place)
        for name, place in zip(("Fürth", "Fürth (Bavière)"), places, strict=True)
    ]
    for town in towns:
        JumelageFactory(collectivite=limoges, partner=town)

    (pair,) = look_alikes.pairs_of_actors()

    assert (pair.reasons, pair.sentences) == (
        (Reason.SHARED_TWIN,),
        ["Des noms proches, et un lien avec la même collectivité\u00a0: Limoges."],
    )


@pytest.mark.django_db
def test_who_is_in_no_pair() -> None:
    """Official collectivités, what ended, a fictitious fiche beside a true one, other countries, what was set apart."""
    for name in ("Saint-Martin", "Saint-Martin"):
        CommuneFactory(name=name, **BORDEAUX)
    EpciFactory(name="Saint-Martin", **BORDEAUX)
    partner("Amis de Bamako", **BORDEAUX)
    partner("Amis de Bamako", closed=True, **BORDEAUX)
    partner("Amis de Bamako", demo=True, **BORDEAUX)
    partner("Amis de Bamako", country__iso2="SN", departement=None, **BORDEAUX)
    one, other = partner("Amis de Kigali", **BORDEAUX), partner("Amis de Kigali", **BORDEAUX)
    NotDuplicateFactory(first=one, second=other)

    assert [(first, second) for first, second, _why in reasons()] == [("Amis de Kigali", "Amis de Kigali")]
    assert found.pairs() == []


@pytest.mark.django_db
def test_all_pairs_are_found_in_two_statements_whatever_their_number(django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        for _turn in range(count):
            partner("Amis de Bamako", **BORDEAUX)
        with django_assert_num_queries(2):
            look_alikes.pairs_of_actors()
            look_alikes.pairs_of_jumelages()


@pytest.mark.django_db
def test_the_look_alikes_of_one_fiche() -> None:
    new = partner("Amis de Bamako", **BORDEAUX)
    near = partner("Les amis de Bamako", **NEARBY)
    same_number = partner("Autre", siren="356000000", siret="35600000000048", **FAR)
    Actor.objects.filter(pk=new.pk).update(siren="356000000", siret="35600000000048")
    partner("Amis de Bamako", closed=True, **BORDEAUX)
    partner("Amis de Bamako", **FAR)
    CommuneFactory(name="Amis de Bamako", **BORDEAUX)

    assert services.like_actor(new) == [near, same_number]


# --- jumelages ----------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_two_jumelages_of_one_pair() -> None:
    first = JumelageFactory(year_started=1992)
    pair = {"collectivite": first.collectivite, "partner": first.partner}
    without = JumelageFactory(**pair, year_started=None)
    JumelageFactory(**pair, kind="pacte")
    JumelageFactory(**pair, year_started=1995, hidden=True)
    JumelageFactory(partner=first.partner)

    assert look_alikes.pairs_of_jumelages() == [
        Pair(first.pk, without.pk, (Reason.PAIR_WITHOUT_YEAR,), is_of_jumelages=True)
    ]
    assert len(found.pairs()) == 1
    services.set_apart(first, without, by="equipe@exemple.fr")
    assert found.pairs() == []


# --- set apart, counted -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_set_apart_then_looked_at_again() -> None:
    one, other = partner("Amis de Bamako", **BORDEAUX), partner("Amis de Bamako", **BORDEAUX)

    said = services.set_apart(other, one, by="a@exemple.fr"), services.set_apart(one, other, by="b@exemple.fr")
    assert said == (True, False)
    assert found.set_aside() == [Pair(one.pk, other.pk)]
    assert NotDuplicate.objects.get().said_by == "a@exemple.fr"
    assert found.pairs() == []
    assert (services.look_again(one, other), services.look_again(one, other)) == (True, False)
    assert len(found.pairs()) == 1


@pytest.mark.django_db
def test_the_count_of_the_home_is_cheap(django_assert_num_queries: Any) -> None:
    for _turn in range(2):
        partner("Amis de Bamako", **BORDEAUX)
    with django_assert_num_queries(4):
        assert found.count() == 1
    with django_assert_num_queries(0):
        assert found.count() == 1
    cache.clear()
    assert found.count() == 1


@pytest.mark.django_db
def test_in_a_large_repertoire_the_pages_show_what_the_night_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """When finding them takes too long for a page: what was merged or closed since is left out, what is new waits for the night."""
    monkeypatch.setattr(found, "QUICK_SECONDS", 0)
    pairs = [(partner(name, **BORDEAUX), partner(name, **BORDEAUX)) for name in ("Amis de Bamako", "Chorale")]
    assert found.refresh() == 2

    services.merge_actors(*pairs[0], by="equipe@exemple.fr")
    for _turn in range(2):
        partner("Amis de Kigali", **BORDEAUX)
    counts_version.bump()

    assert [pair.first for pair in found.pairs()] == [pairs[1][0].pk]
    find_duplicates()
    assert len(found.pairs()) == 2


# --- pure -----------------------------------------------------------------------------------------------------------------------
def test_several_reasons_add_up() -> None:
    weak = Pair(1, 2, (Reason.DOMAIN,), domain="asso.fr")
    strong = Pair(3, 4, (Reason.SIRET, Reason.NAME_NEAR), km=0.4)

    assert strongest_first([weak, strong]) == [strong, weak]
    assert (weak.score, weak.likelihood, strong.score, strong.likelihood) == (30, "à regarder", 100, "très probable")
    assert strong.sentences == ["Le même numéro SIRET.", "Le même nom, à moins d’un kilomètre l’un de l’autre."]
    assert weak.sentences == ["Des adresses du même domaine, asso.fr, et des noms proches."]


@pytest.mark.parametrize(("km", "told"), [(0.0, "au même point de la carte"), (1.26, "à 1,3\u00a0km l’un de l’autre")])
def test_a_distance_in_words(km: float, told: str) -> None:
    assert Pair(1, 2, (Reason.ALIKE_NEAR,), km=km).sentences == [f"Des noms presque identiques, {told}."]


OLD, NEW = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "second", "takes_second"),
    [
        (Said(["a"]), Said([""]), False),
        (Said([""], NEW), Said(["b"]), True),
        (Said(["a"]), Said(["b"]), False),
        (Said(["a"]), Said(["b"], OLD), True),
        (Said(["a"], NEW), Said(["b"], OLD), False),
        (Said(["a"], OLD), Said(["b"], NEW), True),
        (Said(["a"], OLD), Said(["b"], OLD), False),
        (Said(["a", ""], NEW), Said(["a", "b"]), True),
        (Said(["a", "b"]), Said(["a", ""], NEW), False),
        (Said([None, []]), Said([None, []], NEW), False),
    ],
)
def test_which_value_is_kept(first: Said, second: Said, takes_second: bool) -> None:
    assert prefers_second(first, second) is takes_second
