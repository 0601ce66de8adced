"""« Demandé, existant, inconnu »: what collectivités ask for, beside what they know of what the network does already."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.aect_codes import KNOWN, NOT_KNOWN, SERVICES_KNOWN, SERVICES_WANTED, USED, USEFUL
from surveys.outline import Choice, Outline, Section

from .result_tables import Part, Table


@dataclass(frozen=True)
class ServiceLine:
    """`wanted`: who ranks it among their expectations; `known`, `used`, `unknown`: of those who say what they know of it. None
    where it is not told (or, for a need that is no service yet, not asked)."""

    label: str
    wanted: Part | None
    known: Part | None
    used: Part | None
    unknown: Part | None

    @property
    def parts(self) -> tuple[Part | None, ...]:
        return self.wanted, self.known, self.used, self.unknown

    @property
    def is_missed(self) -> bool:
        """Asked for, and existing without being known: more than half do not know it, and one in five asks for it."""
        asked = self.wanted.percent if self.wanted else None
        missed = self.unknown.percent if self.unknown else None
        return (asked or 0) >= 20 and (missed or 0) >= 50


def sections_needed(outline: Outline) -> list[Section]:
    """The sections whose tables `service_lines` reads; none when the questionnaire does not ask about services."""
    wanted = (SERVICES_KNOWN, SERVICES_WANTED)
    return [section for section in outline.sections if any(each.code in wanted for each in section.questions)]


def service_lines(outline: Outline, tables: Sequence[Table]) -> list[ServiceLine]:
    """A line for each service or expectation, those that are asked for most first."""
    found = []
    for choice in _listed(outline):
        known = next((t for t in tables if t.key == f"{SERVICES_KNOWN}-{choice.value}"), None)
        wanted = next((t for t in tables if t.key == SERVICES_WANTED), None)
        found.append(
            ServiceLine(
                choice.label,
                _part(wanted, [choice.label]),
                _said(known, outline, (KNOWN, USED, USEFUL)),
                _said(known, outline, (USED, USEFUL)),
                _said(known, outline, (NOT_KNOWN,)),
            )
        )
    return sorted(found, key=lambda line: -(line.wanted.percent or 0) if line.wanted else 0)


def _listed(outline: Outline) -> list[Choice]:
    """The services of the grid, then the other expectations."""
    grid, ranking = outline.question(SERVICES_KNOWN), outline.question(SERVICES_WANTED)
    rows = list(grid.rows) if grid else []
    values = {row.value for row in rows}
    return [*rows, *(choice for choice in (ranking.choices if ranking else ()) if choice.value not in values)]


def _said(table: Table | None, outline: Outline, values: Sequence[str]) -> Part | None:
    grid = outline.question(SERVICES_KNOWN)
    labels = [choice.label for choice in grid.choices if choice.value in values] if grid else []
    return _part(table, labels)


def _part(table: Table | None, labels: Sequence[str]) -> Part | None:
    """The answers of these labels together; None as soon as one of them is not told alone."""
    counts = {row.label: row.part.count for row in table.rows} if table else {}
    told = [counts.get(label) for label in labels]
    if table is None or not told or any(count is None for count in told):
        return None
    return Part(sum(count for count in told if count is not None), table.base)
