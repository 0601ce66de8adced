"""The cells of a questionnaire's results, and which of them a response counts in. Pure.

The list of cells of a frozen version never changes: a cell is its number in it, and a response holds the numbers of its cells
(`Response.counted`). Results are counts of these numbers, by stratum; nobody reads the answers again for them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .enums import QuestionKind
from .outline import Choice, Outline, Question
from .paths import Conditions
from .values import UNKNOWN, Typed, blocks_of, condition_values, has_answer, plain_values

# Values that no choice has.
ASKED, ANSWERED = "@posee", "@repondue"
# Rows that no grid has: chosen as the first of a ranking; counted once for each block of a repeated group.
FIRST, BLOCKS = "@premier", "@bloc"


@dataclass(frozen=True)
class Cell:
    """`row`: of a grid, or FIRST, or BLOCKS; « » for a response that gave `value`, in one of its blocks at least."""

    code: str
    row: str
    value: str


@dataclass(frozen=True)
class Band:
    """Numbers from `least` to the next band's."""

    value: str
    label: str
    least: int


def _bands(*bounds: int, unit: str = "") -> tuple[Band, ...]:
    """Bands that begin at these numbers; the first one holds whatever is less."""
    found = [Band("moins", f"moins de {_said(bounds[0])}{unit}", -(10**15))]
    for least, following in zip(bounds, [*bounds[1:], None], strict=True):
        if following is None:
            label = f"{_said(least)}{unit} et plus"
        elif following == least + 1:
            label = f"{_said(least)}{unit}"
        else:
            label = f"{_said(least)} à {_said(following - 1)}{unit}"
        found.append(Band(f"de_{least}", label, least))
    return tuple(found)


def _said(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _decades() -> tuple[Band, ...]:
    decades = [Band(f"de_{year}", f"{year} à {year + 9}", year) for year in range(1940, 2040, 10)]
    return (Band("moins", "avant 1940", -(10**15)), *decades, Band("de_2040", "2040 et après", 2040))


BANDS = {
    QuestionKind.INTEGER: _bands(0, 1, 2, 5, 10, 20, 50, 100, 200, 500),
    QuestionKind.AMOUNT: _bands(0, 1, 1_000, 5_000, 20_000, 100_000, unit="\u00a0€"),
    QuestionKind.YEAR: _decades(),
}
SCALE = tuple(Choice(str(step), str(step)) for step in range(1, 6))
LISTED = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.CONSENT, QuestionKind.RANKING, QuestionKind.GRID)


def answers_counted(question: Question) -> tuple[Choice, ...]:
    """The answers that results count one by one, in order: its choices, its bands; none for texts and open lists."""
    if question.kind == QuestionKind.SCALE:
        listed = SCALE
    elif question.kind in BANDS:
        listed = tuple(Choice(band.value, band.label) for band in BANDS[question.kind])
    else:
        listed = question.choices if question.kind in LISTED else ()
    unknown = (Choice(UNKNOWN, "ne sait pas"),) if question.has_unknown and listed else ()
    return (*listed, *unknown)


def cells_of(outline: Outline) -> tuple[Cell, ...]:
    """Every cell, in an order that a frozen outline always gives."""
    return tuple(
        cell
        for section in outline.sections
        for question in section.questions
        for cell in (*_cells(question), *(nested for each in question.questions for nested in _nested(each)))
    )


@lru_cache(maxsize=32)
def numbers_of(conditions: Conditions) -> Mapping[Cell, int]:
    """A cell → its number."""
    return {cell: number for number, cell in enumerate(cells_of(conditions.outline))}


def _cells(question: Question) -> Iterator[Cell]:
    if question.kind == QuestionKind.KNOWN:
        return
    yield Cell(question.code, "", ASKED)
    yield Cell(question.code, "", ANSWERED)
    rows = [row.value for row in question.rows] or ([FIRST, ""] if question.kind == QuestionKind.RANKING else [""])
    for row in rows:
        for choice in answers_counted(question):
            yield Cell(question.code, row, choice.value)


def _nested(question: Question) -> Iterator[Cell]:
    if question.kind == QuestionKind.KNOWN:
        return
    for row in ("", BLOCKS):
        for value in (ASKED, ANSWERED, *(choice.value for choice in answers_counted(question))):
            yield Cell(question.code, row, value)


def counted(conditions: Conditions, values: Typed) -> list[int]:
    """The numbers of the cells that these answers count in: those of visible questions only. A cell of BLOCKS comes as often as
    there are blocks for it, any other once."""
    numbers = numbers_of(conditions)
    flat = condition_values(values, conditions.outline)
    shown = [question for page in conditions.pages(flat) for question in page.questions]
    seen = {each.code for question in shown for each in (question, *question.questions)}
    visible = {code: value for code, value in flat.items() if code in seen}
    found: list[int] = []
    for question in shown:
        cells = {Cell(question.code, row, value) for row, value in _told(question, values.get(question.code))}
        by_block: list[Cell] = []
        for block in blocks_of(question, values):
            here = visible | plain_values(block, question.questions)
            for each in question.questions:
                if conditions.read[each.code].holds(here):
                    told = {value for row, value in _told(each, block.get(each.code)) if not row}
                    cells |= {Cell(each.code, "", value) for value in told}
                    by_block += [Cell(each.code, BLOCKS, value) for value in told]
        found += sorted(numbers[cell] for cell in (*cells, *by_block) if cell in numbers)
    return found


def _told(question: Question, value: Any) -> Iterator[tuple[str, str]]:
    """Row and value of each cell of a visible question."""
    if question.kind == QuestionKind.KNOWN:
        return
    yield "", ASKED
    if not has_answer(value):
        return
    yield "", ANSWERED
    if question.kind == QuestionKind.GRID:
        if isinstance(value, dict):
            yield from ((row, str(choice)) for row, choice in value.items() if has_answer(choice))
    elif question.kind in BANDS:
        yield "", band_of(question.kind, value) if isinstance(value, int | float) else str(value)
    else:
        listed = value if isinstance(value, list) else [value]
        yield from (("", str(each)) for each in listed if not isinstance(each, dict))
        if question.kind == QuestionKind.RANKING:
            yield FIRST, str(listed[0])


def band_of(kind: QuestionKind, number: float) -> str:
    """The value of the band that a number is in."""
    return next(band.value for band in reversed(BANDS[kind]) if number >= band.least)
