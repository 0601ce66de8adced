"""How many responses of a wave are in each cell, by what their collectivité was on the day of the launch; kept in the cache."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from surveys.models import Invitation, Response, Wave

KEPT_SECONDS = 24 * 3600  # the key changes with the answers: nothing stale is read, however long it is kept

Key = TypeVar("Key")


class Stratum(NamedTuple):
    departement: str
    nature: str
    band: str
    is_engaged: bool


Cells = Mapping[int, int]  # number of a cell → how many responses


@dataclass(frozen=True)
class Tally:
    """`invited`, `answered`: collectivités of each stratum. `cells`: their answers. `stamp`: of the answers that are counted."""

    invited: Mapping[Stratum, int]
    answered: Mapping[Stratum, int]
    cells: Mapping[Stratum, Cells]
    stamp: str

    @property
    def responses(self) -> int:
        return sum(self.answered.values())

    @property
    def audience(self) -> int:
        return sum(self.invited.values())

    def by(self, numbers: Collection[int], key: Callable[[Stratum], Key]) -> dict[int, dict[Key, int]]:
        """Cell → key of its strata → how many."""
        found: dict[int, dict[Key, int]] = {number: {} for number in numbers}
        for stratum, cells in self.cells.items():
            name = key(stratum)
            for number in numbers:
                if count := cells.get(number):
                    found[number][name] = found[number].get(name, 0) + count
        return found


def gathered(counts: Mapping[Stratum, int], key: Callable[[Stratum], Key]) -> dict[Key, int]:
    """The same counts by a coarser key."""
    found: dict[Key, int] = {}
    for stratum, count in counts.items():
        found[key(stratum)] = found.get(key(stratum), 0) + count
    return found


def stamp_of(wave: Wave) -> str:
    """Changes with the answers that count and with the collectivités that were asked: two cheap queries."""
    count, saved_at, revisions = Response.objects.of_wave(wave).stamp()
    moment = saved_at.timestamp() if saved_at else 0
    return f"{count}.{moment}.{revisions}.{Invitation.objects.of_wave(wave).count()}"


def tally_of(wave: Wave) -> Tally:
    """What is counted for a wave today."""
    stamp = stamp_of(wave)
    key = f"surveys.analysis.tally:{wave.pk}:{stamp}"
    if (kept := cache.get(key)) is None:
        kept = _counted(wave, stamp)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def crossed_tally(wave: Wave, numbers: Collection[int]) -> dict[int, Cells]:
    """What those count who are in each of these cells: number of the cell → their cells."""
    key = f"surveys.crossed:{wave.pk}:{stamp_of(wave)}:{min(numbers)}:{len(numbers)}"
    if (kept := cache.get(key)) is None:
        counters: dict[int, Counter[int]] = {number: Counter() for number in numbers}
        for (counted,) in in_binary(Response.objects.of_wave(wave).finished().values_list("counted")):
            for number in counters.keys() & set(counted or ()):
                counters[number].update(counted)
        kept = {number: dict(counter) for number, counter in counters.items()}
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _counted(wave: Wave, stamp: str) -> Tally:
    frame = Invitation.objects.of_wave(wave).counted_by_stratum()
    answered: Counter[Stratum] = Counter()
    counters: dict[Stratum, Counter[int]] = {}
    for *place, counted in in_binary(Response.objects.of_wave(wave).for_tally()):
        stratum = Stratum(*place)
        answered[stratum] += 1
        if stratum not in counters:
            counters[stratum] = Counter()
        counters[stratum].update(counted or ())
    invited = {Stratum(*place): count for *place, count in frame}
    return Tally(invited, dict(answered), {stratum: dict(counter) for stratum, counter in counters.items()}, stamp)


def in_binary(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows with arrays of numbers, in PostgreSQL's binary form: six million numbers come six times faster than as text."""
    sql, params = found.query.sql_with_params()
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, params, binary=True)
        yield from cursor


def summed(several: Iterable[Cells]) -> dict[int, int]:
    """The cells of several strata together."""
    total: Counter[int] = Counter()
    for cells in several:
        total.update(cells)
    return dict(total)
