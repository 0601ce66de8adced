"""Pages of a list whose total is already known: no second COUNT, and a page number that is wrong never fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number (from 1), how many pages there are, and what to say of a wrong number."""

    rows: Sequence[Any]
    number: int
    count: int
    total: int
    size: int
    notice: str = ""

    @property
    def is_alone(self) -> bool:
        return self.count <= 1

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.count else None

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def links(self) -> list[int | None]:
        """Page numbers to offer: the ends and the neighbours; None stands for a gap."""
        wanted = {1, self.count, *range(self.number - 1, self.number + 2)}
        numbers = sorted(n for n in wanted if 1 <= n <= self.count)
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


def paginate(rows: Any, *, asked: str | None, total: int, size: int) -> Page:
    """Cut the page `asked` for (as it came in the address) out of `rows`, a sliceable of `total` rows.

    An unreadable number gives the first page, one past the end the last page; `notice` then says so in French.
    """
    count = max(1, ceil(total / size))
    notice = ""
    number = 1
    if asked:
        if asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked) >= 1:
            number = int(asked)
            if number > count:
                notice = _("La page %(asked)s n’existe pas : voici la dernière.") % {"asked": asked}
                number = count
        else:
            notice = _("Le numéro de page n’a pas été compris : voici la première page.")
    start = (number - 1) * size
    return Page(
        rows=list(rows[start : start + size]), number=number, count=count, total=total, size=size, notice=notice
    )
