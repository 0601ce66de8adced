"""The committed official files against the larger originals, when a folder of them is given (PORTAL_TRIAL_DATA)."""

import csv
import os
from pathlib import Path

import pytest

from directory.referentiel import read_referentiel

TRIAL = os.environ.get("PORTAL_TRIAL_DATA", "")

pytestmark = pytest.mark.skipif(
    not TRIAL, reason="PORTAL_TRIAL_DATA n’est pas donné : la comparaison avec les fichiers d’origine n’est pas faite"
)


def originals(name: str) -> list[dict[str, str]]:
    with (Path(TRIAL) / "referentiel" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_commune_was_lost_or_changed_on_the_way() -> None:
    original = {
        line["code"]: (line["nom"], int(line["population"]) if line["population"] else None)
        for line in originals("communes_france.csv")
    }

    committed = {row.code: (row.name, row.population) for row in read_referentiel().communes.values()}

    assert committed == original


def test_no_epci_was_lost_or_changed_on_the_way() -> None:
    original = {line["siren"]: (line["nom"], int(line["nb_communes"])) for line in originals("epci_france.csv")}

    committed = {row.siren: (row.name, row.member_count) for row in read_referentiel().epcis.values()}

    assert committed == original
