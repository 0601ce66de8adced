"""The four ways in which results are crossed: where a collectivité is, what it is, how large, and whether a jumelage was known."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import COLLECTIVITE_NATURES, Nature, PopulationBand
from directory.models import Actor

from .suppression import Group
from .tally import Stratum

ENGAGED, OTHERS = "oui", "non"

# Parameter of the address → its words.
DIMENSIONS: dict[str, Any] = {
    "departement": gettext_lazy("département"),
    "niveau": gettext_lazy("niveau"),
    "population": gettext_lazy("population"),
    "engagement": gettext_lazy("engagement"),
}
KEYS: dict[str, Callable[[Stratum], str]] = {
    "departement": lambda stratum: stratum.departement,
    "niveau": lambda stratum: stratum.nature,
    "population": lambda stratum: stratum.band,
    "engagement": lambda stratum: ENGAGED if stratum.is_engaged else OTHERS,
}


def of_weights(stratum: Stratum) -> tuple[str, bool]:
    """The strata by which answers are weighed: level × engagement."""
    return stratum.nature, stratum.is_engaged


class Labels:
    """How each stratum is called; the names of départements are read once."""

    def __init__(self) -> None:
        rows = Actor.objects.of_nature([Nature.DEPARTEMENT]).order_by("code").values_list("code", "name")
        self.places: Mapping[str, str] = dict(rows)
        self.known: dict[str, dict[str, Any]] = {
            "departement": {code: f"{name} ({code})" for code, name in self.places.items()},
            "niveau": {nature.value: nature.label for nature in (*reversed(COLLECTIVITE_NATURES),)},
            "population": {band.value: band.label for band in PopulationBand},
            "engagement": {ENGAGED: _("jumelage connu"), OTHERS: _("aucun jumelage connu")},
        }

    def of(self, dimension: str, key: str) -> str:
        return str(self.known[dimension].get(key) or key or _("non précisé"))

    def of_group(self, dimension: str, group: Group) -> str:
        """« Gironde (33) », or « autres » for strata that are counted together."""
        if len(group) == 1:
            return self.of(dimension, group[0])
        return _("autres (%(count)d ensemble)") % {"count": len(group)}

    def told(self, dimension: str, group: Group) -> str:
        """The strata that are counted together, one after the other."""
        return ", ".join(self.of(dimension, key) for key in self.in_order(dimension, group))

    def in_order(self, dimension: str, keys: Iterable[str]) -> list[str]:
        order = {key: rank for rank, key in enumerate(self.known[dimension])}
        return sorted(keys, key=lambda key: (order.get(key, len(order)), key))
