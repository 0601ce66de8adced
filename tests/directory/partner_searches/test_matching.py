"""How well two sides could meet: symmetrical, bounded, never hurt by one more thing in common, said in sentences."""

from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind
from directory.partner_matching import CRITERIA, LANGUAGES_OF, Names, Side, band_of, languages_of, meeting

COUNTRIES = ["FR", "DE", "SN", "ES"]
THEMES = ["eau-assainissement", "education", "culture", "sante"]
BANDS = PopulationBand.values
NAMES = Names({"FR": "France", "DE": "Allemagne", "SN": "Sénégal", "ES": "Espagne"}, {"education": "Éducation"})
WEIGHTS = settings.DIRECTORY_MATCHING_WEIGHTS


def some(values: list[str], most: int = 4) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=most)


SIDES = st.builds(
    Side,
    country=st.sampled_from(COUNTRIES),
    kind=st.sampled_from(["", *SearchKind.values]),
    countries=some(COUNTRIES),
    themes=some(THEMES, 3),
    bands=some(BANDS),
    band=st.sampled_from(["", *BANDS]),
    languages=some(Language.values),
    tags=some(IdentityTag.values),
)
ANY_WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 100) for name in CRITERIA})


def met(one: Side, other: Side, weights: dict[str, int] = WEIGHTS) -> tuple[int, list[str]]:
    found = meeting(one, other, weights=weights, names=NAMES)
    return found.score, found.reasons


@given(SIDES, SIDES, ANY_WEIGHTS)
def test_symmetrical_and_bounded(one: Side, other: Side, weights: dict[str, int]) -> None:
    score, reasons = met(one, other, weights)

    assert met(other, one, weights) == (score, reasons)
    assert isinstance(score, int)
    assert 0 <= score <= 100
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


@given(SIDES, SIDES, ANY_WEIGHTS, st.data())
def test_one_more_thing_in_common_never_lowers_the_score(
    one: Side, other: Side, weights: dict[str, int], data: st.DataObject
) -> None:
    name, values = data.draw(
        st.sampled_from([("themes", THEMES), ("tags", IdentityTag.values), ("languages", Language.values)])
    )
    value = data.draw(st.sampled_from(values))
    richer = [replace(side, **{name: {*getattr(side, name), value}}) for side in (one, other)]

    assert met(richer[0], richer[1], weights)[0] >= met(one, other, weights)[0]


@given(SIDES, SIDES)
def test_naming_the_other_s_country_or_size_never_lowers_the_score(one: Side, other: Side) -> None:
    score, _reasons = met(one, other)
    named = replace(one, countries={*one.countries, other.country})
    sized = replace(one, bands={*one.bands, other.band}) if other.band else one

    assert met(named, other)[0] >= score
    assert met(sized, other)[0] >= score


@given(SIDES, SIDES)
def test_what_nobody_said_counts_neither_for_nor_against(one: Side, other: Side) -> None:
    """An « any » is worth as much as an « any » on the other side, whatever that side says."""
    silent = replace(one, themes=(), tags=(), languages=(), bands=())
    simple = replace(other, themes=(), tags=(), languages=())

    assert met(silent, other)[0] == met(silent, simple)[0]


SEASIDE = Side("FR", kind="demande", countries=["DE"], themes=["education"], band="2000-10000", tags=["littoral"])
GERMAN = Side(
    "DE",
    kind="offre",
    countries=["FR"],
    themes=["education"],
    bands=["2000-10000"],
    languages=["fr"],
    tags=["littoral"],
)


def test_everything_in_common_with_its_reasons() -> None:
    score, reasons = met(replace(SEASIDE, languages=["fr"]), GERMAN)

    assert reasons == [
        "Pays recherchés\u00a0: Allemagne, France.",
        "Thème commun\u00a0: Éducation.",
        "Taille recherchée\u00a0: 2 000 à 10 000 habitants.",
        "Identité commune\u00a0: littoral.",
        "Langue commune\u00a0: français.",
        "L’une propose, l’autre cherche.",
    ]
    assert score == 86


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SEASIDE, replace(GERMAN, country="ES")),  # it looks for Germany
        (SEASIDE, replace(GERMAN, countries=["ES"])),  # the other looks for Spain
        (replace(SEASIDE, kind="offre"), GERMAN),  # both offer
        (Side("FR", kind="demande"), Side("FR", kind="offre")),  # nobody looks at home without saying so
        (SEASIDE, Side("FR", tags=["littoral"], themes=["education"])),  # nor among the actors of its own country
    ],
)
def test_some_cannot_meet(one: Side, other: Side) -> None:
    assert met(one, other) == (0, [])


def test_two_that_look_for_one_another_meet() -> None:
    assert met(SEASIDE, replace(GERMAN, kind="demande"))[0] > 75


def test_nothing_said_is_half_way() -> None:
    assert met(Side("FR", kind="demande"), Side("DE", kind="demande")) == (50, [])


def test_what_an_actor_does_counts_for_it_never_against_it() -> None:
    commune = Side("FR", countries=["DE"], themes=["culture"], languages=["fr"])
    score, reasons = met(GERMAN, commune)

    assert reasons == [
        "Pays recherché\u00a0: France.",
        "Coopère déjà avec ce pays\u00a0: Allemagne.",
        "Langue commune\u00a0: français.",
    ]
    assert score > met(GERMAN, replace(commune, countries=[]))[0]
    assert score == met(GERMAN, replace(commune, themes=[]))[0]


def test_no_weight_at_all_scores_nothing() -> None:
    assert met(SEASIDE, GERMAN, {})[0] == 0


@pytest.mark.parametrize(
    ("population", "band"),
    [(None, ""), (0, "0-500"), (499, "0-500"), (500, "500-2000"), (49_999, "10000-50000"), (50_000, "50000-")],
)
def test_the_band_of_a_population(population: int | None, band: str) -> None:
    assert band_of(population) == band


def test_languages_are_those_of_the_list() -> None:
    assert {language for spoken in LANGUAGES_OF.values() for language in spoken} <= set(Language.values)
    assert languages_of("XX") == ()
    assert set(WEIGHTS) == set(CRITERIA)
