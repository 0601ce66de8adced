"""Whom to meet next: what is known of a collectivité becomes points, and each point a sentence. Pure.

A signal is what was found (`outreach.services.priorities` looks, for all of France at a time): its code, and when or whom. What
each is worth comes from the network's study of who never meets anybody; staff may change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import PopulationBand

NEVER_MET, SILENT, ASKED, TO_WAKE, WAITING = "never_met", "silent", "asked", "to_wake", "waiting"
UNAWARE, NEAR, POPULATION, RECENT = "unaware", "near", "population", "recent"
SIGNALS = (NEVER_MET, SILENT, ASKED, TO_WAKE, WAITING, UNAWARE, NEAR, POPULATION, RECENT)
VISIT, RELAUNCH = "visite", "relance"  # what was asked
MET, REFUSAL = "rencontre", "refus"  # why it can wait

SILENT_MAILS, SILENT_DAYS = 3, 7  # without an answer so many days after the last of so many mails of a wave
REST_MONTHS, WAITING_DAYS, NEAR_KM, NEAR_DAYS = 12, 60, 20, 30
LEAST, MOST = -200, 200  # what a weight may be

# What a signal is worth, unless staff says otherwise; of a population band: `population_<band>`.
WEIGHTS: dict[str, int] = {
    NEVER_MET: 30,
    SILENT: 20,
    ASKED: 40,
    TO_WAKE: 15,
    WAITING: 15,
    UNAWARE: 10,
    NEAR: 5,
    **{f"{POPULATION}_{band.value}": 0 for band in PopulationBand},
    RECENT: -50,
}

LABELS = {
    NEVER_MET: gettext_lazy("Jamais rencontrée"),
    SILENT: gettext_lazy("Interrogée par une enquête, sans réponse après trois courriels"),
    ASKED: gettext_lazy("Visite, ou relance de jumelage, demandée"),
    TO_WAKE: gettext_lazy("Jumelage en sommeil ou à relancer"),
    WAITING: gettext_lazy("Besoin sans réponse depuis plus de 60\u00a0jours"),
    UNAWARE: gettext_lazy("Ne connaissait pas le réseau"),
    NEAR: gettext_lazy("Une semblable rencontrée ce mois-ci à moins de 20\u00a0km"),
    **{f"{POPULATION}_{band.value}": band.label for band in PopulationBand},
    RECENT: gettext_lazy("Rencontrée, ou ayant refusé, depuis moins de 12\u00a0mois"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a score: what it is worth, and why, in a sentence without its points."""

    code: str
    value: int
    reason: str

    @property
    def sentence(self) -> str:
        """« relance de jumelage demandée : +40 »."""
        return f"{self.reason}\u00a0: {signed(self.value)}"


def signed(value: int) -> str:
    """« +40 », « −50 », « 0 »."""
    return f"+{value}" if value > 0 else f"−{-value}" if value else "0"


def weights_of(said: Mapping[str, Any]) -> dict[str, int]:
    """All the weights: those that staff said, the usual ones elsewhere. What is no weight is left out."""
    return {code: int(said.get(code, usual)) for code, usual in WEIGHTS.items()}


def points(signals: Mapping[str, Any], weights: Mapping[str, int]) -> list[Point]:
    """The lines of a score, in the order of SIGNALS; a signal that is worth nothing is a line only if it was found."""
    return [
        Point(code, weights[_weight(code, signals[code])], _told(code, signals[code]))
        for code in SIGNALS
        if code in signals and (code != POPULATION or weights[_weight(code, signals[code])])
    ]


def reasons(signals: Mapping[str, Any]) -> list[str]:
    """Why a collectivité is to be met, or can wait, without points; its population is no reason."""
    return [_told(code, signals[code]) for code in SIGNALS if code in signals and code != POPULATION]


def score(signals: Mapping[str, Any], weights: Mapping[str, int]) -> int:
    return sum(point.value for point in points(signals, weights))


def missing(signals: Mapping[str, Any], weights: Mapping[str, int]) -> list[Point]:
    """What would give points and was not found: (the condition, its points)."""
    return [
        Point(code, weights[code], str(LABELS[code]))
        for code in SIGNALS
        if code not in signals and code != POPULATION and weights[code] > 0
    ]


def _weight(code: str, found: Any) -> str:
    return f"{POPULATION}_{found}" if code == POPULATION else code


def _told(code: str, found: Any) -> str:
    if code == NEVER_MET:
        return _("jamais rencontrée par le réseau")
    if code == SILENT:
        return _("interrogée le %(day)s, sans réponse après trois courriels") % {"day": _day(found)}
    if code == ASKED:
        what = _("relance de jumelage demandée") if found["what"] == RELAUNCH else _("visite demandée")
        return f"{what} ({_day(found['on'])})"
    if code == TO_WAKE:
        names = ", ".join(found)
        return (
            _("jumelage à réveiller (%(names)s)") if len(found) == 1 else _("jumelages à réveiller (%(names)s)")
        ) % {"names": names}
    if code == WAITING:
        return _("besoin sans réponse depuis le %(day)s") % {"day": _day(found)}
    if code == UNAWARE:
        return _("ne connaissait pas le réseau")
    if code == NEAR:
        said = _("%(name)s, à %(km)s\u00a0km, rencontrée le %(day)s")
        return said % {"name": found["name"], "km": found["km"], "day": _day(found["on"])}
    if code == POPULATION:
        return str(PopulationBand(found).label).lower()
    if found["why"] == REFUSAL:
        return _("a refusé une visite le %(day)s") % {"day": _day(found["on"])}
    return _("rencontrée le %(day)s") % {"day": _day(found["on"])}


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day:%d/%m/%Y}"
