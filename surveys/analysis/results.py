"""The tables of a wave's results, for staff: every question, raw and weighed, crossed at will, beside another wave."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from surveys.cells import FIRST, Cell, numbers_of
from surveys.models import Wave
from surveys.outline import Outline, Question, Section
from surveys.published import conditions_of

from .dimensions import DIMENSIONS, KEYS, Labels, of_weights
from .rates import Rate
from .result_tables import Column, Part, Row, Table
from .subjects import Subject, subjects_of
from .tally import Tally, crossed_tally, gathered, summed, tally_of
from .weights import Weighting, weighting

Key = TypeVar("Key", bound=Hashable)


@dataclass
class Results:
    """What a wave says. Everything is read from its tally, which the cache keeps."""

    wave: Wave

    @cached_property
    def outline(self) -> Outline:
        return conditions_of(self.wave.questionnaire_id).outline

    @cached_property
    def numbers(self) -> Mapping[Cell, int]:
        return numbers_of(conditions_of(self.wave.questionnaire_id))

    @cached_property
    def tally(self) -> Tally:
        return tally_of(self.wave)

    @cached_property
    def total(self) -> Mapping[int, int]:
        return summed(self.tally.cells.values())

    @cached_property
    def labels(self) -> Labels:
        return Labels()

    @cached_property
    def weighting(self) -> Weighting[tuple[str, bool]]:
        return weighting(gathered(self.tally.invited, of_weights), gathered(self.tally.answered, of_weights))

    def subjects(self, section: Section) -> list[Subject]:
        return [subject for question in section.questions for subject in subjects_of(question, self.numbers)]

    def rates(self, dimension: str) -> list[Rate]:
        """The response rate of each stratum."""
        invited = gathered(self.tally.invited, KEYS[dimension])
        answered = gathered(self.tally.answered, KEYS[dimension])
        return [
            Rate(self.labels.of(dimension, key), invited[key], answered.get(key, 0))
            for key in self.labels.in_order(dimension, invited)
        ]

    def crossable(self) -> list[Question]:
        """The questions by whose answers others may be crossed."""
        found = (subject for section in self.outline.sections for subject in self.subjects(section))
        return [subject.question for subject in found if _crosses(subject)]

    def tables(self, section: Section, *, crossing: str = "", other: "Results | None" = None) -> list[Table]:
        """The tables of a section. `crossing`: a dimension, or the code of a question of `crossable`."""
        subjects = self.subjects(section)
        cells = sorted({number for subject in subjects for number in subject.all_numbers})
        by_weight = self.tally.by(cells, of_weights)
        total = {number: sum(counts.values()) for number, counts in by_weight.items()}
        columns = self._columns(crossing, cells)
        return [self._table(subject, total, by_weight, columns, other) for subject in subjects]

    def _columns(self, crossing: str, cells: Sequence[int]) -> list[tuple[str, Mapping[int, int]]]:
        """Label of a column → its counts by cell."""
        if crossing in DIMENSIONS:
            crossed = self.tally.by(cells, KEYS[crossing])
            keys = self.labels.in_order(crossing, gathered(self.tally.answered, KEYS[crossing]))
            return [
                (self.labels.of(crossing, key), {n: counts.get(key, 0) for n, counts in crossed.items()})
                for key in keys
            ]
        question = next((question for question in self.crossable() if question.code == crossing), None)
        if question is None:
            return []
        (subject,) = (each for each in subjects_of(question, self.numbers) if each.row != FIRST)
        found = crossed_tally(self.wave, subject.numbers)
        return [(choice.label, found[number]) for choice, number in zip(subject.choices, subject.numbers, strict=True)]

    def _table(
        self,
        subject: Subject,
        total: Mapping[int, int],
        by_weight: Mapping[int, Mapping[tuple[str, bool], int]],
        columns: list[tuple[str, Mapping[int, int]]],
        other: "Results | None",
    ) -> Table:
        base = subject.base(total)
        if subject.answered is None:
            bases = summed_by_key([by_weight[number] for number in subject.numbers])
        else:
            bases = dict(by_weight[subject.answered])
        told = [(label, counts, subject.base(counts)) for label, counts in columns]
        before = other.percents(subject) if other else {}
        rows = []
        for choice, number in zip(subject.choices, subject.numbers, strict=True):
            weighed = None if subject.counts_blocks else self.weighting.share(by_weight[number], bases)
            parts = [Part(counts.get(number, 0), part_base) for _label, counts, part_base in told]
            weighted = None if weighed is None else 100 * weighed
            rows.append(Row(choice.label, Part(total[number], base), weighted, parts, before.get(choice.value)))
        return Table(
            subject.question,
            f"{subject.code}-{subject.row.strip('@')}" if subject.row else subject.code,
            subject.label,
            base,
            rows,
            asked=total[subject.asked] if subject.answered is not None else None,
            columns=[Column(label, part_base) for label, _counts, part_base in told],
            is_exclusive=subject.is_exclusive,
            counts_blocks=subject.counts_blocks,
            has_other_wave=other is not None,
        )

    def percents(self, subject: Subject) -> dict[str, float]:
        """What each answer to the same question, by its code, weighs here."""
        question = self.outline.question(subject.code)
        if question is None or question.kind != subject.question.kind:
            return {}
        nested = question.code not in {each.code for section in self.outline.sections for each in section.questions}
        same = [each for each in subjects_of(question, self.numbers, is_nested=nested) if each.row == subject.row]
        if not same:
            return {}
        base = same[0].base(self.total)
        return {
            choice.value: 100 * self.total.get(number, 0) / base
            for choice, number in zip(same[0].choices, same[0].numbers, strict=True)
            if base
        }


def summed_by_key(several: Sequence[Mapping[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for counts in several:
        for key, count in counts.items():
            found[key] = found.get(key, 0) + count
    return found


def _crosses(subject: Subject) -> bool:
    return subject.row == "" and subject.answered is not None and subject.label == "" and len(subject.choices) <= 12


def bias_note(answered: int, invited: int, gaps: Sequence[tuple[Rate, Rate] | None]) -> str:
    """« 1 240 réponses sur 4 600 collectivités, soit 27 %. » and who answers more than whom."""
    said = _("%(answered)s réponses sur %(invited)s collectivités interrogées, soit %(percent)d\u00a0%%.") % {
        "answered": _thousands(answered),
        "invited": _thousands(invited),
        "percent": round(100 * answered / invited) if invited else 0,
    }
    for gap in gaps:
        if gap is not None:
            most, least = ({"label": rate.label, "percent": round(rate.percent)} for rate in gap)
            said += " " + _("Répondent le plus\u00a0: %(label)s (%(percent)d\u00a0%%)") % most
            said += _(", le moins\u00a0: %(label)s (%(percent)d\u00a0%%).") % least
    return said


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
