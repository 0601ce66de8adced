"""The files of the portal and the larger real ones (PORTAL_TRIAL_DATA), on the real communes of the région."""

import csv
import os
from pathlib import Path

import pytest
from django.db import connection

from directory.matching import bare, fold
from directory.models import Actor, Jumelage
from directory.referentiel import DATA_FOLDER, read_french_names
from directory.services import load_known_jumelages, load_referentiel
from tests.directory.imports.files import csv_file, imported, pairs

TRIAL = os.environ.get("PORTAL_TRIAL_DATA", "")
REASON = "PORTAL_TRIAL_DATA n’est pas donné : l’import des jumelages réels n’est pas essayé"

pytestmark = pytest.mark.django_db


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KNOWN = rows_of(DATA_FOLDER / "jumelages.csv")


def test_the_known_jumelages_all_enter_and_their_partners_are_named_in_french() -> None:
    load_referentiel("75")

    report = load_known_jumelages()

    assert (report.counts, report.refusals) == (
        {"created": len(KNOWN), "changed": 0, "unchanged": 0, "closed": 0, "refused": 0},
        [],
    )
    assert pairs() == sorted((row["code_insee"], row["partenaire"], row["pays_iso2"]) for row in KNOWN)
    assert load_known_jumelages().counts["unchanged"] == len(KNOWN)
    bury = Actor.objects.get(name="Bury")
    assert sorted(jumelage.collectivite.name for jumelage in Jumelage.objects.filter(partner=bury)) == [
        "Angoulême",
        "Tulle",
    ]


def test_the_known_jumelages_say_their_other_names_as_the_table_does() -> None:
    table = {(iso2, name): other for iso2, name, other, _more in read_french_names()}

    assert [
        (row["partenaire"], row["autre_nom"])
        for row in KNOWN
        if row["autre_nom"] != table.get((row["pays_iso2"], row["partenaire"]), "")
    ] == []


def test_names_are_folded_here_as_in_the_database() -> None:
    load_referentiel("75")
    names = [row["partenaire"] for row in KNOWN]
    names += [text for _iso2, name, other, more in read_french_names() for text in (name, other, *more)]
    names += [
        "Saint-Étienne",
        "ST ETIENNE",
        "Ste-Foy",
        "L’Œuf",
        "Łódź",
        "Malmø",
        "Đakovo",
        "Nußloch",
        "Kōfu",
        "Xi’an",
        "Târgu Neamț",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, search_key(name), bare_key(name) FROM unnest(%s::text[]) AS name", [names])
        rows = cursor.fetchall()
    rows += Actor.objects.values_list("name", "name_key", "bare_key")

    assert len(rows) > 4_500
    assert [row for row in rows if (fold(row[0]), bare(fold(row[0]))) != row[1:]] == []


@pytest.mark.skipif(not TRIAL, reason=REASON)
@pytest.mark.parametrize("codes", [True, False])
def test_nine_real_lines_in_ten_enter_and_none_to_a_wrong_commune(tmp_path: Path, codes: bool) -> None:
    load_referentiel("75")
    path = Path(TRIAL) / "jumelages" / "jumelages_nouvelle_aquitaine.csv"
    lines = rows_of(path)
    if not codes:
        columns = [name for name in lines[0] if name != "code_insee"]
        text = "\n".join([";".join(columns), *(";".join(line[name] for name in columns) for line in lines)])
        path = csv_file(tmp_path, text)

    report = imported(path)
    again = imported(path)

    assert report.created >= 0.9 * len(lines)
    assert again.counts == {
        "created": 0,
        "changed": 0,
        "unchanged": report.created,
        "closed": 0,
        "refused": report.refused,
    }
    spellings = {name: (name, other, *more) for _iso2, name, other, more in read_french_names()}
    told = {(line["code_insee"], bare(fold(line["partenaire"]))) for line in lines}
    wrong = [
        (code, partner)
        for code, partner, _country in pairs()
        if not any((code, bare(fold(name))) in told for name in spellings.get(partner, (partner,)))
    ]
    assert wrong == []
    assert {"Moscou", "Bakou", "Québec", "Cracovie", "Saint-Pétersbourg"} <= set(
        Actor.objects.values_list("name", flat=True)
    )
    assert set(Jumelage.objects.values_list("to_verify", "vitality")) == {(True, "")}


@pytest.mark.skipif(not TRIAL, reason=REASON)
def test_every_known_jumelage_is_confirmed_by_the_larger_file() -> None:
    larger = rows_of(Path(TRIAL) / "jumelages" / "jumelages_nouvelle_aquitaine.csv")
    told = {(line["code_insee"], line["pays_iso2"], bare(fold(line["partenaire"]))) for line in larger}
    others = {(iso2, name): (name, other, *more) for iso2, name, other, more in read_french_names()}

    assert [
        row["partenaire"]
        for row in KNOWN
        if not any(
            (row["code_insee"], row["pays_iso2"], bare(fold(name))) in told
            for name in others.get((row["pays_iso2"], row["partenaire"]), (row["partenaire"],))
        )
    ] == []


@pytest.mark.skipif(not TRIAL, reason=REASON)
def test_the_larger_file_meets_the_known_jumelages_and_doubles_none() -> None:
    load_referentiel("75")
    load_known_jumelages()

    report = imported(Path(TRIAL) / "jumelages" / "jumelages_nouvelle_aquitaine.csv")

    assert (report.created + report.unchanged, report.unchanged, report.changed) == (373, len(KNOWN), 0)
