"""The file that everybody may take: responses of those who agreed, without anything that names them.

Nothing typed, no contact, no partner. Where a collectivité is and what it is are told as roughly as five responses at least have
the same. One agreed response in ten, drawn once for all by a secret, is left out: the published totals less this file are then
never the answers of those alone who did not agree.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings

from surveys.aect_codes import STATISTICS
from surveys.cells import ANSWERED, Cell, answers_counted, band_of, numbers_of
from surveys.enums import NUMBER_KINDS, QuestionKind
from surveys.models import Wave
from surveys.outline import Outline, Question
from surveys.paths import Conditions
from surveys.published import conditions_of
from surveys.values import UNKNOWN

from .dimensions import KEYS
from .exports import Exported, responses_of
from .published_results import Release, release_of
from .suppression import LEAST, generalised

LEFT_OUT_OF = 10
TOLD = (
    QuestionKind.SINGLE,
    QuestionKind.MULTIPLE,
    QuestionKind.SCALE,
    QuestionKind.GRID,
    QuestionKind.RANKING,
    *NUMBER_KINDS,
)
# The order in which what is too rare loses its parts.
STRATA = ("departement", "population", "niveau", "engagement")
OTHERS = "autres"


def _asked(outline: Outline) -> list[Question]:
    return [question for section in outline.sections for question in section.questions if question.kind in TOLD]


def columns_of(wave: Wave) -> list[str]:
    """The names of the columns."""
    outline = conditions_of(wave.questionnaire_id).outline
    return ["reponse", *STRATA, *(name for question in _asked(outline) for name in _names(question))]


def _names(question: Question) -> list[str]:
    if question.kind == QuestionKind.MULTIPLE:
        return [f"{question.code}.{choice.value}" for choice in question.choices]
    if question.kind == QuestionKind.GRID:
        return [f"{question.code}.{row.value}" for row in question.rows]
    if question.kind == QuestionKind.RANKING:
        return [f"{question.code}.{rank}" for rank in range(1, (question.most or len(question.choices)) + 1)]
    return [question.code]


def rows_of(wave: Wave) -> Iterator[list[Any]]:
    """The rows, in an order that says nothing; none when too few agreed."""
    conditions = conditions_of(wave.questionnaire_id)
    agreed = agreement(conditions)
    if agreed is None:
        return
    release = release_of(wave)
    kept = []
    left_out = 0
    for one in responses_of(wave):
        if agreed in (one.counted or ()):
            name = _name(wave, one.pk)
            if int(name, 16) % LEFT_OUT_OF == 0:
                left_out += 1
            else:
                kept.append((name[:12], _strata(release, one), _answers(conditions, one)))
    if left_out < LEAST:
        return
    rough = generalised([strata for _name, strata, _answers in kept])
    for (name, _exact, answers), strata in sorted(zip(kept, rough, strict=True), key=lambda row: row[0][0]):
        if strata is not None:
            yield [name, *strata, *answers]


def agreement(conditions: Conditions) -> int | None:
    """The cell of those who let their answers be used again."""
    asked = (question for question in conditions.outline.questions() if question.kind == QuestionKind.CONSENT)
    question = next((question for question in asked if STATISTICS in question.values), None)
    return numbers_of(conditions)[Cell(question.code, "", STATISTICS)] if question else None


def _name(wave: Wave, pk: int) -> str:
    """Tells nothing about the response to whoever has not the secret."""
    return hmac.new(settings.SECRET_KEY.encode(), f"surveys.public:{wave.pk}:{pk}".encode(), hashlib.sha256).hexdigest()


def _strata(release: Release, one: Exported) -> tuple[str, ...]:
    """What the published tables tell of its collectivité, and no more."""
    found = []
    for dimension in STRATA:
        key = KEYS[dimension](one.stratum)
        group = next((group for group, _asked, _sent in release.rates.get(dimension, ()) if key in group), ())
        found.append(key if len(group) == 1 else OTHERS if group else "")
    return tuple(found)


def _answers(conditions: Conditions, one: Exported) -> Sequence[Any]:
    numbers = numbers_of(conditions)
    cells = set(one.counted or ())
    found: list[Any] = []
    for question in _asked(conditions.outline):
        names = _names(question)
        if numbers[Cell(question.code, "", ANSWERED)] in cells:
            found += _told(question, one.values.get(question.code), cells, numbers, len(names))
        else:
            found += [""] * len(names)
    return found


def _told(question: Question, value: Any, cells: set[int], numbers: Any, count: int) -> list[Any]:
    listed = {choice.value for choice in answers_counted(question)}
    if question.kind == QuestionKind.MULTIPLE:
        return [int(numbers[Cell(question.code, "", choice.value)] in cells) for choice in question.choices]
    if question.kind == QuestionKind.GRID:
        return [value.get(row.value, "") if value.get(row.value) in listed else "" for row in question.rows]
    if question.kind == QuestionKind.RANKING:
        return [*(each for each in value if each in listed), *[""] * count][:count]
    if question.kind in NUMBER_KINDS and question.kind != QuestionKind.SCALE and value != UNKNOWN:
        return [band_of(question.kind, value)]
    return [value if str(value) in listed else ""]
