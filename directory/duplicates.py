"""Two fiches that look like one: what makes staff think so, how strongly, and which of two values to keep. No database here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NEAR_KM = 2.0
ALIKE, NEARLY_SAME = 0.5, 0.75  # trigram similarity of two names, from 0 to 1
HELD = 0.9  # of one name with the words of the other that are nearest to it: « Fürth » in « Fürth (Bavière) »


class Reason(StrEnum):
    """Why two fiches look like one; the values are those of the address parameter `motif`."""

    SIRET = "siret"
    RNA = "rna"
    SIREN = "siren"
    SAME_EMAIL = "courriel"
    NAME_NEAR = "nom"
    NAME_UNPLACED = "nom-sans-lieu"
    ALIKE_NEAR = "nom-proche"
    DOMAIN = "domaine"
    SHARED_TWIN = "meme-jumelle"
    PAIR_WITHOUT_YEAR = "paire-sans-annee"
    PAIR_OTHER_YEAR = "paire-autre-annee"


LABELS = {
    Reason.SIRET: gettext_lazy("Même SIRET"),
    Reason.RNA: gettext_lazy("Même numéro RNA"),
    Reason.SIREN: gettext_lazy("Même SIREN"),
    Reason.SAME_EMAIL: gettext_lazy("Même adresse électronique"),
    Reason.NAME_NEAR: gettext_lazy("Même nom, au même endroit"),
    Reason.NAME_UNPLACED: gettext_lazy("Même nom, sans lieu connu"),
    Reason.ALIKE_NEAR: gettext_lazy("Noms presque identiques, au même endroit"),
    Reason.DOMAIN: gettext_lazy("Même domaine électronique, noms proches"),
    Reason.SHARED_TWIN: gettext_lazy("Noms proches, liés à la même collectivité"),
    Reason.PAIR_WITHOUT_YEAR: gettext_lazy("Jumelages des deux mêmes acteurs, une année inconnue"),
    Reason.PAIR_OTHER_YEAR: gettext_lazy("Jumelages des deux mêmes acteurs, deux années"),
}
# How much each reason says, of 100; several add up.
WEIGHTS = {
    Reason.SIRET: 70,
    Reason.RNA: 70,
    Reason.SIREN: 40,
    Reason.SAME_EMAIL: 40,
    Reason.NAME_NEAR: 60,
    Reason.NAME_UNPLACED: 45,
    Reason.ALIKE_NEAR: 35,
    Reason.DOMAIN: 30,
    Reason.SHARED_TWIN: 30,
    Reason.PAIR_WITHOUT_YEAR: 60,
    Reason.PAIR_OTHER_YEAR: 30,
}
VERY_LIKELY, LIKELY = 70, 45


@dataclass(frozen=True)
class Pair:
    """Two fiches, by their ids in order: two actors, or two jumelages. `km`: between them, if both have a place;
    `domain`, `twin`: the domain of mail, the collectivité that they share."""

    first: int
    second: int
    reasons: tuple[Reason, ...] = ()
    is_of_jumelages: bool = False
    km: float | None = None
    domain: str = ""
    twin: str = ""

    @property
    def score(self) -> int:
        """How strongly they look like one, up to 100."""
        return min(100, sum(WEIGHTS[reason] for reason in self.reasons))

    @property
    def is_very_likely(self) -> bool:
        return self.score >= VERY_LIKELY

    @property
    def likelihood(self) -> str:
        if self.is_very_likely:
            return _("très probable")
        return _("probable") if self.score >= LIKELY else _("à regarder")

    @property
    def sentences(self) -> list[str]:
        """Why, in words: the strongest reason first."""
        return [_told(self, reason) for reason in sorted(self.reasons, key=lambda reason: (-WEIGHTS[reason], reason))]


def without_repetition(reasons: Iterable[str]) -> tuple[Reason, ...]:
    """The reasons found, without the one that another says better: the same name is also a nearly identical one."""
    found = {Reason(reason) for reason in reasons}
    if Reason.NAME_NEAR in found:
        found.discard(Reason.ALIKE_NEAR)
    return tuple(sorted(found))


def strongest_first(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.score, pair.is_of_jumelages, pair.first, pair.second))


def _told(pair: Pair, reason: Reason) -> str:
    if reason == Reason.NAME_NEAR:
        return _("Le même nom, %(distance)s.") % {"distance": _distance(pair.km)}
    if reason == Reason.ALIKE_NEAR:
        return _("Des noms presque identiques, %(distance)s.") % {"distance": _distance(pair.km)}
    if reason == Reason.DOMAIN:
        return _("Des adresses du même domaine, %(domain)s, et des noms proches.") % {"domain": pair.domain}
    if reason == Reason.SHARED_TWIN:
        return _("Des noms proches, et un lien avec la même collectivité\u00a0: %(name)s.") % {"name": pair.twin}
    return str(SENTENCES[reason])


SENTENCES = {
    Reason.SIRET: gettext_lazy("Le même numéro SIRET."),
    Reason.RNA: gettext_lazy("Le même numéro RNA."),
    Reason.SIREN: gettext_lazy("Le même SIREN, et au moins une des deux fiches n’a pas de SIRET."),
    Reason.SAME_EMAIL: gettext_lazy("La même adresse électronique, et des noms proches."),
    Reason.NAME_UNPLACED: gettext_lazy("Le même nom dans le même pays\u00a0; une des deux fiches n’a pas de lieu."),
    Reason.PAIR_WITHOUT_YEAR: gettext_lazy(
        "Les deux mêmes acteurs et le même type de lien\u00a0; l’année de début d’un des deux jumelages est inconnue."
    ),
    Reason.PAIR_OTHER_YEAR: gettext_lazy(
        "Les deux mêmes acteurs et le même type de lien, avec deux années de début\u00a0: un renouvellement, peut-être."
    ),
}


def _distance(km: float | None) -> str:
    if not km or km < 0.05:
        return _("au même point de la carte")
    if km < 1:
        return _("à moins d’un kilomètre l’un de l’autre")
    return _("à %(km)s\u00a0km l’un de l’autre") % {"km": f"{km:.1f}".replace(".", ",")}


# --- which of two values ------------------------------------------------------------------------------------------------------
EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class Said:
    """What one fiche says of a field, or of fields that go together. `confirmed_at`: when a person last stood behind it."""

    values: Sequence[Any]
    confirmed_at: datetime | None = None

    @property
    def filled(self) -> int:
        return sum(value not in EMPTY for value in self.values)


def prefers_second(first: Said, second: Said) -> bool:
    """Is the value of the second fiche the one to keep by default?

    A value wins over none; fields that say all that the others say, and more, win too; then what a person confirmed last;
    the first fiche, the one that is kept, when nothing tells them apart.
    """
    if not second.filled:
        return False
    if completes(second.values, first.values):
        return True
    if not first.filled or completes(first.values, second.values):
        return not first.filled
    if second.confirmed_at is None:
        return False
    return first.confirmed_at is None or second.confirmed_at > first.confirmed_at


def completes(fuller: Sequence[Any], other: Sequence[Any]) -> bool:
    """Does `fuller` say all that `other` says, and more?"""
    pairs = list(zip(fuller, other, strict=True))
    return all(b in EMPTY or a == b for a, b in pairs) and any(b in EMPTY and a not in EMPTY for a, b in pairs)
