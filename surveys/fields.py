"""A page of the questionnaire as its template needs it: plain rows of boxes, each with its name, what it shows, its error. Pure.

Django's widgets render a template for each box: a grid of twelve lines would cost more than all the rest of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from .enums import QuestionKind
from .outline import Question
from .typed import CONTACT_PARTS, MOST_LETTERS, Lists
from .values import BLOCK_ID, UNKNOWN, has_answer

INPUT_TYPES = {QuestionKind.DATE: "date"}
NUMBERS = (QuestionKind.INTEGER, QuestionKind.AMOUNT, QuestionKind.YEAR)
TEMPLATES = {
    QuestionKind.SINGLE: "radios",
    QuestionKind.SCALE: "radios",
    QuestionKind.MULTIPLE: "boxes",
    QuestionKind.CONSENT: "boxes",
    QuestionKind.GRID: "grid",
    QuestionKind.RANKING: "selects",
    QuestionKind.THEME: "selects",
    QuestionKind.LONG: "long",
    QuestionKind.CONTACT: "contact",
    QuestionKind.REPEAT: "blocks",
    QuestionKind.FILE: "file",
}
LISTS = {QuestionKind.COUNTRY: "pays", QuestionKind.ACTOR: "structures"}  # ids of lists of suggestions
THEMES_AT_ONCE = 3
NEW = "ajout"  # the verdict on a block that the répertoire does not know: it says so by itself


class Option(NamedTuple):
    """A box to tick, or a choice of a list. `id`: of its input."""

    id: str
    value: str
    label: str
    is_chosen: bool


class Row(NamedTuple):
    """A line of a grid, a rank, a part of a contact. `error`: what is wrong with it."""

    name: str
    label: str
    value: str
    options: list[Option]
    input_type: str = "text"
    autocomplete: str = "off"


@dataclass(frozen=True)
class Block:
    """One of a repeated group. `title`: the thing known of the répertoire; `main`: asked at once; `rest`: under « préciser »."""

    number: int
    prefix: str
    known: str
    title: str
    main: "list[Field]"
    rest: "list[Field]"
    is_open: bool
    is_blank: bool = False


@dataclass(frozen=True)
class Field:
    """One question. `shape`: which part of the template draws it; `others`: what somebody else answered meanwhile, in words."""

    question: Question
    name: str
    shape: str
    value: str = ""
    error: str = ""
    options: list[Option] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    input_type: str = "text"
    input_mode: str = ""
    longest: int | None = None
    list_id: str = ""
    hint: str = ""
    others: str = ""

    @property
    def is_scale(self) -> bool:
        return self.question.kind == QuestionKind.SCALE

    @property
    def described_by(self) -> str:
        """The ids of what explains it, for screen readers."""
        parts = [
            f"{self.name}-aide" if self.question.help or self.hint else "",
            f"{self.name}-erreur" if self.error else "",
        ]
        return " ".join(part for part in parts if part)

    def with_others(self, others: str) -> "Field":
        return replace(self, others=others)


def field_of(
    question: Question,
    shown: Any,
    errors: Mapping[str, str],
    lists: Lists,
    *,
    name: str = "",
    titles: Mapping[str, str] | None = None,
) -> Field:
    """`shown`: its value, or what was typed (see `typed.Typed.shown`); `titles`: of the blocks known of the répertoire, by id."""
    name = name or question.code
    shape = TEMPLATES.get(question.kind, "line")
    made = Field(question, name, shape, error=errors.get(name, ""), hint=_hint(question))
    if shape == "blocks":
        return replace(made, blocks=_blocks(question, shown or [], errors, lists, titles or {}))
    if shape == "radios":
        return replace(made, options=_options(question, name, [str(shown)] if has_answer(shown) else []))
    if shape == "boxes":
        return replace(made, options=_options(question, name, shown or []))
    if shape == "grid":
        said = shown or {}
        rows = [
            Row(f"{name}.{row.value}", row.label, "", _options(question, f"{name}.{row.value}", [said.get(row.value)]))
            for row in question.rows
        ]
        return replace(made, rows=rows)
    if shape == "selects":
        return replace(made, rows=_ranks(question, name, shown or [], lists))
    if shape == "file":
        return replace(made, value=_text(question, shown, lists))
    if shape == "contact":
        return replace(made, rows=_contact(name, shown or {}))
    return replace(
        made,
        value=_text(question, shown, lists),
        longest=MOST_LETTERS.get(question.kind),
        input_type=INPUT_TYPES.get(question.kind, "text"),
        input_mode="numeric" if question.kind in NUMBERS else "",
        list_id=LISTS.get(question.kind, ""),
    )


def _hint(question: Question) -> str:
    if question.kind == QuestionKind.MULTIPLE and question.most:
        return _("%(n)s réponses au plus.") % {"n": question.most}
    if question.kind == QuestionKind.SCALE and question.ends:
        return _("De 1, %(low)s, à 5, %(high)s.") % {"low": question.ends[0], "high": question.ends[1]}
    return ""


def _options(question: Question, name: str, chosen: list[Any]) -> list[Option]:
    if question.kind == QuestionKind.SCALE:
        pairs = [(str(number), str(number)) for number in range(1, 6)]
    else:
        pairs = [(choice.value, choice.label) for choice in question.choices]
    if question.has_unknown:
        pairs.append((UNKNOWN, _("ne sait pas")))
    return [Option(f"{name}-{value}", value, label, value in chosen) for value, label in pairs]


def _ranks(question: Question, name: str, chosen: list[str], lists: Lists) -> list[Row]:
    """One list for each rank: no mouse to drag, no script."""
    if question.kind == QuestionKind.THEME:
        pairs = list(lists.themes.items())
        count, label = max(question.most or THEMES_AT_ONCE, len(chosen)), _("Thème %(n)s")
    else:
        pairs = [(choice.value, choice.label) for choice in question.choices]
        count, label = question.most or len(pairs), _("Choix n° %(n)s")
    rows = []
    for position in range(count):
        mine = chosen[position] if position < len(chosen) else ""
        options = [Option("", value, text, value == mine) for value, text in pairs]
        rows.append(Row(f"{name}-{position}", label % {"n": position + 1}, mine, options))
    return rows


def _contact(name: str, said: dict[str, str]) -> list[Row]:
    labels = {"nom": _("Nom"), "fonction": _("Fonction"), "courriel": _("Courriel"), "telephone": _("Téléphone")}
    types = {"courriel": "email", "telephone": "tel"}
    return [
        Row(f"{name}.{part}", labels[part], said.get(part, ""), [], types.get(part, "text")) for part in CONTACT_PARTS
    ]


def _text(question: Question, shown: Any, lists: Lists) -> str:
    if not has_answer(shown):
        return ""
    if question.kind == QuestionKind.COUNTRY:
        return lists.countries.get(shown, shown)
    if isinstance(shown, dict):
        return str(shown.get("nom", ""))
    return str(shown)


def _without_new(verdict: Field) -> Field:
    """The question « exact, à corriger… » of something known: it is not to be added."""
    return replace(verdict, options=[option for option in verdict.options if option.value != NEW])


def _blocks(
    question: Question, shown: list[dict[str, Any]], errors: Mapping[str, str], lists: Lists, titles: Mapping[str, str]
) -> list[Block]:
    """A block known of the répertoire asks first whether it is right; the rest is under « préciser », open when it has an error or
    is to be corrected."""
    blocks = []
    for position, said in enumerate(shown):
        prefix = f"{question.code}.{position}"
        fields = [
            field_of(each, said.get(each.code), errors, lists, name=f"{prefix}.{each.code}")
            for each in question.questions
        ]
        known = said.get(BLOCK_ID, "")
        title = titles.get(known, "")
        if question.source:
            fields = [_without_new(fields[0]), *fields[1:]] if title else fields[1:]
        # Of something known, what the répertoire does not know is asked at once, if one gesture says it; the rest is under
        # « préciser ».
        quick = [each for each in fields[1:] if each.shape == "radios" and not has_answer(said.get(each.question.code))]
        main = [*fields[:1], *quick] if title else fields
        rest = [each for each in fields if each not in main]
        verdict = said.get(question.questions[0].code) if question.questions else ""
        has_error = any(each.startswith(f"{prefix}.") for each in errors)
        is_open = has_error or verdict == "corriger"
        blocks.append(Block(position, prefix, known, title, main, rest, is_open, is_blank=not said))
    return blocks
