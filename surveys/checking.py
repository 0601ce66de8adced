"""What makes a questionnaire publishable: codes, choices, and conditions that can be read, asked and met. Pure.

A condition may ask about questions that come before it only. Whether one can be met is tried on the answers that matter to it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from .conditions import ALWAYS, Atom, Compared, Condition, ConditionError, Counted, Selected, Value, atoms, read
from .enums import MULTIPLE_KINDS, NUMBER_KINDS, OPAQUE_KINDS, QuestionKind
from .outline import Outline, Question

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
VALUE = re.compile(r"[a-z0-9][a-z0-9_+<>-]{0,39}")
MOST_TRIED = 200_000  # answers, in all the combinations of a questionnaire; beyond, a condition is believed


@dataclass(frozen=True)
class Problem:
    """`place`: the code of a question or of a section."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}\u00a0: {self.sentence}"


def problems_of(outline: Outline) -> list[Problem]:
    """Everything that keeps a questionnaire from being published, in its order; none for a sound one."""
    found = [*_names(outline), *(problem for question in outline.questions() for problem in _shape(question))]
    conditions = _Conditions(outline)
    found += conditions.problems()
    if not outline.sections or not any(section.questions for section in outline.sections):
        found.append(Problem(outline.code, "Un questionnaire a une question au moins."))
    return found


def _names(outline: Outline) -> Iterator[Problem]:
    codes = [question.code for question in outline.questions()] + [section.code for section in outline.sections]
    for code, times in Counter(code.casefold() for code in codes).items():
        if times > 1:
            yield Problem(code, "Ce code est donné deux fois.")
    for code in codes:
        if not CODE.fullmatch(code):
            yield Problem(
                code, "Un code commence par une lettre, puis des lettres, des chiffres et « _ », quarante au plus."
            )


def _shape(question: Question) -> Iterator[Problem]:
    kind, code = question.kind, question.code
    if not question.label.strip():
        yield Problem(code, "Cette question n’a pas de texte.")
    needs_choices = question.is_choice or kind == QuestionKind.GRID
    if needs_choices and len(question.choices) < (1 if kind == QuestionKind.CONSENT else 2):
        yield Problem(code, "Cette question a besoin d’une liste de choix.")
    if question.choices and not needs_choices:
        yield Problem(code, f"Une question «\u00a0{kind.label}\u00a0» n’a pas de liste de choix.")
    if (kind == QuestionKind.GRID) != bool(question.rows):
        yield Problem(code, "Une grille a des lignes, et elle seule.")
    if (kind == QuestionKind.REPEAT) != bool(question.questions):
        yield Problem(code, "Un groupe répété a des questions, et lui seul.")
    for each in question.questions:
        if each.kind in (QuestionKind.REPEAT, QuestionKind.GRID, QuestionKind.FILE):
            yield Problem(each.code, f"Une question «\u00a0{each.kind.label}\u00a0» ne se répète pas.")
    for listed in (question.choices, question.rows):
        values = [choice.value for choice in listed]
        if len(set(values)) != len(values):
            yield Problem(code, "Une valeur est donnée deux fois dans la liste.")
        for value in values:
            if not VALUE.fullmatch(value):
                yield Problem(
                    code,
                    f"La valeur «\u00a0{value[:40]}\u00a0» s’écrit en lettres sans accent ni espace, quarante au plus.",
                )
    if question.exclusive and question.exclusive not in question.values:
        yield Problem(
            code, f"Le choix «\u00a0{question.exclusive}\u00a0», qui exclut les autres, n’est pas dans la liste."
        )
    if question.most is not None and not 1 <= question.most <= max(1, len(question.choices) or question.most):
        yield Problem(code, "Le nombre de réponses permises est entre un et le nombre de choix.")
    if question.minimum is not None and question.maximum is not None and question.minimum > question.maximum:
        yield Problem(code, "Le minimum dépasse le maximum.")


