"""Post-stratification: answers weighed so that each stratum counts for its share of those who were asked. Pure.

Kish, Survey Sampling (1965), 11.7: unequal weights cost precision as if there were `design_effect` times fewer answers.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST_IN_STRATUM = 5
ANSWERS_A_POINT = 10  # see `hides_strata`

Stratum = TypeVar("Stratum", bound=Hashable)


@dataclass(frozen=True)
class Weighting(Generic[Stratum]):
    """`weights`: stratum → what one of its responses counts for, 1 on average."""

    weights: Mapping[Stratum, float]
    design_effect: float

    @property
    def spread(self) -> float:
        return max(self.weights.values(), default=1) - min(self.weights.values(), default=1)

    def total(self, counts: Mapping[Stratum, int]) -> float:
        return sum(self.weights.get(stratum, 1) * count for stratum, count in counts.items())

    def share(self, counts: Mapping[Stratum, int], bases: Mapping[Stratum, int]) -> float | None:
        """The weighed part, between 0 and 1, of `counts` in `bases`; None where nobody answered."""
        base = self.total(bases)
        return self.total(counts) / base if base else None

    def hides_strata(self, base: int) -> bool:
        """May whole percentages be published? They may when a point is worth ANSWERS_A_POINT answers that would be of another
        stratum: which stratum a few answers come from cannot be read from them."""
        return base >= 100 * ANSWERS_A_POINT * self.spread


def weighting(invited: Mapping[Stratum, int], answered: Mapping[Stratum, int]) -> Weighting[Stratum]:
    """The weights of strata that were asked. Those with fewer than LEAST_IN_STRATUM responses are weighed together, with the next
    smallest as long as they are too few."""
    rising = sorted(invited, key=lambda stratum: (answered.get(stratum, 0), str(stratum)))
    small = [stratum for stratum in rising if answered.get(stratum, 0) < LEAST_IN_STRATUM]
    while small and sum(answered.get(each, 0) for each in small) < LEAST_IN_STRATUM and len(small) < len(rising):
        small.append(rising[len(small)])
    groups = [[stratum] for stratum in rising if stratum not in small] + ([small] if small else [])
    asked, sent = sum(invited.values()), sum(answered.get(stratum, 0) for stratum in invited)
    weights: dict[Stratum, float] = {}
    for group in groups:
        here = sum(answered.get(stratum, 0) for stratum in group)
        share = sum(invited[stratum] for stratum in group) / asked if asked else 0
        weights |= dict.fromkeys(group, share / (here / sent) if here else 1.0)
    sums = [(weights[stratum], answered.get(stratum, 0)) for stratum in invited]
    once = sum(weight * count for weight, count in sums)
    twice = sum(weight * weight * count for weight, count in sums)
    return Weighting(weights, sent * twice / once**2 if once else 1.0)
