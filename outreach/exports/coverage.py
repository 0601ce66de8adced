"""What the coverage puts into files: the tables of the board with their definitions, the lists behind them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from outreach.coverage import DEFINITIONS, STATES, Board, Row
from outreach.models.coverage_words import CoverageQuerySet

CHUNK = 500
Sheet = tuple[str, list[str], list[list[Any]]]


def line_labels() -> list[str]:
    return [
        *(_("nom"), _("code"), _("niveau"), _("département"), _("intercommunalité"), _("population municipale")),
        *(_("état du contact"), _("en pause jusqu’au"), _("dernière rencontre")),
    ]


def lines(found: CoverageQuerySet) -> Iterator[list[Any]]:
    """Collectivités of a list, as cells under `line_labels`."""
    for actor in found.for_line().iterator(chunk_size=CHUNK):
        yield [
            *(actor.name, actor.code, str(actor.get_nature_display())),
            *(actor.departement.name if actor.departement else "", actor.epci.name if actor.epci else ""),
            actor.population,
            str(actor.get_contact_state_display()),
            actor.paused_until.isoformat() if actor.paused_until else "",
            actor.last_met_on.isoformat() if actor.last_met_on else "",
        ]


def table_labels() -> list[str]:
    """One line for each figure: what it counts, of how many."""
    return [_("tableau"), _("ligne"), _("code"), _("figure"), _("nombre"), _("dénominateur"), _("part en %")]


def figures(board: Board) -> Iterator[list[Any]]:
    """The board as one long table, each figure with its denominator."""
    for title, rows in _tables(board):
        for row in rows:
            told = [(str(state.label), count) for state, count, _query in row.cells]
            for label, count in [*told, (_("Déjà rencontrées"), row.met)]:
                yield [title, row.label, row.code, label, count, row.total, _percent(count, row.total)]
    for month in board.months:
        name = _("Premières rencontres par mois")
        yield [name, f"{month.first:%Y-%m}", "", _("Premières rencontres"), month.count, "", ""]


def sheets(board: Board) -> list[Sheet]:
    """The board as a workbook: its tables, the trend, zones blanches, targets, definitions."""
    wide = [_("ligne"), _("code"), *(str(state.label) for state in STATES)]
    wide += [_("total"), _("déjà rencontrées"), _("part rencontrée en %")]
    found: list[Sheet] = [(title, wide, [_wide(row) for row in rows]) for title, rows in _tables(board)]
    months = [[f"{month.first:%Y-%m}", month.count] for month in board.months]
    found.append((_("Tendance"), [_("mois"), _("premières rencontres")], months))
    blank = [[actor.name, actor.code, str(actor.get_nature_display()), actor.population] for actor in board.blank]
    found.append((_("Zones blanches"), [_("nom"), _("code"), _("niveau"), _("population")], blank))
    aims = [
        [
            aim.label,
            aim.pace.percent,
            aim.pace.goal,
            aim.pace.met,
            aim.pace.expected,
            aim.pace.reach_by.isoformat(),
            aim.pace.per_month,
        ]
        for aim in board.aims
    ]
    titles = [
        _("territoire"),
        _("objectif en %"),
        _("soit"),
        _("rencontrées"),
        _("attendu ce jour"),
        _("avant le"),
        _("à faire par mois"),
    ]
    found.append((_("Objectifs"), titles, aims))
    words = [[str(term), str(meaning)] for term, meaning in DEFINITIONS]
    found.append((_("Définitions"), [_("figure"), _("définition et dénominateur")], words))
    return found


def _tables(board: Board) -> list[tuple[str, Sequence[Row]]]:
    areas = _("Par intercommunalité") if board.place else _("Par département")
    return [
        (_("Ensemble"), [board.whole]),
        (_("Par niveau"), board.levels),
        (_("Communes par population"), board.bands),
        (areas, board.areas),
    ]


def _wide(row: Row) -> list[Any]:
    counts = [count for _state, count, _query in row.cells]
    return [row.label, row.code, *counts, row.total, row.met, _percent(row.met, row.total)]


def _percent(count: int, total: int) -> Any:
    return round(100 * count / total, 1) if total else ""
