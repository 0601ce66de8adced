"""What results have a table for: a question, a line of a grid, a first rank, the blocks of a repeated group. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.cells import ANSWERED, ASKED, BLOCKS, FIRST, Cell, answers_counted
from surveys.enums import QuestionKind
from surveys.outline import Choice, Outline, Question, Section

EXCLUSIVE = (
    QuestionKind.SINGLE,
    QuestionKind.SCALE,
    QuestionKind.GRID,
    QuestionKind.INTEGER,
    QuestionKind.AMOUNT,
    QuestionKind.YEAR,
)
WRITTEN = (QuestionKind.TEXT, QuestionKind.LONG)


@dataclass(frozen=True)
class Subject:
    """`label`: what its table is called beside the question's words. `numbers`: the cell of each choice; `asked`, `answered`: those
    of who saw the question and who answered, None for a line of a grid (who answered it is the sum of its choices)."""

    question: Question
    row: str
    label: str
    choices: tuple[Choice, ...]
    numbers: tuple[int, ...]
    asked: int
    answered: int | None
    is_exclusive: bool

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def counts_blocks(self) -> bool:
        return self.row == BLOCKS

    @property
    def all_numbers(self) -> tuple[int, ...]:
        return (*self.numbers, self.asked, *(() if self.answered is None else (self.answered,)))

    def base(self, counts: Mapping[int, int]) -> int:
        """How many answered, given the counts of cells."""
        if self.answered is None:
            return sum(counts.get(number, 0) for number in self.numbers)
        return counts.get(self.answered, 0)


def subjects_of(question: Question, numbers: Mapping[Cell, int], *, is_nested: bool = False) -> Iterator[Subject]:
    """The tables of a question, those of its repeated group after it; none for texts, contacts and open lists."""
    choices = answers_counted(question)
    for row, label in _rows(question, is_nested) if choices else ():
        answered = None if question.rows else numbers[Cell(question.code, row if row == BLOCKS else "", ANSWERED)]
        yield Subject(
            question,
            row,
            label,
            choices,
            tuple(numbers[Cell(question.code, row, choice.value)] for choice in choices),
            numbers[Cell(question.code, row if row == BLOCKS else "", ASKED)],
            answered,
            row == FIRST or (question.kind in EXCLUSIVE and (not is_nested or row == BLOCKS)),
        )
    for each in question.questions:
        yield from subjects_of(each, numbers, is_nested=True)


def _rows(question: Question, is_nested: bool) -> list[tuple[str, str]]:
    if question.rows:
        return [(row.value, row.label) for row in question.rows]
    if question.kind == QuestionKind.RANKING and not is_nested:
        return [("", "parmi les choix retenus"), (FIRST, "au premier rang")]
    if is_nested:
        return [(BLOCKS, "pour chaque élément décrit"), ("", "collectivités qui en ont un au moins")]
    return [("", "")]


def section_of(outline: Outline, code: str | None) -> Section:
    """The section of this code, else the first one that has a table."""
    return next((section for section in outline.sections if section.code == code), outline.sections[0])


def texts_of(section: Section) -> list[Question]:
    """The questions that are answered in words, those of repeated groups apart."""
    return [question for question in section.questions if question.kind in WRITTEN]
