"""A questionnaire as plain values: what files, tables, forms and checks have in common. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .enums import CHOICE_KINDS, QuestionKind


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """`visible_if`: see `conditions`. `choices`: of a list, or the columns of a grid, whose lines are `rows`. `most`: how many
    answers at the most. `minimum`, `maximum`: of a number. `ends`: what 1 and 5 mean on a scale. `questions`: of a repeated group.
    `source`: which known value fills it. `has_unknown`: is « ne sait pas » offered? `exclusive`: the choice that excludes the
    others (« aucune »)."""

    code: str
    kind: QuestionKind
    label: str
    help: str = ""
    why: str = ""
    visible_if: str = ""
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    most: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    ends: tuple[str, str] | None = None
    has_unknown: bool = False
    exclusive: str = ""
    source: str = ""
    questions: "tuple[Question, ...]" = ()

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICE_KINDS

    @property
    def values(self) -> list[str]:
        """The values that its answer may hold, for a list."""
        return [choice.value for choice in self.choices]


@dataclass(frozen=True)
class Section:
    """One page of the questionnaire."""

    code: str
    title: str
    intro: str = ""
    visible_if: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Outline:
    """`code`: what its versions have in common."""

    code: str
    title: str
    intro: str = ""
    sections: tuple[Section, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question, those of repeated groups after their group, in order."""
        for section in self.sections:
            for question in section.questions:
                yield question
                yield from question.questions

    def tops(self) -> Iterator[Question]:
        """The questions that stand by themselves, in order."""
        return (question for section in self.sections for question in section.questions)

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions() if question.code == code), None)


def as_dict(outline: Outline) -> dict[str, Any]:
    """The same as plain lists and texts, that `outline_of` reads again; lists rather than objects where the order counts."""
    return {
        "code": outline.code,
        "title": outline.title,
        "intro": outline.intro,
        "sections": [
            {
                "code": section.code,
                "title": section.title,
                "intro": section.intro,
                "visible_if": section.visible_if,
                "questions": [_question_as_dict(question) for question in section.questions],
            }
            for section in outline.sections
        ],
    }


def _question_as_dict(question: Question) -> dict[str, Any]:
    said: dict[str, Any] = {"code": question.code, "kind": question.kind.value, "label": question.label}
    plain = {name: getattr(question, name) for name in _PLAIN}
    said |= {name: value for name, value in plain.items() if value or (value == 0 and value is not False)}
    for name in ("choices", "rows"):
        if listed := getattr(question, name):
            said[name] = [[choice.value, choice.label] for choice in listed]
    if question.ends:
        said["ends"] = list(question.ends)
    if question.questions:
        said["questions"] = [_question_as_dict(each) for each in question.questions]
    return said


class OutlineError(ValueError):
    """A questionnaire that is not one; the message says where, in French."""


_PLAIN = (
    "label",
    "help",
    "why",
    "visible_if",
    "is_required",
    "most",
    "minimum",
    "maximum",
    "has_unknown",
    "exclusive",
    "source",
)


_NAMED = re.compile(r"\$([A-Z]+)\b")


def outline_of(said: dict[str, Any]) -> Outline:
    """From what a file says (see `surveys/questionnaires/aect.toml`). `listes` names lists that several questions share. Raises
    OutlineError."""
    lists = {name: _choices(choices, name) for name, choices in said.get("listes", {}).items()}
    sections = tuple(
        Section(
            code=section.get("code", f"S{number}"),
            title=section["title"],
            intro=section.get("intro", ""),
            visible_if=_expanded(section.get("visible_if", ""), said.get("conditions", {})),
            questions=tuple(
                _question(each, lists, said.get("conditions", {})) for each in section.get("questions", [])
            ),
        )
        for number, section in enumerate(said.get("sections", []), start=1)
    )
    return Outline(code=said["code"], title=said["title"], intro=said.get("intro", ""), sections=sections)


def _question(said: dict[str, Any], lists: dict[str, tuple[Choice, ...]], named: dict[str, str]) -> Question:
    code = said.get("code", "?")
    known = {"code", "kind", "choices", "rows", "ends", "questions", *_PLAIN}
    if strange := sorted(set(said) - known):
        raise OutlineError(f"{code}\u00a0: «\u00a0{strange[0]}\u00a0» n’est pas une propriété d’une question.")
    try:
        kind = QuestionKind(said["kind"])
    except (KeyError, ValueError) as error:
        raise OutlineError(
            f"{code}\u00a0: «\u00a0{said.get('kind', '')}\u00a0» n’est pas un type de question."
        ) from error
    values = {name: said[name] for name in _PLAIN if name in said}
    values["visible_if"] = _expanded(values.get("visible_if", ""), named)
    return Question(
        code=code,
        kind=kind,
        **({"label": code} | values),
        choices=_listed(said.get("choices", []), lists, code),
        rows=_listed(said.get("rows", []), lists, code),
        ends=tuple(said["ends"]) if "ends" in said else None,
        questions=tuple(_question(each, lists, named) for each in said.get("questions", [])),
    )


def _listed(said: Any, lists: dict[str, tuple[Choice, ...]], place: str) -> tuple[Choice, ...]:
    if isinstance(said, str):
        if said not in lists:
            raise OutlineError(f"{place}\u00a0: la liste «\u00a0{said}\u00a0» n’existe pas.")
        return lists[said]
    return _choices(said, place)


def _choices(said: Any, place: str) -> tuple[Choice, ...]:
    """`{value = label, …}` of a file, in its order; or the pairs of `as_dict`."""
    if isinstance(said, dict):
        return tuple(Choice(value, label) for value, label in said.items())
    if isinstance(said, list):
        return tuple(Choice(value, label) for value, label in said)
    raise OutlineError(f'{place}\u00a0: une liste de choix s’écrit valeur = "libellé".')


def _expanded(text: str, named: dict[str, str]) -> str:
    """« $ENG » stands for the condition of that name; one that is not named stays, and is refused when the condition is read."""
    return _NAMED.sub(lambda name: f"({named[name[1]]})" if name[1] in named else name[0], text)
