"""The rows of an XLSForm, each as a question of ours or refused with the reason. Pure."""

import re
from dataclasses import replace
from enum import Enum, auto

from django.utils.translation import gettext as _
from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from surveys.conditions import ConditionError, read
from surveys.enums import QuestionKind
from surveys.outline import Choice, Question

from . import words
from .lists import Listed, Lists, Reading, check_text, refused_column
from .sheets import Row

OTHER = "other"
_COMMAND = re.compile(r"(?i)(begin|end)[ _]+([a-z ]+?)(?:[ _]+over .*)?")
_SELECTS = sorted({name.replace("_", " ") for name in aliases.select}, key=len, reverse=True)
_SELECT = re.compile(
    r"(?i)(?P<verb>" + "|".join(name.replace(" ", "[ _]") for name in _SELECTS) + r")\s+(?P<list>\S+)"
    r"(?P<other>\s+(?:or[ _]other|or specify other))?"
)
_QUOTED = re.compile(r'"([^"\']*)"')
# Cells that change what is asked, and that a questionnaire cannot say.
REFUSED_COLUMNS = (
    "calculate",
    "choice_filter",
    "count",
    "default",
    "trigger",
    "save_to",
    "image",
    "big-image",
    "audio",
    "video",
)
KNOWN_COLUMNS = {
    *(
        "type",
        "name",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "constraintmsg",
        "requiredmsg",
        "appearance",
    ),
    *("parameters", "readonly", "disabled", *words.SURVEY_COLUMNS, *REFUSED_COLUMNS),
}


class Verb(Enum):
    """What a row does. LEFT: nothing, here (a comment, or what the collecting tool notes by itself)."""

    GROUP = auto()
    REPEAT = auto()
    END = auto()
    NOTE = auto()
    QUESTION = auto()
    LEFT = auto()


