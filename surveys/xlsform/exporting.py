"""A questionnaire as an XLSForm workbook, for the tools that collect offline. Pure.

What XLSForm cannot say goes in columns of ours (`soco_…`), which other tools leave aside and `importing` reads again.
"""

import io
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from surveys.enums import QuestionKind
from surveys.outline import Choice, Outline, Question, Section

from . import words
from .losses import losses

MOST_LETTERS = 32_767  # of a cell
ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]"
)  # what XML, and so a workbook, cannot hold
WIDTHS = {"label": 60, "hint": 40, "relevant": 40, "constraint": 40, "type": 24, "constraint_message": 40}

Lists = Mapping[QuestionKind, Sequence[Choice]]
Row = dict[str, str]


def workbook_of(outline: Outline, *, version: str = "", lists: Lists | None = None) -> bytes:
    """The .xlsx file of a questionnaire. `lists`: the countries and the themes of the répertoire, so that they may be chosen
    elsewhere too; without them, they are typed."""
    form = _Form(outline, lists or {})
    book = Workbook(write_only=True)
    _sheet(book, words.SURVEY, words.SURVEY_COLUMNS, form.rows)
    _sheet(book, words.CHOICES, words.CHOICES_COLUMNS, form.choices)
    settings = {
        "form_title": outline.title,
        "form_id": outline.code,
        "version": version,
        "name": form.root,
        "default_language": "",
    }
    _sheet(book, words.SETTINGS, words.SETTINGS_COLUMNS, [settings])
    told = losses(outline, frozenset(lists or {}))
    note = _("Ce que les autres outils ne comprendront pas")
    _sheet(book, _("lisez-moi"), [note], [{note: sentence} for sentence in told])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        width = WIDTHS.get(column, 16 if len(columns) > 1 else 120)
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, row.get(column, "")) for column in columns])


