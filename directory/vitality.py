"""How alive a jumelage is, from dates alone: when it is silent, what it will celebrate, when its agreement is watched, what it
needs to live again. No database here; `JumelageQuerySet` asks the same of rows, and a test holds both to one answer."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.enums import Carrier, RelaunchStep
from soco.web.templatetags.soco import day

# Those that towns celebrate with a ceremony; the years between pass quietly.
ANNIVERSARIES = (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100)
ANNIVERSARY_MONTHS = 12
AGREEMENT_MONTHS = 6
# Where French is an official or a working language (Organisation internationale de la Francophonie, 2022).
FRENCH_SPEAKING = {
    *("BE", "BF", "BI", "BJ", "CA", "CD", "CF", "CG", "CH", "CI", "CM", "DJ", "FR", "GA", "GN"),
    *("GQ", "HT", "KM", "LU", "MC", "MG", "ML", "NE", "RW", "SC", "SN", "TD", "TG", "VU"),
}


@dataclass(frozen=True)
class Life:
    """What is known of how a jumelage lives; None for what nobody told. `confirmed_on`: a person read it and said it is right."""

    last_action_on: date | None = None
    year_signed: int | None = None
    year_started: int | None = None
    confirmed_on: date | None = None
    is_ended: bool = False


@dataclass(frozen=True)
class Anniversary:
    """`years` years, in the calendar year `in_year`: the day of a signature is seldom known."""

    years: int
    in_year: int


@dataclass(frozen=True)
class Surroundings:
    """What is known around a jumelage. `partner_country`: ISO code, "" if unknown."""

    has_partner_contact: bool = False
    has_project: bool = False
    has_referent: bool = False
    carrier: str = ""
    partner_country: str = ""


# --- the calendar -----------------------------------------------------------------------------------------------------
def months_after(start: date, months: int) -> date:
    """The same day `months` later (earlier if negative), or the last day of a month that is too short. Years out of the
    calendar stop at its ends."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month0 + 1, min(start.day, monthrange(year, month0 + 1)[1]))


def months_before(start: date, months: int) -> date:
    return months_after(start, -months)


# --- silence ----------------------------------------------------------------------------------------------------------
def silent_before(today: date, months: int) -> date:
    """A jumelage of which nothing is known on that day or later is silent, `today`."""
    return months_before(today, months)


def is_silent(life: Life, since: date) -> bool:
    """Running, with no action known on the day `since` or later, no year after that day's, and nobody's confirmation."""
    if life.is_ended:
        return False
    if any(known is not None and known >= since for known in (life.last_action_on, life.confirmed_on)):
        return False
    return not any(year is not None and year > since.year for year in (life.year_signed, life.year_started))


def silence_sentence(life: Life) -> str:
    """What is the last thing known of it."""
    if life.last_action_on:
        return _("Dernière action connue\u00a0: %(day)s.") % {"day": day(life.last_action_on)}
    if year := life.year_signed or life.year_started:
        return _("Aucune action connue depuis %(year)s.") % {"year": year}
    return _("Aucune action connue.")


# --- anniversaries ----------------------------------------------------------------------------------------------------
def anniversary_in(year: int | None, since: date, until: date) -> Anniversary | None:
    """The first anniversary, counted from `year`, of a calendar year that these days touch; None if there is none."""
    if year is None:
        return None
    for in_year in range(since.year, until.year + 1):
        if in_year - year in ANNIVERSARIES:
            return Anniversary(in_year - year, in_year)
    return None


def next_anniversary(year: int | None, today: date) -> Anniversary | None:
    """The anniversary of the coming twelve months."""
    return anniversary_in(year, today, months_after(today, ANNIVERSARY_MONTHS))


def celebrated(today: date) -> list[tuple[int, list[int]]]:
    """Each calendar year that the coming twelve months touch, with the years of start that it celebrates."""
    until = months_after(today, ANNIVERSARY_MONTHS)
    return [(in_year, [in_year - n for n in ANNIVERSARIES]) for in_year in range(today.year, until.year + 1)]


def anniversary_sentence(anniversary: Anniversary) -> str:
    told = {"n": anniversary.years, "year": anniversary.in_year, "from": anniversary.in_year - anniversary.years}
    return _("%(n)s ans en %(year)s (depuis %(from)s).") % told


# --- agreements -------------------------------------------------------------------------------------------------------
def watched_until(today: date) -> date:
    """The last day of end of the agreements that are watched `today`."""
    return months_after(today, AGREEMENT_MONTHS)


def is_agreement_ending(ends_on: date | None, today: date) -> bool:
    return ends_on is not None and today <= ends_on <= watched_until(today)


def alert_starts_on(ends_on: date) -> date:
    """The first day on which an agreement that ends then is watched."""
    start = months_before(ends_on, AGREEMENT_MONTHS)
    return start if watched_until(start) >= ends_on else start + timedelta(days=1)


def agreement_sentence(ends_on: date, today: date) -> str:
    return _("La convention finit le %(day)s (%(when)s).") % {"day": day(ends_on), "when": _in(ends_on - today)}


def _in(wait: timedelta) -> str:
    days = wait.days
    if days == 0:
        return _("aujourd’hui")
    if days < 61:
        return ngettext("dans %(n)s jour", "dans %(n)s jours", days) % {"n": days}
    return _("dans %(n)s mois") % {"n": round(days / 30.44)}


# --- what it needs ----------------------------------------------------------------------------------------------------
def suggested_steps(known: Surroundings) -> list[RelaunchStep]:
    """The steps that a relaunch probably needs, in the order of the path; a person always decides."""
    return list(_steps(known))


def _steps(known: Surroundings) -> Iterator[RelaunchStep]:
    if not known.has_partner_contact:
        yield RelaunchStep.CONTACT
    if known.carrier in ("", Carrier.COLLECTIVITE, Carrier.PERSON):
        yield RelaunchStep.VOLUNTEERS
    if not known.has_project:
        yield RelaunchStep.FUNDING
        yield RelaunchStep.PROJECT
    if known.partner_country not in FRENCH_SPEAKING:
        yield RelaunchStep.LANGUAGE
    if not known.has_referent:
        yield RelaunchStep.SUPPORT