class RowReader:
    """Reads one row at a time."""

    def __init__(self, lists: Lists, reading: Reading) -> None:
        self.lists, self.reading = lists, reading

    # --- what a row is --------------------------------------------------------------------------------------------------------
    def verb(self, row: Row) -> Verb:
        row_type = " ".join(row.get("type").split())
        if not row_type:
            if row.get("name") or row.get("label"):
                self.reading.refuse(row, _("cette ligne n’a pas de type (colonne type)."))
            return Verb.LEFT
        if command := _COMMAND.fullmatch(row_type):
            what = self._control(command[2])
            if what and command[1].lower() == "end":
                return Verb.END
            if what == "loop":
                self.reading.refuse(row, _("une boucle (begin loop) n’existe pas dans un questionnaire du portail."))
            if what in ("repeat", "loop"):
                return Verb.REPEAT
            if what == "group":
                return Verb.GROUP
        entry = QUESTION_TYPE_DICT.get(row_type, {})
        if row_type.lower() == words.NOTE or row_type in ("q note", "add note prompt"):
            return Verb.NOTE
        if "jr:preload" in entry.get("bind", {}) or row_type in ("audit", "start-geopoint", "background-geopoint"):
            what_left = _("«\u00a0%(type)s\u00a0» est noté par l’outil qui collecte\u00a0: non repris") % {
                "type": row_type
            }
            self.reading.leave(row, what_left)
            return Verb.LEFT
        return Verb.QUESTION

    def ended(self, row: Row) -> Verb:
        """What the end of a group ends."""
        command = _COMMAND.fullmatch(" ".join(row.get("type").split()))
        is_group = command is not None and self._control(command[2]) == "group"
        return Verb.GROUP if is_group else Verb.REPEAT

    @staticmethod
    def _control(name: str) -> str:
        return str(aliases.control.get(name.strip().lower(), ""))

    def group_kind(self, row: Row) -> QuestionKind | None:
        """The question that a group is; None for a page."""
        if row.get(words.KIND) in (QuestionKind.CONTACT, QuestionKind.GRID):
            return QuestionKind(row.get(words.KIND))
        return QuestionKind.GRID if words.TABLE in row.get("appearance").split() else None

    # --- what every row says --------------------------------------------------------------------------------------------------
    def text(self, row: Row, column: str) -> str:
        text = row.text(column, self.reading.languages)
        check_text(self.reading, row, text)
        return text

    def intro(self, row: Row) -> list[str]:
        """The text of a note; none for a note that is refused."""
        self.check_cells(row)
        text = self.text(row, "label") or self.text(row, "hint")
        if row.get("relevant"):
            self.reading.refuse(row, _("une note sous condition n’existe pas dans un questionnaire du portail."))
        return [text] if text else []

    def condition(self, row: Row) -> str:
        text = row.own("relevant")
        for written in dict.fromkeys((text, _QUOTED.sub(r"'\1'", text))):
            try:
                read(written)
            except ConditionError as error:
                said = str(error)
            else:
                return written
        self.reading.refuse(row, _("la condition (relevant) ne se lit pas. %(why)s") % {"why": said})
        return ""

    def common(self, row: Row, code: str, kind: QuestionKind, row_type: str = "") -> Question:
        """What the columns of a question say, whatever its kind; those of its list are apart."""
        self.check_cells(row)
        label, hint = self.text(row, "label"), self.text(row, "hint")
        if not label:
            label, hint = (
                (hint, "") if hint else (code if kind in (QuestionKind.REPEAT, QuestionKind.KNOWN) else "", "")
            )
        if not label:
            self.reading.refuse(row, _("cette question n’a pas de texte (colonne label)."))
        limits = words.limits_of(row.get("constraint"), row_type)
        if limits is None:
            self.reading.refuse(
                row,
                _("la contrainte «\u00a0%(text)s\u00a0» ne se dit pas dans un questionnaire du portail.")
                % {"text": row.get("constraint")[:80]},
            )
            limits = words.Limits()
        low, high = row.own(words.LOW), row.own(words.HIGH)
        return Question(
            code=code,
            kind=kind,
            label=label,
            help=hint,
            why=row.own(words.WHY),
            visible_if=self.condition(row),
            is_required=self._is_yes(row, "required") or self._is_yes(row, words.REQUIRED),
            most=self._number(row, words.MOST) if limits.most is None else limits.most,
            minimum=self._number(row, words.MINIMUM) if limits.minimum is None else limits.minimum,
            maximum=self._number(row, words.MAXIMUM) if limits.maximum is None else limits.maximum,
            ends=(low, high) if low or high else None,
            has_unknown=self._is_yes(row, words.UNKNOWN),
            exclusive=limits.exclusive or row.own(words.EXCLUSIVE),
            source=row.own(words.SOURCE),
        )

    def check_cells(self, row: Row) -> None:
        for column in row.cells:
            if column in REFUSED_COLUMNS:
                self.reading.refuse(row, refused_column(column))
            elif column not in KNOWN_COLUMNS:
                self.reading.leave(row, _("colonne «\u00a0%(name)s\u00a0» non reprise") % {"name": column[:60]})
        if self._is_yes(row, "readonly"):
            self.reading.refuse(
                row, _("une réponse que l’on ne peut pas changer (read_only) n’existe pas dans le portail.")
            )
        if "search(" in row.get("appearance"):
            self.reading.refuse(row, _("une liste cherchée dans un fichier (search) n’existe pas dans le portail."))
        if len(row.cells.get("label", {})) > 1:
            self.reading.leave(row, _("une seule langue est reprise"))

    def _is_yes(self, row: Row, column: str) -> bool:
        text = row.get(column)
        if text and text not in aliases.yes_no:
            self.reading.refuse(
                row,
                _("«\u00a0%(text)s\u00a0» (colonne %(name)s) n’est ni yes ni no.")
                % {"text": text[:60], "name": column},
            )
        return bool(aliases.yes_no.get(text, False))

    def _number(self, row: Row, column: str) -> int | None:
        text = row.get(column)
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,12}", text, re.ASCII):
            self.reading.refuse(
                row,
                _("«\u00a0%(text)s\u00a0» (colonne %(name)s) n’est pas un nombre.")
                % {"text": text[:60], "name": column},
            )
            return None
        return int(text)

    # --- questions ------------------------------------------------------------------------------------------------------------
    def questions(self, row: Row, code: str) -> list[Question]:
        """The question of a row, and the text that goes with « autre » if it asks for it; none for a refused type."""
        written = " ".join(row.get("type").split())
        select = _SELECT.fullmatch(written)
        row_type = self._select_type(select) if select else self._plain_type(row, written)
        if not row_type:
            self.reading.refuse(row, _refused_type(written))
            return []
        kind = self._kind(row, row_type)
        question = self.common(row, code, kind, row_type)
        if select is None:
            return [question]
        if row.get("parameters"):
            self.reading.leave(
                row, _("réglage «\u00a0%(text)s\u00a0» non repris") % {"text": row.get("parameters")[:60]}
            )
        listed = self.lists.read(select["list"], row)
        if kind in (QuestionKind.COUNTRY, QuestionKind.THEME):
            return [question]
        question = replace(question, has_unknown=question.has_unknown or listed.has_unknown)
        if kind == QuestionKind.SCALE:
            if tuple(choice.value for choice in listed.choices) != words.SCALE_VALUES:
                self.reading.refuse(row, _("une échelle va de 1 à 5."))
            return [question]
        if not select["other"]:
            return [replace(question, choices=listed.choices)]
        return self._with_other(question, listed)

    def _with_other(self, question: Question, listed: Listed) -> list[Question]:
        """« or_other » as other tools make it: one more choice, and a text that it opens."""
        choices = listed.choices
        if OTHER not in [choice.value for choice in choices]:
            choices += (Choice(OTHER, _("Autre")),)
        text = Question(
            f"{question.code}_{OTHER}",
            QuestionKind.TEXT,
            _("Précisez"),
            visible_if=f"selected(${{{question.code}}}, '{OTHER}')",
        )
        return [replace(question, choices=choices), text]

    @staticmethod
    def _select_type(select: re.Match[str]) -> str:
        verb = select["verb"].lower()
        target = aliases.select.get(verb) or aliases.select.get(verb.replace(" ", "_"))
        types = {"select one": words.SELECT_ONE, "select all that apply": words.SELECT_MULTIPLE, "rank": words.RANK}
        is_read = "file" not in verb and "${" not in select["list"]
        return types.get(str(target), "") if is_read else ""

    def _plain_type(self, row: Row, written: str) -> str:
        if written in words.KINDS and written not in (words.SELECT_ONE, words.SELECT_MULTIPLE, words.RANK):
            # A number with decimals is none of ours, unless it says that it is an amount.
            return "" if written == words.DECIMAL and not row.get(words.KIND) else written
        if written == "range" and re.sub(r"\s", "", row.get("parameters")) in ("start=1end=5step=1", "start=1end=5"):
            return words.INTEGER
        entry = QUESTION_TYPE_DICT.get(written, {})
        if entry.get("control", {}).get("tag") != "input" or "external" in written or "query" in entry:
            return ""
        bind = entry.get("bind", {})
        if "constraint" in bind and bind["type"] != "string":
            return ""
        types = {"string": words.TEXT, "int": words.INTEGER, "date": words.DATE}
        return types.get(str(bind.get("type")), "")

    def _kind(self, row: Row, row_type: str) -> QuestionKind:
        kinds = words.KINDS[row_type]
        if said := row.get(words.KIND):
            if said in [kind.value for kind in kinds]:
                return QuestionKind(said)
            self.reading.refuse(
                row,
                _("«\u00a0%(kind)s\u00a0» (colonne %(name)s) ne va pas avec le type «\u00a0%(type)s\u00a0».")
                % {"kind": said[:60], "name": words.KIND, "type": row_type},
            )
        if row.get("type").strip() == "range":
            return QuestionKind.SCALE
        is_long = row_type == words.TEXT and words.MULTILINE in row.get("appearance").split()
        return QuestionKind.LONG if is_long else kinds[0]

    def composed(self, begin: Row, rows: list[Row], code: str) -> Question:
        """A grid or a contact."""
        kind = self.group_kind(begin) or QuestionKind.GRID
        question = self.common(begin, code, kind)
        if kind == QuestionKind.CONTACT:
            for row in rows:
                if row.get("type") != words.TEXT or row.get(words.WORTH) not in words.contact_parts():
                    self.reading.refuse(
                        row, _("un contact n’a que son nom, sa fonction, son courriel et son téléphone.")
                    )
            is_required = any(self._is_yes(row, "required") for row in rows)
            return replace(question, is_required=question.is_required or is_required)
        return self._grid(question, begin, rows)

    def _grid(self, question: Question, begin: Row, rows: list[Row]) -> Question:
        lines: list[Choice] = []
        lists: list[str] = []
        required: list[bool] = []
        for row in rows:
            select = _SELECT.fullmatch(" ".join(row.get("type").split()))
            if select is None or self._select_type(select) != words.SELECT_ONE or select["other"]:
                self.reading.refuse(row, _("une ligne de grille est un select_one, sans autre réponse."))
                continue
            line = self.common(row, row.get("name"), QuestionKind.SINGLE)
            if line.visible_if or line.help:
                self.reading.refuse(row, _("une ligne de grille n’a ni aide ni condition."))
            lists.append(select["list"])
            required.append(line.is_required)
            lines.append(Choice(row.own(words.WORTH) or row.get("name"), line.label))
        if not lines:
            self.reading.refuse(begin, _("cette grille n’a pas de ligne."))
            return question
        if len(set(lists)) > 1 or len(set(required)) > 1:
            self.reading.refuse(
                begin, _("toutes les lignes d’une grille ont la même liste, et sont obligatoires ensemble.")
            )
        listed = self.lists.read(lists[0], begin)
        return replace(
            question,
            rows=tuple(lines),
            choices=listed.choices,
            has_unknown=listed.has_unknown or question.has_unknown,
            is_required=question.is_required or all(required),
        )


def _refused_type(written: str) -> str:
    word = written.split()[0].lower() if written else ""
    if word == "calculate":
        return refused_column("calculate")
    if word in ("select_one_external", "select_one_from_file", "select_multiple_from_file"):
        return _("une liste gardée dans un autre fichier n’existe pas dans le portail.")
    if word.startswith("cascading"):
        return _("des listes en cascade n’existent pas dans le portail.")
    if word == "include":
        return _("un morceau d’un autre formulaire (include) n’est pas repris\u00a0: copiez-le dans ce fichier.")
    return _("le type «\u00a0%(type)s\u00a0» n’existe pas dans un questionnaire du portail.") % {"type": written[:60]}
