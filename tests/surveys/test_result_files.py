"""The files of results: columns, rows, and what the public one holds back."""

import csv
import io
from collections import Counter
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from surveys.analysis.suppression import generalised
from surveys.analysis.weights import weighting
from surveys.models import Wave
from surveys.services import publish_results
from tests.factories import UserFactory
from tests.factories.survey_waves import closed_wave, respond


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def wave(aect) -> Wave:
    made = closed_wave(questionnaire=aect)
    values = {
        "Q1": {"nom": "Pau", "acteur": 4},
        "Q5": "active",
        "Q6": 4,
        "Q7": {"conseil": "5", "services": "nsp"},
        "Q8": ["budget", "strategie"],
        "Q9": ["moyens"],  # hidden by « active »: counts for nothing
        "Q11": ["paix", "jeunesse"],
        "Q12": "=notre littoral",
        "Q13": [
            {"id": "1", "Q13a": "Kumasi", "Q13c": 1987, "Q13f": ["eau", "sante"]},
            {"id": "2", "Q13a": "Bad Aibling"},
        ],
        "Q40": ["demi_journee"],
        "Q40a": 45,
    }
    respond(made, [values], is_engaged=True)
    return made


def read(client: Client, name: str, wave: Wave) -> list[dict[str, str]]:
    client.force_login(UserFactory(superuser=True, second_factor=True))
    return list(csv.DictReader(io.StringIO(client.get(reverse(name, args=[wave.slug])).getvalue().decode())))


def test_a_response_is_a_row(client: Client, wave: Wave) -> None:
    (row,) = read(client, "wave_export_csv", wave)

    expected = {
        "Q1.nom": "Pau", "Q5": "active", "Q6": "4", "Q7.conseil": "5", "Q7.services": "nsp", "Q7.habitants": "",
        "Q8.budget": "1", "Q8.agenda": "0", "Q9.moyens": "", "Q11.1": "paix", "Q11.2": "jeunesse", "Q11.3": "",
        "Q12": "'=notre littoral", "Q13.nombre": "2", "Q13a.1": "Kumasi", "Q13c.1": "1987", "Q13f.1": "eau sante",
        "Q13a.2": "Bad Aibling", "Q13a.3": "", "Q40a": "45", "departement": "33", "jumelage_connu": "1", "poids": "1.0",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_the_workbook_has_the_same_rows(client: Client, wave: Wave) -> None:
    (row,) = read(client, "wave_export_csv", wave)
    answer = client.get(reverse("wave_export_xlsx", args=[wave.slug]))

    header, cells = load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True)

    assert list(header) == list(row)
    assert cells[list(header).index("Q13c.1")] == 1987


def test_an_answer_is_a_row_of_the_long_file(client: Client, wave: Wave) -> None:
    rows = read(client, "wave_export_long", wave)
    said = {(row["question"], row["ligne"], row["rang"], row["valeur"]) for row in rows}

    assert {("Q7", "conseil", "", "5"), ("Q11", "", "2", "jeunesse"), ("Q13a", "", "2", "Bad Aibling")} <= said
    assert not [row for row in rows if row["question"] == "Q9"]


def test_the_codebook_tells_every_value(client: Client, wave: Wave) -> None:
    rows = read(client, "wave_export_codebook", wave)
    told = {(row["question"], row["ligne"], row["valeur"]): row["libelle_valeur"] for row in rows}

    assert told["Q5", "", "active"] == "active"
    assert told["Q33", "veille", "utile"] == "utilisé, et utile"
    assert told["niveau", "", "commune"] == "Commune"


def test_many_responses_are_read_in_batches(client: Client, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.analysis.exports.BATCH", 2)
    respond(wave, [{"Q5": "jamais"}] * 4)

    assert len(read(client, "wave_export_csv", wave)) == 5


# --- the public file ------------------------------------------------------------------------------------------------------
AGREED = {
    "Q5": "active",
    "Q12": "un texte",
    "Q43": ["statistiques"],
    "Q4b": {"nom": "Camille", "courriel": "c@exemple.fr"},
}


@pytest.fixture
def many(aect, monkeypatch: pytest.MonkeyPatch) -> Wave:
    monkeypatch.setattr("surveys.analysis.public_file.LEFT_OUT_OF", 4)  # of ninety, one in ten may be fewer than five
    made = closed_wave(questionnaire=aect)
    respond(made, [AGREED] * 90)
    respond(made, [AGREED | {"Q5": "sommeil"}] * 3, departement="87")
    respond(made, [{"Q5": "jamais", "Q43": ["fiche"]}] * 20)
    return made


def test_the_public_file_has_those_who_agreed_less_some(client: Client, many: Wave) -> None:
    publish_results(many)

    body = client.get(reverse("published_results_csv", args=[many.slug])).getvalue().decode()
    rows = list(csv.DictReader(io.StringIO(body)))

    assert 50 < len(rows) < 93
    assert {row["Q5"] for row in rows} <= {"active", "sommeil"}
    columns = {name.partition(".")[0] for name in rows[0]}
    assert not columns & {"Q1", "Q3", "Q4a", "Q4b", "Q12", "Q13", "Q13a", "Q23", "Q43"}
    assert "Camille" not in body
    assert "un texte" not in body
    assert "87" not in {row["departement"] for row in rows}
    assert (
        body == client.get(reverse("published_results_csv", args=[many.slug])).getvalue().decode()
    )  # drawn once for all


def test_five_at_least_are_alike_in_the_public_file(client: Client, many: Wave) -> None:
    rows = read(client, "wave_export_public", many)
    alike = Counter(tuple(row[name] for name in ("departement", "population", "niveau", "engagement")) for row in rows)

    assert min(alike.values()) >= 5


def test_nobody_is_in_the_public_file_when_few_agreed(client: Client, wave: Wave) -> None:
    respond(wave, [AGREED] * 6)

    assert read(client, "wave_export_public", wave) == []


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from("01")), max_size=60))
def test_rare_rows_are_told_more_roughly(rows: list[tuple[str, ...]]) -> None:
    found = generalised(rows)

    assert all(count >= 5 for row, count in Counter(found).items() if row is not None)
    assert all(
        row is None or all(part in ("", whole) for part, whole in zip(row, exact, strict=True))
        for row, exact in zip(found, rows, strict=True)
    )


@given(st.dictionaries(st.integers(0, 9), st.tuples(st.integers(1, 300), st.integers(0, 100)), min_size=1))
def test_weights_give_each_stratum_its_share(strata: dict[Any, tuple[int, int]]) -> None:
    invited = {name: asked + answered for name, (asked, answered) in strata.items()}
    answered = {name: count for name, (_asked, count) in strata.items()}

    found = weighting(invited, answered)

    if sent := sum(answered.values()):
        assert round(sum(found.weights[name] * answered[name] for name in strata), 6) == sent
    assert found.design_effect >= 1 - 1e-9
    enough = [name for name in strata if answered[name] >= 5]
    if len(enough) == len(strata):
        shares = {name: found.weights[name] * answered[name] / sum(answered.values()) for name in strata}
        assert {name: round(share, 9) for name, share in shares.items()} == {
            name: round(invited[name] / sum(invited.values()), 9) for name in strata
        }
