"""Which questions a set of answers makes visible, and how long they take to answer. Pure.

A question that is hidden counts as unanswered: what was typed in it before stays, and decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .conditions import Value, Values, atoms, read
from .enums import QuestionKind
from .outline import Outline, Question, Section

# Seconds, of somebody who reads before answering; each line of a grid, each question of a group counts for itself.
SECONDS = {
    QuestionKind.SINGLE: 9,
    QuestionKind.MULTIPLE: 15,
    QuestionKind.SCALE: 6,
    QuestionKind.RANKING: 25,
    QuestionKind.LONG: 50,
    QuestionKind.CONTACT: 35,
    QuestionKind.THEME: 15,
    QuestionKind.KNOWN: 0,
}
USUAL, OF_A_ROW, GROUPS = 12, 5, 2  # `GROUPS`: how many times a repeated group is answered, as a rule


@dataclass(frozen=True)
class Page:
    """One section as it is shown: its visible questions, in order."""

    section: Section
    questions: tuple[Question, ...]


class Conditions:
    """The conditions of one questionnaire, read once. Raises ConditionError for one that cannot be read."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.read = {section.code: read(section.visible_if) for section in outline.sections}
        self.read |= {question.code: read(question.visible_if) for question in outline.questions()}

    def pages(self, values: Values) -> list[Page]:
        """The pages that have a visible question, given these answers."""
        counted: dict[str, Value] = {}
        found = []
        for section in self.outline.sections:
            is_open = self.read[section.code].holds(counted)
            shown = []
            for question in section.questions:
                if is_open and self.read[question.code].holds(counted):
                    shown.append(question)
                    for each in (question, *question.questions):
                        counted[each.code] = values.get(each.code)
            if any(question.kind != QuestionKind.KNOWN for question in shown):
                found.append(Page(section, tuple(shown)))
        return found

    def deciding(self) -> Iterator[Question]:
        """The questions that some condition asks about, in order."""
        asked = {atom.code for condition in self.read.values() for atom in atoms(condition)}
        return (question for question in self.outline.questions() if question.code in asked)


def seconds(pages: list[Page]) -> int:
    """How long these pages take."""
    return sum(_seconds(question) for page in pages for question in page.questions)


def _seconds(question: Question) -> int:
    if question.kind == QuestionKind.GRID:
        return OF_A_ROW * len(question.rows)
    if question.kind == QuestionKind.REPEAT:
        return GROUPS * sum(_seconds(each) for each in question.questions)
    return SECONDS.get(question.kind, USUAL)
