"""What may be published of results, so that no count of 1 to 4 is shown or can be computed from what is. Pure.

Provable rather than clever. Everything that is published of a question is a sum over groups of answers × groups of strata, and each
of these sums is 0 or at least LEAST:
- answers that few gave are put together, once for all the tables of the question;
- the smallest strata are put together (« autres »), always in the same order, so that the groups of two questions never cross;
- in a crossing, what is still too small is put into « autres réponses » (one answer each) or not shown (several answers), never for
  one answer alone;
- a question that only some were asked tells how many gave the answers that it depends on: it is published only where it does not
  tell apart answers that were put together, and with strata as coarse as theirs at least.
Within a group, some could have given the other answer, or be of the other stratum, and every published number stay the same:
`tests/surveys/test_suppression.py` plays somebody who computes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LEAST = 5

Group = tuple[str, ...]  # answers, or strata, that are counted together
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Raw:
    """What is counted for a question, or for a line of a grid. `base`: how many answered. `counts`: each answer, in order, zeros
    too. `is_exclusive`: does everybody give one answer? `bases`: dimension → stratum → how many answered; `crossed`: dimension →
    answer → stratum → how many gave it."""

    code: str
    row: str
    is_exclusive: bool
    base: int
    counts: Counts
    bases: Mapping[str, Counts] = field(default_factory=dict)
    crossed: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """`counts`: one for each group of strata, or None where they are not shown."""

    values: Group
    counts: tuple[int, ...] | None


@dataclass(frozen=True)
class Crossing:
    """`merged`: how many strata are in the last of `groups`, when more than one is; else 0."""

    groups: tuple[Group, ...]
    merged: int
    bases: tuple[int, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Published:
    """`lines`: each has one count. `crossings`: by dimension, those that may be shown."""

    code: str
    row: str
    base: int
    lines: tuple[Line, ...]
    crossings: Mapping[str, Crossing]


# Does the condition of a question tell apart these answers to another one? (question, other one, answers)
TellsApart = Callable[[str, str, Group], bool]


def publish(
    raws: Sequence[Raw],
    orders: Mapping[str, Sequence[str]],
    merged: Mapping[str, int],
    needs: Mapping[str, Sequence[str]],
    tells_apart: TellsApart,
) -> list[Published]:
    """What is published of these questions, in the order of the questionnaire. `orders`: dimension → its strata, those with the
    fewest responses first; `merged`: how many of them are put together for the response rates; `needs`: question → those, among
    these, that its condition depends on."""
    found: dict[str, list[Published]] = {}
    deciding = {code for codes in needs.values() for code in codes}
    for raw in raws:
        before = [found.get(code, []) for code in needs.get(raw.code, ())]
        groups = together(raw.counts) if raw.base >= LEAST else None
        overall = [(each.code, line.values) for others in before for each in others for line in each.lines]
        if groups is None or not all(before) or _any_apart(raw.code, overall, tells_apart):
            continue
        lines = tuple(Line(group, (sum(raw.counts[value] for value in group),)) for group in groups)
        crossings = {}
        for dimension, order in orders.items():
            others = [each.crossings.get(dimension) for several in before for each in several]
            hidden = [
                (each.code, group) for several in before for each in several for group in _put_together(each, dimension)
            ]
            if all(others) and not _any_apart(raw.code, hidden, tells_apart):
                start = max([merged.get(dimension, 0), *(other.merged for other in others if other)])
                if crossing := _crossing(raw, groups, dimension, order, start, raw.code in deciding):
                    crossings[dimension] = crossing
        found.setdefault(raw.code, []).append(Published(raw.code, raw.row, raw.base, lines, crossings))
    return [each for several in found.values() for each in several]


def _any_apart(code: str, groups: Sequence[tuple[str, Group]], tells_apart: TellsApart) -> bool:
    return any(tells_apart(code, other, group) for other, group in groups if len(group) > 1)


def _put_together(published: Published, dimension: str) -> Iterator[Group]:
    """The answers that a crossing does not show one by one; those that it hides are as one group."""
    crossing = published.crossings.get(dimension)
    if crossing is not None:
        yield from (line.values for line in crossing.lines if line.counts is not None)
        yield tuple(value for line in crossing.lines if line.counts is None for value in line.values)


def is_fit(count: int) -> bool:
    """May this count be shown?"""
    return count == 0 or count >= LEAST


def together(counts: Counts) -> tuple[Group, ...] | None:
    """The answers, those that fewer than LEAST gave (nobody, too: it does not show) put together, with the next smallest as long as
    they are fewer than LEAST together; None when nothing is left beside them."""
    if all(is_fit(count) for count in counts.values()):
        return tuple((value,) for value in counts) if any(counts.values()) else None
    rising = sorted(counts, key=lambda value: counts[value])
    few = [value for value in rising if counts[value] < LEAST]
    while sum(counts[value] for value in few) < LEAST and len(few) < len(rising):
        few.append(rising[len(few)])
    if len(few) == len(rising):
        return None
    group = tuple(value for value in counts if value in few)
    return (*((value,) for value in counts if value not in few), group)


def strata_together(counts: Counts, order: Sequence[str]) -> int | None:
    """How many of the smallest strata are to be put together so that no count is under LEAST; None when it cannot be done."""
    return next((n for n in _steps(order, 0) if all(is_fit(n) for n in _sums(counts, _groups(order, n)))), None)


def groups_of(order: Sequence[str], merged: int) -> tuple[Group, ...]:
    """The strata, in their own order, the `merged` smallest ones together and last."""
    return _groups(order, merged)


def _groups(order: Sequence[str], merged: int) -> tuple[Group, ...]:
    small = set(order[:merged])
    alone = tuple((stratum,) for stratum in sorted(order) if stratum not in small)
    return (*alone, tuple(sorted(small))) if small else alone


def _steps(order: Sequence[str], start: int) -> Iterator[int]:
    """How many strata may be put together: none, two, three… as long as two groups are left."""
    return (merged for merged in (0, *range(2, len(order))) if merged >= start)


def _sums(counts: Counts, groups: Sequence[Group]) -> tuple[int, ...]:
    return tuple(sum(counts.get(stratum, 0) for stratum in group) for group in groups)


def _crossing(
    raw: Raw, rows: tuple[Group, ...], dimension: str, order: Sequence[str], start: int, decides: bool
) -> Crossing | None:
    """With as few strata put together as can be, while half of the answers at least are shown. Where other questions depend on
    this one, its answers are rather kept apart than its strata: theirs are to be told."""
    found = [
        crossing
        for merged in _steps(order, start)
        if (crossing := _tried(raw, rows, dimension, _groups(order, merged), merged)) is not None
    ]
    whole = [
        crossing
        for crossing in found
        if len(crossing.lines) == len(rows) and all(line.counts for line in crossing.lines)
    ]
    return next(iter([*whole, *found] if decides else found), None)


def _tried(
    raw: Raw, rows: tuple[Group, ...], dimension: str, strata: tuple[Group, ...], merged: int
) -> Crossing | None:
    if len(strata) < 2:
        return None
    bases = _sums(raw.bases[dimension], strata)
    crossed = raw.crossed[dimension]
    lines = [Line(row, _added([_sums(crossed[value], strata) for value in row])) for row in rows]
    rising = sorted(lines, key=lambda line: sum(line.counts or ()))
    hidden = [line for line in rising if not all(is_fit(count) for count in line.counts or ())]
    while hidden and len(hidden) < len(lines):
        rest = _added([line.counts or () for line in hidden])
        if len(hidden) > 1 and all(is_fit(count) for count in rest):
            break
        hidden.append(next(line for line in rising if line not in hidden))
    shown = [line for line in lines if line not in hidden]
    told, total = (sum(sum(line.counts or ()) for line in some) for some in (shown, lines))
    if not shown or told * 2 < total or not all(is_fit(count) for count in bases):
        return None
    if hidden and raw.is_exclusive:
        values = tuple(value for value in raw.counts if any(value in line.values for line in hidden))
        shown.append(Line(values, _added([line.counts or () for line in hidden])))
    else:
        shown += [Line(line.values, None) for line in lines if line in hidden]
    return Crossing(strata, merged, bases, tuple(shown))


def _added(several: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*several, strict=True))


def generalised(rows: Sequence[tuple[str, ...]], least: int = LEAST) -> list[tuple[str, ...] | None]:
    """The same rows, each alike `least` rows at least: what is too rare loses its first part (« »), then its second, and so on;
    None for a row that is still too rare without any."""
    found = list(rows)
    for place in range(len(rows[0]) if rows else 0):
        times = Counter(found)
        found = [row if times[row] >= least else (*row[:place], "", *row[place + 1 :]) for row in found]
    times = Counter(found)
    return [row if times[row] >= least else None for row in found]
