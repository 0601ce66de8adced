"""Contacts of town halls, and what the two loading commands say."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from directory.enums import Nature, Source
from directory.models import Actor, DatasetLoad
from directory.services import (
    are_contacts_loaded,
    load_contacts,
    load_referentiel,
)
from tests.directory.official_files import NONE, OfficialFiles, codes, commune, said_by_staff, without_abzac

pytestmark = pytest.mark.django_db


def run(command: str, files: OfficialFiles, *arguments: str) -> list[str]:
    output = StringIO()
    call_command(command, *arguments, data=files.folder, stdout=output)
    return output.getvalue().splitlines()


# --- Contacts -----------------------------------------------------------------------------------------------------------
def test_contacts_reach_the_communes_of_the_base_only(loaded: OfficialFiles) -> None:
    report = load_contacts(folder=loaded.folder)

    assert report.total == NONE | {"changed": 2}
    abzac = commune("16001")
    assert abzac.address == "4 place Morice-Lipsi, 16500 Abzac"
    assert (abzac.email, abzac.phone) == ("mairie-abzac@exemple.fr", "05 45 89 40 21")
    assert abzac.website == "https://abzac.example"
    assert codes(Nature.COMMUNE) == ["16001", "16002", "16015", "33063", "40001"]


def test_contacts_without_a_date_are_told_so_field_by_field(loaded: OfficialFiles) -> None:
    load_contacts(folder=loaded.folder)

    said = {"source": "official", "at": None, "by": "contacts"}
    assert commune("16002").provenance == {
        "*": {"source": "official", "at": "2026-01-01", "by": "referentiel"},
        "address": said,
        "phone": said,
    }


def test_contacts_and_referentiel_loaded_again_write_nothing(loaded: OfficialFiles) -> None:
    load_contacts(folder=loaded.folder)

    again = load_contacts(folder=loaded.folder)

    assert (again.total, again.actors.written) == (NONE | {"unchanged": 2}, 0)
    assert load_referentiel("75", folder=loaded.folder).actors.written == 0
    assert DatasetLoad.objects.filter(dataset="contacts").count() == 1


def test_a_contact_given_by_a_person_is_kept_whatever_its_day(loaded: OfficialFiles) -> None:
    said_by_staff(commune("16001"), email="accueil@abzac.example", phone="", at="2020-01-01")

    report = load_contacts(folder=loaded.folder)

    assert report.total == NONE | {"changed": 2, "refused": 2}
    abzac = commune("16001")
    assert (abzac.email, abzac.phone, abzac.website) == ("accueil@abzac.example", "", "https://abzac.example")
    assert abzac.provenance["email"]["source"] == Source.STAFF


def test_an_empty_cell_clears_only_what_this_load_wrote(loaded: OfficialFiles) -> None:
    Actor.objects.filter(code="16002").update(
        website="https://adjots.example", provenance={"website": {"source": "import", "at": "2026-01-01", "by": "x"}}
    )
    load_contacts(folder=loaded.folder)
    loaded.change("contacts", "16001", email="").change("contacts", "16002", telephone="")

    report = load_contacts(folder=loaded.folder)

    assert report.total == NONE | {"changed": 2}
    assert (commune("16001").email, commune("16002").phone) == ("", "")
    assert "email" not in commune("16001").provenance
    assert commune("16002").website == "https://adjots.example"


def test_contacts_are_to_be_loaded_again_after_other_collectivites(loaded: OfficialFiles) -> None:
    load_contacts(folder=loaded.folder)
    assert are_contacts_loaded(loaded.folder)

    load_referentiel("76", folder=loaded.folder)

    assert not are_contacts_loaded(loaded.folder)
    assert load_contacts(folder=loaded.folder).total == NONE | {"changed": 1, "unchanged": 2}
    assert are_contacts_loaded(loaded.folder)


# --- The commands -------------------------------------------------------------------------------------------------------
def test_the_command_ends_with_the_counts(files: OfficialFiles, settings: Any) -> None:
    lines = run("load_referentiel", files)

    assert lines[-1] == "total: created=18 changed=0 unchanged=0 closed=0 refused=0"
    assert "créée : Bordeaux (commune 33063)" in lines
    assert "Jeu communes : créées 5, modifiées 0, inchangées 0, fermées 0, valeurs gardées 0" in lines


def test_the_command_tells_what_differs_from_old_to_new(loaded: OfficialFiles) -> None:
    said_by_staff(commune("33063"), name="Bordeaux-la-Belle")
    without_abzac(loaded).change("communes", "16002", population="900").add(
        "successions", predecesseur="16001", successeur="16002", date="2026-07-01"
    )

    lines = run("load_referentiel", loaded, "--region", "75")

    assert lines[:4] == [
        "fermée : Abzac (commune 16001), le 01/07/2026, remplacée par 16002",
        "modifiée : Communauté de communes du Confolentais (intercommunalité 200000016) : "
        "commune siège « 16001 » → « 16002 »",
        "modifiée : Les Adjots (commune 16002) : population municipale 882 → 900",
        "gardée : Bordeaux-la-Belle (commune 33063) : nom « Bordeaux-la-Belle », dit par une personne, "
        "plutôt que « Bordeaux »",
    ]
    assert lines[-1] == "total: created=0 changed=2 unchanged=15 closed=1 refused=1"


def test_the_command_shows_forty_lines_then_how_many_more(files: OfficialFiles) -> None:
    for number in range(100, 150):
        files.add("communes", code=f"16{number}", nom=f"Village {number}", departement="16", region="75")
    first = run("load_referentiel", files)
    assert not any(line.startswith("créée") for line in first)
    for number in range(100, 150):
        files.change("communes", f"16{number}", population="7")

    lines = run("load_referentiel", files, "--dry-run")
    all_lines = run("load_referentiel", files.change("communes", "16015", population="1"), "--verbose", "--dry-run")

    assert sum(line.startswith("modifiée") for line in lines) == 40
    assert lines[40] == "… et 10 autres (--verbose les montre)"
    assert sum(line.startswith("modifiée") for line in all_lines) == 51
    assert all_lines[0] == "modifiée : Angoulême (commune 16015) : population municipale 41711 → 1"
    assert all_lines[-2] == "Essai : rien n’a été enregistré."


def test_the_command_does_nothing_if_nothing_changed(files: OfficialFiles, django_assert_max_num_queries: Any) -> None:
    run("load_referentiel", files, "--if-changed")
    run("load_contacts", files, "--if-changed")

    with django_assert_max_num_queries(3):
        again = run("load_referentiel", files, "--if-changed"), run("load_contacts", files, "--if-changed")

    nothing = [
        "Ces fichiers, ou de plus récents, sont déjà chargés : rien à faire.",
        "total: created=0 changed=0 unchanged=0 closed=0 refused=0",
    ]
    assert again == (nothing, nothing)


@pytest.mark.parametrize("command", ["load_referentiel", "load_contacts"])
def test_a_wrong_file_ends_the_command_with_its_sentence(files: OfficialFiles, command: str) -> None:
    dataset = "communes" if command == "load_referentiel" else "contacts"
    files.change(dataset, "16001", code="1601")

    with pytest.raises(CommandError) as error:
        run(command, files)

    assert str(error.value) == (
        f"{files.filename(dataset)}, ligne {2 if dataset == 'contacts' else 3}, colonne « code » : on y lit « 1601 », "
        "il faut un code INSEE de commune à cinq caractères, comme 01004 ou 2A004. "
        "Rien n’a été enregistré ; corrigez le fichier, puis relancez."
    )
    assert Actor.objects.count() == 0


def test_a_missing_folder_ends_the_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("load_referentiel", data=tmp_path / "absent")

    assert str(error.value) == f"Le dossier {tmp_path / 'absent'} n’existe pas. Rien n’a été enregistré."
