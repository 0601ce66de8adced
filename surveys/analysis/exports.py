"""The files of a wave's results: one row for each response, one for each answer, and what their columns mean."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.utils.timezone import localtime

from surveys.cells import ANSWERED, Cell, numbers_of
from surveys.conditions import ALWAYS
from surveys.enums import NUMBER_KINDS, QuestionKind
from surveys.models import Response, Wave
from surveys.outline import Outline, Question
from surveys.paths import Conditions
from surveys.published import conditions_of
from surveys.values import Typed, blocks_of, condition_values, has_answer, plain_values

from .dimensions import Labels, of_weights
from .results import Results
from .tally import Stratum, in_binary

BATCH = 1_000  # responses read at a time
BLOCKS_SHOWN = 8  # of a repeated group, in the file with one row for each response; the other one has them all
PARTS = {
    QuestionKind.CONTACT: ("nom", "fonction", "courriel", "telephone"),
    QuestionKind.ACTOR: ("nom", "acteur"),
    QuestionKind.FILE: ("nom", "fichier"),
}

SCALARS = (
    QuestionKind.SINGLE,
    QuestionKind.TEXT,
    QuestionKind.LONG,
    QuestionKind.DATE,
    QuestionKind.COUNTRY,
    *NUMBER_KINDS,
)

Fill = Callable[[Typed, Set[int]], Iterable[Any]]  # the answers, the cells that count → the cells of these columns


class Exported(NamedTuple):
    """One finished response, as it comes from the database."""

    pk: int
    channel: str
    submitted_at: Any
    departement: str
    nature: str
    band: str
    is_engaged: bool
    code: str
    name: str
    values: dict[str, Any]
    counted: list[int] | None

    @property
    def stratum(self) -> Stratum:
        return Stratum(self.departement, self.nature, self.band, self.is_engaged)


def responses_of(wave: Wave) -> Iterator[Exported]:
    """The finished responses of a wave, in batches: the memory stays flat."""
    found = Response.objects.of_wave(wave).for_export()
    last, before = 0, -1
    while before != last:
        before = last
        for row in in_binary(found.after_pk(last)[:BATCH]):
            last = row[0]
            yield Exported(*row)


ABOUT = {
    "reponse": "Numéro de la réponse",
    "code": "Code de la collectivité",
    "nom": "Collectivité",
    "niveau": "Niveau",
    "departement": "Code du département",
    "population": "Tranche de population",
    "jumelage_connu": "Jumelage connu au lancement",
    "voie": "Par quelle voie",
    "envoyee_le": "Envoyée le",
    "poids": "Poids (niveau × engagement)",
}


class WideTable:
    """One row for each response: who it is, then each question in one or more columns. A question that was not asked, or not
    answered, is empty; a choice that was not taken by somebody who answered is 0."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.conditions = conditions_of(wave.questionnaire_id)
        self.numbers = numbers_of(self.conditions)
        self.columns = dict(ABOUT)
        self.fills: list[Fill] = []
        run: list[
            tuple[str, int]
        ] = []  # questions of one column that follow each other are filled together: it is faster
        for question in self.conditions.outline.tops():
            if question.kind in SCALARS:
                self.columns[question.code] = question.label
                run.append((question.code, self.numbers[Cell(question.code, "", ANSWERED)]))
            elif question.kind != QuestionKind.KNOWN:
                self._fill(run)
                run = []
                columns, fill = _columns(question, self.numbers, self.conditions)
                self.columns |= columns
                self.fills.append(fill)
        self._fill(run)

    def _fill(self, run: Sequence[tuple[str, int]]) -> None:
        if run:
            self.fills.append(lambda values, cells: [values.get(code) if cell in cells else "" for code, cell in run])

    def rows(self) -> Iterator[list[Any]]:
        weights = Results(self.wave).weighting.weights
        for one in responses_of(self.wave):
            weight = round(weights.get(of_weights(one.stratum), 1), 4)
            row = [one.pk, one.code, one.name, one.nature, one.departement, one.band, int(one.is_engaged), one.channel]
            row += [localtime(one.submitted_at).date().isoformat(), weight]
            cells = set(one.counted or ())
            for fill in self.fills:
                row += fill(one.values, cells)
            yield row


