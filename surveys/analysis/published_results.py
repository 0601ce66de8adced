"""The results of a wave as everybody may read them: what `suppression` lets through, in the same tables as the staff's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from surveys.models import Wave
from surveys.outline import Section
from surveys.published import conditions_of

from .dependences import dependences_of
from .dimensions import DIMENSIONS, KEYS, Labels, of_weights
from .rates import Rate
from .result_tables import Column, Part, Row, Table
from .results import Results, summed_by_key
from .subjects import Subject
from .suppression import LEAST, Crossing, Group, Published, Raw, groups_of, publish, strata_together
from .tally import KEPT_SECONDS, gathered, stamp_of


@dataclass(frozen=True)
class Release:
    """What is published of a wave. `rates`: dimension → (group of strata, invited, answered). `weighted`: code and row of a table →
    whole percentages of its lines. `design_effect`: with one figure after the point."""

    invited: int
    answered: int
    rates: Mapping[str, Sequence[tuple[Group, int, int]]]
    published: Mapping[tuple[str, str], Published]
    weighted: Mapping[tuple[str, str], Sequence[int]]
    design_effect: float

    @property
    def is_empty(self) -> bool:
        return self.answered < LEAST


def release_of(wave: Wave) -> Release:
    """What is published of a wave's answers of today, from the cache."""
    key = f"surveys.release:{wave.pk}:{stamp_of(wave)}"
    if (kept := cache.get(key)) is None:
        kept = _released(Results(wave))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _released(results: Results) -> Release:
    tally = results.tally
    orders, merged, rates = {}, {}, {}
    for dimension, key in KEYS.items():
        invited, answered = gathered(tally.invited, key), gathered(tally.answered, key)
        order = [name for _count, name in sorted((answered.get(name, 0), name) for name in invited)]
        small = strata_together(answered, order)
        if small is not None and len(order) > 1:
            orders[dimension], merged[dimension] = order, small
            rates[dimension] = [
                (group, sum(invited[name] for name in group), sum(answered.get(name, 0) for name in group))
                for group in groups_of(order, small)
            ]
    subjects = [
        subject
        for section in results.outline.sections
        for subject in results.subjects(section)
        if not subject.counts_blocks  # five blocks may be one collectivité's
    ]
    raws = _raws(results, subjects, list(orders))
    dependences = dependences_of(conditions_of(results.wave.questionnaire_id))
    counted = {raw.code for raw in raws}
    needs = {code: [need for need in found if need in counted] for code, found in dependences.needs().items()}
    published = publish(raws, orders, merged, needs, dependences.tells_apart) if tally.responses >= LEAST else []
    by_key = {(each.code, each.row): each for each in published}
    return Release(
        tally.audience,
        tally.responses,
        rates,
        by_key,
        _weighted(results, subjects, by_key),
        round(results.weighting.design_effect, 1),
    )


def _raws(results: Results, subjects: Sequence[Subject], dimensions: Sequence[str]) -> list[Raw]:
    cells = sorted({number for subject in subjects for number in subject.all_numbers})
    crossed = {dimension: results.tally.by(cells, KEYS[dimension]) for dimension in dimensions}
    found = []
    for subject in subjects:
        values = [choice.value for choice in subject.choices]
        counts = {value: results.total.get(number, 0) for value, number in zip(values, subject.numbers, strict=True)}
        by_stratum = {
            dimension: {value: by[number] for value, number in zip(values, subject.numbers, strict=True)}
            for dimension, by in crossed.items()
        }
        bases = {
            dimension: by[subject.answered]
            if subject.answered is not None
            else summed_by_key([by[number] for number in subject.numbers])
            for dimension, by in crossed.items()
        }
        base = subject.base(results.total)
        found.append(Raw(subject.code, subject.row, subject.is_exclusive, base, counts, bases, by_stratum))
    return found


def _weighted(
    results: Results, subjects: Sequence[Subject], published: Mapping[tuple[str, str], Published]
) -> dict[tuple[str, str], list[int]]:
    """Whole percentages, where they do not tell which strata a few answers come from."""
    cells = sorted({number for subject in subjects for number in subject.all_numbers})
    by_weight = results.tally.by(cells, of_weights)
    found = {}
    for subject in subjects:
        told = published.get((subject.code, subject.row))
        if told is None or not results.weighting.hides_strata(told.base):
            continue
        numbers = dict(zip((choice.value for choice in subject.choices), subject.numbers, strict=True))
        every = [by_weight[number] for number in subject.numbers]
        bases = summed_by_key(every) if subject.answered is None else by_weight[subject.answered]
        found[told.code, told.row] = [
            round(
                100
                * (
                    results.weighting.share(summed_by_key([by_weight[numbers[each]] for each in line.values]), bases)
                    or 0
                )
            )
            for line in told.lines
        ]
    return found


