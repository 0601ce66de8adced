"""The commands: an essay unless told otherwise, the counts last, the refused lines in a file."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.models import Actor, DatasetLoad, Jumelage
from directory.referentiel import DATA_FOLDER
from directory.services import load_known_jumelages, remove_jumelages
from tests.directory.imports.files import HEADER, csv_file
from tests.factories import CommuneFactory, DepartementFactory, JumelageFactory

pytestmark = pytest.mark.usefixtures("places")

GOOD = f"{HEADER}\n16015;;;;Moscow;Russie\n"
MIXED = f"{GOOD};Vergne;;17;=Bury;GB\n"


def run(*arguments: str | Path) -> list[str]:
    output = io.StringIO()
    call_command(*map(str, arguments), stdout=output)
    return output.getvalue().replace("\u00a0", " ").splitlines()


def test_an_import_is_an_essay_unless_applied(tmp_path: Path) -> None:
    path = csv_file(tmp_path, MIXED)

    dry = run("import_jumelages", path)
    nothing = Jumelage.objects.count()
    applied = run("import_jumelages", path, "--apply")

    assert nothing == 0
    assert dry == [
        "ligne 2, nouveau : Angoulême – Moscou",
        "ligne 3, refusée : Vergne 17 · =Bury · GB : Plusieurs collectivités répondent au nom « Vergne » : donnez le code INSEE."
        " Candidats : Vergné (17466); La Vergne (17465).",
        "partenaires ajoutés : 1",
        "Essai : rien n’a été enregistré. L’option --apply enregistre.",
        "total: created=1 changed=0 unchanged=0 closed=0 refused=1",
    ]
    assert applied == [line for line in dry if not line.startswith("Essai")]
    assert run("import_jumelages", path, "--apply")[-1] == "total: created=0 changed=0 unchanged=1 closed=0 refused=1"
    assert Jumelage.objects.get().provenance["*"]["by"] == "essai.csv"


def test_the_refused_lines_go_to_a_file_that_a_spreadsheet_opens_safely(tmp_path: Path) -> None:
    refused = tmp_path / "refus.csv"
    run("import_jumelages", csv_file(tmp_path, f"{MIXED}=1+1;;;;Bury;GB\n"), "--refused", refused)

    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))

    assert [row[0] for row in rows] == ["ligne", "3", "4"]
    assert rows[1][1:2] + rows[1][3:] == ["Vergne 17 · =Bury · GB", "Vergné (17466) | La Vergne (17465)"]
    assert rows[2][1] == "'=1+1 · Bury · GB"


def test_a_hopeless_file_is_refused_with_its_first_lines_and_the_count(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD + ";Nulle-Part;;16;Bury;GB\n" * 70)
    output = io.StringIO()

    with pytest.raises(CommandError, match="70 lignes sur 71 sont refusées"):
        call_command("import_jumelages", str(path), "--apply", stdout=output)

    lines = output.getvalue().splitlines()
    assert sum(line.startswith("ligne") and "refusée" in line for line in lines) == 50
    assert lines[-1] == "total: created=0 changed=0 unchanged=0 closed=0 refused=70"
    assert Jumelage.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Ce fichier est vide."), ("a;b\n1;2\n", "La ligne des titres n’est pas reconnue")],
)
def test_what_is_no_file_of_jumelages_ends_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("import_jumelages", csv_file(tmp_path, text))


def test_files_that_cannot_be_opened_end_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être ouvert"):
        run("import_jumelages", tmp_path / "absent.csv")
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        run("import_jumelages", csv_file(tmp_path, GOOD), "--refused", tmp_path / "nulle" / "part.csv")


# --- the jumelages that come with the portal ------------------------------------------------------------------------------
@pytest.fixture
def limoges(places: dict[str, Actor]) -> None:
    haute_vienne = DepartementFactory(code="87", name="Haute-Vienne", region=None)
    CommuneFactory(code="87085", name="Limoges", departement=haute_vienne, departement_codes=["87"])


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder whose starting file has three lines."""
    (tmp_path / "jeux.csv").write_bytes((DATA_FOLDER / "jeux.csv").read_bytes())
    lines = (DATA_FOLDER / "jumelages.csv").read_text(encoding="utf-8").splitlines()
    kept = [lines[0], *(line for line in lines if "Fürth" in line or "Moscou" in line or "Ségou" in line)]
    (tmp_path / "jumelages.csv").write_text("\n".join(kept), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("limoges")
def test_the_known_jumelages_are_loaded_once(few: Path) -> None:
    first = load_known_jumelages(folder=few, if_empty=True)
    ids = list(Jumelage.objects.values_list("pk", flat=True))
    again = load_known_jumelages(folder=few, if_empty=True)
    remove_jumelages(ids, by="lea@exemple.fr")
    removed = load_known_jumelages(folder=few, if_empty=True)
    asked = load_known_jumelages(folder=few)

    assert (first.created, again.created, removed.created, asked.created) == (2, 0, 0, 2)
    assert list(Jumelage.objects.values_list("to_verify", "is_demo", "vitality")) == [(True, False, "")] * 2
    assert DatasetLoad.objects.filter(dataset="jumelages").first().counts["created"] == 2


@pytest.mark.usefixtures("limoges")
def test_the_known_jumelages_are_not_added_to_those_of_the_network(few: Path) -> None:
    JumelageFactory(demo=True)
    JumelageFactory()

    assert load_known_jumelages(folder=few, if_empty=True).created == 0
    Jumelage.objects.real().delete()
    assert load_known_jumelages(folder=few, if_empty=True).created == 2


def test_the_portal_of_another_region_starts_all_the_same() -> None:
    """Some of the lines are of its communes, too few for a file of jumelages."""
    lines = run("load_jumelages", "--if-empty")

    assert lines[-1].startswith("total: created=0 changed=0 unchanged=0 closed=0 refused=1")
    assert (Jumelage.objects.count(), DatasetLoad.objects.filter(dataset="jumelages").count()) == (0, 0)