def _columns(question: Question, numbers: Mapping[Cell, int], conditions: Conditions) -> tuple[dict[str, str], Fill]:
    """The columns of a question, and what fills them."""
    code, label, kind = question.code, question.label, question.kind
    answered = numbers[Cell(code, "", ANSWERED)]

    def named(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {f"{code}.{part}": f"{label} – {words}" for part, words in parts}

    def filled(count: int, fill: Callable[[Any, Set[int]], Iterable[Any]]) -> Fill:
        blank = [""] * count
        return lambda values, cells: fill(values.get(code), cells) if answered in cells else blank

    if kind in (QuestionKind.MULTIPLE, QuestionKind.CONSENT):
        mine = [numbers[Cell(code, "", choice.value)] for choice in question.choices]
        columns = named((choice.value, choice.label) for choice in question.choices)
        return columns, filled(len(mine), lambda _value, cells: [1 if number in cells else 0 for number in mine])
    if kind == QuestionKind.GRID:
        lines = [row.value for row in question.rows]
        columns = named((row.value, row.label) for row in question.rows)
        return columns, filled(len(lines), lambda value, _cells: [value.get(line, "") for line in lines])
    if kind == QuestionKind.RANKING:
        most = question.most or len(question.choices)
        columns = named((str(rank), str(rank)) for rank in range(1, most + 1))
        return columns, filled(most, lambda value, _cells: [*value, *[""] * most][:most])
    if kind in (QuestionKind.CONTACT, QuestionKind.ACTOR, QuestionKind.FILE):
        parts = PARTS[kind]
        return named((part, part) for part in parts), filled(
            len(parts), lambda value, _cells: [value.get(part) for part in parts]
        )
    if kind == QuestionKind.REPEAT:
        return _repeated(question, answered, conditions)
    return {code: label}, filled(1, lambda value, _cells: [plain(value)])


def _repeated(question: Question, answered: int, conditions: Conditions) -> tuple[dict[str, str], Fill]:
    shown = question.most or BLOCKS_SHOWN
    columns = {f"{question.code}.nombre": f"{question.label} – nombre"} | {
        f"{each.code}.{rank}": f"{each.label} – {rank}" for rank in range(1, shown + 1) for each in question.questions
    }
    blank = [""] * len(columns)
    codes = [each.code for each in question.questions]
    is_plain = all(conditions.read[code] is ALWAYS for code in codes)

    def fill(values: Typed, cells: Set[int]) -> Iterable[Any]:
        if answered not in cells:
            return blank
        blocks = blocks_of(question, values)
        told = [len(blocks)]
        for block in blocks[:shown]:
            if is_plain:
                told += [plain(block.get(code)) for code in codes]
            else:
                told += [plain(answer) for _each, answer in _of_block(question, block, values, conditions)]
        return [*told, *blank[len(told) :]]

    return columns, fill


def _of_block(
    question: Question, block: Typed, values: Typed, conditions: Conditions
) -> Iterator[tuple[Question, Any]]:
    """The answers of one block, None for a question that is hidden in it."""
    for each in question.questions:
        condition = conditions.read[each.code]
        if condition is ALWAYS or condition.holds(
            condition_values(values, conditions.outline) | plain_values(block, question.questions)
        ):
            yield each, block.get(each.code)
        else:
            yield each, None


def plain(value: Any) -> Any:
    """One cell for any answer."""
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    if isinstance(value, dict):
        return " ; ".join(str(each) for each in value.values() if has_answer(each))
    return value


LONG = (
    "reponse",
    "code",
    "niveau",
    "departement",
    "population",
    "jumelage_connu",
    "question",
    "ligne",
    "rang",
    "valeur",
)


def long_rows(wave: Wave) -> Iterator[list[Any]]:
    """One row for each answer: `ligne` is of a grid, or the part of a contact; `rang` of a ranking, or of a repeated group."""
    conditions = conditions_of(wave.questionnaire_id)
    numbers = numbers_of(conditions)
    asked = [
        (question, numbers[Cell(question.code, "", ANSWERED)])
        for section in conditions.outline.sections
        for question in section.questions
        if question.kind != QuestionKind.KNOWN
    ]
    for one in responses_of(wave):
        start = [one.pk, one.code, one.nature, one.departement, one.band, int(one.is_engaged)]
        cells = set(one.counted or ())
        for question, answered in asked:
            if answered in cells:
                for code, line, rank, value in _said(question, one.values, conditions):
                    yield [*start, code, line, rank, value]


def _said(question: Question, values: Typed, conditions: Conditions) -> Iterator[tuple[str, str, Any, Any]]:
    if question.kind == QuestionKind.REPEAT:
        for rank, block in enumerate(blocks_of(question, values), start=1):
            for each, answer in _of_block(question, block, values, conditions):
                yield from ((each.code, line, rank, value) for line, _rank, value in _parts(each, answer))
    else:
        yield from ((question.code, *part) for part in _parts(question, values.get(question.code)))


def _parts(question: Question, value: Any) -> Iterator[tuple[str, Any, Any]]:
    if not has_answer(value):
        return
    if isinstance(value, dict):
        yield from ((part, "", each) for part, each in value.items() if has_answer(each))
    elif isinstance(value, list):
        is_ranked = question.kind == QuestionKind.RANKING
        yield from (("", rank if is_ranked else "", each) for rank, each in enumerate(value, start=1))
    else:
        yield "", "", value


CODEBOOK = (
    "question",
    "partie",
    "libelle",
    "type",
    "ligne",
    "libelle_ligne",
    "valeur",
    "libelle_valeur",
    "visible_si",
    "aide",
)


def codebook(wave: Wave) -> Iterator[list[Any]]:
    """What the columns and the values of the files mean."""
    yield from _strata()
    yield from _questions(conditions_of(wave.questionnaire_id).outline)


def _questions(outline: Outline) -> Iterator[list[Any]]:
    """A row for each value that an answer may have; one for a question without a list."""
    for section in outline.sections:
        for top in section.questions:
            for question in (top, *top.questions):
                start = [question.code, section.title, question.label, question.kind.value]
                end = [
                    " and ".join(f"({part})" for part in (section.visible_if, question.visible_if) if part),
                    question.help,
                ]
                for row in question.rows or (None,):
                    line = [row.value, row.label] if row else ["", ""]
                    for choice in question.choices:
                        yield [*start, *line, choice.value, choice.label, *end]
                    if question.has_unknown or not question.choices:
                        unknown = ["nsp", "ne sait pas"] if question.has_unknown else ["", ""]
                        yield [*start, *line, *unknown, *end]


def _strata() -> Iterator[list[Any]]:
    """The values of the columns that say what a collectivité is, for the codebook."""
    labels = Labels()
    for dimension, column in (("niveau", "niveau"), ("departement", "departement"), ("population", "population")):
        for value, label in labels.known[dimension].items():
            yield [column, "", ABOUT[column], "", "", "", value, label, "", ""]
    for value, label in (("1", "oui"), ("0", "non")):
        yield ["jumelage_connu", "", ABOUT["jumelage_connu"], "", "", "", value, label, "", ""]
