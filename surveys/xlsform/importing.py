"""An XLSForm workbook as a questionnaire: what the engine knows comes in, the rest is refused with its place. Pure.

Rows without a group make pages of their own; a note before any question is an introduction.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from django.utils.text import slugify
from django.utils.translation import gettext as _
from pyxform import aliases

from surveys.checking import CODE
from surveys.enums import QuestionKind
from surveys.outline import Outline, Question, Section

from . import words
from .lists import Lists, Reading
from .rows import RowReader, Verb
from .sheets import Problem, Row, Sheet, XlsformError, read_sheets

SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")
MOST_LETTERS_OF_A_TITLE = 150
MOST_DEEP = 50  # groups in groups
MOST_QUESTIONS = 1_000
FRENCH = ("french (fr)", "français (fr)", "francais (fr)", "french", "français", "francais", "fr")


@dataclass(frozen=True)
class Imported:
    """`notes`: what was left aside, without harm to the questions."""

    outline: Outline
    notes: list[str] = field(default_factory=list)


def outline_of_workbook(data: bytes, file_name: str = "") -> Imported:
    """The questionnaire that an .xlsx or .xls file says. A file without `form_id` takes its own name as code, as other tools do.

    Raises XlsformError with every problem of the file.
    """
    sheets = read_sheets(data)
    survey = sheets[words.SURVEY]
    reading = Reading(languages=_languages(sheets))
    code, title = _settings(sheets, file_name, reading)
    lists = Lists(sheets.get(words.CHOICES), reading)
    outline = _Survey(survey, lists, reading, code, title).outline()
    if sum(1 for _question in outline.questions()) > MOST_QUESTIONS:
        sentence = _("elle dépasse %(limit)d questions.") % {"limit": MOST_QUESTIONS}
        reading.problems.append(Problem(survey.name, None, sentence))
    if not survey.rows:
        reading.problems.append(Problem(survey.name, None, _("elle n’a pas de question.")))
    if reading.problems:
        raise XlsformError(*sorted(reading.problems, key=lambda problem: (problem.sheet, problem.row or 0)))
    return Imported(outline, reading.told())


def _settings(sheets: dict[str, Sheet], file_name: str, reading: Reading) -> tuple[str, str]:
    """The code and the title."""
    sheet = sheets.get(words.SETTINGS)
    row = sheet.rows[0] if sheet and sheet.rows else None
    stem = PurePath(file_name).stem
    code = (row.get("id_string") if row else "") or slugify(stem)[:40]
    if not SLUG.fullmatch(code):
        sentence = _(
            "le code «\u00a0%(code)s\u00a0» (form_id) s’écrit en lettres sans accent, chiffres, tirets, quarante au plus."
        ) % {"code": code[:60]}
        reading.problems.append(row.problem(sentence) if row else Problem(words.SETTINGS, None, sentence))
    title = (row.own("title") if row else "") or stem or code
    if len(title) > MOST_LETTERS_OF_A_TITLE and row:
        reading.problems.append(
            row.problem(_("le titre dépasse %(most)d caractères.") % {"most": MOST_LETTERS_OF_A_TITLE})
        )
    return code, title[:MOST_LETTERS_OF_A_TITLE]


def _languages(sheets: dict[str, Sheet]) -> tuple[str, ...]:
    """Which one of several translations is kept: the French one, else that of the column without language, else the form's own."""
    settings = sheets.get(words.SETTINGS)
    default = settings.rows[0].get("default_language").lower() if settings and settings.rows else ""
    return (*FRENCH, "", *([default] if default else []))


@dataclass
class _Page:
    """A section being read. `is_own`: made here for rows that stand in no group, and which `first` opens."""

    code: str
    title: str
    visible_if: str = ""
    is_own: bool = False
    first: Row | None = None
    intro: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def section(self) -> Section:
        return Section(self.code, self.title, "\n\n".join(self.intro), self.visible_if, tuple(self.questions))


