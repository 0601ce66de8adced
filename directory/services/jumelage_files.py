"""Files of jumelages: one that somebody gives, and the one that the portal starts with."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.jumelage_lines import Refusal, UnreadableHeader, read_header, read_lines
from directory.models import DatasetLoad, Jumelage
from directory.referentiel import DATA_FOLDER, read_datasets
from directory.referentiel.datasets import dataset_of, path_of
from directory.referentiel.whole import checksums
from soco.web.imports import UnreadableTable
from soco.web.table_stream import Row, open_table

from .errors import DirectoryError
from .jumelage_imports import HopelessFile, JumelageReport, import_jumelages

DATASET, SCOPE = "jumelages", "base"
MOST_IGNORED = 10  # titles told


def import_jumelage_file(
    path: Path,
    *,
    name: str,
    by: str,
    dry_run: bool = False,
    most_lines: int | None = None,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> JumelageReport:
    """Import a CSV or an XLSX, read row by row; see `import_jumelages`. `name`: the file's, for the history.

    Raises DirectoryError, nothing written, for what is no table, has no line of titles or more than `most_lines`.
    """
    try:
        with open_table(path) as table:
            rows = _at_most(table.rows, most_lines)
            header = read_header(rows)
            notes = [*table.notes, *_left_aside(header.ignored)]
            report = import_jumelages(
                read_lines(header, rows), by=by, origin=f"import:{name}", dry_run=dry_run, on_refusal=on_refusal
            )
    except (UnreadableTable, UnreadableHeader) as error:
        raise DirectoryError(str(error)) from error
    except HopelessFile as error:
        error.report.notes = notes
        raise
    if not report.accepted and not report.refused:
        raise DirectoryError(_("Ce fichier n’a pas de données sous la ligne des titres."))
    report.notes = notes
    return report


@transaction.atomic
def load_known_jumelages(*, folder: Path = DATA_FOLDER, if_empty: bool = False) -> JumelageReport:
    """Import the well-known jumelages that come with the portal, « à vérifier » as any import. Safe to call twice.

    With `if_empty`, only where no real jumelage is and where they never were loaded: what staff removed stays removed.
    """
    was_loaded = DatasetLoad.objects.filter(dataset=DATASET).exists()
    if if_empty and (was_loaded or Jumelage.objects.real().exists()):
        return JumelageReport()
    datasets = read_datasets(folder)
    dataset = dataset_of(datasets, DATASET)
    try:
        report = import_jumelage_file(path_of(folder, dataset), name=dataset.filename, by=dataset.filename)
    except HopelessFile as error:  # the portal of another région
        return error.report
    if report.created or report.changed or not was_loaded:
        checksum = checksums(folder, (DATASET,), datasets)[DATASET]
        DatasetLoad.objects.create(dataset=DATASET, scope=SCOPE, checksum=checksum, counts=report.counts)
    return report


def _at_most(rows: Iterator[Row], most: int | None) -> Iterator[Row]:
    for rank, row in enumerate(rows):
        if most is not None and rank > most:  # the line of titles is one
            raise UnreadableTable(_("Ce fichier dépasse %(limit)d lignes\u00a0: découpez-le.") % {"limit": most})
        yield row


def _left_aside(titles: list[str]) -> list[str]:
    if not titles:
        return []
    listed = ", ".join(f"« {title[:40]} »" for title in titles[:MOST_IGNORED]) + ("…" if titles[MOST_IGNORED:] else "")
    return [
        ngettext(
            "Colonne laissée de côté\u00a0: %(titles)s.", "Colonnes laissées de côté\u00a0: %(titles)s.", len(titles)
        )
        % {"titles": listed}
    ]