def _cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Cell | None:
    """A text as it is: never a formula, whatever it starts with."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MOST_LETTERS])
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


class _Form:
    """The rows of the sheets, in order. `root`: the name that holds the answers of a form, which no question has."""

    def __init__(self, outline: Outline, lists: Lists) -> None:
        self.lists = lists
        self.rows: list[Row] = []
        self.choices: list[Row] = []
        self._written: dict[object, str] = {}  # a list → its name
        self._taken = {section.code.casefold() for section in outline.sections}
        self._taken |= {question.code.casefold() for question in outline.questions()}
        self.root = self._free("data")
        if outline.intro:
            self.rows.append({"type": words.NOTE, "name": self._free("introduction"), "label": outline.intro})
        for section in outline.sections:
            self._section(section)

    def _free(self, name: str) -> str:
        """`name`, or one near it that nothing else has."""
        name = re.sub(r"[^A-Za-z0-9_]", "_", name)
        found, number = name, 2
        while found.casefold() in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken.add(found.casefold())
        return found

    def _section(self, section: Section) -> None:
        # A repeated group inside one screen is more than ODK Collect can show.
        is_one_screen = all(question.kind != QuestionKind.REPEAT for question in section.questions)
        self.rows.append(
            {
                "type": "begin_group",
                "name": section.code,
                "label": section.title,
                "relevant": section.visible_if,
                "appearance": words.PAGE if is_one_screen else "",
            }
        )
        if section.intro:
            name = self._free(f"{section.code}_introduction")
            self.rows.append({"type": words.NOTE, "name": name, "label": section.intro})
        for question in section.questions:
            self._question(question)
        self._end(words.GROUP, section.code)

    def _end(self, what: str, code: str) -> None:
        self.rows.append({"type": f"end_{what}", "name": code})

    def _question(self, question: Question) -> None:
        if question.kind == QuestionKind.REPEAT:
            self._repeat(question)
        elif question.kind == QuestionKind.GRID:
            self._grid(question)
        elif question.kind == QuestionKind.CONTACT:
            self._contact(question)
        else:
            self._one_row(question)

    def _common(self, question: Question, row_type: str, *, said: frozenset[str] = frozenset()) -> Row:
        """What every question says. `said`: the properties that the other columns of its rows tell."""
        row = {
            "type": row_type,
            "name": question.code,
            "label": question.label,
            "hint": question.help,
            "relevant": question.visible_if,
            words.WHY: question.why,
            words.SOURCE: question.source,
        }
        if question.ends:
            row |= {words.LOW: question.ends[0], words.HIGH: question.ends[1]}
        for name, column in (
            ("most", words.MOST),
            ("minimum", words.MINIMUM),
            ("maximum", words.MAXIMUM),
            ("exclusive", words.EXCLUSIVE),
        ):
            value = getattr(question, name)
            if name not in said and value not in (None, ""):
                row[column] = str(value)
        if question.has_unknown and "has_unknown" not in said:
            row[words.UNKNOWN] = "yes"
        if question.is_required and "is_required" not in said:
            row[words.REQUIRED] = "yes"
        return row

    def _repeat(self, question: Question) -> None:
        self.rows.append(self._common(question, "begin_repeat"))
        for each in question.questions:
            self._question(each)
        self._end(words.REPEAT, question.code)

    def _grid(self, question: Question) -> None:
        """A group in which every line chooses from the same list."""
        begin = self._common(question, "begin_group", said=frozenset({"has_unknown", "is_required"}))
        self.rows.append(begin | {"appearance": words.TABLE, words.KIND: question.kind.value})
        list_name = self._list(question.code, question.choices, has_unknown=question.has_unknown)
        for line in question.rows:
            name = self._free(f"{question.code}_{line.value}")
            row = {
                "type": f"{words.SELECT_ONE} {list_name}",
                "name": name,
                "label": line.label,
                words.WORTH: line.value,
            }
            self.rows.append(row | ({"required": "yes"} if question.is_required else {}))
        self._end(words.GROUP, question.code)

    def _contact(self, question: Question) -> None:
        begin = self._common(question, "begin_group", said=frozenset({"is_required"}))
        self.rows.append(begin | {words.KIND: question.kind.value})
        for part, label in words.contact_parts().items():
            row = {"type": words.TEXT, "name": self._free(f"{question.code}_{part}"), "label": label, words.WORTH: part}
            if part == "telephone":
                row["appearance"] = "numbers"
            elif part == "nom" and question.is_required:
                row["required"] = "yes"
            self.rows.append(row)
        self._end(words.GROUP, question.code)

    def _one_row(self, question: Question) -> None:
        kind = question.kind
        row_type = words.type_of(question, frozenset(self.lists))
        limits = words.limits_said(question, row_type)
        said = {name for name in ("most", "minimum", "maximum", "exclusive") if getattr(limits, name) not in (None, "")}
        if kind != QuestionKind.KNOWN:
            said.add("is_required")
        listed = ""
        if row_type in (words.SELECT_ONE, words.SELECT_MULTIPLE, words.RANK):
            if kind not in (QuestionKind.COUNTRY, QuestionKind.THEME):
                said.add("has_unknown")
            listed = f" {self._list_of(question)}"
        row = self._common(question, f"{row_type}{listed}", said=frozenset(said))
        row |= {"constraint": str(limits), "constraint_message": limits.message(question.choices)}
        if question.is_required and kind != QuestionKind.KNOWN:
            row["required"] = "yes"
        if kind == QuestionKind.LONG:
            row["appearance"] = words.MULTILINE
        elif kind == QuestionKind.SCALE:
            row["appearance"] = "likert"
        elif kind == QuestionKind.COUNTRY and listed:
            row["appearance"] = "autocomplete"
        if kind not in (words.KINDS[row_type][0], QuestionKind.LONG) or row_type == words.DECIMAL:
            row[words.KIND] = kind.value
        self.rows.append(row)

    # --- lists ----------------------------------------------------------------------------------------------------------------
    def _list_of(self, question: Question) -> str:
        if question.kind in (QuestionKind.COUNTRY, QuestionKind.THEME):
            return self._list(f"{words.OWN}{question.kind.value}", tuple(self.lists[question.kind]), has_unknown=False)
        choices = question.choices
        if question.kind == QuestionKind.SCALE:
            choices = scale_choices(question.ends)
        return self._list(question.code, choices, has_unknown=question.has_unknown)

    def _list(self, name: str, choices: tuple[Choice, ...], *, has_unknown: bool) -> str:
        """The name of that list in the sheet `choices`, where it is written once."""
        if found := self._written.get((choices, has_unknown)):
            return found
        while name in self._written.values():
            name += "_"
        self._written[choices, has_unknown] = name
        for choice in choices:
            self.choices.append({"list_name": name, "name": choice.value, "label": choice.label})
        if has_unknown:
            value = words.DO_NOT_KNOW
            while value in [choice.value for choice in choices]:
                value += "_"
            label = _("ne sait pas")
            self.choices.append({"list_name": name, "name": value, "label": label, words.UNKNOWN: "yes"})
        return name


def scale_choices(ends: tuple[str, str] | None) -> tuple[Choice, ...]:
    """1 to 5, with the meaning of both ends."""
    first, last = words.SCALE_VALUES[0], words.SCALE_VALUES[-1]
    told = {first: ends[0], last: ends[1]} if ends else {}
    return tuple(
        Choice(value, f"{value} ({told[value]})" if told.get(value) else value) for value in words.SCALE_VALUES
    )
