"""A questionnaire that is being written: each gesture of its editor makes another outline. Pure.

A place is named by its code, that of a section or of a question; « » is the head of the questionnaire. When a code was given twice,
the first one is meant.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from .conditions import MOST_LETTERS
from .enums import QuestionKind
from .outline import Outline, Question, Section

MOST_SECTIONS = 60
MOST_QUESTIONS = 400
NOT_IN_A_GROUP = (QuestionKind.REPEAT, QuestionKind.GRID, QuestionKind.FILE)

Path = tuple[int, ...]  # a section; one of its questions; a question of this one, a repeated group
Part = Outline | Section | Question
_ASKED = re.compile(r"\$\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}")


class EditError(ValueError):
    """A gesture that cannot be made; the message says why, in French."""


# --- what is there ------------------------------------------------------------------------------------------------------------
def codes_of(outline: Outline) -> list[str]:
    """Every code, as it is read: a section, its questions, those of a group after it."""
    return [code for code, __ in _places(outline)]


def part_of(outline: Outline, place: str) -> Part | None:
    """What one form changes: the head, a section or a question, without what stands under it; None for a place that is gone."""
    if not place:
        return replace(outline, sections=())
    path = _path(outline, place)
    return None if path is None else replace(_at(outline, path), questions=())


def whole_part(outline: Outline, place: str) -> Part | None:
    """A section or a question with everything under it; None for a place that is gone."""
    path = _path(outline, place)
    return None if path is None else _at(outline, path)


def order_of(outline: Outline) -> list[tuple[int, str]]:
    """What a move depends on: each code and how deep it stands, whatever the words are."""
    return [(len(path), code) for code, path in _places(outline)]


def owner_of(outline: Outline, code: str) -> str:
    """The section or the group that a question stands in; « » for a section, and for what is not there."""
    path = _path(outline, code)
    return _at(outline, path[:-1]).code if path is not None and len(path) > 1 else ""


def mark_of(part: object) -> str:
    """The same for the same words: what a form saw, to be compared when it is saved."""
    return hashlib.sha256(repr(part).encode("utf-8", "replace")).hexdigest()[:20]


def asking(outline: Outline, codes: Collection[str]) -> list[str]:
    """The codes of what is shown or not according to the answers to `codes`, these left out; conditions that cannot be read count
    too."""
    found = []
    for code, path in _places(outline):
        asked = set(_ASKED.findall(_at(outline, path).visible_if))
        if code not in codes and asked & set(codes):
            found.append(code)
    return found


def next_code(taken: Collection[str], letter: str = "Q") -> str:
    """« Q44 » when the highest number taken is Q43: a number that is free lower down may have been somebody's."""
    numbers = [int(found[1]) for code in taken if (found := re.fullmatch(rf"{letter}(\d{{1,6}})", code, re.IGNORECASE))]
    return f"{letter}{max(numbers, default=0) + 1}"


# --- gestures -----------------------------------------------------------------------------------------------------------------
def with_head(outline: Outline, *, title: str, intro: str) -> Outline:
    return replace(outline, title=title, intro=intro)


def add_section(outline: Outline, section: Section, *, after: str = "") -> Outline:
    """`after`: the section that it follows; « » to be the last. Raises EditError."""
    _check_free(outline, [section.code])
    if len(outline.sections) >= MOST_SECTIONS:
        raise EditError(_("Un questionnaire a %(n)d parties au plus.") % {"n": MOST_SECTIONS})
    position = len(outline.sections)
    if after:
        path = _found(outline, after)
        position = path[0] + 1
    return replace(outline, sections=_inserted(outline.sections, position, section))


