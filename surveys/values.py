"""Today's answers of a response, as conditions ask about them. Pure.

`Response.values`: question code → value. A choice is its value, « nsp » for « ne sait pas »; several are a list, in order for a
ranking; a grid is {row: choice}; a repeated group is a list of {"id": …, code: value}; a contact and an actor are objects.
"""

from collections.abc import Mapping
from typing import Any

from .conditions import Value, answers_of
from .enums import QuestionKind
from .outline import Outline, Question

UNKNOWN = "nsp"
BLOCK_ID = "id"  # of a block of a repeated group: the thing of the répertoire that it is about, « » for a new one
LEFT_OUT = (QuestionKind.GRID, QuestionKind.CONTACT, QuestionKind.REPEAT, QuestionKind.FILE)
Typed = Mapping[str, Any]  # by question code


def has_answer(value: Any) -> bool:
    """Is something said? An object all of whose parts are empty says nothing; the id of a repeated block is no answer."""
    if isinstance(value, dict):
        return any(has_answer(each) for name, each in value.items() if name != BLOCK_ID)
    if isinstance(value, list):
        return any(has_answer(each) for each in value)
    return value is not None and value != ""


def blocks_of(question: Question, values: Typed) -> list[Typed]:
    """The blocks of a repeated group that say something."""
    blocks = values.get(question.code) if question.kind == QuestionKind.REPEAT else None
    if not isinstance(blocks, list):
        return []
    return [block for block in blocks if isinstance(block, dict) and has_answer(block)]


def condition_values(values: Typed, outline: Outline) -> dict[str, Value]:
    """The same answers as `Conditions.pages` reads them: those of a repeated question are the list of all its answers; what no
    condition asks about (grids, contacts, the groups themselves) is left out."""
    found: dict[str, Value] = {}
    for section in outline.sections:
        found |= plain_values(values, section.questions)
        for question in section.questions:
            blocks = [plain_values(block, question.questions) for block in blocks_of(question, values)]
            for code in blocks[0] if blocks else ():
                found[code] = [answer for block in blocks for answer in answers_of(block[code])]
    return found


def plain_values(values: Typed, questions: tuple[Question, ...]) -> dict[str, Value]:
    """The answers to these questions, one by one: those of a page, or of a repeated group within one of its blocks."""
    asked = (question for question in questions if question.kind not in LEFT_OUT)
    return {question.code: _value(values.get(question.code)) for question in asked}


def _value(value: Any) -> Value:
    if isinstance(value, dict):  # an actor: its name
        return str(value.get("nom") or "")
    if isinstance(value, list):
        return [str(each) for each in value if has_answer(each)]
    if isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str | int | float) else None