class _Conditions:
    """The conditions of a questionnaire, each with those that its place stands under."""

    def __init__(self, outline: Outline) -> None:
        self.order: list[str] = []  # codes of questions and sections, as they are read
        self.texts: dict[str, str] = {}
        self.above: dict[str, str] = {}  # a question → its section or its group
        self.questions: dict[str, Question] = {}
        for section in outline.sections:
            self._add(section.code, section.visible_if, "")
            for question in section.questions:
                self._add(question.code, question.visible_if, section.code)
                self.questions[question.code] = question
                for each in question.questions:
                    self._add(each.code, each.visible_if, question.code)
                    self.questions[each.code] = each
        self.read: dict[str, Condition] = {}
        self.tried = 0

    def _add(self, code: str, text: str, above: str) -> None:
        self.order.append(code)
        self.texts[code], self.above[code] = text, above

    def problems(self) -> list[Problem]:
        found: list[Problem] = []
        for code in self.order:
            try:
                self.read[code] = read(self.texts[code])
            except ConditionError as error:
                self.read[code] = ALWAYS
                found.append(Problem(code, f"La condition ne se lit pas. {error}"))
        ranks = {code: rank for rank, code in enumerate(self.order)}
        for code in self.order:
            mine = [Problem(code, said) for atom in atoms(self.read[code]) if (said := self._wrong(code, atom, ranks))]
            found += mine
            if mine:
                self.read[code] = ALWAYS
        if not found:
            found += [
                Problem(code, "Aucune réponse ne fait apparaître ceci.")
                for code in self.order
                if self.texts[code] and not self._is_reachable(code)
            ]
        return found

    def _wrong(self, code: str, atom: Atom, ranks: dict[str, int]) -> str:
        asked = self.questions.get(atom.code)
        if asked is None:
            return f"La condition parle de «\u00a0{atom.code}\u00a0», qui n’existe pas."
        if atom.code == code or self._depends(atom.code, code):
            return f"La condition tourne en rond avec «\u00a0{atom.code}\u00a0»."
        if ranks[atom.code] > ranks[code]:
            return f"La condition parle de «\u00a0{atom.code}\u00a0», qui est posée plus loin."
        return _mismatch(asked, atom)

    def _depends(self, code: str, other: str) -> bool:
        """Does whether `code` is shown depend on the answer to `other`?"""
        waiting, seen = [code], set()
        while waiting:
            each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            names = {atom.code for atom in atoms(self.read[each])} if each in self.read else set()
            if other in names:
                return True
            waiting += [name for name in (*names, self.above.get(each, "")) if name]
        return False

    # --- can it be met? ---------------------------------------------------------------------------------------------------
    def _is_reachable(self, code: str) -> bool:
        if self.tried > MOST_TRIED:
            return True
        involved = self._involved(code)
        samples = [self._samples(each, involved) for each in involved]
        for answers in product(*samples):
            self.tried += len(involved)
            if self.tried > MOST_TRIED:
                return True
            values: dict[str, Value] = {}
            for each, answer in zip(involved, answers, strict=True):
                values[each] = answer if self._is_shown(each, values) else None
            if self._is_shown(code, values):
                return True
        return False

    def _is_shown(self, code: str, values: dict[str, Value]) -> bool:
        place = code
        while place:
            if not self.read[place].holds(values):
                return False
            place = self.above[place]
        return True

    def _involved(self, code: str) -> list[str]:
        """Every question that decides, near or far, whether `code` is shown; as they are read."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            place = waiting.pop()
            while place:
                names = {atom.code for atom in atoms(self.read[place])} - found
                found |= names
                waiting += names
                place = self.above[place]
        return [each for each in self.order if each in found]

    def _samples(self, code: str, involved: list[str]) -> list[Value]:
        """The answers that make a difference to the conditions which ask about it."""
        question = self.questions[code]
        asked = [atom for condition in self.read.values() for atom in atoms(condition) if atom.code == code]
        named = [atom.value for atom in asked if isinstance(atom, Selected) or isinstance(atom.value, str)]
        numbers = [
            float(atom.value) for atom in asked if not isinstance(atom, Selected) and not isinstance(atom.value, str)
        ]
        if self.above[code] in self.questions or question.kind in MULTIPLE_KINDS:
            most = question.most or len(question.choices) or len(named)
            others = [value for value in question.values if value not in named]
            subsets: list[Value] = [None]
            for chosen in product((False, True), repeat=min(len(set(named)), 10)):
                some = [
                    value for value, is_chosen in zip(dict.fromkeys(map(str, named)), chosen, strict=False) if is_chosen
                ]
                for more in range(len(others) + 1):
                    if len(some) + more <= most:
                        subsets.append([*some, *others[:more]])
            return subsets
        if question.kind in NUMBER_KINDS:
            return [None, *sorted({number + step for number in numbers or [0.0] for step in (-1, 0, 1)})]
        if question.choices:
            return [None, *question.values]
        return [None, *dict.fromkeys([*(str(value) for value in named if value != ""), "x"])]


def _mismatch(asked: Question, atom: Atom) -> str:
    """What is wrong in asking that about a question of this kind; « » if nothing is."""
    if asked.kind in OPAQUE_KINDS:
        kind = f"une question «\u00a0{asked.kind.label}\u00a0»"
        return f"«\u00a0{asked.code}\u00a0» est {kind}\u00a0: une condition ne peut rien en demander."
    is_number = asked.kind in NUMBER_KINDS
    if isinstance(atom, Counted):
        if asked.kind not in MULTIPLE_KINDS:
            return f"«\u00a0{asked.code}\u00a0» n’a qu’une réponse\u00a0: rien à compter."
        return ""
    if isinstance(atom, Compared) and not isinstance(atom.value, str):
        return "" if is_number else f"«\u00a0{asked.code}\u00a0» n’est pas un nombre."
    if is_number and atom.value != "":
        return f"«\u00a0{asked.code}\u00a0» est un nombre\u00a0: «\u00a0{atom.value}\u00a0» n’en est pas un."
    if asked.choices and atom.value not in ("", *asked.values):
        return f"«\u00a0{atom.value}\u00a0» n’est pas un choix de «\u00a0{asked.code}\u00a0»."
    return ""
