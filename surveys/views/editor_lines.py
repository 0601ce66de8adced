"""What the editor's pages list: the lines of a draft, the kinds and places that a question may take, what a condition may ask."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys import editing
from surveys.condition_words import words
from surveys.conditions import ConditionError
from surveys.editing import NOT_IN_A_GROUP
from surveys.enums import OPAQUE_KINDS, QuestionKind
from surveys.outline import Outline, Question, Section

EXAMPLES = (
    ("selected(${Q5}, 'oui')", _("«\u00a0oui\u00a0» est la réponse à Q5, ou l’une d’elles.")),
    ("${Q8} >= 2", _("Le nombre donné à Q8 est 2 ou plus.")),
    ("count-selected(${Q9}) >= 2", _("Deux choix au moins sont cochés à Q9.")),
    ("${Q7} != ''", _("Q7 a une réponse.")),
    ("selected(${Q5}, 'oui') and not(${Q8} < 2)", _("Pour assembler\u00a0: and, or, not( ), et des parenthèses.")),
)


@dataclass(frozen=True)
class Line:
    """A section or a question as the structure shows it. `condition`: in words; `is_first`, `is_last`: cannot go up, or down."""

    part: Section | Question
    owner: str
    condition: str
    is_wrong: bool
    is_first: bool
    is_last: bool
    lines: "tuple[Line, ...]"

    @property
    def is_group(self) -> bool:
        return isinstance(self.part, Question) and self.part.kind == QuestionKind.REPEAT


def lines_of(outline: Outline, wrong: set[str]) -> tuple[Line, ...]:
    """`wrong`: the codes that have a problem."""
    return _lines(outline, outline.sections, "", wrong, (False, False))


def _lines(
    outline: Outline, parts: tuple[Any, ...], owner: str, wrong: set[str], edges: tuple[bool, bool]
) -> tuple[Line, ...]:
    """`edges`: may the first go further up, the last further down?"""
    last = len(parts) - 1
    lines = []
    for rank, part in enumerate(parts):
        beyond = (rank > 0, rank < last) if not owner else (False, False)
        lines.append(
            Line(
                part=part,
                owner=owner,
                condition=_in_words(part.visible_if, outline),
                is_wrong=part.code in wrong,
                is_first=rank == 0 and not edges[0],
                is_last=rank == last and not edges[1],
                lines=_lines(outline, part.questions, part.code, wrong, beyond),
            )
        )
    return tuple(lines)


def _in_words(condition: str, outline: Outline) -> str:
    """As it is written when it cannot be read."""
    try:
        return words(condition, outline)
    except ConditionError:
        return condition


def kinds_for(outline: Outline, into: str) -> dict[str, str]:
    """The kinds that a question of this section or group may be, value → label; none when there is no such place."""
    owner = editing.whole_part(outline, into) if into else None
    if owner is None:
        return {}
    kinds = list(QuestionKind)
    if isinstance(owner, Question):
        if owner.kind != QuestionKind.REPEAT:
            return {}
        kinds = [kind for kind in kinds if kind not in (*NOT_IN_A_GROUP, QuestionKind.KNOWN)]
    return {kind.value: str(kind.label) for kind in kinds}


def places_for(outline: Outline, code: str) -> list[tuple[Section, list[Question]]]:
    """Where a question may be put: the sections and the other questions. None for one of a group, which stays there."""
    if not any(question.code == code for section in outline.sections for question in section.questions):
        return []
    return [
        (section, [question for question in section.questions if question.code != code]) for section in outline.sections
    ]


def askable(outline: Outline, part: Section | Question | None) -> list[Question]:
    """What the condition of this part may ask about: the questions before it, all for a new one."""
    found = []
    for question in _until(outline, part):
        if question.kind not in OPAQUE_KINDS:
            found.append(question)
    return found


def _until(outline: Outline, part: Section | Question | None) -> list[Question]:
    before = []
    for section in outline.sections:
        if part is not None and section.code == part.code:
            return before
        for question in section.questions:
            for each in (question, *question.questions):
                if part is not None and each.code == part.code:
                    return before
                before.append(each)
    return before
