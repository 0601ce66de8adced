"""A table of results and its bars, as a page or a file shows them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.outline import Question

BAR, LINE, LETTERS = (
    12,
    42,
    44,
)  # height of a bar, of its line with the words above it, in px; letters that a phone shows


@dataclass(frozen=True)
class Part:
    """`count` among `base`; None where it is not shown."""

    count: int | None
    base: int

    @property
    def percent(self) -> float | None:
        return None if self.count is None or not self.base else 100 * self.count / self.base


@dataclass(frozen=True)
class Row:
    """`weighted`: percentage, None when it is not shown. `parts`: one for each column of a crossing. `before`: the percentage of
    another wave. `is_whole`: may its percentage be told? Several answers counted together have none, where each gave several."""

    label: str
    part: Part
    weighted: float | None = None
    parts: Sequence[Part] = ()
    before: float | None = None
    is_whole: bool = True

    @property
    def percent(self) -> float | None:
        return self.part.percent if self.is_whole else None

    @property
    def change(self) -> float | None:
        """In points, since the other wave."""
        return None if self.before is None or self.percent is None else self.percent - self.before


@dataclass(frozen=True)
class Column:
    label: str
    base: int
    told: str = ""  # the strata that are counted together in it


@dataclass(frozen=True)
class Table:
    """`asked`: how many saw the question, None when it is not shown. `note`: what is to be known before it is read."""

    question: Question
    key: str
    label: str
    base: int
    rows: Sequence[Row]
    asked: int | None = None
    columns: Sequence[Column] = ()
    is_exclusive: bool = True
    counts_blocks: bool = False
    note: str = ""
    has_other_wave: bool = False

    @property
    def silent(self) -> int | None:
        """How many saw the question and did not answer."""
        return None if self.asked is None else self.asked - self.base

    @property
    def is_weighted(self) -> bool:
        return any(row.weighted is not None for row in self.rows)

    @property
    def largest_shift(self) -> float | None:
        """What weighing changes at the most, in points."""
        shifts = [
            abs(row.weighted - row.percent) for row in self.rows if row.weighted is not None and row.percent is not None
        ]
        return max(shifts, default=None)

    @property
    def bars(self) -> list["Bar"]:
        return [
            Bar(_short(row.label), row.label, rank * LINE, row.percent)
            for rank, row in enumerate(row for row in self.rows if row.percent is not None)
            if row.percent is not None
        ]

    @property
    def height(self) -> int:
        return LINE * len(self.bars)


@dataclass(frozen=True)
class Bar:
    short: str
    label: str
    top: int
    percent: float

    @property
    def baseline(self) -> int:
        return self.top + 18

    @property
    def bar_top(self) -> int:
        return self.top + 24

    @property
    def width(self) -> str:
        return f"{min(self.percent, 100):.1f}%"


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else label[: LETTERS - 1].rstrip() + "…"
