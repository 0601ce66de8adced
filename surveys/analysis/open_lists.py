"""Countries and themes, that no questionnaire lists: counted from the answers themselves, for staff."""

from collections.abc import Mapping

from django.core.cache import cache

from directory.models import Country, Theme
from surveys.cells import ANSWERED, Cell
from surveys.enums import QuestionKind
from surveys.models import Response
from surveys.outline import Question, Section

from .result_tables import Part, Row, Table
from .results import Results
from .tally import KEPT_SECONDS

OPEN = (QuestionKind.COUNTRY, QuestionKind.THEME)
MOST_ROWS = 30


def open_tables(results: Results, section: Section) -> list[Table]:
    """A table for each of these questions: how many collectivités gave each answer, once at least; the most frequent first."""
    asked = [
        (question, group)
        for top in section.questions
        for question, group in ((top, ""), *((each, top.code) for each in top.questions))
        if question.kind in OPEN
    ]
    return [_table(results, question, group) for question, group in asked]


def _table(results: Results, question: Question, group: str) -> Table:
    answered = results.numbers[Cell(question.code, "", ANSWERED)]
    base = results.total.get(answered, 0)
    counts = _counted(results, question.code, group, answered) if base else {}
    names = _names(question.kind, list(counts))
    rows = [Row(names.get(value, value), Part(count, base)) for value, count in counts.items()]
    return Table(question, question.code, "", base, rows, is_exclusive=False)


def _counted(results: Results, code: str, group: str, answered: int) -> Mapping[str, int]:
    key = f"surveys.open:{results.wave.pk}:{results.tally.stamp}:{code}"
    if (kept := cache.get(key)) is None:
        found = Response.objects.of_wave(results.wave).answering(answered).counted_answers(code, group)
        kept = dict(found[:MOST_ROWS])
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _names(kind: QuestionKind, values: list[str]) -> dict[str, str]:
    if kind == QuestionKind.COUNTRY:
        return dict(Country.objects.filter(pk__in=values).values_list("pk", "name"))
    return dict(Theme.objects.filter(code__in=values).values_list("code", "name"))
