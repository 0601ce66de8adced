"""Jumelage: what its table refuses, in French, and what its words mean."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from directory import services
from directory.enums import JumelageKind, Source, Vitality
from directory.models import Actor, Jumelage
from directory.search import understand
from directory.services import DirectoryError, editing
from tests.factories import CommuneFactory, JumelageActorFactory, JumelageFactory, PartnerFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def made(**values: Any) -> Jumelage:
    commune, town = CommuneFactory(), PartnerFactory(foreign=True)
    return services.create_jumelage(**{"collectivite": commune, "partner": town, "by": "equipe@exemple.fr"} | values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"year_signed": 1799}, "Une année s’écrit avec quatre chiffres, à partir de 1900."),
        ({"year_started": 2101}, "Une année s’écrit avec quatre chiffres, à partir de 1900."),
        (
            {"year_started": 1990, "ended_on": date(1989, 12, 31), "vitality": "clos"},
            "La fin ne peut pas précéder la signature ni le début.",
        ),
        (
            {"year_signed": 1990, "ended_on": date(1989, 12, 31), "vitality": "clos"},
            "La fin ne peut pas précéder la signature ni le début.",
        ),
        ({"ended_on": date(2020, 1, 1), "vitality": "actif"}, "Un jumelage qui a une date de fin est clos."),
        ({"sdgs": [1, 2, 3, 4]}, "Trois objectifs au plus, de 1 à 17."),
        ({"sdgs": [18]}, "Trois objectifs au plus, de 1 à 17."),
        ({"kind": "amourette"}, "Ce type de lien n’existe pas."),
        ({"vitality": "pimpant"}, "Cette vitalité n’existe pas."),
    ],
)
def test_what_cannot_be_true_is_refused_in_french(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DirectoryError) as refused:
        made(**values)

    assert str(refused.value) == sentence
    assert Jumelage.objects.count() == 0


def test_four_themes_are_one_too_many() -> None:
    codes = [ThemeFactory(code=code).code for code in ("eau", "sante", "sport", "culture")]

    with pytest.raises(DirectoryError, match="Trois thèmes au plus"):
        made(theme_codes=codes)


def test_the_same_pair_and_kind_without_a_year_is_one_jumelage() -> None:
    """NULLS NOT DISTINCT: two unknown years are the same unknown year."""
    first = made()

    with pytest.raises(DirectoryError, match="ont déjà un lien de ce type"):
        made(collectivite=first.collectivite, partner=first.partner)

    made(collectivite=first.collectivite, partner=first.partner, year_started=1980)
    made(collectivite=first.collectivite, partner=first.partner, kind=JumelageKind.PACTE)
    assert Jumelage.objects.count() == 3


def test_a_pair_turned_round_is_the_same_pair() -> None:
    one, other = CommuneFactory(), CommuneFactory()
    made(collectivite=one, partner=other)

    with pytest.raises(DirectoryError, match="ont déjà un lien de ce type"):
        made(collectivite=other, partner=one)


def test_nobody_is_twinned_with_itself() -> None:
    commune = CommuneFactory()

    with pytest.raises(DirectoryError, match="deux acteurs différents"):
        made(collectivite=commune, partner=commune)


def test_the_database_itself_refuses_four_goals() -> None:
    jumelage = JumelageFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Jumelage.objects.filter(pk=jumelage.pk).update(sdgs=[1, 2, 3, 4])


def test_a_collectivite_leads() -> None:
    with pytest.raises(DirectoryError, match="conduit par une collectivité française"):
        made(collectivite=PartnerFactory(foreign=True))


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(DirectoryError, match="un de ces thèmes n’existe pas"):
        made(theme_codes=["inconnu"])


def test_the_address_ends_with_the_number() -> None:
    jumelage = made(collectivite=CommuneFactory(name="L’Île-d’Aix"), partner=PartnerFactory(foreign=True, name="Fürth"))

    assert jumelage.slug == f"l-ile-d-aix-furth-{jumelage.pk}"


def test_published_hides_what_either_side_hides() -> None:
    shown = JumelageFactory()
    JumelageFactory(hidden=True)
    JumelageFactory(partner=PartnerFactory(foreign=True, hidden=True))
    JumelageFactory(collectivite=CommuneFactory(hidden=True))

    assert list(Jumelage.objects.published()) == [shown]


def test_europe_is_a_country_of_countries() -> None:
    german, senegalese = JumelageFactory(), JumelageFactory(partner=PartnerFactory(foreign=True))

    assert list(Jumelage.objects.with_countries(["europe"])) == [german]
    assert set(Jumelage.objects.with_countries(["europe", "SN"])) == {german, senegalese}


def test_words_find_a_jumelage_by_both_names_and_the_country() -> None:
    jumelage = JumelageFactory(
        collectivite=CommuneFactory(name="Limoges"), partner__name="Fürth", partner__country__iso2="DE"
    )
    JumelageFactory()

    for typed in ("furth", "limoges", "allemagne limoges", "fürth limo"):
        found = Jumelage.objects.answering(understand(typed), [])
        assert jumelage in found, typed


def test_silent_since_counts_actions_years_and_confirmations() -> None:
    day = date(2023, 11, 25)
    silent = JumelageFactory(year_signed=1970, last_action_on=date(2020, 1, 1))
    unknown = JumelageFactory()
    JumelageFactory(last_action_on=date(2024, 1, 1))
    JumelageFactory(year_signed=2025)
    JumelageFactory(confirmed=True)
    JumelageFactory(vitality=Vitality.ENDED)

    assert set(Jumelage.objects.silent_since(day)) == {silent, unknown}


def test_of_actor_finds_the_pair_and_those_beside() -> None:
    jumelage = JumelageFactory()
    beside = JumelageActorFactory(jumelage=jumelage).actor
    JumelageFactory()

    for actor in (jumelage.collectivite, jumelage.partner, beside):
        assert list(Jumelage.objects.of_actor(actor)) == [jumelage]


# --- what actors borrow ------------------------------------------------------------------------------------------------
def columns(actor: Actor) -> tuple[int, list[str], list[str]]:
    actor.refresh_from_db()
    return actor.jumelage_count, actor.cooperation_countries, actor.cooperation_themes


def test_actors_borrow_from_their_jumelages() -> None:
    ThemeFactory(code="eau")
    commune = CommuneFactory(name="Limoges")
    town = PartnerFactory(foreign=True, name="Fürth", country__iso2="DE")
    comite = PartnerFactory(name="Comité de jumelage")
    jumelage = services.create_jumelage(
        collectivite=commune, partner=town, by="x@exemple.fr", theme_codes=["eau"], participants=[(comite, "porteur")]
    )

    assert columns(commune) == (1, ["DE"], ["eau"])
    assert columns(town) == (1, [], ["eau"])
    assert columns(comite) == (1, ["DE"], ["eau"])
    assert commune.partner_terms == "Fürth\nAllemagne"

    services.remove_jumelages([jumelage.pk], by="x@exemple.fr")
    assert columns(commune) == columns(town) == columns(comite) == (0, [], [])


def test_a_renamed_partner_is_followed() -> None:
    town = PartnerFactory(foreign=True, name="Moscow", country__iso2="DE")
    jumelage = JumelageFactory(partner=town)
    town.name = "Moscou"

    editing.save_by_staff(town, ["name"], by="x@exemple.fr")

    jumelage.refresh_from_db()
    assert "moscou" in jumelage.slug
    jumelage.collectivite.refresh_from_db()
    assert jumelage.collectivite.partner_terms.startswith("Moscou")


def test_a_hidden_side_takes_its_links_away() -> None:
    jumelage = JumelageFactory()
    jumelage.partner.is_published = False

    editing.save_by_staff(jumelage.partner, ["is_published"], by="x@exemple.fr")

    assert columns(jumelage.collectivite) == (0, [], [])


def test_searching_the_partner_town_finds_it_first_then_its_french_twins() -> None:
    town = PartnerFactory(foreign=True, name="Fürth", country__iso2="DE")
    limoges = JumelageFactory(collectivite=CommuneFactory(name="Limoges"), partner=town).collectivite
    CommuneFactory(name="Poitiers")

    assert list(Actor.objects.published().search(understand("furth"))) == [town, limoges]


# --- changing one ------------------------------------------------------------------------------------------------------
def test_each_changed_field_says_who_said_it_and_history_keeps_the_row() -> None:
    jumelage = JumelageFactory(vitality="actif")
    jumelage.vitality = "en-sommeil"

    services.save_jumelage(jumelage, ["vitality"], source=Source.STAFF, by="equipe@exemple.fr")

    jumelage.refresh_from_db()
    assert jumelage.provenance["vitality"]["by"] == "equipe@exemple.fr"
    event = Jumelage.pgh_event_model.objects.get()
    assert (event.vitality, event.pgh_context.metadata["by"]) == ("actif", "equipe@exemple.fr")


def test_ending_twice_ends_once() -> None:
    jumelage = JumelageFactory(year_signed=1980, vitality="actif", to_verify=True)

    for _twice in range(2):
        services.end_jumelage(jumelage, on=date(2024, 6, 1), source=Source.STAFF, by="x@exemple.fr")
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on, jumelage.to_verify) == ("clos", date(2024, 6, 1), False)


def test_participants_are_set_as_a_whole() -> None:
    jumelage = JumelageFactory()
    old = JumelageActorFactory(jumelage=jumelage).actor
    new = PartnerFactory()

    assert services.set_participants(jumelage, [(new, "porteur")]) is True
    assert services.set_participants(jumelage, [(new, "porteur")]) is False

    assert [row.actor for row in jumelage.participations.all()] == [new]
    assert columns(old)[0] == 0
    assert columns(new)[0] == 1


def test_the_jumelages_of_a_commune_pass_to_its_successor() -> None:
    old, new = CommuneFactory(name="Ancienne"), CommuneFactory(name="Nouvelle")
    moved = JumelageFactory(collectivite=old)
    double = JumelageFactory(collectivite=old)
    JumelageFactory(collectivite=new, partner=double.partner)
    elsewhere = JumelageFactory()
    old.valid_until, old.successor = date(2026, 1, 1), new

    editing.save_by_staff(old, ["valid_until", "successor"], by="x@exemple.fr")

    for row in (moved, double, elsewhere):
        row.refresh_from_db()
    assert (moved.collectivite, moved.provenance["collectivite"]["by"]) == (new, "x@exemple.fr")
    assert (double.collectivite, double.to_verify) == (old, True)
    assert elsewhere.to_verify is False
    assert columns(new)[0] == 2
    assert moved.slug.startswith("nouvelle-")