def add_question(outline: Outline, question: Question, *, into: str, after: str = "") -> Outline:
    """`into`: a section or a repeated group; `after`: a question there, `into` itself to be the first, « » to be the last. Raises
    EditError."""
    _check_free(outline, [question.code, *(each.code for each in question.questions)])
    if len(list(outline.questions())) + 1 + len(question.questions) > MOST_QUESTIONS:
        raise EditError(_("Un questionnaire a %(n)d questions au plus.") % {"n": MOST_QUESTIONS})
    home = _found(outline, into)
    owner = _at(outline, home)
    if isinstance(owner, Question):
        if owner.kind != QuestionKind.REPEAT:
            raise EditError(
                _("«\u00a0%(code)s\u00a0» n’est pas un groupe répété\u00a0: rien ne s’y ajoute.") % {"code": into}
            )
        if question.kind in NOT_IN_A_GROUP:
            raise EditError(_("Une question «\u00a0%(kind)s\u00a0» ne se répète pas.") % {"kind": question.kind.label})
    position = len(owner.questions)
    if after == into:
        position = 0
    elif after:
        place = _found(outline, after)
        if place[:-1] != home:
            raise EditError(
                _("«\u00a0%(code)s\u00a0» n’est plus dans «\u00a0%(place)s\u00a0».") % {"code": after, "place": into}
            )
        position = place[-1] + 1
    return _with_children(outline, home, _inserted(owner.questions, position, question))


def replace_section(outline: Outline, code: str, section: Section) -> Outline:
    """Its words and its condition; its questions stay. Raises EditError."""
    path = _found(outline, code)
    if len(path) > 1:
        raise EditError(_("«\u00a0%(code)s\u00a0» n’est pas une partie.") % {"code": code})
    return _replaced(outline, path, replace(section, questions=outline.sections[path[0]].questions))


def replace_question(outline: Outline, code: str, question: Question) -> Outline:
    """Another question in its place; the questions of a group stay, and conditions follow a code that changes. Raises EditError."""
    path = _found(outline, code)
    before = _at(outline, path)
    if not isinstance(before, Question):
        raise EditError(_("«\u00a0%(code)s\u00a0» n’est pas une question.") % {"code": code})
    if before.questions and question.kind != QuestionKind.REPEAT:
        raise EditError(
            _("«\u00a0%(code)s\u00a0» contient des questions\u00a0: il reste un groupe répété.") % {"code": code}
        )
    if len(path) > 2 and question.kind in NOT_IN_A_GROUP:
        raise EditError(_("Une question «\u00a0%(kind)s\u00a0» ne se répète pas.") % {"kind": question.kind.label})
    if question.code != code:
        _check_free(outline, [question.code], but=code)
    changed = _replaced(outline, path, replace(question, questions=before.questions))
    return changed if question.code == code else _renamed(changed, {code: question.code})


def move(outline: Outline, code: str, step: int) -> Outline:
    """One place up (-1) or down (+1). A question at the edge of its section goes on into the next one; what is at the very edge
    stays. Raises EditError."""
    path = _found(outline, code)
    siblings, position = _siblings(outline, path), path[-1]
    if 0 <= position + step < len(siblings):
        listed = list(siblings)
        listed[position], listed[position + step] = listed[position + step], listed[position]
        return _with_children(outline, path[:-1], tuple(listed))
    beyond = path[0] + step
    if len(path) != 2 or not 0 <= beyond < len(outline.sections):
        return outline
    there = outline.sections[beyond].questions
    moved = _with_children(outline, path[:1], _without(siblings, position))
    return _with_children(moved, (beyond,), _inserted(there, 0 if step > 0 else len(there), siblings[position]))


def put(outline: Outline, code: str, *, into: str, after: str = "") -> Outline:
    """A question elsewhere, see `add_question`. Raises EditError."""
    path = _found(outline, code)
    question = _at(outline, path)
    if not isinstance(question, Question):
        raise EditError(_("«\u00a0%(code)s\u00a0» n’est pas une question.") % {"code": code})
    if after == code or into == code:
        raise EditError(_("Une question ne se range pas après elle-même."))
    return add_question(
        _with_children(outline, path[:-1], _without(_siblings(outline, path), path[-1])),
        question,
        into=into,
        after=after,
    )


def duplicate(outline: Outline, code: str, *, taken: Collection[str] = ()) -> Outline:
    """The same question again, right after, under the next free code; those of a group too. `taken`: codes that other versions
    have. Raises EditError."""
    path = _found(outline, code)
    question = _at(outline, path)
    if not isinstance(question, Question):
        raise EditError(_("«\u00a0%(code)s\u00a0» n’est pas une question.") % {"code": code})
    used = {*codes_of(outline), *taken}
    names: dict[str, str] = {}
    for each in (question, *question.questions):
        names[each.code] = next_code(used)
        used.add(names[each.code])
    nested = tuple(
        replace(each, code=names[each.code], visible_if=_asking_others(each.visible_if, names))
        for each in question.questions
    )
    copy = replace(question, code=names[code], questions=nested)
    return add_question(outline, copy, into=owner_of(outline, code), after=code)


