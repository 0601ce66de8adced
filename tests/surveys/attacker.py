"""Somebody who knows every published number and how the questions hang together, and computes what they can from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Unknown = tuple[object, ...]
Terms = Mapping[Unknown, int]


@dataclass
class Attacker:
    """Unknowns are counts: whole numbers, none under 0. `says`: an equation between them that is known."""

    equations: list[tuple[dict[Unknown, int], int]] = field(default_factory=list)
    least: dict[Unknown, int] = field(default_factory=dict)
    most: dict[Unknown, int] = field(default_factory=dict)

    def says(self, terms: Terms, total: int = 0) -> None:
        self.equations.append(({unknown: factor for unknown, factor in terms.items() if factor}, total))
        for unknown in terms:
            self.least.setdefault(unknown, 0)

    def same(self, left: Iterable[Unknown], right: Iterable[Unknown]) -> None:
        """Two sums are equal."""
        terms: dict[Unknown, int] = {}
        for factor, side in ((1, left), (-1, right)):
            for unknown in side:
                terms[unknown] = terms.get(unknown, 0) + factor
        self.says(terms)

    def finds(self, targets: Mapping[Unknown, Iterable[Unknown]]) -> dict[Unknown, int]:
        """The targets (each a sum of unknowns) that can be computed, and what they are."""
        for target, parts in targets.items():
            self.same([target], parts)
        self._bound()
        found = {target: self.least[target] for target in targets if self.least[target] == self.most.get(target)}
        return found | self._solved([target for target in targets if target not in found])

    def _bound(self) -> None:
        """What must be, given that nothing is under 0: each equation bounds each of its unknowns, again and again."""
        moved = True
        while moved:
            moved = False
            for terms, total in self.equations:
                for unknown, factor in terms.items():
                    low, high = self._others(terms, total, unknown)
                    if factor < 0:
                        low, high = (None if high is None else -high), (None if low is None else -low)
                    if low is not None and -(-low // abs(factor)) > self.least[unknown]:
                        self.least[unknown], moved = -(-low // abs(factor)), True
                    if high is not None and high // abs(factor) < self.most.get(unknown, 10**9):
                        self.most[unknown], moved = high // abs(factor), True

    def _others(self, terms: Terms, total: int, left_out: Unknown) -> tuple[int | None, int | None]:
        """Between what `total` less the other terms is."""
        low: int | None = total
        high: int | None = total
        for unknown, factor in terms.items():
            if unknown == left_out:
                continue
            least, most = self.least[unknown], self.most.get(unknown)
            small, large = (least, most) if factor > 0 else (most, least)
            high = None if high is None or small is None else high - factor * small
            low = None if low is None or large is None else low - factor * large
        return low, high

    def _solved(self, targets: list[Unknown]) -> dict[Unknown, int]:
        """Gauss, in exact fractions; what is known already is put in its place."""
        rows: dict[Unknown, tuple[dict[Unknown, Fraction], Fraction]] = {}
        wanted = set(targets)
        for terms, total in self.equations:
            row, rest = self._known_apart(
                {unknown: Fraction(factor) for unknown, factor in terms.items()}, Fraction(total)
            )
            row, rest = _reduced(row, rest, rows)
            # Targets are the last to be solved for: a row that begins with one has nothing else but targets.
            pivot = next((unknown for unknown in row if unknown not in wanted), next(iter(row), None))
            if pivot is not None:
                factor = row[pivot]
                rows[pivot] = ({unknown: each / factor for unknown, each in row.items()}, rest / factor)
                for other, (kept, value) in list(rows.items()):
                    if other != pivot and pivot in kept:
                        rows[other] = _reduced(kept, value, {pivot: rows[pivot]})
        return {
            target: int(rest) for target in targets if target in rows for kept, rest in [rows[target]] if len(kept) == 1
        }

    def _known_apart(self, row: dict[Unknown, Fraction], rest: Fraction) -> tuple[dict[Unknown, Fraction], Fraction]:
        for unknown in list(row):
            if self.least[unknown] == self.most.get(unknown):
                rest -= row.pop(unknown) * self.least[unknown]
        return row, rest


def _reduced(
    row: dict[Unknown, Fraction], rest: Fraction, rows: Mapping[Unknown, tuple[dict[Unknown, Fraction], Fraction]]
) -> tuple[dict[Unknown, Fraction], Fraction]:
    row = dict(row)
    for unknown in list(row):
        if unknown in rows and unknown in row:
            factor, (other, value) = row[unknown], rows[unknown]
            for each, times in other.items():
                left = row.get(each, Fraction(0)) - factor * times
                if left:
                    row[each] = left
                else:
                    row.pop(each, None)
            rest -= factor * value
    return row, rest
