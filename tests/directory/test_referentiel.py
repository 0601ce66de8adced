"""The official files as read: every kind of wrong line is told exactly, the committed files are whole and reproducible."""

import gzip
from collections.abc import Callable
from datetime import date

import pytest

from directory.referentiel import (
    DATA_FOLDER,
    DATASETS,
    Referentiel,
    ReferentielError,
    read_contacts,
    read_datasets,
    read_referentiel,
)
from tests.directory.official_files import OfficialFiles

END = ". Rien n’a été enregistré ; corrigez le fichier, puis relancez."
COLUMNS_OF_COMMUNES = "code, nom, departement, region, epci, population, siren, lat, lon, codes_postaux"


def test_a_whole_folder_is_read_as_typed_rows(files: OfficialFiles) -> None:
    whole = read_referentiel(files.folder)

    bordeaux = whole.communes["33063"]
    assert (bordeaux.name, bordeaux.population, bordeaux.postal_codes) == ("Bordeaux", 265328, ("33000", "33100"))
    assert whole.communes["16002"].longitude == -5e-05
    assert (whole.communes["98818"].latitude, whole.communes["98818"].siren) == (None, "")
    assert whole.epcis["200030435"].departements == ("32", "40")
    assert [row.name for row in whole.former["16002"]] == ["Les Adjots", "Vieux-Bourg", "Saint-Éloi"]
    assert whole.former_of["16020"] == "16002"
    assert whole.themes["jeunesse-echanges"].sdgs == (4, 17)
    assert whole.oda_recipients == {"SN"}
    assert whole.vintage("communes") == date(2026, 1, 1)


def test_codes_keep_their_leading_zero(files: OfficialFiles) -> None:
    whole = read_referentiel(files.folder)

    assert (whole.communes["01004"].departement, whole.communes["01004"].postal_codes) == ("01", ("01500",))


def test_a_file_may_be_compressed_and_hold_more_columns_in_another_order(files: OfficialFiles) -> None:
    path = files.path("beneficiaires_apd")
    path.with_name(path.name + ".gz").write_bytes(gzip.compress("﻿nom,iso2\r\nSénégal, SN \r\n\r\n".encode()))
    path.unlink()

    assert read_referentiel(files.folder).oda_recipients == {"SN"}


