"""Answers in words: what the review page, the receipt and staff's pages say of a value. Pure."""

from typing import Any

from django.utils.translation import gettext as _

from .enums import QuestionKind
from .outline import Question
from .typed import CONTACT_PARTS, Lists
from .values import BLOCK_ID, UNKNOWN, has_answer


def told(question: Question, value: Any, lists: Lists) -> list[str]:
    """The lines that say `value`; none for no answer."""
    if not has_answer(value):
        return []
    kind = question.kind
    if kind == QuestionKind.GRID:
        labels = _labels(question)
        return [
            f"{row.label}\u00a0: {labels.get(value[row.value], value[row.value])}"
            for row in question.rows
            if row.value in value
        ]
    if kind == QuestionKind.CONTACT:
        return [", ".join(value[part] for part in CONTACT_PARTS if value.get(part))]
    if kind == QuestionKind.REPEAT:
        return [_block(question, block, lists) for block in value]
    if kind == QuestionKind.RANKING:
        labels = _labels(question)
        return [f"{rank}. {labels.get(each, each)}" for rank, each in enumerate(value, start=1)]
    if kind == QuestionKind.THEME:
        return [lists.themes.get(code, code) for code in value]
    if kind == QuestionKind.COUNTRY:
        return [lists.countries.get(value, value)]
    if kind in (QuestionKind.ACTOR, QuestionKind.FILE):
        return [value["nom"]]
    if kind == QuestionKind.AMOUNT:
        return [_("%(n)s €") % {"n": value}]
    labels = _labels(question)
    return [labels.get(str(each), str(each)) for each in (value if isinstance(value, list) else [value])]


def _labels(question: Question) -> dict[str, str]:
    return {choice.value: choice.label for choice in question.choices} | {UNKNOWN: _("ne sait pas")}


def _block(question: Question, block: dict[str, Any], lists: Lists) -> str:
    parts = []
    for nested in question.questions:
        if nested.code != BLOCK_ID and (lines := told(nested, block.get(nested.code), lists)):
            parts.append(f"{nested.label}\u00a0: {', '.join(lines)}")
    return "\u00a0; ".join(parts)
