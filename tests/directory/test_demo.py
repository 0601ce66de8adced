"""Partners, and the demonstration made of fictitious ones: added once, visible as such, removed without a trace."""

import re
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from directory import counts_version
from directory.enums import PARTNER_NATURES, Freshness, Nature, ProjectStatus, Source
from directory.models import Actor, Country, DatasetLoad, Jumelage, Project
from directory.models.actor import CONTACT_FIELDS
from directory.referentiel import DATA_FOLDER, read_referentiel
from directory.referentiel.lines import read_lines
from directory.services import DirectoryError, count_demo, create_partner, demo_links, remove_demo, seed_demo
from directory.services.demo import _sketches, _territories
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    RegionFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

# Partners, collectivités, jumelages, projects, searches for partners; groups and events of the agenda.
EVERYTHING = 26 + 4 + 5 + 8 + 6 + 5 + 14 + 2  # the last: a visit and a membership, all that one commune allows


@pytest.fixture
def town() -> Actor:
    """A commune of the portal's région, in the countries that the demonstration names."""
    for iso2 in ("FR", "DE", "ES", "SN", "MG", "PL", "CA"):
        CountryFactory(iso2=iso2)
    region = RegionFactory(code=settings.REGION_CODE)
    departement = DepartementFactory(code="33", name="Gironde", region=region)
    return CommuneFactory(
        code="33063",
        name="Bordeaux",
        departement=departement,
        epci=EpciFactory(name="Bordeaux Métropole", departement=departement),
        postal_codes=["33000", "33100"],
    )


def run(command: str, *arguments: str) -> list[str]:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue().splitlines()


# --- A partner ----------------------------------------------------------------------------------------------------------
def test_a_partner_is_coded_by_its_id_and_lies_where_its_seat_lies(town: Actor) -> None:
    partner = create_partner(nature=Nature.COMITE, name=" Comité de l'Œillet ", by="camille@exemple.fr", seat=town)

    partner.refresh_from_db()
    assert (partner.name, partner.code) == ("Comité de l'Œillet", f"p{partner.pk}")
    assert partner.slug == f"comite-de-l-oeillet-p{partner.pk}"
    assert (partner.epci, partner.departement, partner.region) == (town.epci, town.departement, town.region)
    assert (partner.departement_codes, partner.region_codes) == (["33"], ["75"])
    assert (partner.latitude, partner.longitude, partner.postal_codes) == (town.latitude, town.longitude, ["33000"])
    assert "Bordeaux Métropole" in partner.search_terms
    said = partner.provenance["*"]
    assert (said["source"], said["by"]) == (Source.STAFF, "camille@exemple.fr")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said["at"])
    partner.full_clean()


def test_a_partner_may_be_abroad(town: Actor) -> None:
    partner = create_partner(
        nature=Nature.ETRANGERE, name="Ndiagour", by="x", country_id="SN", latitude=12.9, longitude=-14.9
    )

    assert (partner.country.name, partner.departement, partner.region_codes) == ("Sénégal", None, [])


@pytest.mark.parametrize(
    ("nature", "name", "sentence"),
    [
        (
            Nature.COMMUNE,
            "Villefictive",
            "Une collectivité vient des fichiers officiels : choisissez une autre nature.",
        ),
        (Nature.COMITE, "  ", "Rien n’a été enregistré : donnez un nom au partenaire, puis recommencez."),
    ],
)
def test_a_partner_is_refused_in_french(nature: Nature, name: str, sentence: str) -> None:
    with pytest.raises(DirectoryError) as error:
        create_partner(nature=nature, name=name, by="x")

    assert (str(error.value), Actor.objects.count()) == (sentence, 0)


def test_a_new_partner_renews_the_counts(town: Actor, django_capture_on_commit_callbacks: Any) -> None:
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        create_partner(nature=Nature.COMITE, name="Comité", by="x", seat=town)

    assert counts_version.current() == before + 1


