"""Official files against what people said, from one year to the next, and across régions."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from directory.enums import Nature, Source
from directory.models import Actor, Country, Theme
from directory.services import (
    DirectoryError,
    create_partner,
    load_referentiel,
)
from directory.services.importing import IMPORT_LOCK
from tests.directory.official_files import NONE, OfficialFiles, actor, commune, said_by_staff, without_abzac
from tests.factories import CountryFactory, ThemeFactory

pytestmark = pytest.mark.django_db


# --- People first -------------------------------------------------------------------------------------------------------
def test_a_value_given_by_a_person_after_the_vintage_is_kept_and_told(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), population=530, at="2026-03-01T09:00:00+00:00")
    loaded.change("communes", "16001", population="520", codes_postaux="16501")

    report = load_referentiel("75", folder=loaded.folder)

    assert report.total == NONE | {"changed": 1, "unchanged": 17, "refused": 1}
    (told,) = report.actors.kept
    assert told.kept == {"population": (530, 520)}
    abzac = commune("16001")
    assert (abzac.population, abzac.postal_codes) == (530, ["16501"])
    assert abzac.provenance["population"]["source"] == Source.STAFF
    assert load_referentiel("75", folder=loaded.folder).total == NONE | {"unchanged": 18, "refused": 1}


def test_a_value_given_before_the_vintage_gives_way(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), population=530, at="2025-12-01T09:00:00+00:00")

    report = load_referentiel("75", folder=loaded.folder)

    assert report.total == NONE | {"changed": 1, "unchanged": 17}
    assert commune("16001").population == 518
    assert commune("16001").provenance == {"*": {"source": "official", "at": "2026-01-01", "by": "referentiel"}}


def test_a_value_of_an_import_gives_way(loaded: OfficialFiles) -> None:
    provenance = {"*": {"source": "import", "at": "2026-06-01", "by": "camille@exemple.fr"}}
    Actor.objects.filter(code="16001").update(population=1, description="Texte repris", provenance=provenance)

    load_referentiel("75", folder=loaded.folder)

    abzac = commune("16001")
    assert abzac.population == 518
    assert abzac.provenance == {
        "*": {"source": "official", "at": "2026-01-01", "by": "referentiel"},
        "description": provenance["*"],
    }


def test_a_person_who_confirmed_the_same_value_stays_its_source(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), population=518, at="2025-06-01")

    report = load_referentiel("75", folder=loaded.folder)

    assert report.actors.written == 0
    assert commune("16001").provenance["population"]["source"] == Source.STAFF


def test_a_point_moved_by_a_person_stays_whole(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), latitude=46.2, at="2026-03-01")
    loaded.change("communes", "16001", lon="0.9")

    report = load_referentiel("75", folder=loaded.folder)

    assert report.total["refused"] == 2
    assert (commune("16001").latitude, commune("16001").longitude) == (46.2, 0.70522)


def test_a_commune_entered_by_hand_before_the_files_know_it_is_not_closed(loaded: OfficialFiles) -> None:
    abzac = commune("16001")
    Actor.objects.filter(pk=abzac.pk).update(
        code="16999", provenance={"*": {"source": "staff", "at": "2026-02-01", "by": "camille@exemple.fr"}}
    )
    loaded.remove("communes", "16001").change("departements", "16", chef_lieu="").change(
        "epci", "200000016", commune_principale=""
    )

    report = load_referentiel("75", folder=loaded.folder)

    abzac.refresh_from_db()
    assert (abzac.valid_until, report.total["closed"], report.total["refused"]) == (None, 0, 1)


def test_edited_countries_and_themes_keep_what_staff_may_edit(loaded: OfficialFiles) -> None:
    Country.objects.filter(iso2="SN").update(is_oda_eligible=False, name="Senegal")
    Theme.objects.filter(code="jeunesse-echanges").update(name="Jeunesse", sdgs=[4])

    report = load_referentiel("75", folder=loaded.folder)

    assert report.by_dataset["pays"] == NONE | {"changed": 1, "unchanged": 3}
    assert report.by_dataset["themes"] == NONE | {"unchanged": 2}
    senegal, theme = Country.objects.get(iso2="SN"), Theme.objects.get(code="jeunesse-echanges")
    assert (senegal.name, senegal.is_oda_eligible) == ("Sénégal", False)
    assert (theme.name, theme.sdgs) == ("Jeunesse", [4])


def test_countries_and_themes_that_are_there_are_not_doubled(files: OfficialFiles) -> None:
    CountryFactory(iso2="SN")
    ThemeFactory()

    report = load_referentiel("75", folder=files.folder)

    assert (report.by_dataset["pays"]["created"], report.by_dataset["themes"]["created"]) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_what_a_person_writes_during_the_load_is_kept(loaded: OfficialFiles) -> None:
    loaded.change("communes", "16001", population="520")
    done: list[dict[str, int]] = []

    def load() -> None:
        try:
            done.append(load_referentiel("75", folder=loaded.folder).total)
        finally:
            connection.close()

    loader = threading.Thread(target=load)
    with transaction.atomic():
        said_by_staff(commune("16001"), population=777)
        loader.start()
        wait_for_a_blocked_query()
    loader.join()

    assert done == [NONE | {"unchanged": 18, "refused": 1}]
    assert commune("16001").population == 777


def wait_for_a_blocked_query() -> None:
    for _attempt in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    pytest.fail("the load never met the locked row")


@pytest.fixture
def other_load() -> Iterator[None]:
    """Another process is loading."""
    settings = connection.get_connection_params()
    with psycopg.connect(host=settings.get("host"), dbname=settings["dbname"], user=settings.get("user")) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        yield


def test_two_loads_at_once_are_refused(files: OfficialFiles, other_load: None) -> None:
    with pytest.raises(DirectoryError) as error:
        load_referentiel("75", folder=files.folder)

    assert str(error.value) == (
        "Un autre chargement est en cours. Rien n’a été enregistré ; attendez qu’il finisse, puis relancez."
    )


# --- What ends and what comes back --------------------------------------------------------------------------------------
def test_a_vanished_commune_is_closed_at_the_vintage_and_kept(loaded: OfficialFiles) -> None:
    report = load_referentiel("75", folder=without_abzac(loaded).of_vintage("2027-01-01").folder)

    assert report.total == NONE | {"closed": 1, "changed": 1, "unchanged": 16}
    abzac = commune("16001")
    assert (abzac.valid_until, abzac.successor, abzac.name) == (date(2027, 1, 1), None, "Abzac")
    assert abzac not in Actor.objects.published()
    again = load_referentiel("75", folder=loaded.folder)
    assert (again.total["closed"], again.actors.written) == (0, 0)


def test_a_told_successor_and_day_are_recorded(loaded: OfficialFiles) -> None:
    without_abzac(loaded).add("successions", predecesseur="16001", successeur="16002", date="2026-07-01")

    report = load_referentiel("75", folder=loaded.of_vintage("2027-01-01").folder)

    (told,) = report.actors.closed
    assert told.changes == {"valid_until": (None, date(2026, 7, 1)), "successor": (None, "16002")}
    assert (commune("16001").valid_until, commune("16001").successor) == (date(2026, 7, 1), commune("16002"))


def test_a_successor_told_later_is_added_to_the_closed_commune(loaded: OfficialFiles) -> None:
    load_referentiel("75", folder=without_abzac(loaded).folder)
    loaded.add("successions", predecesseur="16001", successeur="16002", date="2026-01-01")

    report = load_referentiel("75", folder=loaded.folder)

    assert (report.total["closed"], report.total["changed"]) == (0, 1)
    assert commune("16001").successor == commune("16002")


def test_successions_are_followed_to_the_commune_of_today(loaded: OfficialFiles) -> None:
    without_abzac(loaded).add("successions", predecesseur="16001", successeur="16300", date="2026-03-01").add(
        "successions", predecesseur="16300", successeur="16015", date="2026-06-01"
    )

    load_referentiel("75", folder=loaded.folder)

    assert commune("16001").successor == commune("16015")


def test_successions_in_a_ring_tell_no_successor(loaded: OfficialFiles) -> None:
    without_abzac(loaded).add("successions", predecesseur="16001", successeur="16300", date="2026-03-01").add(
        "successions", predecesseur="16300", successeur="16001", date="2026-06-01"
    )

    load_referentiel("75", folder=loaded.folder)

    assert (commune("16001").successor, commune("16001").is_closed) == (None, True)


def test_the_former_communes_tell_the_successor_when_nothing_else_does(loaded: OfficialFiles) -> None:
    without_abzac(loaded).add(
        "communes_deleguees", code="16001", nom="Abzac", type="commune-deleguee", chef_lieu="16002"
    )

    load_referentiel("75", folder=loaded.folder)

    assert commune("16001").successor == commune("16002")
    assert "Abzac" in commune("16002").former_names


def test_a_new_code_takes_over_the_siren_of_the_old_one(loaded: OfficialFiles) -> None:
    siren = "211600010"
    without_abzac(loaded).add(
        "communes", code="16400", nom="Abzac", departement="16", region="75", epci="200000016", siren=siren
    )

    load_referentiel("75", folder=loaded.folder)

    assert (commune("16400").siren, commune("16001").siren, commune("16001").is_closed) == (siren, "", True)
    assert load_referentiel("75", folder=loaded.folder).actors.written == 0


def test_a_vanished_epci_is_closed_and_its_communes_move(loaded: OfficialFiles) -> None:
    loaded.remove("epci", "200000016").change("communes", "16001", epci="").change("communes", "16002", epci="")

    report = load_referentiel("75", folder=loaded.folder)

    assert (report.total["closed"], report.total["changed"]) == (1, 2)
    assert actor(Nature.EPCI, "200000016").valid_until == date(2026, 1, 1)
    assert commune("16001").epci is None


def test_a_commune_that_comes_back_reopens(loaded: OfficialFiles) -> None:
    before = Path(loaded.path("communes")).read_bytes(), Path(loaded.path("epci")).read_bytes()
    without_abzac(loaded).add("successions", predecesseur="16001", successeur="16002", date="2026-01-01")
    load_referentiel("75", folder=loaded.folder)
    assert commune("16001").is_closed
    loaded.with_text("communes", before[0]).with_text("epci", before[1]).remove("successions", "16001")

    report = load_referentiel("75", folder=loaded.folder)

    assert (report.total["created"], report.total["changed"]) == (0, 2)
    assert (commune("16001").valid_until, commune("16001").successor) == (None, None)


def test_a_commune_closed_by_staff_after_the_vintage_stays_closed(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), valid_until=date(2026, 6, 1), at="2026-06-02")

    report = load_referentiel("75", folder=loaded.folder)

    assert (report.total["refused"], commune("16001").valid_until) == (1, date(2026, 6, 1))


def test_nothing_ends_before_it_began(loaded: OfficialFiles) -> None:
    Actor.objects.filter(code="16001").update(valid_from=date(2026, 5, 1))

    load_referentiel("75", folder=without_abzac(loaded).folder)

    assert commune("16001").valid_until == date(2026, 5, 1)


# --- Neighbours ---------------------------------------------------------------------------------------------------------
def test_an_epci_astride_two_regions_comes_with_either_and_is_whole(loaded: OfficialFiles) -> None:
    adour = actor(Nature.EPCI, "200030435")

    assert (adour.member_count, adour.departement_codes, adour.region_codes) == (2, ["32", "40"], ["75", "76"])
    assert (adour.departement, adour.region) == (actor(Nature.DEPARTEMENT, "40"), actor(Nature.REGION, "75"))
    assert (adour.seat, commune("40001").epci) == (None, adour)


def test_its_seat_settles_its_departement_once_the_other_region_is_there(loaded: OfficialFiles) -> None:
    report = load_referentiel("76", folder=loaded.folder)

    adour = actor(Nature.EPCI, "200030435")
    (told,) = report.actors.changed
    assert told.changes == {
        "departement": ("Landes", "Gers"),
        "region": ("Nouvelle-Aquitaine", "Occitanie"),
        "seat": (None, "32001"),
    }
    assert (adour.departement, adour.seat) == (actor(Nature.DEPARTEMENT, "32"), commune("32001"))
    for scope in ("75", "76", "all"):
        load_referentiel(scope, folder=loaded.folder)
    assert Actor.pgh_event_model.objects.count() == 1


def test_loading_one_region_never_touches_another(files: OfficialFiles) -> None:
    load_referentiel("all", folder=files.folder)
    files.remove("communes", "01004").change("departements", "01", chef_lieu="").change("regions", "84", chef_lieu="")
    files.change("communes", "32013", population="1")

    report = load_referentiel("75", folder=files.folder)

    assert (report.total["closed"], report.total["changed"]) == (0, 0)
    assert (commune("01004").is_closed, commune("32013").population) == (False, 23000)


def test_an_epci_that_withdraws_from_a_region_has_not_ended(loaded: OfficialFiles) -> None:
    loaded.change("epci", "200030435", regions="76", departements="32").change("communes", "40001", epci="")

    report = load_referentiel("75", folder=loaded.folder)

    adour = actor(Nature.EPCI, "200030435")
    assert (report.total["closed"], adour.is_closed, adour.region_codes) == (0, False, ["76"])
    assert (adour.departement, adour.region) == (None, None)


def test_all_of_france_closes_what_vanished_anywhere(files: OfficialFiles) -> None:
    load_referentiel("all", folder=files.folder)
    files.remove("communes", "01004").change("departements", "01", chef_lieu="").change("regions", "84", chef_lieu="")

    report = load_referentiel("all", folder=files.folder)

    assert (report.total["closed"], commune("01004").is_closed) == (1, True)


def test_partners_are_never_closed(loaded: OfficialFiles) -> None:
    partner = create_partner(nature=Nature.COMITE, name="Comité", by="camille@exemple.fr", seat=commune("16001"))

    load_referentiel("75", folder=loaded.folder)

    partner.refresh_from_db()
    assert partner.valid_until is None