MALFORMED: dict[str, tuple[Callable[[OfficialFiles], object], str]] = {
    "code of another shape": (
        lambda files: files.change("communes", "16001", code="1601"),
        "communes.csv, ligne 3, colonne « code » : on y lit « 1601 », il faut un code INSEE de commune à cinq caractères, "
        "comme 01004 ou 2A004",
    ),
    "code seen twice": (
        lambda files: files.add("communes", code="16001", nom="Abzac"),
        "communes.csv, ligne 11, colonne « code » : on y lit « 16001 », il faut un code absent des lignes précédentes "
        "(déjà lu ligne 3)",
    ),
    "SIREN seen twice": (
        lambda files: files.change("communes", "16002", siren="211600010"),
        "communes.csv, ligne 4, colonne « siren » : on y lit « 211600010 », il faut un SIREN absent des lignes précédentes "
        "(déjà lu ligne 3)",
    ),
    "no name": (
        lambda files: files.change("communes", "16001", nom=""),
        "communes.csv, ligne 3, colonne « nom » : elle est vide, il faut un texte de 1 à 200 caractères",
    ),
    "name too long": (
        lambda files: files.change("communes", "16001", nom="A" * 201),
        f"communes.csv, ligne 3, colonne « nom » : on y lit « {'A' * 60}… », il faut un texte de 1 à 200 caractères",
    ),
    "population with a space": (
        lambda files: files.change("communes", "33063", population="265 328"),
        "communes.csv, ligne 6, colonne « population » : on y lit « 265 328 », il faut un nombre entier positif, sans espace",
    ),
    "negative population": (
        lambda files: files.change("epci", "200000016", population="-4"),
        "epci.csv, ligne 2, colonne « population » : on y lit « -4 », il faut un nombre entier positif, sans espace",
    ),
    "latitude out of range": (
        lambda files: files.change("communes", "16001", lat="91.2"),
        "communes.csv, ligne 3, colonne « lat » : on y lit « 91.2 », il faut un nombre de degrés entre −90 et 90, "
        "avec un point décimal",
    ),
    "longitude with a comma": (
        lambda files: files.change("communes", "16001", lon="0,70522"),
        "communes.csv, ligne 3, colonne « lon » : on y lit « 0,70522 », il faut un nombre de degrés entre −180 et 180, "
        "avec un point décimal",
    ),
    "latitude alone": (
        lambda files: files.change("communes", "16001", lon=""),
        "communes.csv, ligne 3, colonne « lon » : elle est vide, il faut un nombre de degrés entre −180 et 180, "
        "avec un point décimal",
    ),
    "postal code of four digits": (
        lambda files: files.change("communes", "01004", codes_postaux="1500"),
        "communes.csv, ligne 2, colonne « codes_postaux » : on y lit « 1500 », il faut des codes postaux à cinq chiffres "
        "séparés par « | »",
    ),
    "unknown EPCI": (
        lambda files: files.change("communes", "16001", epci="200000999"),
        "communes.csv.gz, ligne 3, colonne « epci » : on y lit « 200000999 », il faut un SIREN présent dans le fichier des "
        "intercommunalités",
    ),
    "EPCI of another région": (
        lambda files: files.change("communes", "32013", epci="200000016"),
        "communes.csv.gz, ligne 9, colonne « epci » : on y lit « 200000016 », il faut une intercommunalité de la région de la "
        "commune",
    ),
    "unknown département": (
        lambda files: files.change("communes", "16001", departement="17"),
        "communes.csv.gz, ligne 3, colonne « departement » : on y lit « 17 », il faut un code présent dans le fichier des "
        "départements",
    ),
    "région that is not the département's": (
        lambda files: files.change("communes", "16001", region="76"),
        "communes.csv.gz, ligne 3, colonne « region » : on y lit « 76 », il faut 75, la région du département 16",
    ),
    "département of an unknown région": (
        lambda files: files.change("departements", "16", region="99"),
        "departements.csv, ligne 3, colonne « region » : on y lit « 99 », il faut un code présent dans le fichier des régions",
    ),
    "unknown zone": (
        lambda files: files.change("regions", "75", zone="europe"),
        "regions.csv, ligne 2, colonne « zone » : on y lit « europe », il faut une de ces valeurs : metro, drom, com",
    ),
    "seat that is no commune": (
        lambda files: files.change("regions", "75", chef_lieu="33999"),
        "regions.csv, ligne 2, colonne « chef_lieu » : on y lit « 33999 », il faut un code présent dans le fichier des communes",
    ),
    "département's seat that is no commune": (
        lambda files: files.change("departements", "16", chef_lieu="16999"),
        "departements.csv, ligne 3, colonne « chef_lieu » : on y lit « 16999 », il faut un code présent dans le fichier des "
        "communes",
    ),
    "EPCI without SIREN": (
        lambda files: files.change("epci", "200000016", siren="CC16"),
        "epci.csv, ligne 2, colonne « siren » : on y lit « CC16 », il faut un SIREN à neuf chiffres",
    ),
    "EPCI of an unknown form": (
        lambda files: files.change("epci", "200000016", type="SIVOM"),
        "epci.csv, ligne 2, colonne « type » : on y lit « SIVOM », il faut une de ces valeurs : CC, CA, CU, ME",
    ),
    "EPCI nowhere": (
        lambda files: files.change("epci", "200000016", departements=""),
        "epci.csv, ligne 2, colonne « departements » : elle est vide, il faut des codes à deux ou trois caractères séparés par "
        "« | », comme 32|40",
    ),
    "EPCI in an unknown région": (
        lambda files: files.change("epci", "200000016", regions="75|99"),
        "epci.csv, ligne 2, colonne « regions » : on y lit « 99 », il faut un code présent dans le fichier des régions",
    ),
    "EPCI in an unknown département": (
        lambda files: files.change("epci", "200000016", departements="16|17"),
        "epci.csv, ligne 2, colonne « departements » : on y lit « 17 », il faut un code présent dans le fichier des "
        "départements",
    ),
    "EPCI in a département of another région": (
        lambda files: files.change("epci", "200000016", departements="16|32"),
        "epci.csv, ligne 2, colonne « departements » : on y lit « 32 », il faut un département d’une des régions de la ligne",
    ),
    "EPCI whose seat is no commune": (
        lambda files: files.change("epci", "200000016", commune_principale="16999"),
        "epci.csv, ligne 2, colonne « commune_principale » : on y lit « 16999 », il faut un code présent dans le fichier des "
        "communes",
    ),
    "former commune of nothing": (
        lambda files: files.change("communes_deleguees", "16020", chef_lieu="16999"),
        "communes_deleguees_associees.csv, ligne 3, colonne « chef_lieu » : on y lit « 16999 », il faut un code présent dans le "
        "fichier des communes",
    ),
    "succession to another level": (
        lambda files: files.add("successions", predecesseur="16300", successeur="200000016", date="2026-01-01"),
        "successions.csv, ligne 2, colonne « successeur » : on y lit « 200000016 », il faut le code d’une "
        "autre collectivité de même "
        "nature que le prédécesseur",
    ),
    "succession to nothing": (
        lambda files: files.add("successions", predecesseur="16300", successeur="16999", date="2026-01-01"),
        "successions.csv, ligne 2, colonne « successeur » : on y lit « 16999 », il faut le code d’une "
        "collectivité présente dans les "
        "fichiers, ou d’un prédécesseur de celui-ci",
    ),
    "succession of one that lives": (
        lambda files: files.add("successions", predecesseur="16001", successeur="16002", date="2026-01-01"),
        "successions.csv, ligne 2, colonne « predecesseur » : on y lit « 16001 », il faut le code d’une "
        "collectivité absente des "
        "fichiers",
    ),
    "succession at no date": (
        lambda files: files.add("successions", predecesseur="16300", successeur="16002", date="01/01/2026"),
        "successions.csv, ligne 2, colonne « date » : on y lit « 01/01/2026 », il faut une date comme 2026-01-01",
    ),
    "country code in small letters": (
        lambda files: files.change("pays", "SN", iso2="sn"),
        "pays.csv, ligne 5, colonne « iso2 » : on y lit « sn », il faut un code ISO de deux lettres capitales",
    ),
    "aid to an unknown country": (
        lambda files: files.add("beneficiaires_apd", iso2="ZZ"),
        "beneficiaires_apd.csv, ligne 3, colonne « iso2 » : on y lit « ZZ », il faut un code présent dans le fichier des pays",
    ),
    "theme code with an accent": (
        lambda files: files.change("themes", "jeunesse-echanges", code="jeunesse-échanges"),
        "themes.csv, ligne 3, colonne « code » : on y lit « jeunesse-échanges », il faut un code en minuscules sans accent, "
        "comme eau-assainissement",
    ),
    "18th goal": (
        lambda files: files.change("themes", "jeunesse-echanges", odd="18"),
        "themes.csv, ligne 3, colonne « odd » : on y lit « 18 », il faut des nombres de 1 à 17 séparés par « | »",
    ),
    "missing column": (
        lambda files: files.with_text("themes", "code,nom,odd\neau,Eau,6\n"),
        "themes.csv, ligne 1, colonne « cad » : on y lit « code,nom,odd », il faut les colonnes code, nom, cad, odd",
    ),
    "empty file": (
        lambda files: files.with_text("themes", ""),
        "themes.csv, ligne 1, colonne « code » : elle est vide, il faut les colonnes code, nom, cad, odd",
    ),
    "line too short": (
        lambda files: files.with_text("beneficiaires_apd", "iso2,nom\nSN\n"),
        "beneficiaires_apd.csv, ligne 2 : on y lit « SN », il faut une ligne de 2 cellules (iso2, nom)",
    ),
    "open quote": (
        lambda files: files.with_text("beneficiaires_apd", 'iso2,nom\n"SN,Sénégal\n'),
        "beneficiaires_apd.csv, ligne 2 : la ligne n’est pas du CSV (guillemet ouvert, caractère nul)",
    ),
    "NUL": (
        lambda files: files.with_text("beneficiaires_apd", "iso2,nom\nS\0N,Sénégal\n"),
        "beneficiaires_apd.csv, ligne 2, colonne « iso2 » : on y lit « S\0N », il faut un code ISO de deux lettres capitales",
    ),
    "Latin-1": (
        lambda files: files.with_text("beneficiaires_apd", "iso2,nom\nSN,Sénégal\n".encode("latin-1")),
        "beneficiaires_apd.csv, ligne 2 : on y lit « SN,S\N{REPLACEMENT CHARACTER}n\N{REPLACEMENT CHARACTER}gal », il faut "
        "un texte en UTF-8",
    ),
    "dataset without register": (
        lambda files: (files.folder / "jeux.csv").write_text(
            "\n".join(
                line
                for line in (files.folder / "jeux.csv").read_text(encoding="utf-8").splitlines()
                if not line.startswith("themes")
            ),
            encoding="utf-8",
        ),
        "jeux.csv : il manque la ligne du jeu « themes »",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_line_is_told_exactly(files: OfficialFiles, case: str) -> None:
    spoil, sentence = MALFORMED[case]
    spoil(files)

    with pytest.raises(ReferentielError) as error:
        read_referentiel(files.folder)

    assert str(error.value) == sentence + END


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"email": "mairie chez abzac.fr"},
            "contacts_mairies.csv, ligne 2, colonne « email » : on y lit « mairie chez abzac.fr », il faut "
            "une adresse électronique, comme mairie@exemple.fr",
        ),
        (
            {"site": "www.abzac.fr"},
            "contacts_mairies.csv, ligne 2, colonne « site » : on y lit « www.abzac.fr », il faut "
            "une adresse qui commence par http:// ou https://",
        ),
        (
            {"telephone": "30 13"},
            "contacts_mairies.csv, ligne 2, colonne « telephone » : on y lit « 30 13 », il faut un numéro de téléphone, "
            "comme 05 56 00 00 00",
        ),
        (
            {"code": "Abzac"},
            "contacts_mairies.csv, ligne 2, colonne « code » : on y lit « Abzac », il faut "
            "un code INSEE de commune à cinq caractères, comme 01004 ou 2A004",
        ),
    ],
)
def test_a_malformed_contact_is_told_exactly(files: OfficialFiles, cells: dict[str, str], sentence: str) -> None:
    files.change("contacts", "16001", **cells)

    with pytest.raises(ReferentielError) as error:
        read_contacts(files.folder, read_datasets(files.folder))

    assert str(error.value) == sentence + END


