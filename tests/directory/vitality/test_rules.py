"""The rules of vitality on dates alone: examples that staff would recognise, and properties that hold for every date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import vitality
from directory.enums import Carrier, RelaunchStep
from directory.vitality import Anniversary, Life, Surroundings

TODAY = date(2026, 11, 25)
SINCE = date(2023, 11, 25)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
years = st.none() | st.integers(1900, 2100)
lives = st.builds(
    Life,
    last_action_on=st.none() | days,
    year_signed=years,
    year_started=years,
    confirmed_on=st.none() | days,
    is_ended=st.booleans(),
)


# --- the calendar -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 11, 25), -36, date(2023, 11, 25)),
        (date(9999, 12, 1), 6, date.max),
        (date(1, 1, 1), -6, date.min),
    ],
)
def test_months_end_where_the_calendar_says(start: date, months: int, expected: date) -> None:
    assert vitality.months_after(start, months) == expected


@given(days, days, st.integers(-600, 600))
def test_a_later_day_stays_later(one: date, other: date, months: int) -> None:
    first, last = sorted((one, other))

    assert vitality.months_after(first, months) <= vitality.months_after(last, months)


# --- silence ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("life", "silent"),
    [
        (Life(), True),
        (Life(last_action_on=SINCE), False),
        (Life(last_action_on=SINCE - timedelta(days=1)), True),
        (Life(year_signed=1974), True),
        (Life(year_signed=2023), True),
        (Life(year_signed=2024), False),
        (Life(year_started=2030), False),
        (Life(year_signed=1974, confirmed_on=SINCE), False),
        (Life(is_ended=True), False),
    ],
)
def test_who_is_silent(life: Life, silent: bool) -> None:
    assert vitality.is_silent(life, SINCE) is silent


@given(lives, days, days)
def test_a_later_action_never_makes_it_more_silent(life: Life, action: date, since: date) -> None:
    acted = max(life.last_action_on or action, action)
    after = Life(acted, life.year_signed, life.year_started, life.confirmed_on, life.is_ended)

    assert not (vitality.is_silent(after, since) and not vitality.is_silent(life, since))


@given(lives, days)
def test_a_confirmation_never_makes_it_more_silent(life: Life, told: date) -> None:
    after = Life(life.last_action_on, life.year_signed, life.year_started, told, life.is_ended)

    assert not vitality.is_silent(after, told)


@given(lives, days, days)
def test_time_alone_never_ends_a_silence(life: Life, one: date, other: date) -> None:
    first, last = sorted((one, other))

    assert not vitality.is_silent(life, first) or vitality.is_silent(life, last)


@pytest.mark.parametrize(
    ("life", "sentence"),
    [
        (Life(last_action_on=date(2019, 5, 1)), "Dernière action connue\u00a0: 1er mai 2019."),
        (Life(year_signed=1974, year_started=1970), "Aucune action connue depuis 1974."),
        (Life(year_started=1970), "Aucune action connue depuis 1970."),
        (Life(), "Aucune action connue."),
    ],
)
def test_what_is_said_of_a_silence(life: Life, sentence: str) -> None:
    assert vitality.silence_sentence(life) == sentence


# --- anniversaries ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1976, Anniversary(50, 2026)),
        (1977, Anniversary(50, 2027)),
        (1978, None),
        (1952, Anniversary(75, 2027)),
        (2016, Anniversary(10, 2026)),
        (2026, None),
        (2060, None),
        (None, None),
    ],
)
def test_the_anniversary_of_the_coming_months(year: int | None, expected: Anniversary | None) -> None:
    assert vitality.next_anniversary(year, TODAY) == expected


@given(years, days)
def test_an_anniversary_is_one_that_is_celebrated_and_of_a_year_that_comes(year: int | None, today: date) -> None:
    found = vitality.next_anniversary(year, today)
    listed = [in_year for in_year, starts in vitality.celebrated(today) if year in starts]

    assert listed == ([found.in_year] if found else [])
    if found:
        assert found.years in vitality.ANNIVERSARIES
        assert found.in_year in (today.year, today.year + 1)
        assert found.in_year - found.years == year


def test_what_is_said_of_an_anniversary() -> None:
    assert vitality.anniversary_sentence(Anniversary(50, 2027)) == "50 ans en 2027 (depuis 1977)."


# --- agreements -------------------------------------------------------------------------------------------------------
@given(days, st.integers(-400, 400))
def test_an_agreement_is_watched_from_its_alert_to_its_end(ends_on: date, shift: int) -> None:
    today = ends_on + timedelta(days=shift)

    assert vitality.is_agreement_ending(ends_on, today) == (vitality.alert_starts_on(ends_on) <= today <= ends_on)


@pytest.mark.parametrize(
    ("ends_on", "starts_on"),
    [
        (date(2027, 5, 25), date(2026, 11, 25)),
        (date(2026, 8, 31), date(2026, 3, 1)),
        (date(2028, 8, 29), date(2028, 2, 29)),
        (date(2027, 8, 29), date(2027, 3, 1)),
    ],
)
def test_when_an_alert_starts(ends_on: date, starts_on: date) -> None:
    assert vitality.alert_starts_on(ends_on) == starts_on


def test_no_agreement_no_alert() -> None:
    assert vitality.is_agreement_ending(None, TODAY) is False


@pytest.mark.parametrize(
    ("ends_on", "when"),
    [
        (date(2026, 11, 25), "aujourd’hui"),
        (date(2026, 11, 26), "dans 1 jour"),
        (date(2026, 12, 25), "dans 30 jours"),
        (date(2027, 3, 25), "dans 4 mois"),
    ],
)
def test_what_is_said_of_an_agreement(ends_on: date, when: str) -> None:
    said = vitality.agreement_sentence(ends_on, TODAY)

    assert said.startswith("La convention finit le ")
    assert said.endswith(f" ({when}).")


# --- what it needs ----------------------------------------------------------------------------------------------------
def test_nothing_known_suggests_everything() -> None:
    assert vitality.suggested_steps(Surroundings()) == list(RelaunchStep)


def test_what_is_there_is_not_asked_again() -> None:
    known = Surroundings(
        has_partner_contact=True, has_project=True, has_referent=True, carrier=Carrier.COMITE, partner_country="SN"
    )

    assert vitality.suggested_steps(known) == []
    assert vitality.suggested_steps(Surroundings(True, True, True, "comite", "DE")) == [RelaunchStep.LANGUAGE]
