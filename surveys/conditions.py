"""The conditions of a questionnaire (« visible if »): read, written again, checked against values. Pure.

The language is the part of XLSForm's expressions that a questionnaire needs, so that a form goes to other tools and comes back as
it is: `selected(${Q5}, 'actif') and not(${Q25} = '')`, `count-selected(${Q9}) >= 2`, `${Q18} < 3`. The answer of a repeated
question, asked from outside its group, is the list of all its answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

MOST_LETTERS = 2_000
MOST_DEEP = 50  # parentheses inside parentheses

GRAMMAR = r"""
    ?start: either
    ?either: every ("or" every)*
    ?every: one ("and" one)*
    ?one: "not" "(" either ")" -> negation
        | "(" either ")"
        | "selected" "(" code "," text ")" -> selected
        | "count-selected" "(" code ")" OPERATOR number -> counted
        | code OPERATOR (text | number) -> compared
    code: "${" /[A-Za-z][A-Za-z0-9_]{0,39}/ "}"
    text: /'[^'\n]*'/
    number: /-?[0-9]{1,12}(\.[0-9]{1,6})?/
    OPERATOR: "=" | "!=" | "<=" | ">=" | "<" | ">"
    %ignore /\s+/
"""

Value = str | float | list[str] | None  # of an answer; None or « » when there is none
Values = Mapping[str, Value]  # by question code


class ConditionError(ValueError):
    """A condition that cannot be read; the message says where, in French."""


@dataclass(frozen=True)
class Selected:
    """Is `value` the answer, or one of the answers, to `code`?"""

    code: str
    value: str

    def holds(self, values: Values) -> bool:
        return self.value in answers_of(values.get(self.code))

    def __str__(self) -> str:
        return f"selected(${{{self.code}}}, '{self.value}')"


@dataclass(frozen=True)
class Compared:
    """Does the answer to `code` compare so? Without an answer only « = '' » and « != » of something hold."""

    code: str
    operator: str
    value: str | float

    def holds(self, values: Values) -> bool:
        given = values.get(self.code)
        if isinstance(self.value, str):
            is_same = self.value in (answers_of(given) or [""])
            return is_same if self.operator == "=" else not is_same
        if not isinstance(given, int | float):
            return self.operator == "!="
        return _compare(given, self.operator, self.value)

    def __str__(self) -> str:
        told = f"'{self.value}'" if isinstance(self.value, str) else _number(self.value)
        return f"${{{self.code}}} {self.operator} {told}"


@dataclass(frozen=True)
class Counted:
    """How many answers to `code` are chosen."""

    code: str
    operator: str
    value: float

    def holds(self, values: Values) -> bool:
        return _compare(len(answers_of(values.get(self.code))), self.operator, self.value)

    def __str__(self) -> str:
        return f"count-selected(${{{self.code}}}) {self.operator} {_number(self.value)}"


@dataclass(frozen=True)
class Not:
    part: "Condition"

    def holds(self, values: Values) -> bool:
        return not self.part.holds(values)

    def __str__(self) -> str:
        return f"not({self.part})"


@dataclass(frozen=True)
class All:
    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        return all(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Either:
    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        return any(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


Atom = Selected | Compared | Counted
Condition = Atom | Not | All | Either
ALWAYS = All(())


def read(text: str) -> Condition:
    """The condition that a text says; ALWAYS for « ». Raises ConditionError with the place of what is not understood."""
    text = text.strip()
    if not text:
        return ALWAYS
    if len(text) > MOST_LETTERS or text.count("(") > MOST_DEEP:
        raise ConditionError("Cette condition est trop longue.")
    try:
        return _Reader().transform(_PARSER.parse(text))
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            raise ConditionError("Cette condition n’est pas finie.") from error
        rest = text[error.pos_in_stream or 0 :][:20]
        raise ConditionError(f"Incompris à partir de «\u00a0{rest}\u00a0» (lettre {error.column}).") from error
    except VisitError as error:
        raise ConditionError(str(error.orig_exc)) from error


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every question asked about, in the order of the text."""
    if isinstance(condition, Not):
        yield from atoms(condition.part)
    elif isinstance(condition, All | Either):
        for part in condition.parts:
            yield from atoms(part)
    else:
        yield condition


def answers_of(value: Value) -> list[str]:
    """The answers that a value holds, as texts; none for no answer."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return value
    return [_number(value) if isinstance(value, int | float) else value]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _compare(one: float, operator: str, other: float) -> bool:
    if operator == "=":
        return one == other
    if operator == "!=":
        return one != other
    if operator in ("<", "<="):
        return one < other or (operator == "<=" and one == other)
    return one > other or (operator == ">=" and one == other)


class _Reader(Transformer[Token, Condition]):
    """From lark's tree to ours."""

    def code(self, parts: list[Token]) -> str:
        return str(parts[0])

    def text(self, parts: list[Token]) -> str:
        return str(parts[0])[1:-1]

    def number(self, parts: list[Token]) -> float:
        return float(parts[0])

    def selected(self, parts: list[Any]) -> Condition:
        return Selected(*parts)

    def counted(self, parts: list[Any]) -> Condition:
        return Counted(parts[0], str(parts[1]), parts[2])

    def compared(self, parts: list[Any]) -> Condition:
        code, operator, value = parts
        if isinstance(value, str) and operator not in ("=", "!="):
            raise ConditionError(
                f"«\u00a0{operator}\u00a0» compare des nombres, et «\u00a0{value}\u00a0» est un texte."
            )
        return Compared(code, str(operator), value)

    def negation(self, parts: list[Condition]) -> Condition:
        return Not(parts[0])

    def every(self, parts: list[Condition]) -> Condition:
        return All(tuple(parts))

    def either(self, parts: list[Condition]) -> Condition:
        return Either(tuple(parts))


_PARSER = Lark(GRAMMAR, parser="lalr")