# --- The demonstration --------------------------------------------------------------------------------------------------
def test_the_demonstration_shows_every_kind_of_partner_and_every_freshness(town: Actor) -> None:
    count = seed_demo()

    demo = Actor.objects.demo().partners()
    assert (count, demo.count()) == (EVERYTHING, 26)
    assert {partner.nature for partner in demo} == set(PARTNER_NATURES)
    assert {partner.freshness for partner in demo} == set(Freshness)
    assert {partner.country_id for partner in demo} == {"FR", "DE", "ES", "SN", "MG", "PL", "CA"}
    assert all(partner.is_located for partner in demo)
    for partner in demo:
        assert partner.description.endswith("Acteur fictif, ajouté pour la démonstration.")
        assert partner.email.endswith(".example")
        partner.full_clean()


def test_the_demonstration_lies_in_real_communes_and_leaves_their_fiches_as_they_are(town: Actor) -> None:
    """But for how far the network has come with them: fictitious visits move it, and take it back when they go."""
    columns = [field.attname for field in Actor._meta.concrete_fields if field.name not in CONTACT_FIELDS]
    before = list(Actor.objects.collectivites().order_by("pk").values(*columns))

    seed_demo()

    here = Actor.objects.demo().partners().exclude(nature=Nature.ETRANGERE)
    assert {(partner.seat, partner.epci, partner.departement) for partner in here} == {
        (town, town.epci, town.departement)
    }
    assert list(Actor.objects.collectivites().real().order_by("pk").values(*columns)) == before


def test_the_demonstration_is_spread_over_the_region_towns_and_villages(town: Actor) -> None:
    for number in range(200):
        CommuneFactory(code=f"33{number + 500}", departement=town.departement, population=number)
    elsewhere = DepartementFactory(code="31", region=RegionFactory(code="76", name="Occitanie"))
    CommuneFactory(code="31555", departement=elsewhere, population=500_000)

    seed_demo()

    seats = [partner.seat for partner in Actor.objects.demo().select_related("seat") if partner.seat]
    assert (len(seats), len(set(seats))) == (20, 20)
    assert {seat.departement_codes[0] for seat in seats} == {"33"}


def test_no_fictitious_partner_bears_the_name_of_a_commune() -> None:

    names = {commune.name.casefold() for commune in read_referentiel().communes.values()}

    fictitious = [sketch.name for sketch in (*_sketches(), *_territories())]
    assert [name for name in fictitious if name.casefold() in names] == []
    assert {territory.code for territory in _territories()} & set(read_referentiel().communes) == set()


def test_seeding_twice_adds_nothing_the_second_time(town: Actor) -> None:
    seed_demo()

    assert (seed_demo(), count_demo()) == (0, EVERYTHING)


def test_a_missing_one_comes_back_when_asked(town: Actor) -> None:
    seed_demo()
    Actor.objects.demo().filter(nature=Nature.RESEAU).delete()
    Project.objects.demo().first().delete()

    assert (seed_demo(), count_demo()) == (2, EVERYTHING)


def test_without_any_commune_the_demonstration_is_refused() -> None:
    with pytest.raises(CommandError) as error:
        run("seed_demo")

    assert str(error.value) == (
        "Aucune commune n’est chargée, la démonstration ne peut pas être placée. Lancez d’abord load_referentiel."
    )
    assert Actor.objects.count() == 0


def test_it_adds_itself_only_where_there_is_no_partner(town: Actor) -> None:
    PartnerFactory(departement=town.departement)

    assert run("seed_demo", "--if-empty")[-1] == "total: created=0 changed=0 unchanged=0 closed=0 refused=0"
    assert Actor.objects.demo().count() == 0


def test_removed_it_never_comes_back_by_itself_but_may_be_asked_for(town: Actor) -> None:
    assert run("seed_demo", "--if-empty") == [
        f"Fiches fictives ajoutées : {EVERYTHING}.",
        f"total: created={EVERYTHING} changed=0 unchanged=0 closed=0 refused=0",
    ]

    assert run("remove_demo") == [f"Données de démonstration retirées : {EVERYTHING}."]

    assert run("seed_demo", "--if-empty")[0] == "Fiches fictives ajoutées : 0."
    assert run("seed_demo")[0] == f"Fiches fictives ajoutées : {EVERYTHING}."


