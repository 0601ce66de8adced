"""Who a line means: codes first, then names inside the département; what may be two is never one. No database."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.matching import (
    Collectivites,
    Countries,
    Designation,
    FrenchNames,
    NotMatched,
    Place,
    Town,
    TownName,
    Towns,
    bare,
    code_of,
    distance_km,
    fold,
)
from directory.referentiel import DATA_FOLDER, read_french_names, read_referentiel

REGION = "75"
HARD_NAMES = (
    "Angoulême", "Saint-Fraigne", "Sainte-Sévère", "La Vergne", "Vergné", "L'Houmeau", "Le Bois-Plage-en-Ré", "Les Mathes",
    "Saint-Sauveur-d'Aunis", "Sainte-Soulle", "Saint-Georges-d'Oléron", "Œuilly", "Aÿ-Champagne", "Stains", "Saint-Martin",
    "Saint-Martin-de-Ré", "Lès", "Les Lès",
)  # fmt: skip


def places(*names: str) -> list[Place]:
    return [Place(rank, "commune", f"17{rank:03}", name, ("17",)) for rank, name in enumerate(names, 1)]


def index(*found: Place) -> Collectivites:
    return Collectivites(found, {"16": "Charente", "17": "Charente-Maritime", "01": "Ain", "2A": "Corse-du-Sud"})


MARENNES = Place(
    1, "commune", "17219", "Marennes-Hiers-Brouage", ("17",), "211702190", ("Marennes", "Hiers-Brouage"), ("17189",)
)
ROCHELLE = Place(2, "commune", "17300", "La Rochelle", ("17",), point=(46.16, -1.15))
AMBERIEU = Place(3, "commune", "01004", "Ambérieu-en-Bugey", ("01",))
AJACCIO = Place(4, "commune", "2A004", "Ajaccio", ("2A",))
AGGLO = Place(5, "epci", "241700434", "CA de La Rochelle", ("17",), "241700434")
CHARENTE = Place(6, "departement", "16", "Charente", ("16",))
ONE_OF_EACH = index(MARENNES, ROCHELLE, AMBERIEU, AJACCIO, AGGLO, CHARENTE)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"code": "17219"}, MARENNES),
        ({"code": "17189"}, MARENNES),
        ({"code": "17219", "name": "Marennes"}, MARENNES),
        ({"code": "17219", "name": "un vieux nom"}, MARENNES),
        ({"code": "211702190"}, MARENNES),
        ({"code": "1004"}, AMBERIEU),
        ({"code": "1004.0"}, AMBERIEU),
        ({"code": "2a004"}, AJACCIO),
        ({"code": " 17 300 "}, ROCHELLE),
        ({"code": "241700434"}, AGGLO),
        ({"code": "16", "nature": "departement"}, CHARENTE),
        ({"name": "charente", "nature": "departement"}, CHARENTE),
        ({"code": "17000", "name": "La Rochelle"}, ROCHELLE),  # a postal code: no commune's, but its département holds
        ({"name": "LA ROCHELLE", "departement": "17"}, ROCHELLE),
        ({"name": "Rochelle (La)", "departement": "Charente-Maritime"}, ROCHELLE),
        ({"name": "Ville de La Rochelle", "departement": "17 - Charente-Maritime"}, ROCHELLE),
        ({"name": "Rochelle", "departement": "Charente Maritime (17)"}, ROCHELLE),
        ({"name": "Hiers-Brouage", "departement": "17"}, MARENNES),
        ({"former": "Marennes", "departement": "17"}, MARENNES),
        ({"name": "Marennes Hiers Brouage", "former": "Marennes", "departement": "17"}, MARENNES),
        ({"name": "Amberieu en Bugey", "departement": "1"}, AMBERIEU),
        ({"name": "Ajaccio", "departement": "2a"}, AJACCIO),
    ],
)
def test_a_collectivite_is_found(said: dict[str, str], found: Place) -> None:
    assert ONE_OF_EACH.find(Designation(**said)) is found


@pytest.mark.parametrize(
    ("said", "why", "candidates"),
    [
        ({}, "Ni code ni nom de collectivité (cellules fusionnées ? répétez-les sur chaque ligne).", ()),
        ({"code": "17999"}, "Le code « 17999 » n’est celui d’aucune collectivité de ce répertoire.", ()),
        (
            {"name": "La Rochelle"},
            "Il faut un code INSEE, ou le département avec le nom : deux communes portent souvent le même.",
            ("La Rochelle (17300)",),
        ),
        (
            {"name": "La Rochele", "departement": "17"},
            "Aucune collectivité ne s’appelle « La Rochele » dans le département Charente-Maritime (17).",
            ("La Rochelle (17300)",),
        ),
        (
            {"name": "La Rochelle", "departement": "16"},
            "Aucune collectivité ne s’appelle « La Rochelle » dans le département Charente (16).",
            ("La Rochelle (17300)",),
        ),
        (
            {"name": "Paris", "departement": "75"},
            "Le département « 75 » n’est pas dans ce répertoire.",
            ("Ain (01)", "Charente (16)", "Charente-Maritime (17)", "Corse-du-Sud (2A)"),
        ),
        (
            {"code": "17300", "name": "Marennes"},
            "Le code 17300 est celui de La Rochelle (17300), et le nom « Marennes » celui d’une autre.",
            ("La Rochelle (17300)", "Marennes-Hiers-Brouage (17219)"),
        ),
        (
            {"code": "17300", "departement": "16"},
            "Le code 17300 est celui de La Rochelle (17300), qui n’est pas dans le département 16.",
            ("La Rochelle (17300)",),
        ),
        (
            {"name": "La Rochelle", "former": "Marennes", "departement": "17"},
            "« La Rochelle » et « Marennes » ne sont pas la même commune.",
            ("La Rochelle (17300)", "Marennes-Hiers-Brouage (17219)"),
        ),
    ],
)
def test_nobody_is_guessed(said: dict[str, str], why: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(NotMatched) as refused:
        ONE_OF_EACH.find(Designation(**said))

    assert (refused.value.why.replace("\u00a0", " "), refused.value.candidates) == (why, candidates)


def test_a_name_that_lost_its_article_and_its_accent_may_be_two() -> None:
    vergne, la_vergne = places("Vergné", "La Vergne")
    communes = index(vergne, la_vergne)

    found = {
        text: communes.find(Designation(name=text, departement="17")) for text in ("Vergné", "VERGNÉ", "LA VERGNE")
    }

    assert found == {"Vergné": vergne, "VERGNÉ": vergne, "LA VERGNE": la_vergne}
    with pytest.raises(NotMatched) as refused:
        communes.find(Designation(name="Vergne", departement="17"))
    assert refused.value.candidates == ("Vergné (17001)", "La Vergne (17002)")


def test_resembling_names_are_looked_for_so_many_times() -> None:
    communes = index(ROCHELLE)
    communes.close_searches = 1

    def candidates() -> tuple[str, ...]:
        with pytest.raises(NotMatched) as refused:
            communes.find(Designation(name="La Rochele", departement="17"))
        return refused.value.candidates

    assert (candidates(), candidates()) == (("La Rochelle (17300)",), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [("16015", "16015"), ("1004", "01004"), ("16 015", "16015"), ("16015.0", "16015"), ("2a004", "2A004"), ("", "")],
)
def test_a_code_is_repaired(text: str, code: str) -> None:
    assert code_of(text) == code


# --- properties -----------------------------------------------------------------------------------------------------------
def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@st.composite
def variants(draw: st.DrawFn, name: str) -> str:
    """`name` as people type it: accents, case, hyphens, apostrophes, « St », spaces around."""
    if draw(st.booleans()):
        name = unaccented(name)
    if draw(st.booleans()):
        name = re.sub(r"\bSaint\b", draw(st.sampled_from(["St", "ST", "St."])), name)
        name = re.sub(r"\bSainte\b", draw(st.sampled_from(["Ste", "STE", "Ste."])), name)
    name = name.replace("-", draw(st.sampled_from(["-", " ", " - ", "‑"])))
    name = re.sub(r"['’]", draw(st.sampled_from(["'", "’", " ", "' "])), name)
    name = draw(st.sampled_from([str, str.upper, str.lower, str.title]))(name)
    return draw(st.sampled_from(["", " ", "  "])) + name + draw(st.sampled_from(["", " ", "\t"]))


def found_or_ambiguous(communes: Collectivites, place: Place, departement: str, text: str) -> bool:
    try:
        return communes.find(Designation(name=" ".join(text.split()), departement=departement)) is place
    except NotMatched as error:
        return str(place) in error.candidates and len(error.candidates) > 1


@given(st.data())
def test_a_variant_of_a_hard_name_finds_it_or_is_declared_ambiguous(data: st.DataObject) -> None:
    known = places(*HARD_NAMES)
    place = data.draw(st.sampled_from(known))

    assert found_or_ambiguous(index(*known), place, "17", data.draw(variants(place.name)))


WHOLE = read_referentiel()
REAL = [
    Place(
        rank,
        "commune",
        row.code,
        row.name,
        (row.departement,),
        former_names=tuple(old.name for old in WHOLE.former.get(row.code, ())),
    )
    for rank, row in enumerate(WHOLE.communes.values())
    if row.region == REGION
]
REAL_INDEX = Collectivites(REAL, {row.code: row.name for row in WHOLE.departements.values()})


@given(st.data())
def test_a_variant_of_any_commune_of_the_region_finds_it_or_is_declared_ambiguous(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(REAL))

    assert found_or_ambiguous(REAL_INDEX, place, place.departements[0], data.draw(variants(place.name)))


def test_every_commune_of_the_region_is_found_by_its_own_name() -> None:
    lost = [
        str(place) for place in REAL if not found_or_ambiguous(REAL_INDEX, place, place.departements[0], place.name)
    ]
    ambiguous = []
    for place in REAL:
        try:
            REAL_INDEX.find(Designation(name=place.name, departement=place.departements[0]))
        except NotMatched:
            ambiguous.append(str(place))

    assert lost == []
    assert len(ambiguous) < 10


@given(st.text(max_size=40), st.text(max_size=6))
def test_any_text_is_answered_by_one_commune_or_by_a_sentence(name: str, code: str) -> None:
    try:
        assert isinstance(REAL_INDEX.find(Designation(code=code, name=name, departement="17")), Place)
    except NotMatched as error:
        assert error.why


# --- countries ------------------------------------------------------------------------------------------------------------
COUNTRIES = Countries((row.iso2, row.iso3, row.name, row.name_en) for row in WHOLE.countries.values())


@pytest.mark.parametrize(
    ("text", "iso2"),
    [
        ("Allemagne", "DE"), ("ALLEMAGNE", "DE"), ("Germany", "DE"), ("de", "DE"), ("DEU", "DE"), ("États-Unis", "US"),
        ("Etats Unis d'Amérique", "US"), ("USA", "US"), ("United Kingdom", "GB"), ("Angleterre", "GB"), ("Écosse", "GB"),
        ("UK", "GB"),
        ("Cote d'Ivoire", "CI"), ("Ivory Coast", "CI"), ("République tchèque", "CZ"), ("Viêt Nam", "VN"), ("Vietnam", "VN"),
        ("L'Italie", "IT"), ("Bosnia and Herzegovina", "BA"), ("RDC", "CD"), ("Saint Lucia", "LC"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_code_or_name(text: str, iso2: str) -> None:
    assert COUNTRIES.find("", text) == iso2
    assert COUNTRIES.find(text, "") == iso2


def test_every_country_is_found_by_all_that_its_row_says() -> None:
    wrong = [
        (row.iso2, text)
        for row in WHOLE.countries.values()
        for text in (row.iso2, row.iso3, row.name, row.name_en)
        if COUNTRIES.find("", text) != row.iso2
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("code", "name", "why", "candidates"),
    [
        ("", "", "Le pays manque.", ()),
        ("", "Alemagne", "Le pays « Alemagne » n’est pas connu : écrivez son nom, ou son code ISO.", ("Allemagne",)),
        ("", "Congo", "Le pays « Congo » n’est pas connu : écrivez son nom, ou son code ISO.", ()),
        ("DE", "Italie", "Le code « DE » et le nom « Italie » ne disent pas le même pays.", ("Allemagne", "Italie")),
    ],
)
def test_a_country_is_never_guessed(code: str, name: str, why: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(NotMatched) as refused:
        COUNTRIES.find(code, name)

    assert (refused.value.why.replace("\u00a0", " "), refused.value.candidates) == (why, candidates)


# --- foreign towns --------------------------------------------------------------------------------------------------------
FRENCH = FrenchNames(read_french_names())


@pytest.mark.parametrize(
    ("iso2", "text", "name", "other"),
    [
        ("RU", "Moscow", "Moscou", "Moscow"),
        ("RU", "MOSKVA", "Moscou", "Moscow"),
        ("AZ", "Baku", "Bakou", "Baku"),
        ("CA", "Quebec City", "Québec", "Quebec City"),
        ("CA", "Québec", "Québec", "Quebec City"),
        ("ES", "Saragossa", "Saragosse", "Zaragoza"),
        ("DE", "Fuerth", "Fürth", ""),
        ("US", "Moscow", "Moscow", ""),
        ("DE", "Hildesheim", "Hildesheim", ""),
    ],
)
def test_a_foreign_town_is_called_as_in_french(iso2: str, text: str, name: str, other: str) -> None:
    called = FRENCH.of(iso2, text)

    assert (called.name, called.other) == (name, other)


def test_a_name_without_a_letter_is_refused() -> None:
    for text in ("", "—", "???", "Москва"):
        with pytest.raises(NotMatched, match="n’est pas lisible"):
            FRENCH.of("RU", text)


def test_the_table_of_french_names_holds_together() -> None:
    rows = read_french_names(DATA_FOLDER)
    keys = [
        (iso2, key)
        for iso2, name, other, more in rows
        for key in {bare(fold(text)) for text in (name, other, *more) if text}
    ]

    assert len(keys) == len(set(keys))
    assert {iso2 for iso2, *_rest in rows} - WHOLE.countries.keys() == set()


def named(text: str) -> TownName:
    return FRENCH.of("DE", text)


def test_one_town_for_all_its_twins_by_either_name() -> None:
    munich = Town(12, "DE", "Munich", "München", (48.14, 11.58))
    towns = Towns([munich])

    assert towns.one("DE", named("München"), None)[0] is munich
    assert towns.one("DE", named("MUNICH"), (48.2, 11.6))[0] is munich
    assert towns.one("DE", named("Fürth"), None)[0] is towns.one("DE", named("fuerth"), None)[0]
    assert [town.name for town in towns.all()] == ["Munich", "Fürth"]


def test_two_towns_of_one_name_are_told_apart_by_their_points() -> None:
    towns = Towns([])
    one, _completed = towns.one("DE", named("Friedberg"), (48.36, 10.98))
    other, _completed = towns.one("DE", named("Friedberg"), (50.33, 8.75))

    assert one is not other
    assert towns.one("DE", named("Friedberg"), (50.34, 8.75))[0] is other
    with pytest.raises(NotMatched) as refused:
        towns.one("DE", named("Friedberg"), None)
    assert refused.value.candidates == ("Friedberg (48.36, 10.98)", "Friedberg (50.33, 8.75)")


def test_what_is_empty_in_a_town_is_completed_and_nothing_else() -> None:
    bare_town, full = Town(1, "RU", "Moscow"), Town(2, "AZ", "Bakou", "Baku", (40.0, 49.0))
    towns = Towns([bare_town, full])

    assert towns.one("RU", FRENCH.of("RU", "Moscou"), (55.75, 37.62))[1] == [
        "coordonnées de Moscow", "autre nom de Moscow\u00a0: Moscou",
    ]  # fmt: skip
    assert towns.one("RU", FRENCH.of("RU", "Moscou"), (55.75, 37.62))[1] == []
    assert towns.one("AZ", FRENCH.of("AZ", "Baku"), (40.01, 49.0))[1] == []
    assert (bare_town.adds_point, bare_town.adds_other, full.adds_point, full.adds_other) == (
        (55.75, 37.62),
        "Moscou",
        None,
        "",
    )


points = st.tuples(st.floats(-80, 80), st.floats(-170, 170))


@given(points, points)
def test_distances_are_those_of_a_sphere(one: tuple[float, float], other: tuple[float, float]) -> None:
    there = distance_km(one, other)

    assert distance_km(one, one) == 0
    assert there == pytest.approx(distance_km(other, one))
    assert 0 <= there < 20_016


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert bare(bare(fold(text))) == bare(bare(bare(fold(text))))