def test_a_truncated_archive_is_told(files: OfficialFiles) -> None:
    path = files.path("communes")
    whole = gzip.compress(path.read_bytes())
    path.with_name(path.name + ".gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ReferentielError) as error:
        read_referentiel(files.folder)

    expected = "communes.csv.gz : le fichier compressé est incomplet ou abîmé, il faut le reprendre à sa source"
    assert str(error.value) == expected + END


def test_a_missing_file_is_told_with_its_folder(files: OfficialFiles) -> None:
    files.path("communes").unlink()

    with pytest.raises(ReferentielError) as error:
        read_referentiel(files.folder)

    assert str(error.value) == f"communes.csv.gz : ce fichier manque dans le dossier {files.folder}{END}"


def test_an_error_carries_its_place_for_programs(files: OfficialFiles) -> None:
    files.change("communes", "33063", population="beaucoup")

    with pytest.raises(ReferentielError) as error:
        read_referentiel(files.folder)

    place = (error.value.file, error.value.line, error.value.column, error.value.value)
    assert place == ("communes.csv", 6, "population", "beaucoup")


# --- The committed files ------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def whole() -> Referentiel:
    return read_referentiel()


def test_the_committed_files_are_whole(whole: Referentiel) -> None:
    assert len(whole.communes) == 34969
    assert len(whole.epcis) == 1253
    assert len(whole.former_of) == 2621
    assert len(whole.countries) == 250
    assert len(whole.oda_recipients) == 141
    assert len(whole.themes) == 20
    local = [commune for commune in whole.communes.values() if commune.region == "75"]
    assert (len(local), sum(commune.population or 0 for commune in local)) == (4293, 6150451)


def test_every_former_commune_leads_to_a_commune(whole: Referentiel) -> None:
    assert [code for code, commune in whole.former_of.items() if commune not in whole.communes] == []
    assert (whole.former_of["13201"], whole.former_of["69381"], whole.former_of["75120"]) == ("13055", "69123", "75056")


def test_every_official_count_of_members_is_true(whole: Referentiel) -> None:
    members: dict[str, int] = {}
    for commune in whole.communes.values():
        members[commune.epci] = members.get(commune.epci, 0) + 1

    assert [epci.siren for epci in whole.epcis.values() if members[epci.siren] != epci.member_count] == []


def test_every_contact_is_that_of_a_commune(whole: Referentiel) -> None:
    contacts = read_contacts(DATA_FOLDER, whole.datasets)

    assert len(contacts) == 34875
    assert contacts.keys() - whole.communes.keys() == set()


def test_every_dataset_has_its_file_its_licence_and_its_words_in_the_readme() -> None:
    readme = (DATA_FOLDER / "README.md").read_text(encoding="utf-8")

    for dataset in DATASETS:
        assert (DATA_FOLDER / dataset.filename).is_file(), dataset.filename
        assert f"`{dataset.filename}`" in readme, dataset.filename
        assert dataset.licence and dataset.producer and dataset.vintage_label
    known = {dataset.filename for dataset in DATASETS} | {"README.md", "jeux.csv"}
    demonstration = {path.name for path in DATA_FOLDER.glob("demonstration*.csv")}
    assert {path.name for path in DATA_FOLDER.iterdir()} == known | demonstration
    assert [name for name in demonstration if f"`{name}`" not in readme] == []


def test_compressed_files_are_reproducible_and_small() -> None:
    for path in DATA_FOLDER.glob("*.gz"):
        assert path.read_bytes()[4:8] == bytes(4), f"{path.name} carries a date"
    assert sum(path.stat().st_size for path in DATA_FOLDER.iterdir()) < 3_000_000
