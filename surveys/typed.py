"""What somebody typed in a page of the questionnaire, read as values. Pure: names of countries and themes are given.

Nothing that is typed is lost: an answer that cannot be taken comes back as it was typed, with a sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from .enums import QuestionKind
from .outline import Question
from .values import BLOCK_ID, UNKNOWN, has_answer

MOST_LETTERS = {QuestionKind.TEXT: 300, QuestionKind.LONG: 5_000}
MOST_DIGITS = 12
MOST_BLOCKS, MOST_READ = 40, 400  # blocks added to those that are known; blocks of a page
CONTACT_PARTS = ("nom", "fonction", "courriel", "telephone")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]")


class Posted(Protocol):
    """What a form sends: the last value of a name, and all of them."""

    def get(self, name: str, default: str = "") -> Any: ...

    def getlist(self, name: str) -> list[Any]: ...


@dataclass(frozen=True)
class Lists:
    """What the répertoire knows: country code → name, theme code → name."""

    countries: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """`value`: what is kept; `errors`: name of the input → what is wrong with it, the value then not being kept; `shown`: what the
    page shows again, as typed."""

    value: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    shown: Any = None


class _RefusedError(ValueError):
    """An answer that cannot be taken; the message is French."""


def read_question(question: Question, posted: Posted, lists: Lists, name: str = "") -> Typed:
    """The answer to `question` in what a form sent. `name`: of its input, its code outside repeated groups."""
    name = name or question.code
    if question.kind == QuestionKind.REPEAT:
        return _blocks(question, posted, lists)
    raw = _raw(question, posted, name)
    try:
        return Typed(value := _READERS[question.kind](question, raw, lists), shown=value)
    except _RefusedError as error:
        return Typed(errors={name: str(error)}, shown=raw)


def clean(text: Any) -> str:
    """A text as it is kept: without characters that no page shows, its ends trimmed, its lines ended as everywhere."""
    return CONTROL.sub("", str(text).replace("\r\n", "\n")).strip()


def _raw(question: Question, posted: Posted, name: str) -> Any:
    kind = question.kind
    if kind in (QuestionKind.MULTIPLE, QuestionKind.CONSENT):
        return [clean(each) for each in posted.getlist(name)]
    if kind in (QuestionKind.RANKING, QuestionKind.THEME):
        return [clean(each) for each in posted.getlist(name) if clean(each)]
    if kind == QuestionKind.GRID:
        said = {row.value: clean(posted.get(f"{name}.{row.value}", "")) for row in question.rows}
        return {row: value for row, value in said.items() if value}
    if kind == QuestionKind.CONTACT:
        said = {part: clean(posted.get(f"{name}.{part}", "")) for part in CONTACT_PARTS}
        return {part: value for part, value in said.items() if value}
    return clean(posted.get(name, ""))


def _blocks(question: Question, posted: Posted, lists: Lists) -> Typed:
    """Each block of a repeated group; one that was emptied, or that its box takes away, is dropped."""
    count = clean(posted.get(f"{question.code}.n", "0"))[:4]
    kept: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    errors: dict[str, str] = {}
    added, most = 0, question.most or MOST_BLOCKS
    for position in range(min(int(count) if count.isascii() and count.isdigit() else 0, MOST_READ)):
        prefix = f"{question.code}.{position}"
        if posted.get(f"{prefix}.retirer", ""):
            continue
        known = clean(posted.get(f"{prefix}.{BLOCK_ID}", ""))[:40]
        read = {each.code: read_question(each, posted, lists, f"{prefix}.{each.code}") for each in question.questions}
        said = {code: typed.value for code, typed in read.items() if has_answer(typed.value)}
        wrong = {name: error for typed in read.values() for name, error in typed.errors.items()}
        if not said and not wrong:
            continue
        added += not known
        if added > most:
            errors[question.code] = _("%(n)s ajouts au plus\u00a0: dites-nous les autres dans un message.") % {
                "n": most
            }
        # Blocks that were emptied are gone: the others move up, and their errors with them.
        here = f"{question.code}.{len(shown)}"
        errors |= {name.replace(prefix, here, 1): error for name, error in wrong.items()}
        shown.append({BLOCK_ID: known} | {code: typed.shown for code, typed in read.items() if has_answer(typed.shown)})
        kept.append({BLOCK_ID: known} | said)
    return Typed(kept, errors, shown)


def _choice(question: Question, raw: str, lists: Lists) -> str:
    allowed = {*question.values, ""} | ({UNKNOWN} if question.has_unknown else set())
    if raw not in allowed:
        raise _RefusedError(_("Ce choix n’est pas proposé."))
    return raw


def _choices(question: Question, raw: list[str], lists: Lists) -> list[str]:
    if any(value not in question.values for value in raw):
        raise _RefusedError(_("Un de ces choix n’est pas proposé."))
    # In the order of the list, whatever order they were ticked in: the same answer is the same value. A ranking has its own.
    is_ranked = question.kind == QuestionKind.RANKING
    chosen = list(dict.fromkeys(raw)) if is_ranked else [value for value in question.values if value in raw]
    if question.exclusive in chosen and len(chosen) > 1:
        label = next(choice.label for choice in question.choices if choice.value == question.exclusive)
        raise _RefusedError(
            _("«\u00a0%(label)s\u00a0» ne va pas avec les autres\u00a0: gardez l’un ou les autres.") % {"label": label}
        )
    return _at_most(question, chosen)


def _ranking(question: Question, raw: list[str], lists: Lists) -> list[str]:
    if len(set(raw)) < len(raw):
        raise _RefusedError(_("Le même choix est à deux rangs\u00a0: gardez-en un."))
    return _choices(question, raw, lists)


def _themes(question: Question, raw: list[str], lists: Lists) -> list[str]:
    if any(code not in lists.themes for code in raw):
        raise _RefusedError(_("Un de ces thèmes n’est pas dans la liste."))
    return _at_most(question, list(dict.fromkeys(raw)))


def _at_most(question: Question, chosen: list[str]) -> list[str]:
    if question.most and len(chosen) > question.most:
        raise _RefusedError(
            _("%(n)s choix sont cochés\u00a0: gardez-en %(most)s au plus.") % {"n": len(chosen), "most": question.most}
        )
    return chosen


def _scale(question: Question, raw: str, lists: Lists) -> int | str:
    if raw in ("1", "2", "3", "4", "5"):
        return int(raw)
    if raw == "" or (raw == UNKNOWN and question.has_unknown):
        return raw
    raise _RefusedError(_("Choisissez de 1 à 5."))


def _grid(question: Question, raw: dict[str, str], lists: Lists) -> dict[str, str]:
    allowed = {*question.values} | ({UNKNOWN} if question.has_unknown else set())
    if any(value not in allowed for value in raw.values()):
        raise _RefusedError(_("Un de ces choix n’est pas proposé."))
    return raw


def _number(question: Question, raw: str, lists: Lists) -> int | str:
    """« 12 000 », « 12 000 € » and « 12000,00 » are 12000."""
    text = re.sub(r"[\s\u00a0\u202f€]", "", raw)
    text = re.sub(r"[.,]0{1,2}$", "", text)
    if not text:
        return ""
    if not re.fullmatch(rf"-?[0-9]{{1,{MOST_DIGITS}}}", text):
        example = _("une année, comme 1998") if question.kind == QuestionKind.YEAR else _("un nombre entier, comme 12")
        raise _RefusedError(_("Écrivez %(example)s.") % {"example": example})
    number, (low, high) = int(text), _bounds(question)
    if question.kind == QuestionKind.YEAR and not (low or 0) <= number <= (high or number):
        raise _RefusedError(_("Une année entre %(low)s et %(high)s.") % {"low": low, "high": high})
    if low is not None and number < low:
        raise _RefusedError(_("Au moins %(n)s.") % {"n": low})
    if high is not None and number > high:
        raise _RefusedError(_("Au plus %(n)s.") % {"n": high})
    return number


def _bounds(question: Question) -> tuple[int | None, int | None]:
    """A year is of this era and not of the next century, an amount is not a debt, unless the question says otherwise."""
    usual: dict[QuestionKind, tuple[int | None, int | None]] = {
        QuestionKind.YEAR: (1000, date.today().year),  # noqa: DTZ011 - no hour matters
        QuestionKind.AMOUNT: (0, None),
    }
    low, high = usual.get(question.kind, (None, None))
    return (
        low if question.minimum is None else question.minimum,
        high if question.maximum is None else question.maximum,
    )


def _text(question: Question, raw: str, lists: Lists) -> str:
    most = MOST_LETTERS[question.kind]
    if len(raw) > most:
        raise _RefusedError(_("%(n)s signes\u00a0: c’est trop long, %(most)s au plus.") % {"n": len(raw), "most": most})
    return raw if question.kind == QuestionKind.LONG else " ".join(raw.split())


def _date(question: Question, raw: str, lists: Lists) -> str:
    """« 2026-11-30 », as browsers send it, or « 30/11/2026 »."""
    if not raw:
        return ""
    turned = re.sub(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$", lambda m: f"{m[3]}-{m[2]:0>2}-{m[1]:0>2}", raw)
    try:
        return date.fromisoformat(turned).isoformat()
    except ValueError as error:
        raise _RefusedError(_("Écrivez une date, comme 30/11/2026.")) from error


def _contact(question: Question, raw: dict[str, str], lists: Lists) -> dict[str, str]:
    if any(len(value) > MOST_LETTERS[QuestionKind.TEXT] for value in raw.values()):
        raise _RefusedError(_("C’est trop long."))
    if email := raw.get("courriel"):
        try:
            validate_email(email)
        except ValidationError as error:
            raise _RefusedError(
                _("«\u00a0%(email)s\u00a0» n’est pas une adresse\u00a0: écrivez prenom.nom@mairie.fr.")
                % {"email": email}
            ) from error
    return raw


def _country(question: Question, raw: str, lists: Lists) -> str:
    """A name of the list, or its code."""
    if not raw or raw in lists.countries:
        return raw
    folded = raw.casefold()
    for code, name in lists.countries.items():
        if name.casefold() == folded:
            return code
    raise _RefusedError(_("«\u00a0%(name)s\u00a0» n’est pas dans la liste des pays.") % {"name": raw})


def _actor(question: Question, raw: str, lists: Lists) -> dict[str, Any]:
    return {"nom": raw[:200], "acteur": None} if raw else {}


_Reader = Callable[[Question, Any, Lists], Any]
_READERS: dict[QuestionKind, _Reader] = {
    QuestionKind.SINGLE: _choice,
    QuestionKind.MULTIPLE: _choices,
    QuestionKind.CONSENT: _choices,
    QuestionKind.RANKING: _ranking,
    QuestionKind.SCALE: _scale,
    QuestionKind.GRID: _grid,
    QuestionKind.INTEGER: _number,
    QuestionKind.AMOUNT: _number,
    QuestionKind.YEAR: _number,
    QuestionKind.TEXT: _text,
    QuestionKind.LONG: _text,
    QuestionKind.DATE: _date,
    QuestionKind.CONTACT: _contact,
    QuestionKind.COUNTRY: _country,
    QuestionKind.THEME: _themes,
    QuestionKind.ACTOR: _actor,
}