def test_refused_before_it_came_it_never_comes_by_itself(town: Actor) -> None:
    assert (remove_demo(), seed_demo(if_empty=True)) == (0, 0)


def test_removing_takes_the_fictitious_actors_with_their_history_and_nothing_else(
    town: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    real = PartnerFactory(departement=town.departement)
    seed_demo()
    Actor.objects.demo().update(description="Autre texte")
    Actor.objects.filter(pk=real.pk).update(description="Autre texte")
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        count = remove_demo()

    assert (count, count_demo()) == (EVERYTHING, 0)
    assert list(Actor.objects.partners()) == [real]
    assert [event.pgh_obj_id for event in Actor.pgh_event_model.objects.all()] == [real.pk]
    assert (counts_version.current() > before, remove_demo()) == (True, 0)
    assert DatasetLoad.objects.filter(dataset="demo", scope="removed").count() == 1


def test_a_real_record_that_needs_a_fictitious_one_stops_the_removal(town: Actor) -> None:
    seed_demo()
    real = PartnerFactory(name="Association réelle", departement=town.departement)
    Actor.objects.filter(pk=real.pk).update(seat=Actor.objects.demo().filter(nature=Nature.RESEAU).first())

    with pytest.raises(CommandError) as error:
        run("remove_demo")

    assert str(error.value) == (
        "Rien n’a été retiré : ces fiches réelles dépendent de la démonstration : Association réelle."
    )
    assert count_demo() == EVERYTHING


def test_the_countries_it_needs_are_official() -> None:
    call_command("load_referentiel", "--region", "94", stdout=StringIO())

    assert {sketch.country for sketch in _sketches()} - set(Country.objects.values_list("iso2", flat=True)) == set()


# --- Its jumelages and projects -----------------------------------------------------------------------------------------
def test_jumelages_and_projects_link_fictitious_actors_only(town: Actor) -> None:
    for code in ("eau-assainissement", "education"):
        ThemeFactory(code=code)

    seed_demo()

    jumelages = Jumelage.objects.demo().select_related("collectivite", "partner")
    assert {(j.collectivite.is_demo, j.partner.is_demo) for j in jumelages} == {(True, True)}
    assert {j.vitality for j in jumelages} == {"actif", "en-sommeil", "a-relancer", ""}
    projects = Project.objects.demo().prefetch_related("roles__actor")
    assert {role.actor.is_demo for project in projects for role in project.roles.all()} == {True}
    assert {project.status for project in projects} == set(ProjectStatus)
    assert sum(project.jumelage is not None for project in projects) == 5
    for fiche in (*jumelages, *projects):
        fiche.full_clean()
    well = projects.get(title__startswith="Un forage")
    assert (well.theme_codes, well.sdgs, well.budget) == (["eau-assainissement"], [6], 64_000)
    assert [(role.role, role.amount) for role in well.roles.all() if role.amount] == [
        ("financeur", 30_000),
        ("financeur", 12_000),
    ]


def test_every_line_of_the_demonstration_finds_its_actors() -> None:
    names = {sketch.name for sketch in (*_sketches(), *_territories())}
    told = set()
    for line in read_lines(DATA_FOLDER, demo_links.JUMELAGES, demo_links.JUMELAGE_COLUMNS):
        told |= {line.cells[column] for column in ("collectivite", "partenaire", "avec")}
    for line in read_lines(DATA_FOLDER, demo_links.PROJECTS, demo_links.PROJECT_COLUMNS):
        told |= {cell.split(":")[0] for cell in line.cells["acteurs"].split("|")}
        told |= {line.cells["collectivite"], line.cells["partenaire"]}

    assert told - names == {""}


def test_an_official_load_leaves_fictitious_collectivites_alive(town: Actor) -> None:
    seed_demo()

    call_command("load_referentiel", "--region", "94", stdout=StringIO())

    assert Actor.objects.demo().closed().count() == 0
