"""Imports a file of memberships: an essay unless `--apply`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from directory.management.reporting import CountedCommand
from outreach.services import OutreachError, import_adhesions
from outreach.services.adhesion_imports import CHANGED, REFUSED, UNCHANGED, Outcome

SHOWN_LINES = 200


class Command(CountedCommand):
    help = _("Importe un fichier d’adhésions, CSV ou XLSX\u00a0: code ou nom, année, du, au, note.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("fichier CSV ou XLSX"))
        parser.add_argument(
            "--apply", action="store_true", help=_("enregistre ; sans cette option, rien n’est enregistré")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, is_dry = options["file"], not options["apply"]
        try:
            report = import_adhesions(path, name=path.name, by=path.name, dry_run=is_dry)
        except OutreachError as error:
            raise CommandError(str(error)) from error
        for note in report.notes:
            self.stdout.write(note)
        told = [outcome for outcome in report.outcomes if outcome.what != UNCHANGED]
        for outcome in told[:SHOWN_LINES]:
            self.stdout.write(_line(outcome))
        if (rest := len(told) - SHOWN_LINES) > 0:
            self.stdout.write(_("… et %(count)d autres") % {"count": rest})
        if is_dry:
            self.stdout.write(_("Essai : rien n’a été enregistré. L’option --apply enregistre."))
        self.total(report.counts)


def _line(outcome: Outcome) -> str:
    words = {"line": outcome.line, "read": outcome.read, "name": outcome.name, "detail": outcome.detail}
    if outcome.what == REFUSED:
        said = _("ligne %(line)d, refusée : %(read)s : %(detail)s") % words
        candidates = "; ".join(outcome.candidates)
        return said + (_(" Candidats : %(candidates)s.") % {"candidates": candidates} if candidates else "")
    if outcome.what == CHANGED:
        return _("ligne %(line)d, modifiée : %(name)s : %(detail)s") % words
    return _("ligne %(line)d, nouvelle : %(name)s, %(detail)s") % words
