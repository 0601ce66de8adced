"""Which answers decide whether a question is asked: how many answered it tells something about those answers. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from surveys.conditions import All, Atom, Compared, Condition, Counted, Either, Not, Selected, Value, atoms
from surveys.enums import QuestionKind
from surveys.outline import Question
from surveys.paths import Conditions

from .suppression import Group

MOST_TRIED = 10  # other comparisons in a condition; beyond, it is taken to tell answers apart


class Dependences:
    """The conditions of one questionnaire, each with those that it stands under and those of the questions it asks about."""

    def __init__(self, conditions: Conditions) -> None:
        self.questions: dict[str, Question] = {question.code: question for question in conditions.outline.questions()}
        self.whole: dict[str, Condition] = {}
        for section in conditions.outline.sections:
            above = [conditions.read[section.code]]
            for question in section.questions:
                for each, parts in (
                    (question, above),
                    *((nested, [*above, conditions.read[question.code]]) for nested in question.questions),
                ):
                    own = [*parts, conditions.read[each.code]]
                    asked = dict.fromkeys(atom.code for part in own for atom in atoms(part))
                    self.whole[each.code] = All((*own, *(self.whole[code] for code in asked if code in self.whole)))

    def needs(self) -> Mapping[str, list[str]]:
        """Question → the questions that decide, closely or from afar, whether it is asked."""
        return {code: list(dict.fromkeys(atom.code for atom in atoms(whole))) for code, whole in self.whole.items()}

    def tells_apart(self, code: str, other: str, group: Group) -> bool:
        """Does `code`'s being asked depend on which answer of `group` was given to `other`?"""
        mine = [atom for atom in atoms(self.whole[code]) if atom.code == other]
        if self.questions[other].kind != QuestionKind.SINGLE or other in self._nested():
            return any(_mentions(atom, group) for atom in mine)
        rest = list(dict.fromkeys(atom for atom in atoms(self.whole[code]) if atom.code != other))
        if len(rest) > MOST_TRIED:
            return True
        given: list[Value] = [*group]
        for held in product((False, True), repeat=len(rest)):
            known = dict(zip(rest, held, strict=True))
            if len({_holds(self.whole[code], other, value, known) for value in given}) > 1:
                return True
        return False

    def _nested(self) -> set[str]:
        return {each.code for question in self.questions.values() for each in question.questions}


def _mentions(atom: Atom, group: Group) -> bool:
    """Of a question with several answers: does it ask about one of them? Whether there is an answer is another matter."""
    if isinstance(atom, Selected):
        return atom.value in group
    if isinstance(atom, Compared):
        return atom.value != "" and (not isinstance(atom.value, str) or atom.value in group)
    return not _asks_for_any(atom)


def _asks_for_any(atom: Counted) -> bool:
    return (atom.operator, atom.value) in ((">=", 1), (">", 0), ("!=", 0), ("=", 0), ("<", 1))


def _holds(condition: Condition, code: str, value: Value, known: Mapping[Atom, bool]) -> bool:
    if isinstance(condition, Not):
        return not _holds(condition.part, code, value, known)
    if isinstance(condition, All):
        return all(_holds(part, code, value, known) for part in condition.parts)
    if isinstance(condition, Either):
        return any(_holds(part, code, value, known) for part in condition.parts)
    return condition.holds({code: value}) if condition.code == code else known[condition]


@lru_cache(maxsize=32)
def dependences_of(conditions: Conditions) -> Dependences:
    return Dependences(conditions)
