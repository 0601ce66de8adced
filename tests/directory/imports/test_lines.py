"""Which column is which, and what each cell of a file of jumelages says. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.enums import JumelageKind
from directory.jumelage_lines import (
    COLUMNS,
    FIRST_YEAR,
    LAST_YEAR,
    JumelageLine,
    Refusal,
    UnreadableHeader,
    read_header,
    read_lines,
    understood,
)
from directory.matching import Designation, fold
from directory.models import jumelage

TITLES = ["code_insee", "partenaire", "pays"]


def line(titles: list[str], *cells: str) -> JumelageLine | Refusal:
    (read,) = read_lines(understood(titles), [(2, list(cells))])
    return read


@pytest.mark.parametrize(
    ("titles", "places"),
    [
        ("Code INSEE;Commune;Département;Partenaire;PAYS;Année", "code;name;departement;partner;country;year_signed"),
        ("insee;Ville jumelée;Pays ISO2;Année de début;Type de lien", "code;partner;iso;year_started;kind"),
        ("COLLECTIVITÉ;dept;ville  jumelle;country", "name;departement;partner;country"),
        ("Code;Partenaire (lat);partenaire;Latitude;lon;iso3", "code;latitude;partner;;longitude;iso"),
    ],
)
def test_titles_are_forgiven_accents_case_and_words(titles: str, places: str) -> None:
    found = {place: column for column, place in understood(titles.split(";")).places.items()}

    assert ";".join(found.get(rank, "") for rank in range(len(titles.split(";")))) == places


def test_of_two_titles_the_preferred_one_wins_and_the_other_is_told() -> None:
    header = understood(["nom", "commune", "partenaire", "pays", "observations"])

    assert (header.places["name"], header.ignored) == (1, ["nom", "observations"])


def test_no_title_stands_for_two_columns() -> None:
    names = [name for names in COLUMNS.values() for name in names]

    assert len(names) == len(set(names))
    assert [name for name in names if fold(name).replace(" ", "_") != name] == []


def test_titles_may_stand_under_those_of_the_sheet() -> None:
    rows = iter([(1, ["Jumelages de la région"]), (3, TITLES), (4, ["16015", "Bury", "GB"])])

    header = read_header(rows)

    assert [read.number for read in read_lines(header, rows)] == [4]


@pytest.mark.parametrize(
    ("titles", "missing"),
    [
        (
            ["a", "b"],
            "la commune (« code_insee », ou « commune » et « departement ») ; le partenaire (« partenaire ») ; le pays",
        ),
        (["commune", "partenaire"], "Il y manque : le pays (« pays » ou « pays_iso2 »)."),
        (["partenaire", "pays"], "Il y manque : la commune (« code_insee », ou « commune » et « departement »)."),
    ],
)
def test_a_file_without_titles_says_what_is_missing(titles: list[str], missing: str) -> None:
    with pytest.raises(UnreadableHeader) as refused:
        read_header(iter([(1, titles), (2, ["16015", "Bury"])]))

    assert missing in str(refused.value).replace("\u00a0", " ")


def test_a_line_is_read_cell_by_cell() -> None:
    titles = [
        "code",
        "commune",
        "ancienne_commune",
        "dep",
        "partenaire",
        "pays",
        "annee",
        "annee_debut",
        "type",
        "lat",
        "lon",
    ]

    read = line(
        titles,
        "17219",
        "Marennes",
        "Hiers",
        "17",
        "Caraquet",
        "Canada",
        "1988",
        "1987.0",
        "Pacte d’amitié",
        "47,79",
        "-64.9",
    )

    assert read == JumelageLine(
        number=2, collectivite=Designation("17219", "Marennes", "Hiers", "17"), partner="Caraquet", partner_other="",
        partner_code="", iso="", country="Canada", year_signed=1988, year_started=1987, kind="pacte", point=(47.79, -64.9),
    )  # fmt: skip
    assert read.read == "17219 Marennes (Hiers) 17 · Caraquet · Canada"


@pytest.mark.parametrize(
    ("text", "year"),
    [("", None), ("1988", 1988), ("1988.0", 1988), ("12/05/1988", 1988), ("1.5.1988", 1988), ("1988-05-12", 1988)],
)
def test_a_year_is_read_from_a_year_or_a_day(text: str, year: int | None) -> None:
    assert line([*TITLES, "annee"], "16015", "Bury", "GB", text).year_signed == year


@pytest.mark.parametrize(
    ("column", "text", "why"),
    [
        ("annee", "19888", "L’année « 19888 » ne se lit pas : écrivez quatre chiffres, de 1900 à 2100."),
        ("annee", "1899", "L’année « 1899 » ne se lit pas : écrivez quatre chiffres, de 1900 à 2100."),
        ("annee", "vers 1988", "L’année « vers 1988 » ne se lit pas : écrivez quatre chiffres, de 1900 à 2100."),
        ("type", "mariage", "Le type de lien « mariage » n’est pas connu : " + ", ".join(JumelageKind.values) + "."),
        ("nature", "étrangère", "La nature « étrangère » n’est pas celle d’une collectivité."),
        ("lat", "95", "Les coordonnées du partenaire (« 95 ») ne sont pas en degrés décimaux."),
        ("lat", "nan", "Les coordonnées du partenaire (« nan ») ne sont pas en degrés décimaux."),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_line(column: str, text: str, why: str) -> None:
    refused = line([*TITLES, column], "16015", "Bury", "GB", text)

    assert isinstance(refused, Refusal)
    assert (refused.line, refused.why.replace("\u00a0", " ")) == (2, why)
    assert {"16015", "Bury", "GB", text} == set(refused.read.split(" · "))


def test_a_line_without_its_partner_is_refused_and_a_blank_one_is_left_out() -> None:
    header = understood([*TITLES, "note"])
    rows = [(2, ["16015", "", "GB"]), (3, ["", "", "", "à revoir"]), (4, ["16015", "B" * 201, "GB"])]

    assert [(read.line, read.why) for read in read_lines(header, rows)] == [
        (2, "Le nom du partenaire manque."),
        (4, "Le nom du partenaire dépasse 200 caractères."),
    ]


@pytest.mark.parametrize("kind", JumelageKind)
def test_every_kind_is_known_by_its_value_and_its_label(kind: JumelageKind) -> None:
    for text in (kind.value, str(kind.label), str(kind.label).upper()):
        assert line([*TITLES, "type"], "16015", "Bury", "GB", text).kind == kind.value


def test_the_years_are_those_of_the_model() -> None:
    assert (FIRST_YEAR, LAST_YEAR) == (jumelage.FIRST_YEAR, jumelage.LAST_YEAR)


@given(st.lists(st.text(max_size=30), min_size=11, max_size=11))
def test_any_cells_are_a_line_or_a_refusal(cells: list[str]) -> None:
    header = understood(
        ["code", "commune", "nature", "dep", "partenaire", "pays", "annee", "annee_debut", "type", "lat", "lon"]
    )

    assert all(isinstance(read, JumelageLine | Refusal) for read in read_lines(header, [(2, cells)]))
