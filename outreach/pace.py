"""A target of coverage against the straight line that leads to it. Pure."""

from dataclasses import dataclass
from datetime import date
from math import ceil

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Pace:
    """`percent` of `total` collectivités to be met by a day; `met` are today, `met_then` were on the day it was set."""

    total: int
    percent: int
    met: int
    met_then: int
    set_on: date
    reach_by: date
    today: date

    @property
    def goal(self) -> int:
        """How many collectivités the percentage makes, rounded up."""
        return ceil(self.total * self.percent / 100)

    @property
    def left(self) -> int:
        return max(0, self.goal - self.met)

    @property
    def share(self) -> float:
        """Met today, in % of all."""
        return 100 * self.met / self.total if self.total else 0.0

    @property
    def progress(self) -> float:
        """The way done towards the goal, in %, 100 at most."""
        return min(100.0, 100 * self.met / self.goal) if self.goal else 100.0

    @property
    def expected(self) -> int:
        """How many should be met today on the straight line from the day it was set to its last day."""
        days = (self.reach_by - self.set_on).days
        if days <= 0 or self.today >= self.reach_by:
            return self.goal
        done = max(0, (self.today - self.set_on).days)
        return round(self.met_then + max(0, self.goal - self.met_then) * done / days)

    @property
    def gap(self) -> int:
        """Ahead of the line if positive, behind it if negative."""
        return self.met - self.expected

    @property
    def is_reached(self) -> bool:
        return self.met >= self.goal

    @property
    def is_over(self) -> bool:
        """Its day has passed without it."""
        return not self.is_reached and self.today > self.reach_by

    @property
    def per_month(self) -> int:
        """First meetings a month that still lead there, rounded up; all at once in the last month."""
        months = max(1.0, ((self.reach_by - self.today).days + 1) / DAYS_A_MONTH)
        return ceil(self.left / months)
