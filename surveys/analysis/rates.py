"""How many answered among those who were asked, and who answers more: the note that stands beside every chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_ANSWERS = 5  # of a group that is compared with another one
LEAST_GAP = 1.1  # times; below, one group answers as much as the other


@dataclass(frozen=True)
class Rate:
    """Of a group of strata. `told`: those that are counted together in it."""

    label: str
    invited: int
    answered: int
    told: str = ""

    @property
    def percent(self) -> float:
        return 100 * self.answered / self.invited if self.invited else 0.0


def unequal(rates: Sequence[Rate]) -> tuple[Rate, Rate] | None:
    """The two groups that answer most and least, when it makes a difference."""
    told = sorted((rate for rate in rates if rate.answered >= LEAST_ANSWERS), key=lambda rate: rate.percent)
    if len(told) < 2 or told[-1].percent < LEAST_GAP * told[0].percent:
        return None
    return told[-1], told[0]
