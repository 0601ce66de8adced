"""What a figure is, and how time and memory are taken."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value. `ratio` compares it with `baseline` (named in `scenario`'s docstring); `limit` is the promise.

    `unit`: ms, per_s, MB, KB or %. `at_most`: is the limit an upper bound? It bounds `ratio` when there is one, else `value`.
    """

    scenario: str
    size: int
    value: float
    unit: str
    p95: float | None = None
    baseline: float | None = None
    ratio: float | None = None
    limit: float | None = None
    at_most: bool = True

    @property
    def ok(self) -> bool:
        if self.limit is None:
            return True
        measured = self.value if self.ratio is None else self.ratio
        return measured <= self.limit if self.at_most else measured >= self.limit

    def as_json(self) -> dict[str, Any]:
        data = {
            name: round(v, 3) if isinstance(v, float) else v for name, v in asdict(self).items() if name != "at_most"
        }
        return data | {"ok": self.ok}


@dataclass(frozen=True)
class Timing:
    median: float
    p95: float


def timed(action: Callable[[], Any], *, times: int, warm: int = 3) -> Timing:
    """Milliseconds of `action`: the median and the 95th percentile of `times` runs, after `warm` runs that do not count."""
    for _ in range(warm):
        action()
    spent = []
    gc.disable()
    try:
        for _ in range(times):
            start = time.perf_counter()
            action()
            spent.append((time.perf_counter() - start) * 1000)
    finally:
        gc.enable()
    spent.sort()
    return Timing(statistics.median(spent), spent[min(len(spent) - 1, round(len(spent) * 0.95))])


@dataclass(frozen=True)
class Comparison:
    """Two actions timed by turns: the median round of each, and the median of the ratios first / second."""

    first: Timing
    second: Timing
    ratio: float


def compared(first: Callable[[], Any], second: Callable[[], Any], *, rounds: int = 25, times: int = 5) -> Comparison:
    """Time two actions by turns. The ratio is taken round by round, so that a slow moment of the machine falls on both."""
    pairs = [(timed(first, times=times, warm=1), timed(second, times=times, warm=1)) for _ in range(rounds)]
    return Comparison(
        sorted((a for a, _ in pairs), key=lambda t: t.median)[rounds // 2],
        sorted((b for _, b in pairs), key=lambda t: t.median)[rounds // 2],
        statistics.median(a.median / b.median for a, b in pairs),
    )
