"""What an XLSForm and a questionnaire have in common: columns, types of rows, constraints. Pure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.checking import VALUE
from surveys.enums import QuestionKind
from surveys.outline import Choice, Question

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
GROUP, REPEAT = "group", "repeat"
NOTE, HIDDEN, TEXT, INTEGER, DECIMAL, DATE = "note", "hidden", "text", "integer", "decimal", "date"
FILE = "file"
SELECT_ONE, SELECT_MULTIPLE, RANK = "select_one", "select_multiple", "rank"
TABLE, PAGE, MULTILINE = "table-list", "field-list", "multiline"

# Our own columns say what XLSForm has no word for; tools leave aside those that they do not know.
OWN = "soco_"
KIND, WHY, SOURCE, EXCLUSIVE, LOW, HIGH = (
    f"{OWN}{name}" for name in ("kind", "why", "source", "exclusive", "low", "high")
)
UNKNOWN, MOST, MINIMUM, MAXIMUM, REQUIRED, WORTH = (
    f"{OWN}{name}" for name in ("unknown", "most", "minimum", "maximum", "required", "value")
)
SURVEY_COLUMNS = (
    *("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "appearance"),
    *(KIND, WHY, SOURCE, EXCLUSIVE, LOW, HIGH, UNKNOWN, MOST, MINIMUM, MAXIMUM, REQUIRED, WORTH),
)
CHOICES_COLUMNS = ("list_name", "name", "label", UNKNOWN)
SETTINGS_COLUMNS = ("form_title", "form_id", "version", "name", "default_language")

# The kinds that a row of each type may be; the first one unless `soco_kind` says another.
KINDS: dict[str, tuple[QuestionKind, ...]] = {
    TEXT: (QuestionKind.TEXT, QuestionKind.LONG, QuestionKind.ACTOR, QuestionKind.COUNTRY, QuestionKind.THEME),
    INTEGER: (QuestionKind.INTEGER, QuestionKind.YEAR, QuestionKind.AMOUNT),
    DECIMAL: (QuestionKind.AMOUNT,),
    DATE: (QuestionKind.DATE,),
    FILE: (QuestionKind.FILE,),
    SELECT_ONE: (QuestionKind.SINGLE, QuestionKind.SCALE, QuestionKind.COUNTRY),
    SELECT_MULTIPLE: (QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.CONSENT, QuestionKind.THEME),
    RANK: (QuestionKind.RANKING,),
    HIDDEN: (QuestionKind.KNOWN,),
}
NUMBER_TYPES = (INTEGER, DECIMAL)
SCALE_VALUES = ("1", "2", "3", "4", "5")
DO_NOT_KNOW = "nsp"


def contact_parts() -> dict[str, str]:
    """What a contact is asked, elsewhere one text each."""
    return {"nom": _("Nom"), "fonction": _("Fonction"), "courriel": _("Courriel"), "telephone": _("Téléphone")}


def type_of(question: Question, listed: frozenset[QuestionKind]) -> str:
    """The type of a question that is one row. `listed`: the kinds whose list comes from the répertoire, and is at hand."""
    if question.kind in (QuestionKind.COUNTRY, QuestionKind.THEME):
        chosen = SELECT_ONE if question.kind == QuestionKind.COUNTRY else SELECT_MULTIPLE
        return chosen if question.kind in listed else TEXT
    if question.kind == QuestionKind.RANKING:
        # Elsewhere a ranking orders the whole list: a limited one is a choice, whose order is lost.
        return RANK if question.most is None else SELECT_MULTIPLE
    if question.kind == QuestionKind.AMOUNT:
        return DECIMAL
    return next(each for each, kinds in KINDS.items() if question.kind in kinds)


@dataclass(frozen=True)
class Limits:
    """What a constraint says of an answer."""

    most: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    exclusive: str = ""

    def __str__(self) -> str:
        """As XLSForm writes it."""
        return " and ".join(
            [
                *([f". >= {self.minimum}"] if self.minimum is not None else []),
                *([f". <= {self.maximum}"] if self.maximum is not None else []),
                *([f"count-selected(.) <= {self.most}"] if self.most is not None else []),
                *([_alone(self.exclusive)] if self.exclusive else []),
            ]
        )

    def message(self, choices: tuple[Choice, ...]) -> str:
        """The same in French, for whoever answers."""
        said = []
        if self.minimum is not None and self.maximum is not None:
            said.append(
                _("Un nombre de %(minimum)d à %(maximum)d.") % {"minimum": self.minimum, "maximum": self.maximum}
            )
        elif self.minimum is not None:
            said.append(_("Au moins %(number)d.") % {"number": self.minimum})
        elif self.maximum is not None:
            said.append(_("Au plus %(number)d.") % {"number": self.maximum})
        if self.most is not None:
            said.append(_("Réponses possibles\u00a0: %(number)d au plus.") % {"number": self.most})
        if self.exclusive:
            label = next((choice.label for choice in choices if choice.value == self.exclusive), self.exclusive)
            said.append(_("«\u00a0%(choice)s\u00a0» exclut les autres réponses.") % {"choice": label})
        return " ".join(said)


def limits_said(question: Question, row_type: str) -> Limits:
    """Those of a question that the constraint of a row of that type can say."""
    if row_type in NUMBER_TYPES:
        return Limits(minimum=question.minimum, maximum=question.maximum)
    if row_type == SELECT_MULTIPLE:
        return Limits(most=question.most, exclusive=question.exclusive if VALUE.fullmatch(question.exclusive) else "")
    return Limits()


_PART = re.compile(
    r"""\s*(?P<open>\(?)\s*(?:
        (?P<bound>\.\s*(?P<sign><=|>=|<|>)\s*(?P<number>-?\d{1,12}))
        |count-selected\(\s*\.\s*\)\s*(?P<count_sign><=|<)\s*(?P<count>\d{1,6})
        |not\(\s*selected\(\s*\.\s*,\s*'(?P<alone>[^']*)'\s*\)\s+and\s+count-selected\(\s*\.\s*\)\s*>\s*1\s*\)
    )\s*(?P<close>\)?)\s*(?:and(?=[\s(])|$)""",
    re.VERBOSE,
)


def limits_of(text: str, row_type: str) -> Limits | None:
    """What the constraint of a row of that type says; None for one that a questionnaire cannot say."""
    found: dict[str, int | str] = {}
    place = 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None or bool(part["open"]) != bool(part["close"]):
            return None
        said = _part(part, row_type)
        if said is None or said[0] in found:
            return None
        found[said[0]] = said[1]
        place = part.end()
    return Limits(**found)  # type: ignore[arg-type]


def _part(part: re.Match[str], row_type: str) -> tuple[str, int | str] | None:
    if part["bound"]:
        is_strict = part["sign"] in ("<", ">")
        if row_type not in NUMBER_TYPES or (is_strict and row_type == DECIMAL):
            return None
        number, step = int(part["number"]), int(is_strict)
        return ("maximum", number - step) if part["sign"].startswith("<") else ("minimum", number + step)
    if row_type != SELECT_MULTIPLE:
        return None
    if part["count"]:
        return "most", int(part["count"]) - (1 if part["count_sign"] == "<" else 0)
    return "exclusive", part["alone"] or ""


def _alone(value: str) -> str:
    return f"not(selected(., '{value}') and count-selected(.) > 1)"
