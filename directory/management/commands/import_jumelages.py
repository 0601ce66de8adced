"""Imports a file of jumelages: an essay unless `--apply`."""

import csv
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from directory.jumelage_lines import REFUSAL_TITLES, Refusal, refusal_cells
from directory.management.reporting import JumelageCommand
from directory.services import DirectoryError, HopelessFile, import_jumelage_file
from soco.web.exports import safe_cell


class Command(JumelageCommand):
    help = _(
        "Importe un fichier de jumelages, CSV ou XLSX : code INSEE, ou commune et département ; partenaire ; pays ; année."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("fichier CSV ou XLSX"))
        parser.add_argument(
            "--apply", action="store_true", help=_("enregistre ; sans cette option, rien n’est enregistré")
        )
        parser.add_argument(
            "--refused", type=Path, metavar=_("FICHIER"), help=_("écrit les lignes refusées dans ce fichier CSV")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, is_dry = options["file"], not options["apply"]
        with self._refusals(options["refused"]) as on_refusal:
            try:
                report = import_jumelage_file(path, name=path.name, by=path.name, dry_run=is_dry, on_refusal=on_refusal)
            except HopelessFile as error:
                self.report(error.report)
                raise CommandError(str(error)) from error
            except DirectoryError as error:
                raise CommandError(str(error)) from error
        self.report(report, is_dry=is_dry)

    @contextmanager
    def _refusals(self, path: Path | None) -> Iterator[Callable[[Refusal], None] | None]:
        """What writes each refused line, as soon as it is, where it was asked to."""
        if path is None:
            yield None
            return
        try:
            file = path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise CommandError(_("Le fichier %(path)s ne peut pas être écrit.") % {"path": path}) from error
        with file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(REFUSAL_TITLES)
            yield lambda refusal: writer.writerow([safe_cell(cell) for cell in refusal_cells(refusal)]) and None
