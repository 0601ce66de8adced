"""Bars drawn by the server, beside the table that says the same. Pure: no database."""

from collections.abc import Sequence
from dataclasses import dataclass

STEP, HEIGHT, TOP = 25, 120, 18
FOOT = 34


@dataclass(frozen=True)
class Bar:
    """One bar, in the drawing's units; `is_named`: is there room for its label under it?"""

    label: str
    count: int
    x: int
    y: float
    height: float
    is_named: bool

    @property
    def middle(self) -> float:
        return self.x + (STEP - 5) / 2


class Bars:
    """Upright bars of counts, one for each label, on one scale; labels under every sixth, the last one always."""

    def __init__(self, counts: Sequence[tuple[str, int]], every: int = 6) -> None:
        self.counts = counts
        self.highest = max((count for _label, count in counts), default=0)
        self.total = sum(count for _label, count in counts)
        self.bars = []
        for rank, (label, count) in enumerate(counts):
            height = round(HEIGHT * count / self.highest, 1) if self.highest else 0
            is_named = (len(counts) - 1 - rank) % every == 0
            self.bars.append(Bar(label, count, rank * STEP, round(TOP + HEIGHT - height, 1), height, is_named))

    @property
    def width(self) -> int:
        return len(self.counts) * STEP

    @property
    def view_box(self) -> str:
        return f"-{2 * STEP} 0 {self.width + 4 * STEP} {TOP + HEIGHT + FOOT}"  # names of months stick out on both sides

    @property
    def baseline(self) -> int:
        return TOP + HEIGHT

    @property
    def bar_width(self) -> int:
        return STEP - 5

    @property
    def label_y(self) -> int:
        return TOP + HEIGHT + FOOT - 12