def remove(outline: Outline, code: str) -> Outline:
    """Without a section or a question, and what stands under it. Raises EditError when a condition elsewhere asks about it."""
    path = _found(outline, code)
    if others := asking(outline, under(outline, code)):
        raise EditError(
            _(
                "«\u00a0%(code)s\u00a0» ne se supprime pas\u00a0: la condition de %(others)s en dépend. Changez-la d’abord."
            )
            % {"code": code, "others": ", ".join(others)}
        )
    return _with_children(outline, path[:-1], _without(_siblings(outline, path), path[-1]))


def under(outline: Outline, code: str) -> list[str]:
    """The codes that go with a section or a question: its own, and what stands in it."""
    path = _found(outline, code)
    return [each for each, place in _places(outline) if place[: len(path)] == path]


# --- paths --------------------------------------------------------------------------------------------------------------------
def _places(outline: Outline) -> Iterator[tuple[str, Path]]:
    for number, section in enumerate(outline.sections):
        yield section.code, (number,)
        for rank, question in enumerate(section.questions):
            yield question.code, (number, rank)
            for position, each in enumerate(question.questions):
                yield each.code, (number, rank, position)


def _path(outline: Outline, code: str) -> Path | None:
    return next((path for each, path in _places(outline) if each == code), None)


def _found(outline: Outline, code: str) -> Path:
    path = _path(outline, code)
    if path is None:
        raise EditError(_("«\u00a0%(code)s\u00a0» n’est plus dans le questionnaire.") % {"code": code[:40]})
    return path


def _at(outline: Outline, path: Path) -> Section | Question:
    found: Section | Question = outline.sections[path[0]]
    for position in path[1:]:
        found = found.questions[position]
    return found


def _siblings(outline: Outline, path: Path) -> tuple[Any, ...]:
    return outline.sections if len(path) == 1 else _at(outline, path[:-1]).questions


def _with_children(outline: Outline, path: Path, children: tuple[Any, ...]) -> Outline:
    """`path`: of a section or of a group; () for the questionnaire, whose children are its sections."""
    if not path:
        return replace(outline, sections=children)
    return _replaced(outline, path, replace(_at(outline, path), questions=children))


def _replaced(outline: Outline, path: Path, part: Section | Question) -> Outline:
    listed = list(_siblings(outline, path))
    listed[path[-1]] = part
    return _with_children(outline, path[:-1], tuple(listed))


def _inserted(listed: tuple[Any, ...], position: int, one: Any) -> tuple[Any, ...]:
    return (*listed[:position], one, *listed[position:])


def _without(listed: tuple[Any, ...], position: int) -> tuple[Any, ...]:
    return (*listed[:position], *listed[position + 1 :])


# --- codes --------------------------------------------------------------------------------------------------------------------
def is_free(outline: Outline, code: str, *, but: str = "") -> bool:
    """Is this code given to nothing, whatever its capitals? `but`: the one that it may have now."""
    others = codes_of(outline)
    if but in others:
        others.remove(but)
    return code.casefold() not in {each.casefold() for each in others}


def _check_free(outline: Outline, codes: list[str], *, but: str = "") -> None:
    for code in codes:
        if not is_free(outline, code, but=but):
            raise EditError(_("Le code «\u00a0%(code)s\u00a0» est déjà pris.") % {"code": code})


def _renamed(outline: Outline, names: dict[str, str]) -> Outline:
    """With the new names wherever a condition says the former."""
    for __, path in _places(outline):
        part = _at(outline, path)
        if (text := _asking_others(part.visible_if, names)) != part.visible_if:
            outline = _replaced(outline, path, replace(part, visible_if=text))
    return outline


def _asking_others(condition: str, names: dict[str, str]) -> str:
    text = _ASKED.sub(lambda found: f"${{{names.get(found[1], found[1])}}}", condition)
    return text if len(text) <= MOST_LETTERS else condition
