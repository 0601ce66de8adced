"""Official files loaded once, loaded again, refused, recognised; then the real ones."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import counts_version
from directory.enums import Nature
from directory.models import Actor, Country, DatasetLoad, Theme
from directory.referentiel import ReferentielError, read_referentiel
from directory.search import understand
from directory.services import (
    DirectoryError,
    create_partner,
    is_referentiel_loaded,
    load_referentiel,
)
from directory.services.editing import place_names, terms_of
from tests.directory.official_files import NONE, OfficialFiles, actor, codes, commune, without_abzac

pytestmark = pytest.mark.django_db


# --- A first load -------------------------------------------------------------------------------------------------------
def test_a_region_is_loaded_with_what_belongs_to_it(files: OfficialFiles) -> None:
    report = load_referentiel("75", folder=files.folder)

    assert report.total == NONE | {"created": 1 + 3 + 3 + 5 + 4 + 2}
    assert codes(Nature.REGION) == ["75"]
    assert codes(Nature.DEPARTEMENT) == ["16", "33", "40"]
    assert codes(Nature.EPCI) == ["200000016", "200030435", "243300316"]
    assert codes(Nature.COMMUNE) == ["16001", "16002", "16015", "33063", "40001"]


def test_a_commune_carries_all_its_official_facts(loaded: OfficialFiles) -> None:
    bordeaux = commune("33063")

    assert bordeaux.slug == "bordeaux-33063"
    assert (bordeaux.siren, bordeaux.population, bordeaux.postal_codes) == ("213300635", 265328, ["33000", "33100"])
    assert (bordeaux.latitude, bordeaux.longitude, bordeaux.country_id) == (44.83802, -0.57964, "FR")
    assert bordeaux.epci == actor(Nature.EPCI, "243300316")
    assert bordeaux.departement == actor(Nature.DEPARTEMENT, "33")
    assert bordeaux.region == actor(Nature.REGION, "75")
    assert (bordeaux.departement_codes, bordeaux.region_codes) == (["33"], ["75"])
    assert (bordeaux.valid_until, bordeaux.verified_at, bordeaux.is_demo) == (None, None, False)


def test_the_vintage_is_the_provenance(loaded: OfficialFiles) -> None:
    assert commune("33063").provenance == {"*": {"source": "official", "at": "2026-01-01", "by": "referentiel"}}


def test_seats_members_and_populations_are_the_official_ones(loaded: OfficialFiles) -> None:
    region, landes = actor(Nature.REGION, "75"), actor(Nature.DEPARTEMENT, "40")
    confolentais = actor(Nature.EPCI, "200000016")

    assert (region.seat, region.member_count, region.population) == (commune("33063"), 5, 300000)
    assert (landes.seat, landes.region, landes.latitude) == (None, region, 43.7)
    assert (confolentais.seat, confolentais.member_count, confolentais.legal_form) == (commune("16001"), 2, "CC")
    assert confolentais.short_name == "CC du Confolentais"


def test_an_actor_is_found_by_its_codes_its_former_communes_and_what_it_belongs_to(loaded: OfficialFiles) -> None:
    assert commune("16002").search_terms.split("\n") == [
        "16002 211600028",
        "16700",
        "16020 16021",
        "Les Adjots",
        "Vieux-Bourg",
        "Saint-Éloi",
        "Communauté de communes du Confolentais",
        "CC du Confolentais",
        "Charente",
        "Nouvelle-Aquitaine",
    ]
    for typed in ("16020", "vieux bourg", "St Eloi", "16700", "211600028"):
        assert Actor.objects.search(understand(typed)).first() == commune("16002"), typed


def test_names_keep_their_apostrophes_and_addresses_lose_them(loaded: OfficialFiles) -> None:
    assert (commune("40001").name, commune("40001").slug) == ("Aire-sur-l'Adour", "aire-sur-l-adour-40001")


def test_codes_keep_their_leading_zero(files: OfficialFiles) -> None:
    load_referentiel("84", folder=files.folder)

    assert (codes(Nature.COMMUNE), codes(Nature.DEPARTEMENT)) == (["01004"], ["01"])
    assert commune("01004").postal_codes == ["01500"]


def test_a_territory_without_region_is_a_departement_only(files: OfficialFiles) -> None:
    load_referentiel("988", folder=files.folder)

    territory = actor(Nature.DEPARTEMENT, "988")
    assert codes(Nature.REGION) == []
    assert (territory.region, territory.region_codes, territory.seat) == (None, ["988"], commune("98818"))
    assert (commune("98818").departement, commune("98818").region) == (territory, None)


def test_countries_and_themes_are_created(loaded: OfficialFiles) -> None:
    senegal, bouvet = Country.objects.get(iso2="SN"), Country.objects.get(iso2="BV")

    assert (senegal.name, senegal.iso3, senegal.latitude, senegal.is_oda_eligible) == ("Sénégal", "SEN", 14.4, True)
    assert (bouvet.latitude, bouvet.is_oda_eligible) == (None, False)
    assert list(Theme.objects.values_list("code", "dac_codes", "sdgs", "position")) == [
        ("eau-assainissement", ["14030", "14032"], [6], 1),
        ("jeunesse-echanges", [], [4, 17], 2),
    ]


def test_an_unknown_region_is_refused(files: OfficialFiles) -> None:
    with pytest.raises(DirectoryError) as error:
        load_referentiel("7", folder=files.folder)

    assert str(error.value) == (
        "Aucune région ne porte le code « 7 ». Rien n’a été enregistré ; "
        "donnez le code INSEE d’une région, comme 75, ou « all » pour toute la France."
    )


# --- A second load ------------------------------------------------------------------------------------------------------
def test_a_second_load_writes_nothing(loaded: OfficialFiles) -> None:
    before = list(Actor.objects.order_by("pk").values())

    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = load_referentiel("75", folder=loaded.folder)

    assert report.total == NONE | {"unchanged": 18}
    assert report.actors.written == 0
    writes = [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE", "ANALYZE"}]
    assert writes == []
    assert list(Actor.objects.order_by("pk").values()) == before
    assert DatasetLoad.objects.count() == 10
    assert Actor.pgh_event_model.objects.count() == 0


def test_each_load_is_recorded_with_the_file_and_what_it_did(loaded: OfficialFiles) -> None:
    load = DatasetLoad.objects.get(dataset="communes")

    assert load.scope == "75"
    assert len(load.checksum) == 64
    assert load.counts == NONE | {"created": 5, "vintage": "2026-01-01", "loader": 1}


def test_what_differs_is_told_field_by_field_and_only_that_is_written(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16001", population="520", nom="Abzac-le-Neuf").change(
        "epci", "200000016", population="1402"
    )

    report = load_referentiel("75", folder=loaded.folder)

    assert report.total == NONE | {"changed": 2, "unchanged": 16}
    assert {told.key.code: told.changes for told in report.actors.changed} == {
        "16001": {"population": (518, 520), "name": ("Abzac", "Abzac-le-Neuf")},
        "200000016": {"population": (1400, 1402)},
    }
    assert (commune("16001").population, commune("16001").name) == (520, "Abzac-le-Neuf")


def test_an_address_once_published_stays_when_the_name_changes(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16001", nom="Abzac-le-Neuf")

    load_referentiel("75", folder=loaded.folder)

    assert commune("16001").slug == "abzac-16001"


def test_a_change_leaves_the_row_as_it_was_in_the_history_with_its_context(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16001", population="520")

    load_referentiel("75", folder=loaded.folder)

    (event,) = Actor.pgh_event_model.objects.all()
    assert (event.pgh_label, event.code, event.population) == ("update", "16001", 518)
    assert event.pgh_context.metadata == {"source": "official", "origin": "referentiel 2026-01-01", "by": "referentiel"}


def test_a_commune_that_changes_its_epci_follows_it_in_searches(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16015", epci="200000016")

    report = load_referentiel("75", folder=loaded.folder)

    (told,) = report.actors.changed
    assert told.changes == {"epci": (None, "Communauté de communes du Confolentais")}
    assert "CC du Confolentais" in commune("16015").search_terms


def test_a_renamed_epci_is_found_by_its_new_name_wherever_it_shows(files: OfficialFiles) -> None:
    load_referentiel("all", folder=files.folder)
    partner = create_partner(nature=Nature.ASSOCIATION, name="Les Amis", by="camille@exemple.fr", seat=commune("40001"))
    files.change("epci", "200030435", nom="Communauté de communes de l'Adour")

    report = load_referentiel("75", folder=files.folder)

    assert report.total["changed"] == 1
    for code in ("40001", "32001"):
        assert "Communauté de communes de l'Adour" in commune(code).search_terms
    partner.refresh_from_db()
    assert "Communauté de communes de l'Adour" in partner.search_terms


def test_the_next_vintage_of_the_same_facts_changes_only_their_date(loaded: OfficialFiles) -> None:
    report = load_referentiel("75", folder=loaded.of_vintage("2027-01-01").folder)

    assert report.total == NONE | {"unchanged": 18}
    assert report.actors.written == 12
    assert commune("16001").provenance["*"]["at"] == "2027-01-01"


def test_the_counts_of_the_site_are_renewed_on_commit(
    files: OfficialFiles, django_capture_on_commit_callbacks: Any
) -> None:
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        load_referentiel("75", folder=files.folder)
    after_first = counts_version.current()
    with django_capture_on_commit_callbacks(execute=True):
        load_referentiel("75", folder=files.folder)

    assert (after_first, counts_version.current()) == (before + 1, before + 1)


# --- Refused files and rehearsals ---------------------------------------------------------------------------------------
def test_a_malformed_line_stops_everything(files: OfficialFiles) -> None:
    files.change("themes", "jeunesse-echanges", odd="18")

    with pytest.raises(ReferentielError):
        load_referentiel("75", folder=files.folder)

    assert (Actor.objects.count(), Country.objects.count(), DatasetLoad.objects.count()) == (0, 0, 0)


def test_a_rehearsal_tells_all_and_writes_nothing(loaded: OfficialFiles) -> None:
    without_abzac(loaded).change("communes", "33063", population="1").add(
        "communes", code="33001", nom="Abzac", departement="33", region="75"
    )
    before = list(Actor.objects.order_by("pk").values())

    report = load_referentiel("75", folder=loaded.folder, dry_run=True)

    assert report.total == NONE | {"created": 1, "changed": 2, "closed": 1, "unchanged": 15}
    assert list(Actor.objects.order_by("pk").values()) == before
    assert DatasetLoad.objects.count() == 10


# --- Already loaded? ----------------------------------------------------------------------------------------------------
def test_files_loaded_last_are_recognised(files: OfficialFiles) -> None:
    assert not is_referentiel_loaded("75", files.folder)

    load_referentiel("75", folder=files.folder)

    assert is_referentiel_loaded("75", files.folder)
    assert not is_referentiel_loaded("76", files.folder)
    assert not is_referentiel_loaded("all", files.folder)


def test_all_of_france_counts_for_each_region(files: OfficialFiles) -> None:
    load_referentiel("all", folder=files.folder)

    assert is_referentiel_loaded("75", files.folder)


def test_a_changed_file_or_vintage_is_to_be_loaded(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16001", population="520")
    assert not is_referentiel_loaded("75", loaded.folder)
    load_referentiel("75", folder=loaded.folder)

    assert not is_referentiel_loaded("75", loaded.of_vintage("2027-01-01").folder)


def test_files_of_an_earlier_vintage_never_replace_later_ones_by_themselves(
    loaded: OfficialFiles, tmp_path: Path
) -> None:
    load_referentiel("75", folder=loaded.of_vintage("2027-01-01").folder)

    assert is_referentiel_loaded("75", loaded.of_vintage("2026-01-01").folder)


def test_files_read_by_an_earlier_loader_are_to_be_loaded(loaded: OfficialFiles) -> None:
    for load in DatasetLoad.objects.all():
        load.counts["loader"] = 0
        load.save()

    assert not is_referentiel_loaded("75", loaded.folder)


# --- The real files -----------------------------------------------------------------------------------------------------
def test_the_real_files_of_the_region_then_of_france() -> None:
    report = load_referentiel("75")

    natures = [Nature.COMMUNE, Nature.EPCI, Nature.DEPARTEMENT, Nature.REGION]
    assert [report.actors.counts(nature)["created"] for nature in natures] == [4293, 156, 12, 1]
    assert report.by_dataset["pays"]["created"] == 250
    communes = Actor.objects.of_nature([Nature.COMMUNE])
    assert sum(communes.values_list("population", flat=True)) == actor(Nature.REGION, "75").population == 6150451
    astride = Actor.objects.of_nature([Nature.EPCI]).filter(region_codes=["75", "76"]).order_by("code")
    assert list(astride.values_list("code", "departement__code", "member_count")) == [
        ("200030435", "40", 22),
        ("200072106", "64", 72),
        ("246401756", "64", 29),
        ("248200016", "47", 28),
    ]
    collectivites = list(Actor.objects.collectivites())
    names = place_names(collectivites)
    assert [found.slug for found in collectivites if found.search_terms != terms_of(found, names)] == []

    france = load_referentiel("all")

    assert france.actors.counts(Nature.COMMUNE) == NONE | {"created": 34969 - 4293, "unchanged": 4293}
    assert [Actor.objects.of_nature([nature]).count() for nature in natures] == [34969, 1253, 109, 18]
    assert (load_referentiel("all").actors.written, load_referentiel("75").actors.written) == (0, 0)

    today = {
        code: (set(names), {*codes, code})
        for code, names, codes in Actor.objects.of_nature([Nature.COMMUNE]).values_list(
            "code", "former_names", "former_codes"
        )
    }
    former = [row for rows in read_referentiel().former.values() for row in rows]
    lost = [
        row.code for row in former if row.name not in today[row.commune][0] or row.code not in today[row.commune][1]
    ]
    assert (len(former), lost) == (2621, [])