class _Survey:
    """The rows of the sheet `survey`, read once from top to bottom."""

    def __init__(self, sheet: Sheet, lists: Lists, reading: Reading, code: str, title: str) -> None:
        self.sheet, self.reading, self.code, self.title = sheet, reading, code, title
        self.reader = RowReader(lists, reading)
        self.taken = {row.get("name").casefold() for row in sheet.rows}
        self.rows = [row for row in sheet.rows if not aliases.yes_no.get(row.get("disabled"), False)]
        self.place = 0
        self.intro: list[str] = []
        self.pages: list[_Page] = []

    def outline(self) -> Outline:
        self._check_depth()
        while (row := self._next()) is not None:
            verb = self.reader.verb(row)
            if verb == Verb.END:
                self.reading.refuse(row, _("cette fin ne ferme rien."))
            elif verb == Verb.NOTE and not self.pages:
                self.intro += self.reader.intro(row)
            elif verb == Verb.GROUP and self.reader.group_kind(row) is None:
                self._section(row)
            else:
                self._one(row, verb, self._own_page(row, is_new=verb == Verb.NOTE))
        for page in self.pages:
            if page.first and page.intro and not page.questions:
                self.reading.refuse(
                    page.first, _("une note n’est suivie d’aucune question\u00a0: elle ne serait jamais montrée.")
                )
        sections = tuple(page.section() for page in self.pages)
        return Outline(self.code, self.title, "\n\n".join(self.intro), sections)

    def _check_depth(self) -> None:
        """Groups are read one inside the other: refuse what would go down too far."""
        depth = 0
        for row in self.rows:
            verb = self.reader.verb(row)
            depth += (verb in (Verb.GROUP, Verb.REPEAT)) - (verb == Verb.END)
            if depth > MOST_DEEP:
                raise XlsformError(row.problem(_("trop de groupes sont ouverts les uns dans les autres.")))

    def _next(self) -> Row | None:
        if self.place == len(self.rows):
            return None
        self.place += 1
        return self.rows[self.place - 1]

    def _own_page(self, row: Row, *, is_new: bool) -> _Page:
        """The page of a row that stands in no group. `is_new`: after other questions, this row opens another one."""
        if not self.pages or not self.pages[-1].is_own or (is_new and self.pages[-1].questions):
            number = len(self.pages) + 1
            while f"page_{number}" in self.taken:
                number += 1
            self.taken.add(f"page_{number}")
            self.pages.append(_Page(f"page_{number}", self.title, is_own=True, first=row))
        return self.pages[-1]

    def _section(self, begin: Row) -> None:
        code = self._code(begin)
        self.reader.check_cells(begin)
        title = self.reader.text(begin, "label") or code
        page = _Page(code, title, self.reader.condition(begin))
        if self.reader.text(begin, "hint"):
            page.intro.append(self.reader.text(begin, "hint"))
        self.pages.append(page)
        self._inside(begin, page)

    def _inside(self, begin: Row, page: _Page) -> None:
        """The rows of a group, up to its end."""
        while (row := self._next()) is not None:
            verb = self.reader.verb(row)
            if verb == Verb.END:
                self._check_end(begin, row)
                return
            if verb == Verb.GROUP and self.reader.group_kind(row) is None:
                self.reading.refuse(
                    row, _("un groupe est dans un autre groupe\u00a0: un questionnaire n’a que des pages, sans étage.")
                )
                self._inside(row, page)
            else:
                self._one(row, verb, page)
        self.reading.refuse(begin, _("ce groupe n’est pas fermé."))

    def _check_end(self, begin: Row, end: Row) -> None:
        if self.reader.ended(end) != self.reader.verb(begin):
            self.reading.refuse(
                end,
                _("cette fin n’est pas celle de «\u00a0%(name)s\u00a0», ouvert à la ligne %(row)d.")
                % {"name": begin.get("name"), "row": begin.number},
            )

    def _one(self, row: Row, verb: Verb, page: _Page) -> None:
        """What is not a page: a question, a note, a repeated group, a grid, a contact."""
        if verb == Verb.NOTE:
            self._note(row, page)
        elif verb == Verb.REPEAT:
            page.questions.append(self._repeat(row))
        elif verb == Verb.GROUP:
            page.questions.append(self._composed(row))
        elif verb == Verb.QUESTION:
            page.questions += self.reader.questions(row, self._code(row))

    def _note(self, row: Row, page: _Page) -> None:
        if page.questions:
            self.reading.refuse(
                row,
                _("une note est au milieu des questions\u00a0: ici, seule une introduction en tête de page se dit."),
            )
        else:
            page.intro += self.reader.intro(row)

    def _repeat(self, begin: Row) -> Question:
        questions: list[Question] = []
        while (row := self._next()) is not None:
            verb = self.reader.verb(row)
            if verb == Verb.END:
                self._check_end(begin, row)
                break
            if verb == Verb.QUESTION:
                questions += self.reader.questions(row, self._code(row))
            elif verb == Verb.GROUP and self.reader.group_kind(row) == QuestionKind.CONTACT:
                questions.append(self._composed(row))
            elif verb in (Verb.GROUP, Verb.REPEAT):
                self.reading.refuse(
                    row, _("un groupe est dans un groupe répété\u00a0: ici, seules des questions se répètent.")
                )
                self._repeat(row)
            elif verb == Verb.NOTE:
                self.reading.refuse(row, _("une note est dans un groupe répété."))
        else:
            self.reading.refuse(begin, _("ce groupe n’est pas fermé."))
        code = self._code(begin)
        question = self.reader.common(begin, code, QuestionKind.REPEAT)
        return replace(question, questions=tuple(questions))

    def _composed(self, begin: Row) -> Question:
        """A grid or a contact: a group whose rows are one question."""
        rows: list[Row] = []
        while (row := self._next()) is not None:
            verb = self.reader.verb(row)
            if verb == Verb.END:
                self._check_end(begin, row)
                break
            if verb in (Verb.GROUP, Verb.REPEAT):
                self.reading.refuse(row, _("un groupe est dans une grille ou dans un contact."))
                self._composed(row)
            elif verb != Verb.LEFT:
                rows.append(row)
        else:
            self.reading.refuse(begin, _("ce groupe n’est pas fermé."))
        return self.reader.composed(begin, rows, self._code(begin))

    def _code(self, row: Row) -> str:
        code = row.get("name")
        if not code:
            self.reading.refuse(row, _("cette ligne n’a pas de nom (colonne name)."))
        elif not CODE.fullmatch(code):
            self.reading.refuse(
                row,
                _(
                    "le nom «\u00a0%(name)s\u00a0» commence par une lettre, puis des lettres, des chiffres et «\u00a0_\u00a0», "
                    "quarante au plus."
                )
                % {"name": code[:60]},
            )
        return code