@dataclass
class PublishedResults:
    """The tables of what is published."""

    wave: Wave

    def __post_init__(self) -> None:
        self.results = Results(self.wave)
        self.release = release_of(self.wave)
        self.labels = Labels()

    def rates(self, dimension: str) -> list[Rate]:
        return [
            Rate(self.labels.of_group(dimension, group), invited, answered, self._merged(dimension, group))
            for group, invited, answered in self._in_order(dimension)
        ]

    def _in_order(self, dimension: str) -> list[tuple[Group, int, int]]:
        found = self.release.rates.get(dimension, [])
        order = {key: rank for rank, key in enumerate(self.labels.in_order(dimension, (g[0] for g, _i, _a in found)))}
        return sorted(found, key=lambda each: (len(each[0]) > 1, order[each[0][0]]))

    def _merged(self, dimension: str, group: Group) -> str:
        return self.labels.told(dimension, group) if len(group) > 1 else ""

    def tables(self, section: Section, *, crossing: str = "") -> list[Table]:
        """Those of a section that may be published."""
        found = []
        for subject in self.results.subjects(section):
            told = self.release.published.get((subject.code, subject.row))
            if told is not None and not subject.counts_blocks:
                found.append(self._table(subject, told, crossing))
        return found

    def unpublished(self, section: Section) -> list[str]:
        """The questions of a section that have no table, for too few answered."""
        missing = {s.code: s.question.label for s in self.results.subjects(section) if not s.counts_blocks}
        told = {code for code, _row in self.release.published}
        return [label for code, label in missing.items() if code not in told]

    def _table(self, subject: Subject, told: Published, dimension: str) -> Table:
        labels = {choice.value: choice.label for choice in subject.choices}
        weighted = self.release.weighted.get((told.code, told.row), [None] * len(told.lines))
        crossing = told.crossings.get(dimension)
        note = ""
        if crossing is None:
            lines = [Row(_label(line.values, labels), Part(_only(line.counts), told.base)) for line in told.lines]
            rows = [
                Row(row.label, row.part, weight, is_whole=_is_whole(subject, line.values))
                for row, line, weight in zip(lines, told.lines, weighted, strict=True)
            ]
            if dimension in DIMENSIONS:
                note = _("Trop peu de réponses pour croiser cette question sans que l’on puisse reconnaître quelqu’un.")
        else:
            rows = self._crossed(subject, told, dimension, labels, weighted)
        return Table(
            subject.question,
            f"{subject.code}-{subject.row.strip('@')}" if subject.row else subject.code,
            subject.label,
            told.base,
            rows,
            columns=self._columns(dimension, crossing) if crossing else [],
            is_exclusive=subject.is_exclusive,
            note=note,
        )

    def _crossed(
        self,
        subject: Subject,
        told: Published,
        dimension: str,
        labels: Mapping[str, str],
        weighted: Sequence[int | None],
    ) -> list[Row]:
        """The lines of the crossing; those that it counts together have their total, as it is published."""
        crossing = told.crossings[dimension]
        counts = {line.values: _only(line.counts) for line in told.lines}
        weights = {line.values: weight for line, weight in zip(told.lines, weighted, strict=True)}
        order = self._places(dimension, crossing)
        rows = []
        for line in crossing.lines:
            total = counts.get(line.values)
            if total is None and line.counts is not None:
                total = sum(line.counts)
            parts = [Part(None if line.counts is None else line.counts[rank], crossing.bases[rank]) for rank in order]
            label = _label(line.values, labels)
            whole = _is_whole(subject, line.values)
            rows.append(Row(label, Part(total, told.base), weights.get(line.values), parts, is_whole=whole))
        return rows

    def _places(self, dimension: str, crossing: Crossing) -> list[int]:
        """The columns of a crossing in the order in which they are read, strata that are counted together last."""
        first = [group[0] for group in crossing.groups]
        order = {key: rank for rank, key in enumerate(self.labels.in_order(dimension, first))}
        ranks = range(len(crossing.groups))
        return sorted(ranks, key=lambda rank: (len(crossing.groups[rank]) > 1, order[first[rank]]))

    def _columns(self, dimension: str, crossing: Crossing) -> list[Column]:
        groups = [(crossing.groups[rank], crossing.bases[rank]) for rank in self._places(dimension, crossing)]
        return [
            Column(self.labels.of_group(dimension, group), base, self._merged(dimension, group))
            for group, base in groups
        ]


def _only(counts: Sequence[int] | None) -> int:
    return counts[0] if counts else 0


def _label(values: Group, labels: Mapping[str, str]) -> str:
    return _(" ou ").join(labels[value] for value in values)


def _is_whole(subject: Subject, values: Group) -> bool:
    return subject.is_exclusive or len(values) == 1
